"""Connections of waitress that speak like OCI: what it refuses itself is answered in OCI's form, and can be read.

This leans on parts of waitress that its documentation does not promise: the classes that a channel names for its
parser and tasks, and how a channel closes. The tests of bad input hold it to what is needed here.
"""

from __future__ import annotations

import select
import socket
import struct
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import InternalServerError as WaitressDefect
from waitress.utilities import RequestEntityTooLarge

from fake_server.disrupted import HOLD
from fake_server.response import all_headers, status_line
from fake_server.settings import MAX_BODY_BYTES
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import InternalServerError, ServiceError
from genai_ports.simulator.rules.refusals import BODY_TOO_LARGE, NOT_HTTP

if TYPE_CHECKING:
    from datetime import datetime

    from genai_ports.wire.http import HttpResponse

_MOST_BYTES_READ_ON: Final = 256 * MAX_BODY_BYTES
_RESET: Final = struct.pack("ii", 1, 0)
"""To linger for no time: closing drops what is unsent, and tells the other side that the connection is broken."""

_LEFT: Final = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)
"""What is seen of a client that has closed its side, whatever it sent before; not all systems tell."""

_CLOCK: Final = SystemClock()


class _Parser(HTTPRequestParser):
    """Refuses also what waitress would fall over, or read as two requests."""

    def received(self, data: bytes) -> int:
        consumed = super().received(data)
        if self.completed:
            # Waitress would tell the client to go on, and wait for a body for ever, though none is to come.
            self.expect_continue = False
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            if hasattr(self, "path"):  # the URL was read, and what is read as a number comes after it
                raise ParsingError("the content-length has too many digits to be read") from error
            raise ParsingError("the URL cannot be parsed") from error
        if self.version != "1.1" and "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("only HTTP/1.1 has a transfer-encoding")


class _Task(WSGITask):
    """Sends head and body together: with two packets, a client wakes up twice."""

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
        try:
            super().execute()
        except ConnectionResetError as lost:
            raise ClientDisconnected from lost


class _RefusingTask(ErrorTask):
    """Answers what waitress refuses (too large, not HTTP) in OCI's form."""

    def execute(self) -> None:
        channel: Any = self.channel
        request: Any = self.request
        response: HttpResponse = channel.server.application.refuse(_service_error(request.error))
        self.status, self.response_headers = status_line(response), all_headers(response)
        self.set_close_on_finish()
        self.content_length = len(response.body)
        self.write(response.body)
        channel.refused = True


def _service_error(refused: Any) -> ServiceError:
    if isinstance(refused, RequestEntityTooLarge):
        return BODY_TOO_LARGE(limit=MAX_BODY_BYTES)
    if isinstance(refused, WaitressDefect):
        return InternalServerError("Internal Server Error")
    # What stands in quotes is what the client sent: it may be a secret.
    return NOT_HTTP(reason=refused.body.partition('"')[0].strip(" ."))


class Channel(HTTPChannel):
    """One connection.

    After a refusal it reads on until the client has sent all: if it closed while there is more to come, the client's
    machine would be told that the connection is broken, and drop the answer unread.
    """

    parser_class = _Parser
    task_class = _Task
    error_task_class = _RefusingTask
    refused = False
    held_until: datetime | None = None
    _reset = False
    _read_on: int | None = None

    def hold(self, seconds: float, *, reset: bool) -> None:
        """Send nothing for some seconds; then what there is to send, or, where it closes, a reset."""
        self._reset = reset
        if seconds:
            until = _CLOCK.now() + timedelta(seconds=seconds)
            self.held_until = max(until, self.held_until or until)

    def service(self) -> None:
        """Answer one request; while the answer is held back, the connection is not idle."""
        super().service()
        if self.held_until:
            self.last_activity = self.held_until.timestamp()

    def _is_held(self) -> bool:
        if self.held_until and self.held_until <= _CLOCK.now():
            self.held_until = None
        return self.held_until is not None

    def is_left_waiting(self) -> bool:
        """Tell whether an answer is held back for a client that has closed its side, and perhaps has gone."""
        if not self._is_held():
            return False
        connection: Any = self.socket
        asked = select.poll()
        asked.register(connection, _LEFT)
        return bool(asked.poll(0))

    def writable(self) -> bool:
        """Tell whether there is something to send, and now."""
        return not self._is_held() and bool(super().writable())

    def _flush_some(self, do_close: bool = True) -> bool:  # noqa: FBT001, FBT002  # as waitress has it
        waitress: Any = super()
        return not self._is_held() and bool(waitress._flush_some(do_close))  # noqa: SLF001  # see the module

    def handle_close(self) -> None:
        """Close, or begin to read on."""
        connection: Any = self.socket
        if self._reset:
            self._reset = False  # where the client has gone away, waitress closes twice
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        if not self.refused or self._read_on is not None:
            super().handle_close()
            return
        self._read_on, self.will_close = 0, False
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)

    def readable(self) -> bool:
        """Tell whether more is wanted."""
        return self._read_on is not None or super().readable()

    def received(self, data: bytes) -> bool:
        """Take what came in; after a refusal, only count it."""
        if self._read_on is None:
            return bool(super().received(data))
        self._read_on += len(data)
        if self._read_on > _MOST_BYTES_READ_ON:
            self.handle_close()
        return False
