"""The loop of a server: how long it sleeps, how often it checks its connections, and that it never waits longer."""

from __future__ import annotations

from threading import Condition
from typing import TYPE_CHECKING, Any

import pytest
from raw_http import LIST, request
from steered_server import SteeredServer
from waitress import wasyncore

from fake_server import FakeServer
from genai_ports.simulator.faults.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEALTH = "/_sim/health"
MOMENT = 0.01


class Sleeps:
    """How long a loop wants to sleep each time. It sleeps for a moment at most."""

    def __init__(self) -> None:
        self.wanted: list[float] = []
        self.after_one: Callable[[], object] = lambda: None
        """What happens while the loop sleeps, once."""
        self._poll = wasyncore.loop
        self._changed = Condition()

    def poll(self, timeout: float, **options: Any) -> None:
        """Stand for the function of waitress."""
        assert options["use_poll"]  # select takes no descriptor above 1023
        self._poll(timeout=max(0.0, min(timeout, MOMENT)), **options)
        with self._changed:
            act, self.after_one = self.after_one, lambda: None
            act()
            self.wanted.append(timeout)
            self._changed.notify()

    def next(self, count: int = 3) -> list[float]:
        """Return how long the loop wants to sleep the next times, as things are now."""
        with self._changed:
            start = len(self.wanted) + 1  # the loop may be in the middle of one already
            assert self._changed.wait_for(lambda: len(self.wanted) >= start + count, 20)
            return self.wanted[start : start + count]

    def become_long(self) -> bool:
        """Wait until the loop wants to sleep for more than a second."""
        with self._changed:
            start = len(self.wanted)
            return self._changed.wait_for(lambda: max(self.wanted[start:], default=0) > 1, 20)


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> Sleeps:
    made = Sleeps()
    monkeypatch.setattr(wasyncore, "loop", made.poll)
    return made


@pytest.fixture
def steered(sleeps: Sleeps, monkeypatch: pytest.MonkeyPatch) -> Iterator[SteeredServer]:
    """A server of this test alone, whose time stands still."""
    with FakeServer() as server:
        steered = SteeredServer(server)
        steered.steer(monkeypatch)
        yield steered


def test_it_sleeps_long_without_a_connection_and_a_second_with_one(steered: SteeredServer, connect, sleeps) -> None:
    assert min(sleeps.next()) > 1
    client = connect(steered)
    client.read_list()
    assert sleeps.next() == [1, 1, 1]
    client.close()
    assert sleeps.become_long()


def test_it_sleeps_a_second_while_it_accepts_no_connections(steered: SteeredServer, sleeps, monkeypatch) -> None:
    monkeypatch.setattr(steered._loop._server, "_resumes_at", steered._now + 0.5)
    assert sleeps.next() == [1, 1, 1]
    steered.pass_time(0.5)
    assert sleeps.become_long()


def test_it_sleeps_until_the_first_delayed_response_is_due_and_no_longer(
    steered: SteeredServer, connect, sleeps: Sleeps
) -> None:
    for count, latency in enumerate((5, 0.75, 0.25), 1):
        steered.simulator.faults.add(Fault(operation="list_models", latency=latency))
        client = connect(steered)
        client.send()
        steered.wait_until_delayed(count)
    assert sleeps.next() == [0.25] * 3
    steered.pass_time(0.25)
    assert client.read_response()[0] == 200
    assert sleeps.next() == [0.5] * 3
    before = len(sleeps.wanted)
    sleeps.after_one = lambda: steered.pass_time(0.625)
    sleeps.next()
    assert {0.0, 0.5, 1.0} >= {*sleeps.wanted[before:]} >= {0.0, 1.0}


def test_it_does_not_sleep_while_a_request_waits(steered: SteeredServer, connect, sleeps: Sleeps) -> None:
    client = connect(steered)
    client.read_list()
    sleeps.next()
    before = len(sleeps.wanted)
    client.socket.sendall(request(LIST) * 3)
    assert [client.read_response()[0] for _ in range(3)] == [200] * 3
    sleeps.next()
    assert {*sleeps.wanted[before:]} == {0, 1}


def test_connections_are_checked_once_a_second(steered: SteeredServer, connect, sleeps: Sleeps) -> None:
    client = connect(steered)
    client.read_list()
    steered.pass_time(0.75)
    assert sleeps.next() == [1, 1, 1]
    for _ in range(2):
        before = len(sleeps.wanted)
        steered.pass_time(0.25)
        sleeps.next()
        assert sleeps.wanted[before:].count(0) == 1  # it reads what has arrived before it checks
        steered.pass_time(0.75)
        assert sleeps.next() == [1, 1, 1]


@pytest.mark.parametrize(("most", "is_closed"), [(10, True), (11, False)])
def test_at_nine_tenths_of_the_connections_those_of_clients_that_left_are_closed(
    steered: SteeredServer, connect, sleeps: Sleeps, monkeypatch: pytest.MonkeyPatch, *, most: int, is_closed: bool
) -> None:
    acceptor = steered._loop._server
    monkeypatch.setattr(acceptor, "most", most)
    steered.simulator.faults.add(Fault(operation="list_models", latency=3600))
    gone, *others = (connect(steered) for _ in range(9))
    gone.send()
    steered.wait_until_delayed(1)
    for each in others:
        each.send(HEALTH)
        each.read_response()
    gone.close()
    steered.pass_time(1)
    sleeps.next()
    assert len(acceptor.connections) == (8 if is_closed else 9)


def test_a_program_that_does_not_close_its_server_can_end() -> None:
    with FakeServer() as server:
        assert server._loop._thread.daemon
