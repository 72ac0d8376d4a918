"""Fixtures of the tests of the fake server: a server, a world with a resource of each kind, raw sockets, and checks."""

from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING, Any

import pytest
from populated_world import populated
from raw_http import Connection
from steered_server import SteeredServer
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fake_server.app import App
    from genai_ports.simulator.simulator import Simulator

COMPARTMENT = "ocid1.compartment.oc1..a"
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){2,4}")


@pytest.fixture
def compartment() -> str:
    return COMPARTMENT


@pytest.fixture
def app() -> App:
    return create_app(Settings(clock="virtual"))


@pytest.fixture
def http(app: App) -> Client:
    """A client that calls the app without a socket."""
    return Client(app)


@pytest.fixture(scope="module")
def _server() -> Iterator[FakeServer]:
    with FakeServer(settings=Settings(clock="virtual")) as server:
        yield server


@pytest.fixture
def server(_server: FakeServer) -> FakeServer:
    """A server on a free port, reset before each test."""
    _server.reset()
    return _server


@pytest.fixture(scope="module")
def _real() -> Iterator[FakeServer]:
    with FakeServer() as server:
        yield server


@pytest.fixture
def real(_real: FakeServer) -> FakeServer:
    """A server on a real clock, reset before each test."""
    _real.reset()
    return _real


@pytest.fixture
def steered(real: FakeServer, monkeypatch: pytest.MonkeyPatch) -> SteeredServer:
    """A server whose delays and deadlines go by a clock of the test."""
    server = SteeredServer(real)
    server.steer(monkeypatch)
    return server


@pytest.fixture(params=["virtual", "real"])
def either(request: pytest.FixtureRequest) -> FakeServer:
    """A server on a virtual clock, and one on a real clock."""
    chosen: FakeServer = request.getfixturevalue("server" if request.param == "virtual" else "real")
    return chosen


@pytest.fixture
def connect() -> Iterator[Callable[[FakeServer], Connection]]:
    """Opens connections, and closes them after the test."""
    opened: list[Connection] = []

    def open_one(server: FakeServer) -> Connection:
        opened.append(Connection(server))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture(scope="session")
def world() -> Callable[[App], Simulator]:
    """Returns the world of the well-known tenancy."""
    return lambda app: app.worlds.get(TENANCY)


@pytest.fixture(scope="session")
def populate() -> Callable[[Simulator], dict[str, str]]:
    """Fills a world with one resource of each kind, all ready, and returns their ids by kind."""
    return populated


@pytest.fixture(scope="session")
def judge() -> Callable[..., dict[str, str]]:
    """Checks an error response: it must be OCI's JSON and nothing else. Returns its body."""
    return _judge


@pytest.fixture(scope="session")
def refuse() -> Callable[..., None]:
    """Sends a request that a rule must refuse, with a text in the message."""
    return _refuse


def _refuse(http: Client, method: str, path: str, body: Any, *, rule: str, says: str) -> None:
    response = http.open(path, method=method, json=body)
    document = _judge(response.status_code, response.headers, response.get_data())
    assert response.headers["x-genai-ports-rule"] == rule
    assert says in document["message"]


def _judge(status: int, headers: Any, body: bytes, *, expected: tuple[int, str] | None = None) -> dict[str, str]:
    headers = {name.lower(): text for name, text in dict(headers).items()}
    assert 400 <= status < 600
    assert headers["content-type"] == "application/json"
    assert REQUEST_ID.fullmatch(headers["opc-request-id"])
    document: dict[str, str] = json.loads(body)
    assert document.keys() == {"code", "message"}
    assert all(isinstance(text, str) and text for text in document.values())
    assert "Traceback" not in document["message"]
    assert status != 500 or expected == (500, "InternalServerError")
    if expected:
        assert (status, document["code"]) == expected
    return document


@pytest.fixture
def send_raw(server: FakeServer) -> Callable[[bytes], list[tuple[int, dict[str, str], bytes]]]:
    """Sends bytes as they are over one connection, and reads every response until the server closes it."""
    return lambda sent: _responses(_exchange(server, sent))


def _exchange(server: FakeServer, sent: bytes) -> bytes:
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def _responses(received: bytes) -> list[tuple[int, dict[str, str], bytes]]:
    """Split responses by their content-length."""
    responses = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        version, status = status_line.split(" ")[:2]
        assert version in ("HTTP/1.0", "HTTP/1.1")
        headers = {name.lower(): text for name, _, text in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", "0"))
        body, received = received[:length], received[length:]
        responses.append((int(status), headers, body))
    return responses
