"""The control path that carries out a call in the world of any tenancy, without a signature."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fake_server.control.properties import OBJECT, STRING, read_properties, required
from fake_server.signers import signer_of
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import ServiceError
from genai_ports.regions import find_region
from genai_ports.serving.calls import read_call
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.rules.refusals import PROPERTY_VALUE
from genai_ports.wire.documents import dump
from genai_ports.wire.http import JSON, HttpRequest
from genai_ports.wire.responses import write_response
from genai_ports.wire.routes import Route, path_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from fake_server.control.properties import Handler
    from genai_ports.api.kind import Operation
    from genai_ports.simulator.simulator import Simulator

_SERVED: Final = {name: operation for name, operation in OPERATIONS.items() if not operation.is_list}


def _calls_post(request: Request, world: Simulator) -> Any:
    """Carry out a call. A refusal is the response, and is recorded, as that of the service is."""
    given = read_properties(request, operation=STRING, resource=STRING, region=STRING, details=OBJECT)
    operation = _operation(required(given, "operation")["operation"])
    target, region = given.get("resource"), given.get("region")
    if "{target}" in operation.path:
        required(given, "resource")
    if region is not None and find_region(region) is None:
        raise PROPERTY_VALUE(property="region", expected="the id of a region", given=region)
    body = dump(given["details"]) if "details" in given else b""
    path = path_of(operation, region=region, target=target)
    http = HttpRequest(operation.verb.method, path, headers={"content-type": JSON}, body=body)
    try:
        call = read_call(http, Route(operation, region, target))
    except ServiceError as error:
        raise world.refuse(error, operation.name, region=region, resource=target) from None
    try:
        user = signer_of(request.headers.get("authorization")).caller
        response = write_response(world.handle(call._replace(user=user)))
    except DisruptedResponse as disrupted:
        world.skip_time(disrupted.delay)
        if disrupted.damage:
            return {"disrupted": disrupted.damage}
        response = write_response(disrupted.deliver())
    return {
        "status": response.status,
        "headers": response.headers,
        **({"body": json.loads(response.body)} if response.body else {}),
    }


def _operation(name: str) -> Operation:
    operation = _SERVED.get(name)
    if operation is None:
        raise PROPERTY_VALUE(property="operation", expected=f"one of {', '.join(_SERVED)}", given=name)
    return operation


PATHS: Final[Mapping[str, Mapping[str, Handler]]] = {"/calls": {"POST": _calls_post}}
