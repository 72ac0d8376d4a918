"""Tasks of waitress: one for each response.

This uses undocumented parts of waitress: how a task writes a response. The tests of HTTP check them.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from waitress.channel import ClientDisconnected
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import build_http_date

from fake_server.disrupted import HOLD
from fake_server.parser import refusal_of
from fake_server.response import all_headers, status_line
from fake_server.streams import STREAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.wire.http import HttpResponse


class Task(WSGITask):
    """Sends a response: head and body in one packet, because with two a client wakes up twice."""

    pieces: Iterator[bytes] | None = None

    def write(self, data: bytes) -> None:
        """Send the head with the first part of the body, or another part."""
        if self.wrote_header or not data or not self.has_body:
            super().write(data)
            return
        head = self.build_response_header()
        self.wrote_header = True
        if self.chunked_response:
            data = chunk(data)
        else:
            self.content_bytes_written += len(data)
        self.channel.write_soon(head + data)

    def build_response_header(self) -> bytes:
        """Return the head of the response. That of a usual response takes a third of the time that waitress takes."""
        request: Any = self.request
        if self.version != "1.1" or self.content_length is None or not self.has_body or "CONNECTION" in request.headers:
            return bytes(super().build_response_header())
        lines = [f"{_capitalized(name)}: {text}\r\n" for name, text in self.response_headers]
        date = _date(int(self.start_time))
        return f"HTTP/1.1 {self.status}\r\n{''.join(lines)}Date: {date}\r\n\r\n".encode("latin-1")

    def finish(self) -> None:
        """End the response, unless pieces of it follow."""
        request: Any = self.request
        if request.command == "HEAD" and not self.wrote_header:
            self.write(b"")
        elif self.pieces is None:
            super().finish()
        else:
            channel: Any = self.channel
            channel.stream(self.pieces, chunked=self.chunked_response)

    def get_environment(self) -> dict[str, Any]:
        """Return the WSGI environment, with the ways to delay a response and to send it in pieces."""
        environ: dict[str, Any] = super().get_environment()
        channel: Any = self.channel
        environ[HOLD], environ[STREAM] = channel.hold, self._stream
        return environ

    def execute(self) -> None:
        """Call the application, and send what it returns."""
        channel: Any = self.channel
        if channel.server.is_draining:
            self.set_close_on_finish()
        try:
            super().execute()
        except ConnectionResetError as lost:
            raise ClientDisconnected from lost
        finally:
            self.environ = None  # it has a method of this task: together they would wait for the garbage collector

    def _stream(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces


class RefusingTask(ErrorTask):
    """Sends OCI's error response for a request that is refused unread: too large, too late, or not HTTP."""

    def execute(self) -> None:
        """Send the error."""
        channel: Any = self.channel
        request: Any = self.request
        response: HttpResponse = channel.server.application.refuse(refusal_of(request.error))
        self.status, self.response_headers = status_line(response), all_headers(response)
        self.set_close_on_finish()
        self.write(response.body)
        channel.lingers = True


@cache
def _capitalized(name: str) -> str:
    """Return the name of a header of ours as waitress writes it."""
    return "-".join(part.capitalize() for part in name.split("-"))


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return str(build_http_date(second))


def chunk(data: bytes) -> bytes:
    """Write a chunk of HTTP's chunked transfer coding; an empty one ends the response."""
    return b"%X\r\n%b\r\n" % (len(data), data)
