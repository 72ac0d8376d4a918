"""The response of a simulator to an HTTP request, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.errors import ServiceError
from genai_ports.serving.calls import read_call, what_was_sent
from genai_ports.serving.routes import match
from genai_ports.wire.responses import write_error, write_response

if TYPE_CHECKING:
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.wire.http import HttpRequest, HttpResponse


def respond(simulator: Simulator, request: HttpRequest, region: str | None = None) -> HttpResponse:
    """Return the response of a simulator to a request; signatures are not verified.

    Args:
        simulator: the simulated tenancy.
        request: the request; header names in lower case.
        region: the id of the region of the host; a region in the path has precedence.
    """
    name: str | None = request.path
    target: str | None = None
    call: Any = None
    route = None
    try:
        route = match(request.method, request.path)
        name, region, target = route.operation.name, route.region or region, route.target
        call = read_call(request, route)
    except ServiceError as error:
        request_id = request.headers.get("opc-request-id")
        sent = what_was_sent(request, route) if simulator.settings.details else None
        refusal = simulator.refuse(error, name, region=region, resource=target, request_id=request_id, sent=sent)
        return write_error(refusal)
    try:
        return write_response(simulator.handle(call._replace(region=region)))
    except ServiceError as error:
        return write_error(error)
