"""Disrupted responses over a socket, seen by a client without a library, on a virtual and on a real clock."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from raw_http import IMPORT, IMPORTS, LIST, request

from genai_ports import ConnectionLost, CreateImportedModelDetails, SdkModelRepository, ServiceUnavailable, builders
from genai_ports.client.retry import NEVER
from genai_ports.simulator.faults.disrupted_response import NOT_JSON_TEXT
from genai_ports.simulator.faults.faults import Fault

if TYPE_CHECKING:
    from werkzeug.test import Client

    from fake_server import FakeServer
    from fake_server.app import App

HOUR = 3600.0
SOON = 0.2
"""A short delay in real time."""


def plan(server: Any, **fault: Any) -> None:
    server.simulator.faults.add(Fault(**fault))


def made(server: Any) -> int:
    return len(server.simulator.state()["importedModels"])


# The kinds of damage.


@pytest.mark.parametrize("latency", [0, SOON])
def test_a_reset_resets_the_tcp_connection_without_a_byte(either: FakeServer, connect, latency: float) -> None:
    plan(either, damage="reset", latency=latency)
    connection = connect(either)
    connection.send()
    with pytest.raises(ConnectionResetError):
        connection.socket.recv(1)


@pytest.mark.parametrize("latency", [0, SOON])
def test_a_cut_response_has_its_full_content_length_and_ends_half_way(
    either: FakeServer, connect, latency: float
) -> None:
    whole = connect(either).read_list()
    plan(either, damage="cut", latency=latency)
    connection = connect(either)
    connection.send()
    status, headers, body = connection.read_response()
    assert (status, headers["content-type"], int(headers["content-length"])) == (200, "application/json", len(whole))
    assert body == whole[: len(whole) // 2]
    assert connection.rest() == b""


@pytest.mark.parametrize(("method", "target"), [("HEAD", LIST), ("DELETE", f"{IMPORTS}/{{id}}")])
def test_a_cut_response_without_a_body_sends_nothing(either: FakeServer, connect, method: str, target: str) -> None:
    identifier = imported(either, connect)
    plan(either, damage="cut")
    connection = connect(either)
    connection.send(target.format(id=identifier), method)
    assert connection.rest() == b""


@pytest.mark.parametrize(
    ("method", "target", "status", "expected"),
    [("GET", LIST, None, 200), ("GET", LIST, 503, 503), ("DELETE", f"{IMPORTS}/x", None, 502)],
)
def test_a_response_that_is_not_json_is_html_and_the_connection_stays_open(
    either: FakeServer, connect, *, method: str, target: str, status: int | None, expected: int
) -> None:
    plan(either, damage="not-json", status=status)
    connection = connect(either)
    connection.send(target, method)
    got, headers, body = connection.read_response()
    assert (got, headers["content-type"], body.decode()) == (expected, "text/html", NOT_JSON_TEXT)
    assert connection.read_list()


def test_a_time_out_sends_nothing_and_closes_the_connection(either: FakeServer, connect) -> None:
    plan(either, damage="time-out", latency=SOON)
    connection = connect(either)
    connection.send()
    assert connection.rest() == b""


def test_a_time_out_takes_a_minute_of_a_virtual_clock(server: FakeServer, connect) -> None:
    plan(server, damage="time-out")
    started = server.clock.now()
    connection = connect(server)
    connection.send()
    assert connection.rest() == b""
    assert (server.clock.now() - started).total_seconds() == 60


def test_a_delayed_response_is_complete_and_the_connection_stays_open(either: FakeServer, connect) -> None:
    connection = connect(either)
    usual = connection.read_list()
    plan(either, latency=SOON)
    assert connection.read_list() == usual
    assert connection.read_list() == usual


def test_latency_is_time_of_the_worlds_clock(server: FakeServer, connect) -> None:
    plan(server, latency=HOUR)
    started = server.clock.now()
    assert connect(server).read_list()
    assert (server.clock.now() - started).total_seconds() == HOUR


def test_a_delayed_error_is_complete(either: FakeServer, connect, judge) -> None:
    plan(either, code="TooManyRequests", retry_after=7, latency=SOON)
    connection = connect(either)
    connection.send()
    status, headers, body = connection.read_response()
    judge(status, headers, body, expected=(429, "TooManyRequests"))
    assert (headers["retry-after"], headers["x-genai-ports-rule"]) == ("7", "fault")


# Whether the change was made before the response was lost.


def imported(server: FakeServer, connect) -> str:
    connection = connect(server)
    connection.send(IMPORTS, "POST", body=IMPORT)
    status, _, body = connection.read_response()
    assert status == 201
    identifier: str = json.loads(body)["id"]
    return identifier


@pytest.mark.parametrize("damage", ["reset", "time-out", "not-json"])
@pytest.mark.parametrize("committed", [True, False])
def test_a_response_is_lost_after_the_change_or_instead_of_it(
    either: FakeServer, connect, *, damage: str, committed: bool
) -> None:
    plan(either, operation="create_imported_model", damage=damage, committed=committed, latency=SOON)
    connection = connect(either)
    connection.send(IMPORTS, "POST", body=IMPORT)
    if damage == "not-json":
        assert connection.read_response()[1]["content-type"] == "text/html"
    elif damage == "reset":
        with pytest.raises(ConnectionResetError):
            connection.rest()
    else:
        assert connection.rest() == b""
    assert made(either) == committed


def test_a_response_is_cut_after_the_change(either: FakeServer, connect) -> None:
    plan(either, operation="create_imported_model", damage="cut")
    connection = connect(either)
    connection.send(IMPORTS, "POST", body=IMPORT)
    assert connection.read_response()[0] == 201
    assert made(either) == 1


@pytest.mark.parametrize("damage", ["reset", "time-out", "cut"])
def test_a_request_behind_a_broken_connection_is_not_carried_out(either: FakeServer, connect, damage: str) -> None:
    plan(either, operation="list_models", damage=damage, latency=SOON)
    connection = connect(either)
    connection.socket.sendall(request(LIST) + request(IMPORTS, "POST", body=IMPORT))
    with pytest.raises(ConnectionResetError) if damage == "reset" else nullcontext():
        connection.rest()
    assert made(either) == 0
    assert [entry.operation for entry in either.simulator.journal] == ["list_models"]


# Through our own adapter, over a socket in real time.


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"damage": "reset"}, ConnectionLost),
        ({"damage": "cut"}, ConnectionLost),
        ({"damage": "time-out", "latency": SOON}, ConnectionLost),
        ({"damage": "not-json"}, ConnectionLost),
        ({"damage": "not-json", "status": 503}, ServiceUnavailable),
    ],
)
def test_our_adapter_raises_its_own_error_and_a_retry_finds_the_change(
    either: FakeServer, fault: dict[str, Any], error: type[Exception]
) -> None:
    details = CreateImportedModelDetails(
        compartment_id=IMPORT["compartmentId"],
        data_source=builders.hugging_face_data_source(model_id="openai/gpt-oss-20b"),
    )
    with SdkModelRepository(endpoint=either.url, clock=either.clock, retry=NEVER) as genai:
        plan(either, operation="create_imported_model", committed=True, **fault)
        with pytest.raises(error):
            genai.create_imported_model(details, retry_token="mine")
        again = genai.create_imported_model(details, retry_token="mine")
        assert [model.id for model in genai.list_imported_models(details.compartment_id)] == [again.id]


# Under another server.


@pytest.mark.parametrize(
    ("damage", "error"), [("reset", ConnectionResetError), ("cut", ConnectionResetError), ("time-out", TimeoutError)]
)
def test_without_a_server_a_lost_response_is_an_exception(
    app: App, http: Client, world, damage: str, error: type[Exception]
) -> None:
    world(app).faults.add(Fault(damage=damage))
    with pytest.raises(error):
        http.get(LIST).get_data()
    assert http.get(LIST).status_code == 200


def test_without_a_server_delayed_responses_and_html_are_responses(app: App, http: Client, world) -> None:
    world(app).faults.add(Fault(damage="not-json", status=503))
    world(app).faults.add(Fault(latency=HOUR))
    page = http.get(LIST)
    assert (page.status_code, page.content_type, page.get_data(as_text=True)) == (503, "text/html", NOT_JSON_TEXT)
    assert http.get(LIST).status_code == 200
    assert http.get("/_sim/clock").json["time"] == "2026-07-15T01:00:00.000Z"


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.mark.parametrize("damage", ["reset", "cut", "time-out"])
def test_a_server_without_support_for_delays_closes_the_connection(app: App, world, damage: str) -> None:
    world(app).faults.add(Fault(damage=damage))
    with make_server("127.0.0.1", 0, app, handler_class=_Silent) as other:
        serving = threading.Thread(target=other.handle_request)
        serving.start()
        with socket.create_connection(other.server_address, timeout=20) as connection:
            connection.sendall(request(LIST))
            stream = connection.makefile("rb")
            received = stream.read()
            stream.close()
        serving.join()
    head, _, body = received.partition(b"\r\n\r\n")
    assert bool(head) == (damage == "cut")
    assert len(body) < int(dict(line.split(b": ") for line in head.split(b"\r\n")[1:]).get(b"Content-Length", b"1"))
