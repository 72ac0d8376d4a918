"""Responses over WSGI."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.wire.documents import dump
from genai_ports.wire.http import JSON, HttpResponse
from genai_ports.wire.responses import dump_value, write_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from fake_server.json_cache import JsonCache
    from genai_ports.api.call import Reply
    from genai_ports.api.kind import Operation

HTML: Final = "text/html"
PRETTY: Final = "pretty"
ANYTHING: Final = "*/*"
"""What curl accepts by default; SDKs accept JSON."""

_STATUS_LINES: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def send(response: HttpResponse, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Send a response by WSGI."""
    start_response(status_line(response), all_headers(response))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]


def readable(response: HttpResponse, environ: WSGIEnvironment) -> HttpResponse:
    """End JSON with a newline; indent it for a person: for `?pretty` in the URL, `curl` or a browser."""
    if response.content_type != JSON or not response.body:
        return response
    body = response.body
    accept = environ.get("HTTP_ACCEPT", "")
    is_curl = environ.get("HTTP_USER_AGENT", "").startswith("curl/")  # with --json it accepts only JSON
    if accept == ANYTHING or is_curl or HTML in accept or is_pretty(environ):
        body = json.dumps(json.loads(body), indent=2).encode()
    return response._replace(body=body + b"\n")


def is_pretty(environ: WSGIEnvironment) -> bool:
    """Return whether the query has `pretty`, which is no parameter of an operation."""
    return PRETTY in environ["QUERY_STRING"].split("&")


def without_pretty(environ: WSGIEnvironment) -> WSGIEnvironment:
    """Return a request without `pretty` in its query."""
    query = "&".join(part for part in environ["QUERY_STRING"].split("&") if part != PRETTY)
    return {**environ, "QUERY_STRING": query}


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
    """Write the reply to a call; `items` is the cache of the JSON of list items."""
    return write_response(reply, item_dump(operation, items))


def item_dump(operation: Operation, items: JsonCache) -> Callable[[Any], bytes]:
    """Return what writes an item of a list as JSON."""
    # The items of a list of work requests are new objects each time, so the cache never finds them.
    return dump_value if operation.kind is WORK_REQUEST else items.dump
