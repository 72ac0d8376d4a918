"""A server that drains: it finishes what can be finished in time, and closes everything else at once."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest
from raw_http import LIST, request
from steered_server import SteeredServer

from fake_server import FakeServer
from genai_ports import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import StartResponse

HOUR = 3600.0
UNFINISHED = request("/_sim/health")[:20]


@pytest.fixture
def steered(monkeypatch: pytest.MonkeyPatch) -> Iterator[SteeredServer]:
    """A server of this test alone, whose time stands still."""
    with FakeServer() as server:
        steered = SteeredServer(server)
        steered.steer(monkeypatch)
        yield steered


def begin_to_drain(steered: SteeredServer, seconds: float) -> Thread:
    thread = Thread(target=lambda: steered.close(drain=seconds))
    thread.start()
    return thread


@pytest.mark.parametrize("behind", [b"", request(LIST), b"nonsense\r\n\r\n"], ids=["none", "a request", "no request"])
def test_it_does_not_wait_for_a_response_that_is_delayed_for_longer(
    steered: SteeredServer, connect, behind: bytes
) -> None:
    steered.simulator.faults.add(Fault(latency=HOUR + 1, times=2))
    client = connect(steered)
    client.socket.sendall(request(LIST) + behind)
    steered.wait_until_delayed(1)
    steered.serve_pending(connect)
    steered.close(drain=HOUR)
    assert client.rest() == b""


def test_a_long_response_of_a_call_that_closes_its_server_arrives_whole(steered: SteeredServer, connect) -> None:
    body = b"x" * 16_000_000

    def serve(_: object, start_response: StartResponse) -> list[bytes]:
        steered.close()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    steered._loop._server.application = serve
    client = connect(steered)
    client.send()
    assert len(client.read_response()[2]) == len(body)
    steered._loop._thread.join(20)
    assert not steered._loop._thread.is_alive()


def test_it_finishes_nothing_without_a_time_for_it(steered: SteeredServer, connect) -> None:
    steered.simulator.faults.add(Fault(latency=0.5))
    client = connect(steered)
    client.send()
    steered.wait_until_delayed(1)
    steered.close()
    assert client.rest() == b""


def test_it_does_not_wait_for_clients_that_send_nothing_or_have_left(steered: SteeredServer, connect) -> None:
    steered.simulator.faults.add(Fault(operation="list_models", latency=60))
    idle, gone = connect(steered), connect(steered)
    idle.send("/_sim/health")
    assert idle.read_response()[0] == 200
    gone.send()
    steered.wait_until_delayed(1)
    gone.close()
    steered.close(drain=HOUR)
    assert idle.rest() == b""


def test_it_finishes_a_delayed_response_and_a_request_that_arrives(steered: SteeredServer, connect) -> None:
    steered.simulator.faults.add(Fault(operation="list_models", latency=60))
    idle, delayed, arriving = connect(steered), connect(steered), connect(steered)
    delayed.send()
    arriving.socket.sendall(UNFINISHED)
    steered.wait_until_delayed(1)
    steered.serve_pending(connect)
    thread = begin_to_drain(steered, HOUR)
    assert idle.rest() == b""
    with pytest.raises(ConnectionRefusedError):
        connect(steered)
    arriving.socket.sendall(request("/_sim/health")[20:])
    status, headers, _ = arriving.read_response()
    assert (status, headers["connection"]) == (200, "close")
    steered.pass_time(60)
    assert delayed.read_response()[0] == 200
    thread.join(20)
    assert not thread.is_alive()


def test_it_serves_the_clients_that_have_connected_before(steered: SteeredServer, connect) -> None:
    busy = connect(steered)
    with steered.simulator.lock:
        busy.send()
        steered.wait_until_received(1)
        waiting = [connect(steered) for _ in range(3)]
        for each in waiting:
            each.send()
        thread = begin_to_drain(steered, HOUR)
        while not steered._loop._is_closing:
            thread.join(0.001)
    assert [each.read_response()[0] for each in (busy, *waiting)] == [200] * 4
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("seconds", [10, 11])
def test_it_does_not_wait_longer_than_its_time(steered: SteeredServer, connect, seconds: float) -> None:
    idle, arriving = connect(steered), connect(steered)
    arriving.socket.sendall(UNFINISHED)
    steered.serve_pending(connect)
    thread = begin_to_drain(steered, 10)
    assert idle.rest() == b""
    steered.pass_time(9)
    assert arriving.has_nothing()
    steered.pass_time(seconds - 9)
    thread.join(20)
    assert not thread.is_alive()
    assert arriving.rest() == b""
