"""Disrupted responses over HTTP: late, damaged or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fake_server.response import readable, send, write_reply
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import ServiceError
from genai_ports.simulator.faults.disrupted_response import CUT, NOT_JSON, NOT_JSON_TEXT, RESET, TIME_OUT
from genai_ports.wire.http import HttpResponse
from genai_ports.wire.responses import write_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    from fake_server.json_cache import JsonCache
    from genai_ports.simulator.faults.disrupted_response import DisruptedResponse

HOLD: Final = "fake_server.hold"
"""The key in the WSGI environment of a function that delays the response without blocking other requests. It takes the
seconds, and whether the connection is reset after them."""


class Silence(ConnectionResetError, TimeoutError):
    """No response arrives in time. Servers treat it as a broken connection, and send no error page of their own."""


class Disruption:
    """A disrupted response, as a WSGI application, delayed by `seconds` of real time."""

    def __init__(self, disrupted: DisruptedResponse, items: JsonCache, seconds: float) -> None:
        self._damage = disrupted.damage
        self._seconds = seconds
        self._response = _written(disrupted, items)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send the response, or end the connection.

        Raises:
            ConnectionResetError: no response arrives.
            Silence: no response arrives in time.
        """
        hold = environ.get(HOLD) or _sleep
        hold(self._seconds, reset=self._damage == RESET)
        if self._damage == TIME_OUT:
            raise Silence
        if self._damage == RESET or (self._damage == CUT and not self._response.body):
            raise ConnectionResetError
        body = send(readable(self._response, environ), environ, start_response)
        return _cut(b"".join(body)) if self._damage == CUT else body


def _cut(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionResetError


def _written(disrupted: DisruptedResponse, items: JsonCache) -> HttpResponse:
    """Write the response that arrives, whole or in part."""
    if disrupted.damage == NOT_JSON:
        return HttpResponse(disrupted.status, body=NOT_JSON_TEXT.encode(), content_type="text/html")
    if disrupted.outcome is None:
        return HttpResponse(disrupted.status)
    if isinstance(disrupted.outcome, ServiceError):
        return write_error(disrupted.outcome)
    return write_reply(disrupted.operation, disrupted.outcome, items)


def _sleep(seconds: float, *, reset: bool) -> None:  # noqa: ARG001  # a plain WSGI server resets nothing
    SystemClock().sleep(seconds)
