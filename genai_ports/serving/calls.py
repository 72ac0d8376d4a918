"""Calls: reading requests, and refusing what the API does not accept."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from genai_ports.errors import ServiceError
from genai_ports.simulator.rules.refusals import BODY_NOT_JSON, PROPERTY_UNKNOWN, QUERY_UNKNOWN, QUERY_VALUE
from genai_ports.simulator.rules.validation import check_shape
from genai_ports.simulator.state.sent import Sent, sent_by, sent_header
from genai_ports.wire.documents import MalformedBody
from genai_ports.wire.http import REQUEST_HEADERS, USER_AGENT
from genai_ports.wire.requests import RepeatedParameter, query_parameters, read_request, unknown_parameters

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.api.value import Value
    from genai_ports.wire.http import HttpRequest
    from genai_ports.wire.requests import Reading
    from genai_ports.wire.routes import Route


def read_call(http: HttpRequest, route: Route, *, lenient: bool = False) -> Call:
    """Read a request as a call.

    Args:
        http: the request.
        route: the operation at its method and path.
        lenient: accept unknown parameters and properties, and record them in the call.

    Raises:
        ServiceError: a parameter or property is unknown, or the body is not a JSON object.
    """
    operation = route.operation
    parameters = unknown_parameters(http, operation)
    if parameters and not lenient:
        known = ", ".join(query_parameters(operation)) or "none"
        raise QUERY_UNKNOWN(parameter=parameters[0], operation=operation.name, known=known)
    call, properties = _read(http, route, lenient=lenient)
    if properties and not lenient:
        cls = operation.details
        body = cls.__name__ if cls else f"{operation.name}, which takes no body"
        raise PROPERTY_UNKNOWN(property=properties[0], body=body)
    ignored = (*parameters, *properties)
    return call._replace(ignored=ignored) if ignored else call


def what_was_sent(http: HttpRequest, route: Route | None) -> Sent:
    """Return what can be read of a request that is refused, for the journal.

    Args:
        http: the request.
        route: the operation at its method and path; None if there is none.
    """
    if route is not None:
        with suppress(MalformedBody, RepeatedParameter):
            return sent_by(read_request(http, route).call)
    headers = {**REQUEST_HEADERS, "user_agent": USER_AGENT}
    sent = {name: sent_header(http.headers.get(header)) for name, header in headers.items()}
    return Sent(if_match=sent["if_match"], retry_token=sent["retry_token"], user_agent=sent["user_agent"])


def _read(http: HttpRequest, route: Route, *, lenient: bool) -> Reading:
    try:
        return read_request(http, route, lenient=lenient)
    except MalformedBody as error:
        raise BODY_NOT_JSON(reason=str(error)) from None
    except RepeatedParameter as error:
        raise QUERY_VALUE(parameter=error.name, expected="given once", given=len(error.values)) from None


def is_well_formed(details: Value) -> bool:
    """Return whether a body has all that is required, of the right types and lengths: if not, no world accepts it."""
    try:
        check_shape(details)
    except ServiceError:
        return False
    return True
