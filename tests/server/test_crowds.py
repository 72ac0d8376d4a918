"""Crowds, and clients that are slow, silent or do not read: they take a bounded part of the server."""

from __future__ import annotations

import errno
import gc
import json
import socket
import sys
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from raw_http import IMPORT, IMPORTS, LIST, Connection, request

from fake_server import FakeServer, limits
from fake_server.control.world import PATHS
from fake_server.dispatcher import InlineDispatcher
from fake_server.streams import pieces
from genai_ports import Fault, InMemoryModelRepository
from genai_ports.simulator.work.work_request_view import work_request
from genai_ports.testing import ready
from genai_ports.wire.responses import dump_value

if TYPE_CHECKING:
    from steered_server import SteeredServer

HEALTH = "/_sim/health"
TAGS = {f"key{n}": "v" * 250 for n in range(64)}


def is_up(server: Any, connect: Any) -> bool:
    other = connect(server)
    other.send(HEALTH)
    return bool(other.read_response()[0] == 200)


def connections(server: Any) -> int:
    return len(server._loop._server.connections)


def channel_of(server: Any, client: Connection) -> Any:
    """Return the server's side of a connection."""
    [found] = [each for each in server._loop._server.connections if each.addr == client.socket.getsockname()]
    return found


# Fairness.


class Task:
    """A connection with requests, each of which it notes when it is served."""

    def __init__(self, name: str, requests: int, dispatcher: InlineDispatcher, served: list[str]) -> None:
        self.name, self.requests, self.dispatcher, self.served = name, requests, dispatcher, served

    def service(self) -> None:
        self.served.append(self.name)
        self.requests -= 1
        if self.requests:
            self.dispatcher.add_task(self)


def test_a_round_serves_one_request_of_each_connection() -> None:
    served: list[str] = []
    dispatcher = InlineDispatcher()
    for name, count in (("a", 3), ("b", 1), ("c", 2)):
        dispatcher.add_task(Task(name, count, dispatcher, served))
    dispatcher.run()
    assert (served, bool(dispatcher)) == (["a", "b", "c"], True)
    dispatcher.run()
    assert (served[3:], bool(dispatcher)) == (["a", "c"], True)
    dispatcher.run()
    assert (served[5:], bool(dispatcher)) == (["a"], False)


def test_pieces_of_long_responses_wait_for_requests() -> None:
    served: list[str] = []
    dispatcher = InlineDispatcher()
    for n in range(10):
        dispatcher.add_stream(Task(f"piece {n}", 1, dispatcher, served))
    dispatcher.add_task(Task("request", 1, dispatcher, served))
    dispatcher.run()
    assert served[0] == "request"
    assert 1 < len(served) < 10


# Clients that do not read.


@pytest.fixture
def deaf(server: FakeServer, connect: Any) -> Connection:
    """A connection with a small buffer, whose client does not read."""
    own: Connection = connect(server)
    own.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    return own


def unsent(server: FakeServer) -> int:
    return max(int(each.total_outbufs_len) for each in server._loop._server.connections)


def test_a_connection_that_does_not_read_is_paused(server: FakeServer, connect, deaf: Connection) -> None:
    count = 600
    deaf.socket.sendall(request("/_sim/rules") * count)
    for _ in range(count):
        assert is_up(server, connect)
    assert unsent(server) < 2 * limits.MOST_UNSENT
    for _ in range(count):
        assert deaf.read_response()[0] == 200


