"""Requests: reading WSGI requests, and refusing what the server does not accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wrappers import Request

from fake_server.settings import MAX_BODY_BYTES
from genai_ports.simulator.rules.refusals import (
    BODY_NOT_JSON,
    BODY_TOO_LARGE,
    PROPERTY_UNKNOWN,
    QUERY_UNKNOWN,
    QUERY_VALUE,
)
from genai_ports.simulator.rules.secrets import masked
from genai_ports.wire.documents import MalformedBody, parse_object
from genai_ports.wire.http import REQUEST_HEADERS, HttpRequest
from genai_ports.wire.requests import RepeatedParameter, query_parameters, read_request, unknown_parameters

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.api.kind import Operation
    from genai_ports.wire.requests import Reading
    from genai_ports.wire.routes import Route

_ENVIRON: Final = {f"HTTP_{header.upper().replace('-', '_')}": header for header in REQUEST_HEADERS.values()}
"""The headers of the API, by key in the WSGI environment."""

_MOST_NAMES: Final = 20
_LONGEST_NAME: Final = 200
"""How many unknown names the journal keeps, and how many characters of each."""


class ApiRequest(Request):
    """A request with a bounded body. One byte more than the maximum is read, so that a larger body is detected."""

    max_content_length = MAX_BODY_BYTES + 1


def read_call(request: Request, route: Route, *, lenient: bool = False) -> Call:
    """Read a request as a call.

    Args:
        request: the request.
        route: the operation at its method and path.
        lenient: accept unknown parameters and properties, and record them in the call.

    Raises:
        ServiceError: a parameter or property is unknown, or the body is not a JSON object or too large.
    """
    operation = route.operation
    http = _http_request(request, operation)
    parameters = unknown_parameters(http, operation)
    if parameters and not lenient:
        known = ", ".join(query_parameters(operation)) or "none"
        raise QUERY_UNKNOWN(parameter=parameters[0], operation=operation.name, known=known)
    call, properties = _read(http, route, lenient=lenient)
    if properties and not lenient:
        cls = operation.details
        body = cls.__name__ if cls else f"{operation.name}, which takes no body"
        raise PROPERTY_UNKNOWN(property=properties[0], body=body)
    ignored = (*parameters, *properties)[:_MOST_NAMES]
    return call._replace(ignored=tuple(masked(name)[:_LONGEST_NAME] for name in ignored)) if ignored else call


def _read(http: HttpRequest, route: Route, *, lenient: bool) -> Reading:
    try:
        return read_request(http, route, lenient=lenient)
    except MalformedBody as error:
        raise BODY_NOT_JSON(reason=str(error)) from None
    except RepeatedParameter as error:
        raise QUERY_VALUE(parameter=error.name, expected="given once", given=", ".join(error.values)) from None


def _http_request(request: Request, operation: Operation) -> HttpRequest:
    environ = request.environ
    has_body = operation.request is not None or environ.get("CONTENT_LENGTH", "0") not in ("", "0")
    return HttpRequest(
        request.method,
        request.path,
        tuple(request.args.items(multi=True)) if request.query_string else (),
        {header: environ[key] for key, header in _ENVIRON.items() if key in environ},
        read_body(request) if has_body else b"",
    )


def read_body(request: Request) -> bytes:
    """Read the whole body.

    Raises:
        RequestTooLarge: it is larger than `MAX_BODY_BYTES`.
        CannotParseRequest: it is shorter than its content-length.
    """
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise BODY_TOO_LARGE(limit=MAX_BODY_BYTES) from None
    except ClientDisconnected:
        raise BODY_NOT_JSON(reason="it ends before its content-length") from None
    if len(body) > MAX_BODY_BYTES:
        raise BODY_TOO_LARGE(limit=MAX_BODY_BYTES)
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
