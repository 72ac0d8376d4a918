"""Requests: reading WSGI requests, and refusing what the server does not accept."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wrappers import Request

from fake_server.settings import MAX_BODY_BYTES
from genai_ports.errors import ServiceError
from genai_ports.serving.calls import read_call as read_http_call
from genai_ports.serving.calls import what_was_sent as what_http_sent
from genai_ports.simulator.rules.refusals import BODY_NOT_JSON, BODY_TOO_LARGE, UNKNOWN_ROUTE
from genai_ports.wire.documents import MalformedBody, parse_object
from genai_ports.wire.http import REQUEST_HEADERS, USER_AGENT, HttpRequest
from genai_ports.wire.routes import is_decodable

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from genai_ports.api.call import Call
    from genai_ports.api.kind import Operation
    from genai_ports.simulator.state.sent import Sent
    from genai_ports.wire.routes import Route

_READ: Final = (*REQUEST_HEADERS.values(), USER_AGENT)
_ENVIRON: Final = {f"HTTP_{header.upper().replace('-', '_')}": header for header in _READ}
"""The headers that are read, by key in the WSGI environment."""


class ApiRequest(Request):
    """A request; `read_body` reads its body."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        super().__init__(environ, populate_request=False)  # a request in its environment is a reference cycle

    def check_path(self) -> None:
        """Refuse a path that is the path of an operation only when it is decoded or cleaned.

        Raises:
            UnknownOperation: it is not as the API has it.
        """
        target = self.environ.get("REQUEST_URI", "")
        if "%" not in target and "//" not in target:
            return
        sent = _path_sent(target)
        if not is_decodable(sent):
            hint = "only an OCID in a path may have percent-encoded characters, and no slash."
            if sent.startswith("//"):
                hint = "a path begins with one slash: remove a slash at the end of the endpoint."
            raise UNKNOWN_ROUTE(method=self.method, path=self.path, hint=f"; {hint}")


def _path_sent(target: str) -> str:
    """Return the path in the target of a request line, as the client sent it."""
    path = target.partition("?")[0]
    if path.startswith("/"):
        return path
    _, _, rest = path.partition("://")
    return f"/{rest.partition('/')[2]}"


def read_call(request: Request, route: Route, *, lenient: bool = False) -> Call:
    """Read a request as a call; see `genai_ports.serving.calls.read_call`."""
    return read_http_call(_http_request(request, route.operation), route, lenient=lenient)


def _http_request(request: Request, operation: Operation) -> HttpRequest:
    environ = request.environ
    has_body = operation.request is not None or environ.get("CONTENT_LENGTH", "0") not in ("", "0")
    return HttpRequest(
        request.method,
        request.path,
        tuple(request.args.items(multi=True)) if request.query_string else (),
        _headers(request),
        read_body(request) if has_body else b"",
    )


def _headers(request: Request) -> dict[str, str]:
    environ = request.environ
    return {header: environ[key] for key, header in _ENVIRON.items() if key in environ}


def what_was_sent(request: Request, route: Route | None) -> Sent:
    """Return what can be read of a request that is refused; see `genai_ports.serving.calls.what_was_sent`."""
    if route is not None:
        with suppress(ServiceError):
            return what_http_sent(_http_request(request, route.operation), route)
    return what_http_sent(HttpRequest(request.method, request.path, headers=_headers(request)), None)


def read_body(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """Read the whole body.

    Args:
        request: the request.
        limit: the largest accepted number of bytes.

    Raises:
        RequestTooLarge: it is larger than the limit.
        CannotParseRequest: it is shorter than its content-length.
    """
    request.max_content_length = limit + 1  # one byte more, so that a larger body is detected
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise BODY_TOO_LARGE(limit=limit) from None
    except ClientDisconnected:
        raise BODY_NOT_JSON(reason="it ends before its content-length") from None
    if len(body) > limit:
        raise BODY_TOO_LARGE(limit=limit)
    return body


def parse_json(body: bytes) -> dict[str, Any]:
    """Read a body that must be a JSON object.

    Raises:
        CannotParseRequest: it is not a JSON object, or is ambiguous, or nests too deep.
    """
    try:
        return parse_object(body)
    except MalformedBody as error:
        raise BODY_NOT_JSON(reason=str(error)) from None
