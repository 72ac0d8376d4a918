"""Connections of waitress, with OCI's error responses for requests that waitress itself refuses.

This uses undocumented parts of waitress: the classes that a channel names for its tasks, and how a channel closes. The
tests of bad input check them.
"""

from __future__ import annotations

import select
import socket
import struct
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.task import ErrorTask, WSGITask

from fake_server.disrupted import HOLD
from fake_server.parser import Parser, refusal_of
from fake_server.response import all_headers, status_line
from fake_server.settings import MAX_BODY_BYTES
from genai_ports.backends.system_clock import SystemClock

if TYPE_CHECKING:
    from datetime import datetime

    from genai_ports.wire.http import HttpResponse

_MOST_BYTES_READ_ON: Final = 256 * MAX_BODY_BYTES
_RESET: Final = struct.pack("ii", 1, 0)
"""Linger for 0 s: closing drops unsent data and resets the connection."""

_CLOSED_EVENTS: Final = ("POLLHUP", "POLLERR", "POLLRDHUP")
"""The poll events of a client that has closed its side, also behind unread data. Not every system has all of them."""

_CLOCK: Final = SystemClock()


class _Task(WSGITask):
    """Sends head and body in one packet: with two, a client wakes up twice."""

    def write(self, data: bytes) -> None:
        if self.wrote_header or not data or not self.has_body:
            super().write(data)
            return
        head = self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written += len(data)
        self.channel.write_soon(head + data)

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        channel: Any = self.channel
        environ[HOLD] = channel.hold
        return environ

    def execute(self) -> None:
        if self.channel.server.is_draining:  # type: ignore[attr-defined]  # see Loop
            self.set_close_on_finish()
        try:
            super().execute()
        except ConnectionResetError as lost:
            raise ClientDisconnected from lost


class _RefusingTask(ErrorTask):
    """Sends OCI's error response for a request that waitress refuses: too large, or not HTTP."""

    def execute(self) -> None:
        channel: Any = self.channel
        request: Any = self.request
        response: HttpResponse = channel.server.application.refuse(refusal_of(request.error))
        self.status, self.response_headers = status_line(response), all_headers(response)
        self.set_close_on_finish()
        self.content_length = len(response.body)
        self.write(response.body)
        channel.refused = True


def _is_closed_by_peer(connection: Any) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return _reads_end(connection)
    poll = select.poll()
    poll.register(connection, sum(getattr(select, name, 0) for name in _CLOSED_EVENTS))
    return bool(poll.poll(0))


def _reads_end(connection: Any) -> bool:
    """Return whether the next read finds the end of the connection; unread data hides it."""
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True


class Channel(HTTPChannel):
    """One connection.

    After a refusal it reads until the client has sent everything. Closing earlier would reset the connection, and the
    client's machine would drop the response unread.
    """

    parser_class = Parser
    task_class = _Task
    error_task_class = _RefusingTask
    refused = False
    held_until: datetime | None = None
    _reset = False
    _read_on: int | None = None

    def hold(self, seconds: float, *, reset: bool) -> None:
        """Send nothing for some seconds.

        Args:
            seconds: how long, in real time.
            reset: whether the connection is reset, not closed, at the end.
        """
        self._reset = reset
        if seconds:
            until = _CLOCK.now() + timedelta(seconds=seconds)
            self.held_until = max(until, self.held_until or until)

    def service(self) -> None:
        """Serve one request. While its response is delayed, the connection does not count as idle."""
        super().service()
        if self.held_until:
            self.last_activity = self.held_until.timestamp()

    def _is_held(self) -> bool:
        if self.held_until and self.held_until <= _CLOCK.now():
            self.held_until = None
        return self.held_until is not None

    def is_left_waiting(self) -> bool:
        """Return whether a response is delayed for a client that has closed its side of the connection."""
        return self._is_held() and _is_closed_by_peer(self.socket)

    def writable(self) -> bool:
        """Return whether there is something to send now."""
        return not self._is_held() and bool(super().writable())

    def _flush_some(self, do_close: bool = True) -> bool:  # noqa: FBT001, FBT002  # signature of waitress
        waitress: Any = super()
        return not self._is_held() and bool(waitress._flush_some(do_close))  # noqa: SLF001  # see the module

    def handle_close(self) -> None:
        """Close, or start to read the rest of a refused request."""
        connection: Any = self.socket
        if self._reset:
            self._reset = False  # waitress closes twice if the client has left
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        if not self.refused or self._read_on is not None:
            super().handle_close()
            return
        self._read_on, self.will_close = 0, False
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)

    def readable(self) -> bool:
        """Return whether to read from the client."""
        return self._read_on is not None or super().readable()

    def received(self, data: bytes) -> bool:
        """Handle data from the client; after a refusal, only count it."""
        if self._read_on is None:
            return bool(super().received(data))
        self._read_on += len(data)
        if self._read_on > _MOST_BYTES_READ_ON:
            self.handle_close()
        return False
