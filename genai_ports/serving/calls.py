"""Calls: reading requests, and refusing what the API does not accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.simulator.rules.refusals import BODY_NOT_JSON, PROPERTY_UNKNOWN, QUERY_UNKNOWN, QUERY_VALUE
from genai_ports.simulator.rules.secrets import masked
from genai_ports.wire.documents import MalformedBody
from genai_ports.wire.requests import RepeatedParameter, query_parameters, read_request, unknown_parameters

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.wire.http import HttpRequest
    from genai_ports.wire.requests import Reading
    from genai_ports.wire.routes import Route

_MOST_NAMES: Final = 20
_LONGEST_NAME: Final = 200
"""How many unknown names the journal keeps, and how many characters of each."""


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
    ignored = (*parameters, *properties)[:_MOST_NAMES]
    return call._replace(ignored=tuple(masked(name)[:_LONGEST_NAME] for name in ignored)) if ignored else call


def _read(http: HttpRequest, route: Route, *, lenient: bool) -> Reading:
    try:
        return read_request(http, route, lenient=lenient)
    except MalformedBody as error:
        raise BODY_NOT_JSON(reason=str(error)) from None
    except RepeatedParameter as error:
        raise QUERY_VALUE(parameter=error.name, expected="given once", given=", ".join(error.values)) from None
