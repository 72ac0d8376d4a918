"""Connections of waitress, with deadlines, responses in pieces, and OCI's errors for what waitress itself refuses.

This uses undocumented parts of waitress: how a channel reads, serves and closes. The tests of bad input check them.
"""

from __future__ import annotations

import select
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.utilities import BadRequest

from fake_server import limits
from fake_server.parser import Parser
from fake_server.settings import MAX_BODY_BYTES
from fake_server.tasks import RefusingTask, Task, chunk
from genai_ports.backends.system_clock import monotonic

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BYTES_READ_ON: Final = 256 * MAX_BODY_BYTES
_PIECE: Final = 64 * 1024
"""How many bytes of a long response are made at once, at least."""
_RESET: Final = struct.pack("ii", 1, 0)
"""Linger for 0 s: closing drops unsent data and resets the connection."""

_CLOSED_EVENTS: Final = ("POLLHUP", "POLLERR", "POLLRDHUP")
"""The poll events of a client that has closed its side, also behind unread data. Not every system has all of them."""


def _is_closed_by_peer(connection: Any) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return _reads_end(connection)
    poll = select.poll()
    poll.register(connection, sum(getattr(select, name, 0) for name in _CLOSED_EVENTS))
    return bool(poll.poll(0))


def _reads_end(connection: Any) -> bool:
    """Return whether the next read finds the end of the connection; unread data hides it."""
    try:
        return not socket.socket.recv(connection, 1, socket.MSG_PEEK)  # a connection with TLS cannot peek by itself
    except BlockingIOError:
        return False
    except OSError:
        return True


class Channel(HTTPChannel):
    """One connection.

    It is served while its client reads, and closed if the client takes too long with a request or with reading.

    After a refusal or a long response it reads on until the client has sent everything. Closing earlier would reset the
    connection, and the client's machine would drop the response unread.
    """

    server: Any
    requests: Any
    parser_class = Parser
    task_class = Task
    error_task_class = RefusingTask
    lingers = False
    """Whether it reads on before it closes."""
    held_until: float | None = None
    _reset = False
    _read_on: int | None = None
    _is_paused = False
    _pieces: Iterator[bytes] | None = None
    _is_chunked: bool

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:  # noqa: A002  # of waitress
        super().__init__(server, sock, addr, adj, map=map)
        self.served_at = self._since = monotonic()

    # Deadlines.

    def check(self, now: float) -> None:
        """Refuse a request, or close the connection, if the client takes too long."""
        if self._is_held():
            return
        if now - self._since > self._patience() or (self.is_waiting() and now - self.served_at > limits.MOST_SECONDS):
            self._give_up()

    def is_waiting(self) -> bool:
        """Return whether the connection waits for its client to send: a request, or the rest of one."""
        return not (self.requests or self.total_outbufs_len or self._pieces or self._is_held())

    def _patience(self) -> float:
        """Return how long the client may take for what is to happen next."""
        request: Any = self.request
        if self._read_on is not None:
            return limits.LEAVE_SECONDS
        if request is None or not self.is_waiting():
            return limits.IDLE_SECONDS
        return limits.BODY_SECONDS if request.headers_finished else limits.HEAD_SECONDS

    def _give_up(self) -> None:
        request: Any = self.request
        if request is None or not self.is_waiting() or self._read_on is not None:
            self.leave()
            return
        part, seconds = ("body", limits.BODY_SECONDS) if request.headers_finished else ("head", limits.HEAD_SECONDS)
        late = f"its {part} is not complete after {seconds:.0f} seconds"
        request.error, self.request = BadRequest(late), None
        self.server.intake.forget(self)
        self.requests.append(request)
        self.server.add_task(self)

    def leave(self) -> None:
        """Close at once."""
        self.lingers = False
        self.handle_close()

    # Delays.

    def hold(self, seconds: float, *, reset: bool) -> None:
        """Send nothing for some seconds.

        Args:
            seconds: how long, in real time.
            reset: whether the connection is reset, not closed, at the end.
        """
        self._reset = reset
        if seconds:
            until = monotonic() + seconds
            self.held_until = max(until, self.held_until or until)

    def _is_held(self) -> bool:
        if self.held_until and self.held_until <= (now := monotonic()):
            self.held_until, self._since = None, now
        return self.held_until is not None

    def is_left_waiting(self) -> bool:
        """Return whether a response is delayed for a client that has closed its side of the connection."""
        return self._is_held() and _is_closed_by_peer(self.socket)

    # Serving.

    def service(self) -> None:
        """Serve one request, or send a piece of a response, unless the client does not read."""
        if self.total_outbufs_len > limits.MOST_UNSENT:
            self._is_paused = True
            return
        try:
            if self._pieces is None:
                self.served_at = self._since = monotonic()
                super().service()
            else:
                self._send_piece(self._pieces)
        except Exception:  # noqa: BLE001  # a defect ends this connection, not the server
            self.handle_error()
        if self._pieces is not None:
            self.close_when_flushed = False
            self.server.task_dispatcher.add_stream(self)

    def stream(self, pieces: Iterator[bytes], *, chunked: bool) -> None:
        """Send the rest of a response in pieces, and close the connection after them."""
        self._pieces, self._is_chunked = pieces, chunked

    def _send_piece(self, pieces: Iterator[bytes]) -> None:
        data = b""
        try:
            while len(data) < _PIECE and (piece := next(pieces, None)) is not None:
                data += piece
            self.current_outbuf_count = self.adj.outbuf_high_watermark  # a new buffer, so that old ones are freed
            self.write_soon(chunk(data) if self._is_chunked else data)
        except ClientDisconnected:
            data = b""
        if not data:
            self._pieces, self.close_when_flushed, self.lingers = None, True, True

    # Reading and writing.

    def readable(self) -> bool:
        """Return whether to read from the client."""
        if self._read_on is not None:
            return True
        return self._pieces is None and super().readable() and self.server.intake.takes(self)

    def received(self, data: bytes) -> Any:  # no caller in waitress uses a result
        """Handle data from the client; after a refusal, only count it."""
        if self._read_on is not None:
            self._read_on += len(data)
            if self._read_on > _MOST_BYTES_READ_ON:
                self.handle_close()
            return
        before = self._stage()
        super().received(data)
        if self._stage() is not before:
            self._since = monotonic()
        request: Any = self.request
        if request is None:
            self.server.intake.forget(self)
        else:
            self.server.intake.count(self, request.header_bytes_received + request.body_bytes_received)

    def _stage(self) -> bool | None:
        """Return None between requests, False in a head, True in a body."""
        request: Any = self.request
        return None if request is None else request.headers_finished

    def writable(self) -> bool:
        """Return whether there is something to send now."""
        return not self._is_held() and bool(super().writable())

    def _flush_some(self, do_close: bool = True) -> None:  # noqa: FBT001, FBT002  # signature of waitress
        waitress: Any = super()
        now = monotonic()
        if self._is_held() or not waitress._flush_some(do_close):  # noqa: SLF001  # see the module
            return
        self.served_at = self._since = now
        if self._is_paused:
            self._is_paused = False
            self.server.add_task(self)

    def del_channel(self, map: Any = None) -> None:  # noqa: A002  # of waitress
        """Leave the server."""
        self.server.intake.forget(self)
        super().del_channel(map)

    def handle_close(self) -> None:
        """Close, or start to read what the client still sends."""
        connection: Any = self.socket
        if self._reset:
            self._reset = False  # waitress closes twice if the client has left
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        if not self.lingers or self._read_on is not None:
            self._pieces = None
            super().handle_close()
            return
        self._read_on, self.will_close = 0, False
        self._since = monotonic()
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
