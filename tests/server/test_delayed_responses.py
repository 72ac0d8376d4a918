"""Delayed responses: they block no other request, are sent in order, and end with their connection."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from raw_http import IMPORT, IMPORTS, LIST, request
from steered_server import SteeredServer

from fake_server import FakeServer, limits
from fake_server.channel import _RESET, _is_closed_by_peer
from genai_ports.simulator.faults.faults import Fault

HOUR = 3600.0
SOON = 0.2
"""A short delay in real time."""


def plan(server: Any, **fault: Any) -> None:
    server.simulator.faults.add(Fault(**fault))


def test_while_a_response_is_delayed_other_connections_are_served(steered: SteeredServer, connect) -> None:
    plan(steered, operation="list_models", latency=HOUR)
    slow, quick = connect(steered), connect(steered)
    slow.send()
    steered.serve_pending(connect)
    for _ in range(3):
        quick.send(f"{IMPORTS}?compartmentId={IMPORT['compartmentId']}")
        assert quick.read_response()[0] == 200
    steered.pass_time(HOUR - 1)
    steered.serve_pending(connect)
    assert slow.has_nothing()
    steered.pass_time(1)
    assert slow.read_response()[0] == 200


def test_a_delayed_response_is_sent_on_an_otherwise_idle_server(real: FakeServer, connect) -> None:
    plan(real, operation="list_models", latency=SOON)
    connection = connect(real)
    connection.send()
    assert connection.read_response()[0] == 200


def test_pipelined_requests_are_served_in_order(steered: SteeredServer, connect) -> None:
    plan(steered, operation="list_models", latency=HOUR)
    connection = connect(steered)
    connection.socket.sendall(request("/_sim/health") + request(LIST) + request("/_sim/clock"))
    steered.serve_pending(connect)
    steered.pass_time(HOUR)
    assert [sorted(json.loads(connection.read_response()[2])) for _ in range(3)] == [
        ["region", "seed", "status", "time"],
        ["items"],
        ["time"],
    ]


def test_a_server_that_stood_still_serves_what_waits(steered: SteeredServer, connect) -> None:
    busy, idle = connect(steered), connect(steered)
    idle.send()
    assert idle.read_response()[0] == 200
    steered.serve_pending(connect)
    with steered.simulator.lock:
        busy.socket.sendall(request(LIST) + request(LIST))
        steered.wait_until_received(1)
        idle.send()
        steered.pass_time(HOUR)
    assert [busy.read_response()[0] for _ in range(2)] == [200, 200]
    assert idle.read_response()[0] == 200


def test_a_short_delay_does_not_shorten_an_earlier_long_one(steered: SteeredServer, connect) -> None:
    plan(steered, latency=HOUR)
    plan(steered, latency=1)
    connection = connect(steered)
    connection.socket.sendall(request(LIST) + request(LIST))
    steered.serve_pending(connect)
    steered.pass_time(HOUR - 1)
    steered.serve_pending(connect)
    assert connection.has_nothing()
    steered.pass_time(1)
    assert connection.read_response()[0] == connection.read_response()[0] == 200


def test_a_delayed_response_outlasts_the_idle_timeout(steered: SteeredServer, connect) -> None:
    plan(steered, operation="list_models", latency=HOUR)
    waiting, idle = connect(steered), connect(steered)
    waiting.send()
    idle.send("/_sim/health")
    assert idle.read_response()[0] == 200
    steered.serve_pending(connect)  # the time of a response counts from when it is sent
    steered.pass_time(limits.IDLE_SECONDS + 1)
    assert idle.rest() == b""
    steered.pass_time(HOUR - limits.IDLE_SECONDS - 1)
    assert waiting.read_response()[0] == 200
    assert waiting.read_list()


@pytest.mark.parametrize(("version", "header"), [("1.0", "accept: */*"), ("1.1", "connection: close")])
def test_a_delayed_response_is_complete_before_the_connection_is_closed(
    either: FakeServer, connect, version: str, header: str
) -> None:
    plan(either, latency=SOON)
    connection = connect(either)
    connection.send(LIST, "GET", header, version=version)
    status, headers, body = connection.read_response()
    assert (status, headers["connection"], len(json.loads(body)["items"])) == (200, "close", 3)
    assert connection.rest() == b""


def test_a_delayed_response_over_http_1_0_with_keep_alive_is_complete(either: FakeServer, connect) -> None:
    plan(either, latency=SOON)
    connection = connect(either)
    for _ in range(2):
        connection.send(LIST, "GET", "connection: keep-alive", version="1.0")
        assert len(json.loads(connection.read_response()[2])["items"]) == 3


def test_a_delayed_head_response_has_no_body(either: FakeServer, connect) -> None:
    plan(either, latency=SOON)
    connection = connect(either)
    connection.send(LIST, "HEAD")
    status, headers, _ = connection.read_response(head=True)
    assert (status, int(headers["content-length"])) == (200, len(connection.read_list()))


def test_an_invalid_request_behind_a_delayed_response_is_refused(either: FakeServer, connect, judge) -> None:
    plan(either, latency=SOON)
    connection = connect(either)
    connection.socket.sendall(request(LIST) + b"nonsense\r\n\r\n")
    assert connection.read_response()[0] == 200
    judge(*connection.read_response(), expected=(400, "CannotParseRequest"))
    connection.socket.shutdown(socket.SHUT_WR)
    assert connection.rest() == b""


def test_expect_continue_works_behind_a_delayed_response(either: FakeServer, connect) -> None:
    plan(either, operation="list_models", latency=SOON)
    connection = connect(either)
    body = json.dumps(IMPORT).encode()
    head = request(IMPORTS, "POST", "expect: 100-continue", f"content-length: {len(body)}")
    connection.socket.sendall(request(LIST) + head)
    assert connection.read_response()[0] == 200
    assert connection.read_response()[0] == 100
    connection.socket.sendall(body)
    assert connection.read_response()[0] == 201


# Which side closes.


@pytest.mark.parametrize("damage", [None, "reset", "time-out", "cut"])
def test_a_server_closes_while_a_response_is_delayed(connect, damage: str | None) -> None:
    with FakeServer() as server:
        plan(server, operation="list_models", latency=HOUR, damage=damage)
        connection = connect(server)
        connection.send()
        SteeredServer(server).serve_pending(connect)
    assert connection.rest() == b""


@pytest.mark.parametrize("how", ["close", "break_off"])
@pytest.mark.parametrize("damage", [None, "reset", "time-out", "cut", "not-json"])
def test_a_client_that_leaves_before_a_delayed_response_does_no_harm(
    steered: SteeredServer, connect, damage: str | None, how: str
) -> None:
    plan(steered, operation="list_models", latency=HOUR, damage=damage)
    connection = connect(steered)
    connection.send()
    steered.serve_pending(connect)
    getattr(connection, how)()
    steered.pass_time(HOUR)
    steered.serve_pending(connect)
    steered.serve_pending(connect)
    assert steered._loop._thread.is_alive()


def test_many_delayed_responses_are_each_sent_when_due(steered: SteeredServer, connect) -> None:
    connections = [connect(steered) for _ in range(20)]
    for n, connection in enumerate(connections):
        plan(steered, operation="list_models", latency=HOUR + n)
        connection.send()
        steered.serve_pending(connect)
    steered.pass_time(HOUR)
    for n, connection in enumerate(connections):
        assert connection.read_response()[0] == 200
        for later in connections[n + 1 :]:
            assert later.has_nothing()
        steered.pass_time(1)


def connections(steered: SteeredServer) -> int:
    return len(steered._loop._server.active_channels)


def test_clients_that_left_before_delayed_responses_free_their_connections(
    steered: SteeredServer, connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steered._loop._server, "most", 15)
    plan(steered, operation="list_models", latency=HOUR, times="always")
    waiting, other = connect(steered), connect(steered)
    waiting.send()
    for how in ("close", "break_off"):
        for _ in range(20):
            gone = connect(steered)
            gone.send()
            for _ in range(2):  # the first may be served in the turn in which the other connection is only taken
                other.send("/_sim/health")
                assert other.read_response()[0] == 200
            gone.socket.sendall(b"\r\n")
            getattr(gone, how)()
            steered.pass_time(1)
            other.send("/_sim/health")
            assert other.read_response()[0] == 200
    assert connections(steered) <= 15
    steered.pass_time(HOUR)
    assert waiting.read_response()[0] == 200


def test_a_client_that_closed_only_its_sending_side_gets_its_response(steered: SteeredServer, connect) -> None:
    plan(steered, operation="list_models", latency=HOUR)
    waiting = connect(steered)
    waiting.send()
    waiting.socket.shutdown(socket.SHUT_WR)
    steered.serve_pending(connect)
    steered.pass_time(HOUR)
    assert waiting.read_response()[0] == 200


@pytest.mark.parametrize("system", ["poll", "no poll"])
def test_a_crowded_server_soon_closes_connections_of_clients_that_left(
    steered: SteeredServer, connect, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    if system == "no poll":  # as on Windows
        monkeypatch.delattr("select.poll")
    monkeypatch.setattr(steered._loop._server, "most", 8)
    plan(steered, operation="list_models", latency=HOUR, times="always")
    crowd = [connect(steered) for _ in range(8)]
    for each in crowd:
        each.send()
    steered.wait_until_delayed(8)
    late = connect(steered)
    late.send("/_sim/health")
    for each in crowd:
        each.close()
    steered.pass_time(1)
    assert late.read_response()[0] == 200


LEAVES = {
    "stays": lambda _: None,
    "sends": lambda client: client.sendall(b"more"),
    "closes": lambda client: client.close(),
    "resets": lambda client: (client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET), client.close()),
}


@pytest.mark.parametrize(
    ("system", "lacks", "seen"),
    [
        ("usual", (), ("closes", "resets")),
        ("macOS", ("POLLRDHUP",), ("resets",)),
        ("Windows", ("poll",), ("closes", "resets")),
    ],
)
@pytest.mark.parametrize("how", LEAVES)
def test_a_client_that_has_left_is_seen_where_the_system_shows_it(
    monkeypatch: pytest.MonkeyPatch, system: str, lacks: tuple[str, ...], seen: tuple[str, ...], how: str
) -> None:
    for name in lacks:
        monkeypatch.delattr(f"select.{name}", raising=system != "macOS")
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(0)
            LEAVES[how](client)
            assert _is_closed_by_peer(connection) is (how in seen)
