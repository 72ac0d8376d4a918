"""Answers that are held back: they keep nobody else waiting, come in their order, and outlive no connection."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from raw_http import IMPORT, IMPORTS, LIST, request

from fake_server import FakeServer
from genai_ports.backends.system_clock import SystemClock
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.state.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from raw_http import Connection

HOUR = 3600.0
SOON = 0.2
"""A delay in real time, short enough to be waited for."""


class HeldServer:
    """A server that holds answers back by a clock of the test's, so that nothing depends on how fast anything is."""

    def __init__(self, server: FakeServer, clock: VirtualClock) -> None:
        self.server = server
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self.server, name)

    def let_pass(self, seconds: float) -> None:
        self._clock.advance(seconds)
        self.server._server.trigger.pull_trigger()

    def has_served(self, connect: Callable[[FakeServer], Connection]) -> None:
        """Return once all that was sent so far is served, since requests are served in the order in which they come."""
        other = connect(self.server)
        other.ask("/_sim/health")
        assert other.answer()[0] == 200


@pytest.fixture
def held(real: FakeServer, monkeypatch: pytest.MonkeyPatch) -> HeldServer:
    clock = VirtualClock(SystemClock().now())
    monkeypatch.setattr("fake_server.channel._CLOCK", clock)
    monkeypatch.setattr("fake_server.server._CLOCK", clock)
    return HeldServer(real, clock)


def plan(server: Any, **fault: Any) -> None:
    server.simulator.faults.add(Fault(**fault))


def test_while_one_answer_is_held_back_other_connections_are_served(held: HeldServer, connect) -> None:
    plan(held, operation="list_models", latency=HOUR)
    slow, quick = connect(held), connect(held)
    slow.ask()
    held.has_served(connect)
    for _ in range(3):
        quick.ask(f"{IMPORTS}?compartmentId={IMPORT['compartmentId']}")
        assert quick.answer()[0] == 200
    held.let_pass(HOUR - 1)
    held.has_served(connect)
    assert slow.has_nothing()
    held.let_pass(1)
    assert slow.answer()[0] == 200


def test_an_answer_that_is_held_back_comes_though_nothing_else_happens(real: FakeServer, connect) -> None:
    plan(real, operation="list_models", latency=SOON)
    connection = connect(real)
    connection.ask()
    assert connection.answer()[0] == 200


def test_requests_sent_ahead_are_answered_in_their_order(held: HeldServer, connect) -> None:
    plan(held, operation="list_models", latency=HOUR)
    connection = connect(held)
    connection.socket.sendall(request("/_sim/health") + request(LIST) + request("/_sim/clock"))
    held.has_served(connect)
    held.let_pass(HOUR)
    assert [sorted(json.loads(connection.answer()[2])) for _ in range(3)] == [
        ["region", "status", "time"],
        ["items"],
        ["time"],
    ]


def test_a_short_delay_behind_a_long_one_makes_that_no_shorter(held: HeldServer, connect) -> None:
    plan(held, latency=HOUR)
    plan(held, latency=1)
    connection = connect(held)
    connection.socket.sendall(request(LIST) + request(LIST))
    held.has_served(connect)
    held.let_pass(HOUR - 1)
    held.has_served(connect)
    assert connection.has_nothing()
    held.let_pass(1)
    assert connection.answer()[0] == connection.answer()[0] == 200


