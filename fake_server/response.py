"""Responses: what WSGI and the server's cache add to those of `genai_ports.wire`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.wire.documents import dump
from genai_ports.wire.http import HttpResponse
from genai_ports.wire.responses import dump_value, write_response

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from genai_ports.api.call import Reply
    from genai_ports.api.kind import Operation

_STATUS_LINES: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def send(response: HttpResponse, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Send a response by WSGI."""
    start_response(status_line(response), all_headers(response))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]


def status_line(response: HttpResponse) -> str:
    """Return the status with its phrase, such as `200 OK`."""
    return _STATUS_LINES.get(response.status) or f"{response.status} Unknown"


def all_headers(response: HttpResponse) -> list[tuple[str, str]]:
    """List the headers, with those that describe the body."""
    headers = [*response.headers.items()]
    if response.body:
        headers += [("Content-Type", response.content_type), ("Content-Length", str(len(response.body)))]
    elif response.status != HTTPStatus.NO_CONTENT:
        headers.append(("Content-Length", "0"))
    return headers


def write_json(document: Any) -> HttpResponse:
    """Write any JSON, for the control paths."""
    return HttpResponse(HTTPStatus.OK, body=dump(document))


def write_reply(operation: Operation, reply: Reply, items: JsonCache) -> HttpResponse:
    """Write the reply to a call; `items` keeps the JSON of resources as lists show them."""
    # The items of a list of work requests are made anew each time: they would only crowd out what stays.
    return write_response(reply, dump_value if operation.kind is WORK_REQUEST else items.dump)


class JsonCache:
    """The JSON of values that never change, kept because lists show the same ones again and again.

    Args:
        most: how many are kept; when there are more, all are dropped.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._written: dict[int, tuple[Any, bytes]] = {}

    def dump(self, value: Any) -> bytes:
        """Write a value, or return what was written before; two values are the same only if they are one object."""
        known = self._written.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        if len(self._written) >= self._most:
            self._written.clear()
        written = dump_value(value)
        self._written[id(value)] = value, written
        return written