def test_a_long_response_is_made_while_its_client_reads(
    server: FakeServer, connect, deaf: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_server.limits.MOST_UNSENT", 1000)
    genai = InMemoryModelRepository(simulator=server.simulator)
    for _ in range(500):
        ready.imported_model(genai, freeform_tags=TAGS)
    monkeypatch.setattr("fake_server.streams.MOST_WHOLE_CONTROL", 1000)
    deaf.socket.sendall(request("/_sim/state") * 300)
    for _ in range(50):
        assert is_up(server, connect)
    assert unsent(server) < 3_000_000
    status, headers, _ = deaf.read_response()
    body = deaf.rest()
    assert (status, headers["transfer-encoding"], headers["connection"]) == (200, "chunked", "close")
    assert body.endswith(b"\r\n0\r\n\r\n")
    assert body.count(b'"key0"') == 500


def test_work_in_the_state_is_shown_only_when_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(
        "genai_ports.simulator.work.work_request_view.work_request",
        lambda work, now: shown.append(work) or work_request(work, now),
    )
    genai = InMemoryModelRepository(pace="60s")
    for _ in range(60):
        genai.create_imported_model(ready.imported_model_details())
    response: Any = PATHS["/state"]["GET"](None, genai.simulator)
    assert shown == []
    sent = b"".join(response._pieces)
    assert len(shown) == 60
    assert sent == b"".join(pieces(genai.simulator.state(), dump_value))


def test_a_head_request_for_a_long_response_has_no_body(
    server: FakeServer, connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_server.streams.MOST_WHOLE_CONTROL", 10)
    client = connect(server)
    client.send("/_sim/state", "HEAD")
    assert client.read_response(head=True)[0] == 200
    assert client.rest() == b""


def test_a_defect_in_a_long_response_ends_its_connection_only(
    server: FakeServer, connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> bytes:
        raise LookupError

    genai = InMemoryModelRepository(simulator=server.simulator)
    for _ in range(3):
        ready.imported_model(genai)
    monkeypatch.setattr("fake_server.streams.MOST_WHOLE_CONTROL", 10)
    monkeypatch.setattr("fake_server.control.world.dump_value", broken)
    client = connect(server)
    client.send("/_sim/state")
    client.read_response()
    assert not client.rest().endswith(b"\r\n0\r\n\r\n")
    assert is_up(server, connect)


@pytest.mark.parametrize("spare", [0, -1])
def test_a_request_waits_while_more_is_unsent_than_the_limit(
    steered: SteeredServer, connect, monkeypatch: pytest.MonkeyPatch, spare: int
) -> None:
    client = connect(steered)
    client.send(LIST, "GET", "connection: close")
    unsent = len(client.rest()) - len("Connection: close\r\n")
    monkeypatch.setattr("fake_server.limits.MOST_UNSENT", unsent + spare)
    steered.simulator.faults.add(Fault(operation="list_models", latency=60))
    client = connect(steered)
    client.socket.sendall(request(LIST) + request(HEALTH))
    steered.wait_until_delayed(1)
    steered.serve_pending(connect)
    assert channel_of(steered, client)._is_paused == (spare < 0)
    steered.pass_time(60)
    assert [client.read_response()[0] for _ in range(2)] == [200, 200]


def test_a_client_that_leaves_during_a_long_response_does_no_harm(
    server: FakeServer, connect, deaf: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_server.limits.MOST_UNSENT", 10)
    monkeypatch.setattr("fake_server.streams.MOST_WHOLE_CONTROL", 10)
    genai = InMemoryModelRepository(simulator=server.simulator)
    for _ in range(200):
        ready.imported_model(genai, freeform_tags=TAGS)
    before = connections(server)
    deaf.send("/_sim/state")
    assert is_up(server, connect)
    deaf.break_off()
    while connections(server) >= before + 2:
        assert is_up(server, connect)


# Deadlines.


def test_a_head_that_trickles_is_refused_at_its_deadline(steered: SteeredServer, connect, judge) -> None:
    slow = connect(steered)
    slow.socket.sendall(b"GET /_sim/health HTTP/1.1\r\nx: ")
    for _ in range(3):
        steered.serve_pending(connect)
        steered.pass_time(limits.HEAD_SECONDS / 4)
        slow.socket.sendall(b"y")
    steered.serve_pending(connect)
    assert slow.has_nothing()
    steered.pass_time(limits.HEAD_SECONDS)
    status, headers, body = slow.read_response()
    assert (
        "its head is not complete after 30 seconds"
        in judge(status, headers, body, expected=(400, "CannotParseRequest"))["message"]
    )
    assert headers["connection"] == "close"
    steered.serve_pending(connect)
    steered.pass_time(limits.LEAVE_SECONDS + 1)
    assert slow.rest() == b""
    steered.serve_pending(connect)


def test_a_body_that_trickles_is_refused_at_its_deadline(steered: SteeredServer, connect, judge) -> None:
    slow = connect(steered)
    slow.socket.sendall(request(IMPORTS, "POST", "content-length: 1000"))
    for _ in range(3):
        steered.serve_pending(connect)
        steered.pass_time(limits.BODY_SECONDS / 4)
        slow.socket.sendall(b"y")
    steered.serve_pending(connect)
    assert slow.has_nothing()
    steered.pass_time(limits.BODY_SECONDS)
    document = judge(*slow.read_response(), expected=(400, "CannotParseRequest"))
    assert "its body is not complete after 60 seconds" in document["message"]


def test_a_request_that_takes_all_of_its_time_is_served(steered: SteeredServer, connect) -> None:
    sent = request(IMPORTS, "POST", body=IMPORT)
    client = connect(steered)
    for part, seconds in (
        (sent[:20], limits.IDLE_SECONDS),
        (sent[20:-5], limits.HEAD_SECONDS),
        (sent[-5:], limits.BODY_SECONDS),
    ):
        steered.serve_pending(connect)
        steered.pass_time(seconds)
        steered.serve_pending(connect)
        assert client.has_nothing()
        client.socket.sendall(part)
    assert client.read_response()[0] == 201


def test_a_client_that_goes_on_sending_after_a_refusal_is_left(steered: SteeredServer, connect) -> None:
    slow = connect(steered)
    slow.socket.sendall(b"nonsense\r\n\r\n")
    assert slow.read_response()[0] == 400
    steered.serve_pending(connect)
    channel = channel_of(steered, slow)
    steered.pass_time(limits.LEAVE_SECONDS)
    steered.serve_pending(connect)
    assert channel in steered._loop._server.connections
    steered.pass_time(1)
    steered.serve_pending(connect)
    assert channel not in steered._loop._server.connections
    assert slow.rest() == b""


def test_a_client_is_left_when_it_sends_too_much_after_a_refusal(
    steered: SteeredServer, connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_server.channel._MOST_BYTES_READ_ON", 1024)
    client = connect(steered)
    client.socket.sendall(b"nonsense\r\n\r\n")
    assert client.read_response()[0] == 400
    steered.serve_pending(connect)
    channel = channel_of(steered, client)
    for size, total in ((1000, 1000), (24, 1024), (1, 1025)):
        client.socket.sendall(b" " * size)
        while channel._read_on < total:
            steered.serve_pending(connect)
        assert (channel in steered._loop._server.connections) == (total <= 1024)


def test_blank_lines_do_not_keep_a_connection(steered: SteeredServer, connect) -> None:
    slow = connect(steered)
    with suppress(OSError):  # it is closed while it sends
        for _ in range(8):
            slow.socket.sendall(b"\r\n\r\n\r")
            steered.serve_pending(connect)
            steered.pass_time(limits.HEAD_SECONDS - 1)
    with suppress(ConnectionResetError):
        assert slow.rest().count(b"HTTP/1.0 400") <= 1  # and it is closed


def test_a_request_after_a_long_pause_has_its_whole_time(steered: SteeredServer, connect) -> None:
    client = connect(steered)
    for _ in range(3):
        client.send(HEALTH)
        assert client.read_response()[0] == 200
        steered.serve_pending(connect)
        steered.pass_time(limits.IDLE_SECONDS - 1)
        client.socket.sendall(request(HEALTH)[:-2])
        steered.serve_pending(connect)
        steered.pass_time(limits.HEAD_SECONDS - 1)
        client.socket.sendall(b"\r\n")
        assert client.read_response()[0] == 200
        steered.serve_pending(connect)


def test_a_client_that_never_reads_is_left(steered: SteeredServer, connect) -> None:
    deaf = connect(steered)
    deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    deaf.socket.sendall(request("/_sim/rules") * 900)
    while not any(each._is_paused for each in steered._loop._server.connections):
        steered.serve_pending(connect)
    steered.pass_time(limits.IDLE_SECONDS + 1)
    steered.serve_pending(connect)
    assert not any(each._is_paused for each in steered._loop._server.connections)
    with suppress(ConnectionResetError):
        assert deaf.rest().count(b"HTTP/1.1 200") < 900


def test_a_delay_and_a_deadline_do_not_depend_on_the_machines_clock(
    steered: SteeredServer, connect, monkeypatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 0.0)
    client = connect(steered)
    client.send()
    assert client.read_response()[0] == 200
    steered.serve_pending(connect)
    monkeypatch.setattr("time.time", lambda: 1e12)
    steered.pass_time(limits.IDLE_SECONDS - 1)
    client.send()
    assert client.read_response()[0] == 200


# More connections than the server can hold.


def test_at_the_limit_the_connection_that_waited_longest_is_closed_for_a_new_one(
    steered: SteeredServer, connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(steered._loop._server, "_said", set())
    monkeypatch.setattr(steered._loop._server, "most", 5)
    crowd = [connect(steered) for _ in range(5)]
    for n, each in enumerate(crowd):
        each.send(HEALTH)
        assert each.read_response()[0] == 200
        if n == 4:  # it begins the next request, and sends no more
            each.socket.sendall(b"GET /")
    crowd[0].send(HEALTH)
    assert crowd[0].read_response()[0] == 200
    steered.pass_time(limits.YOUNG_SECONDS)
    crowd[0].send(HEALTH)
    assert crowd[0].read_response()[0] == 200
    for _ in range(4):
        steered.serve_pending(connect)
    assert [each.rest() for each in crowd[1:]] == [b""] * 4
    crowd[0].send(HEALTH)
    assert crowd[0].read_response()[0] == 200
    says = "5 connections are open; for each new one, the one that is idle longest is closed"
    assert [each.getMessage().removeprefix("fake_server: ") for each in caplog.records].count(says) == 1


def test_at_the_limit_new_connections_wait_until_one_may_be_closed(
    steered: SteeredServer, connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(steered._loop._server, "_said", set())
    monkeypatch.setattr(steered._loop._server, "most", 2)
    crowd = [connect(steered) for _ in range(2)]
    for each in crowd:
        each.send(LIST)
        assert each.read_response()[0] == 200
    late = connect(steered)
    late.send(HEALTH)
    for each in crowd:
        each.send(LIST)
        assert each.read_response()[0] == 200
    assert late.has_nothing()
    steered.pass_time(limits.YOUNG_SECONDS)
    assert late.read_response()[0] == 200
    assert "all 2 connections are in use; new ones wait" in caplog.text


class Listener:
    """A listening socket with another way to accept connections."""

    def __init__(self, listener: Any, accept: Any) -> None:
        self.listener = listener
        self.accept = accept

    def __getattr__(self, name: str) -> Any:
        return getattr(self.listener, name)


def test_without_a_descriptor_an_idle_connection_makes_room_for_a_new_one(
    steered: SteeredServer, connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    acceptor = steered._loop._server
    listener = acceptor.socket
    idle = connect(steered)
    idle.read_list()
    steered.serve_pending(connect)
    steered.pass_time(limits.YOUNG_SECONDS)
    steps = [errno.EMFILE]

    def accept() -> Any:
        if steps:
            raise OSError(steps.pop(), "none left")
        return listener.accept()

    monkeypatch.setattr(acceptor, "socket", Listener(listener, accept))
    late = connect(steered)
    late.read_list()
    assert steps == []
    assert idle.rest() == b""


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
def test_without_a_descriptor_it_pauses_and_says_so_once(
    steered: SteeredServer, connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    acceptor = steered._loop._server
    monkeypatch.setattr(acceptor, "_said", set())
    open_one = connect(steered)
    open_one.send(HEALTH)
    assert open_one.read_response()[0] == 200
    tries: list[int] = []

    def fail() -> Any:
        tries.append(1)
        raise OSError(number, "none left")

    with monkeypatch.context() as full:
        full.setattr(acceptor, "socket", Listener(acceptor.socket, fail))
        late = connect(steered)
        late.send(HEALTH)
        while not tries:
            open_one.send(HEALTH)
            assert open_one.read_response()[0] == 200
        for _ in range(20):
            open_one.send(HEALTH)
            assert open_one.read_response()[0] == 200
        assert len(tries) == 1
        steered.pass_time(0.75)
        assert open_one.read_list()
        assert len(tries) == 1
    steered.pass_time(0.25)
    assert late.read_response()[0] == 200
    assert sum("no file descriptor is left" in each.getMessage() for each in caplog.records) == 1


@pytest.mark.parametrize(("files", "most"), [(200, 136), (100, 50), (1024, 960), (10**6, 1000), (-1, 1000)])
def test_as_many_connections_as_the_process_may_open_files(
    monkeypatch: pytest.MonkeyPatch, files: int, most: int
) -> None:
    resource = pytest.importorskip("resource")
    limit = resource.RLIM_INFINITY if files == -1 else files
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert limits.most_connections() == most


def test_fewer_connections_where_select_has_no_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("select.poll")
    monkeypatch.setitem(sys.modules, "resource", None)
    assert limits.most_connections() == 400


# A defect of the loop.


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("place", ["dispatcher", "acceptor"])
def test_a_defect_of_the_loop_ends_the_server_loudly(connect, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def fail(*_: Any) -> None:
        raise LookupError("a defect")

    server = FakeServer()
    ended = Event()
    server.on_failure(ended.set)
    server.start()
    client = connect(server)
    client.send(HEALTH)
    assert client.read_response()[0] == 200
    if place == "dispatcher":
        monkeypatch.setattr(InlineDispatcher, "run", fail)
        client.send(HEALTH)
    else:
        monkeypatch.setattr(server._loop._server, "fix_addr", fail)
        monkeypatch.setattr(server._loop._server, "set_socket_options", fail)
        connect(server)
    assert client.rest() == b""
    assert ended.wait(20)
    with pytest.raises(RuntimeError, match=f"the server on port {server.port} stopped") as caught:
        server.close()
    assert isinstance(caught.value.__cause__, LookupError)
    server.close()


# Requests that are not complete.

LARGE = json.dumps(IMPORT).encode() + b" " * 400_000
LARGE_HEAD = request(IMPORTS, "POST", "content-type: application/json", f"content-length: {len(LARGE)}")


@pytest.fixture
def crowd(steered: SteeredServer, connect, monkeypatch: pytest.MonkeyPatch) -> list[Connection]:
    """Connections whose requests are not complete; the server may hold 100,000 bytes, and holds more than the half."""
    monkeypatch.setattr("fake_server.limits.MOST_INCOMPLETE", 100_000)
    opened = [connect(steered) for _ in range(8)]
    for each in opened:
        each.socket.sendall(LARGE_HEAD + LARGE[:40_000])
    for _ in range(50):
        assert is_up(steered, connect)
    return opened


def incomplete(server: Any) -> list[int]:
    return [each.request.body_bytes_received for each in server._loop._server.connections if each.request]


def test_requests_that_are_not_complete_hold_a_bounded_part_of_memory(
    steered: SteeredServer, connect, crowd: list[Connection]
) -> None:
    for each in crowd[1:]:
        each.socket.sendall(LARGE[40_000:140_000])
    for _ in range(50):
        assert is_up(steered, connect)
    held = incomplete(steered)
    assert len(held) == len(crowd)
    assert sum(held) < limits.MOST_INCOMPLETE + len(crowd) * (limits.SMALL_REQUEST + 2 * 8192)
    other, sent = connect(steered), request(IMPORTS, "POST", body=IMPORT)
    for part in (sent[:20], sent[20:-5], sent[-5:]):
        other.socket.sendall(part)
        assert is_up(steered, connect)
    assert other.read_response()[0] == 201
    crowd[0].socket.sendall(LARGE[40_000:])
    assert crowd[0].read_response()[0] == 201
    for each in crowd[1:]:
        each.socket.sendall(LARGE[140_000:])
        assert each.read_response()[0] == 201
    assert steered._loop._server.intake._held == {}
    assert steered._loop._server.intake._total == 0


def test_the_oldest_incomplete_request_makes_room_at_its_deadline(
    steered: SteeredServer, connect, crowd: list[Connection], judge
) -> None:
    steered.pass_time(limits.BODY_SECONDS - 1)
    late = connect(steered)
    late.socket.sendall(LARGE_HEAD + LARGE[:100_000])
    for _ in range(20):
        assert is_up(steered, connect)
    assert late.has_nothing()
    steered.pass_time(2)
    for each in crowd:
        document = judge(*each.read_response(), expected=(400, "CannotParseRequest"))
        assert "its body is not complete after 60 seconds" in document["message"]
    late.socket.sendall(LARGE[100_000:])
    assert late.read_response()[0] == 201


def test_clients_that_leave_make_room(steered: SteeredServer, connect, crowd: list[Connection]) -> None:
    late = connect(steered)
    late.socket.sendall(LARGE_HEAD + LARGE[:100_000])
    for each in crowd:
        each.break_off()
    late.socket.sendall(LARGE[100_000:])
    assert late.read_response()[0] == 201


def test_a_head_that_is_not_complete_counts(server: FakeServer, connect) -> None:
    client = connect(server)
    client.socket.sendall(b"GET /_sim/health HTTP/1.1\r\nhost: localhost\r\nx: " + b"y" * 40_000)
    while not server._loop._server.intake._total:
        assert is_up(server, connect)
    client.socket.sendall(b"\r\n\r\n")
    assert client.read_response()[0] == 200
    assert not server._loop._server.intake._total


def test_one_of_two_snapshots_goes_on(server: FakeServer, connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fake_server.limits.MOST_INCOMPLETE", 100_000)
    snapshot = json.dumps(server.simulator.snapshot()).encode() + b" " * 2_000_000
    head = request("/_sim/snapshot", "PUT", "content-type: application/json", f"content-length: {len(snapshot)}")
    first, second = connect(server), connect(server)
    for each in (first, second):
        each.socket.sendall(head + snapshot[:200_000])
    for _ in range(50):
        assert is_up(server, connect)
    assert sum(incomplete(server)) < 300_000
    for each in (first, second):
        each.socket.sendall(snapshot[200_000:])
        assert each.read_response()[0] == 200


# Memory.


def test_requests_leave_no_cycles_to_the_garbage_collector(server: FakeServer, connect) -> None:
    client = connect(server)
    made = connect(server)
    made.send(IMPORTS, "POST", body=IMPORT)
    identifier = json.loads(made.read_response()[2])["id"]

    def get(times: int) -> None:
        for _ in range(times):
            client.send(f"{IMPORTS}/{identifier}")
            assert client.read_response()[0] == 200
            client.send(f"{IMPORTS}/unknown")
            assert client.read_response()[0] == 404
            client.send(LIST)
            assert client.read_response()[0] == 200

    get(5)
    gc.collect()
    gc.disable()
    try:
        get(50)
        found = gc.collect()
    finally:
        gc.enable()
    assert found < 50
