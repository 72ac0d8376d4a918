"""Thousands of random requests: each gets a response in OCI's form, never a 500, and an error changes nothing."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_requests import VALID, check, requests, send, send_checked

from fake_server import FakeServer, Settings, create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_server.app import App


@pytest.fixture(scope="module")
def app() -> App:
    return create_app(Settings(clock="virtual"))


@settings(max_examples=4 * settings().max_examples)
@given(wanted=st.lists(requests(), min_size=1, max_size=15))
def test_any_request_gets_a_response_in_ocis_form_and_errors_change_nothing(
    app: App, world, populate, wanted: list[dict[str, Any]]
) -> None:
    app.worlds.reset_all()
    ids = populate(world(app))
    for request in wanted:
        send_checked(app, world(app), request, ids)


def wire(method: str, path: str, document: Any) -> bytes:
    """Write a request as its bytes on a connection."""
    body = json.dumps(document).encode()
    head = f"{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    return f"{head}opc-request-id: mine\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body


@st.composite
def wires(draw: st.DrawFn) -> bytes:
    """Make what may come over a connection: a valid request, in which some bytes are wrong."""
    sent = bytearray(wire(*VALID[draw(st.sampled_from(sorted(VALID)))]))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(sent) - 1))
        how = draw(st.sampled_from(["replace", "insert", "remove", "repeat"]))
        some = draw(
            st.binary(min_size=1, max_size=3) | st.sampled_from([b"\r\n", b"\r\n\r\n", b" ", b":", b"\x00", b"%"])
        )
        if how == "repeat":
            sent += sent[at:]
        sent[at : at + (how in ("replace", "remove"))] = b"" if how in ("remove", "repeat") else some
    return bytes(sent)


@pytest.fixture(scope="module")
def running() -> Iterator[FakeServer]:
    with FakeServer(settings=Settings(clock="virtual")) as server:
        yield server


def exchanged(running: FakeServer, sent: bytes) -> bytes:
    """Send bytes over a connection of their own, and read all that comes back."""
    with socket.create_connection((running.host, running.port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def statuses(received: bytes, *, head: bool = False) -> list[int]:
    """Split what came over a connection into responses, check each, and return their statuses."""
    found = []
    while received:
        start, separator, received = received.partition(b"\r\n\r\n")
        assert separator
        status_line, *lines = start.decode("latin-1").split("\r\n")
        headers = {name.lower(): text for name, _, text in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", "0"))
        found.append(int(status_line.split()[1]))
        check(found[-1], headers, received[:length], head=head)
        received = received[length:]
    return found


@pytest.mark.parametrize("name", sorted(VALID))
def test_a_request_on_a_connection_gets_the_response_that_it_gets_without_one(
    app: App, running: FakeServer, name: str
) -> None:
    running.reset()
    app.worlds.reset_all()
    method, path, document = VALID[name]
    request = {"method": method, "path": path, "query": "", "headers": {}, "body": json.dumps(document).encode()}
    expected, *_ = send(app, request, {})
    assert statuses(exchanged(running, wire(method, path, document))) == [expected]


@settings(max_examples=3 * settings().max_examples)
@given(sent=wires())
def test_any_bytes_get_responses_in_ocis_form_or_none(running: FakeServer, sent: bytes) -> None:
    running.reset()
    statuses(exchanged(running, sent), head=b"HEAD" in sent)
    assert statuses(exchanged(running, wire("GET", "/_sim/health", {}))) == [200]