def test_an_answer_held_back_for_longer_than_idle_connections_live_is_sent_and_the_connection_lives_on(
    held: HeldServer, connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(held, operation="list_models", latency=HOUR)
    waiting, idle = connect(held), connect(held)
    waiting.ask()
    idle.ask("/_sim/health")
    assert idle.answer()[0] == 200
    with monkeypatch.context() as impatient:
        impatient.setattr(held._server.adj, "channel_timeout", -1)
        held._server.next_channel_cleanup = 0
        held.let_pass(1)
        assert idle.rest() == b""
    held.let_pass(HOUR)
    assert waiting.answer()[0] == 200
    assert waiting.undisturbed()


@pytest.mark.parametrize(("version", "header"), [("1.0", "accept: */*"), ("1.1", "connection: close")])
def test_a_late_answer_comes_whole_before_the_connection_is_closed(
    either: FakeServer, connect, version: str, header: str
) -> None:
    plan(either, latency=SOON)
    connection = connect(either)
    connection.ask(LIST, "GET", header, version=version)
    status, headers, body = connection.answer()
    assert (status, headers["connection"], len(json.loads(body)["items"])) == (200, "close", 3)
    assert connection.rest() == b""


def test_a_late_answer_to_a_client_of_http_1_0_that_stays_is_whole(either: FakeServer, connect) -> None:
    plan(either, latency=SOON)
    connection = connect(either)
    for _ in range(2):
        connection.ask(LIST, "GET", "connection: keep-alive", version="1.0")
        assert len(json.loads(connection.answer()[2])["items"]) == 3


def test_head_is_late_too_and_brings_no_body(either: FakeServer, connect) -> None:
    plan(either, latency=SOON)
    connection = connect(either)
    connection.ask(LIST, "HEAD")
    status, headers, _ = connection.answer(head=True)
    assert (status, int(headers["content-length"])) == (200, len(connection.undisturbed()))


def test_what_is_no_request_is_refused_behind_an_answer_that_is_late(either: FakeServer, connect, judge) -> None:
    plan(either, latency=SOON)
    connection = connect(either)
    connection.socket.sendall(request(LIST) + b"nonsense\r\n\r\n")
    assert connection.answer()[0] == 200
    judge(*connection.answer(), expected=(400, "CannotParseRequest"))
    connection.socket.shutdown(socket.SHUT_WR)
    assert connection.rest() == b""


def test_a_body_that_is_asked_to_go_on_goes_on_behind_an_answer_that_is_late(either: FakeServer, connect) -> None:
    plan(either, operation="list_models", latency=SOON)
    connection = connect(either)
    body = json.dumps(IMPORT).encode()
    head = request(IMPORTS, "POST", "expect: 100-continue", f"content-length: {len(body)}")
    connection.socket.sendall(request(LIST) + head)
    assert connection.answer()[0] == 200
    assert connection.answer()[0] == 100
    connection.socket.sendall(body)
    assert connection.answer()[0] == 201


# Who closes.


@pytest.mark.parametrize("damage", [None, "reset", "time-out", "cut"])
def test_a_server_closes_while_an_answer_is_held_back(connect, damage: str | None) -> None:
    with FakeServer() as server:
        plan(server, operation="list_models", latency=HOUR, damage=damage)
        connection = connect(server)
        connection.ask()
        HeldServer(server, VirtualClock()).has_served(connect)
    assert connection.rest() == b""


@pytest.mark.parametrize("how", ["close", "break_off"])
@pytest.mark.parametrize("damage", [None, "reset", "time-out", "cut", "not-json"])
def test_a_client_that_goes_away_while_its_answer_is_held_back_does_no_harm(
    held: HeldServer, connect, damage: str | None, how: str
) -> None:
    plan(held, operation="list_models", latency=HOUR, damage=damage)
    connection = connect(held)
    connection.ask()
    held.has_served(connect)
    getattr(connection, how)()
    held.let_pass(HOUR)
    held.has_served(connect)
    held.has_served(connect)
    assert held._thread.is_alive()


def test_many_answers_are_held_back_at_once_and_come_when_each_is_due(held: HeldServer, connect) -> None:
    connections = [connect(held) for _ in range(20)]
    for n, connection in enumerate(connections):
        plan(held, operation="list_models", latency=HOUR + n)
        connection.ask()
        held.has_served(connect)
    held.let_pass(HOUR)
    for n, connection in enumerate(connections):
        assert connection.answer()[0] == 200
        for later in connections[n + 1 :]:
            assert later.has_nothing()
        held.let_pass(1)


def connections(held: HeldServer) -> int:
    return len(held._server.active_channels)


def test_clients_that_left_while_their_answers_are_held_back_keep_nobody_out(
    held: HeldServer, connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_server.server._CROWDED", 15)
    plan(held, operation="list_models", latency=HOUR, times="always")
    waiting, other = connect(held), connect(held)
    waiting.ask()
    for how in ("close", "break_off"):
        for _ in range(20):
            gone = connect(held)
            gone.ask()
            for _ in range(2):  # the first may be served in the turn in which the other connection is only taken
                other.ask("/_sim/health")
                assert other.answer()[0] == 200
            gone.socket.sendall(b"\r\n")
            getattr(gone, how)()
            other.ask("/_sim/health")
            assert other.answer()[0] == 200
    assert connections(held) <= 20
    held.let_pass(HOUR)
    assert waiting.answer()[0] == 200


def test_a_client_that_only_has_no_more_to_say_gets_its_answer(held: HeldServer, connect) -> None:
    plan(held, operation="list_models", latency=HOUR)
    waiting = connect(held)
    waiting.ask()
    waiting.socket.shutdown(socket.SHUT_WR)
    held.has_served(connect)
    held.let_pass(HOUR)
    assert waiting.answer()[0] == 200


@pytest.mark.parametrize("system", ["poll", "no poll"])
def test_a_crowded_server_checks_again_soon_which_clients_have_left(
    held: HeldServer, connect, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    if system == "no poll":  # as on Windows
        monkeypatch.delattr("select.poll")
    monkeypatch.setattr("fake_server.server._CROWDED", 3)
    monkeypatch.setattr(held._server.adj, "connection_limit", 8)
    plan(held, operation="list_models", latency=HOUR, times="always")
    crowd = [connect(held) for _ in range(8)]
    for each in crowd:
        each.ask()
    late = connect(held)
    late.ask("/_sim/health")
    for each in crowd:
        each.close()
    assert late.answer()[0] == 200
