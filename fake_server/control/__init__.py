"""The control paths, `/_sim/...`: tests use them to inspect and change the simulated worlds.

They act on the world of the tenancy in `?tenancy=`, or of the one that signed the request, or else of the
well-known one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fake_server.control import calls, faults, inspect, observe, schema, tenancy, world
from fake_server.control.properties import check_body, check_parameters, method_of, read_tenancy
from fake_server.response import write_json
from fake_server.routes import CONTROL
from fake_server.streams import Streamed
from genai_ports.api.names import camel
from genai_ports.errors import InvalidInput, InvalidParameter
from genai_ports.simulator.rules.refusals import PROPERTY_VALUE, UNKNOWN_ROUTE, method_not_allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from fake_server.control.properties import Handler
    from fake_server.worlds import ServedWorlds
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.wire.http import HttpResponse

_HANDLERS: Final[Mapping[str, Mapping[str, Handler]]] = {
    **world.PATHS,
    **faults.PATHS,
    **tenancy.PATHS,
    **observe.PATHS,
    **inspect.PATHS,
    **schema.PATHS,
    **calls.PATHS,
}
_REPLACING: Final = {("POST", "/reset"): world.reset, ("PUT", "/snapshot"): world.put_snapshot}
"""What replaces a world with another one."""
_TENANCIES: Final = "/tenancies"
PATHS: Final = {
    "/reset": ("POST",),
    **{path: tuple(methods) for path, methods in _HANDLERS.items()},
    "/snapshot": ("GET", "PUT"),
    _TENANCIES: ("GET",),
}
"""The control paths, and the methods of each."""

_PYTHON_NAMES: Final = re.compile(r"(?<!['\w])(?:compartment_id|display_name|retry_after)(?!['\w])")
"""Python names in an error message that have another spelling in JSON. Quoted text is a value and stays."""


class Control:
    """Serves the control paths of the worlds."""

    def __init__(self, worlds: ServedWorlds) -> None:
        self._worlds = worlds

    def respond(self, request: Request) -> HttpResponse | Streamed:
        """Serve one request.

        Raises:
            ServiceError: the path, a parameter, a property or a value is not accepted.
        """
        path = _match(request)
        check_parameters(request)
        check_body(request)
        try:
            replace = _REPLACING.get((request.method, path))
            if replace:
                return write_json(world.health(request, replace(request, self._worlds)))
            if path == _TENANCIES:
                return write_json(inspect.tenancies(self._worlds))
            result = _handle(request, path, self._worlds.get(read_tenancy(request)))
            return result if isinstance(result, Streamed) else write_json(result)
        except InvalidInput as error:
            raise InvalidParameter(_in_json_names(str(error)), rule=PROPERTY_VALUE.name) from None


def _handle(request: Request, path: str, simulator: Simulator) -> Any:
    """Show or change a world; the response to a change is what a GET of the same path shows, if there is one."""
    handlers, method = _HANDLERS[path], method_of(request)
    if method == "GET":
        return handlers["GET"](request, simulator)
    result = handlers[method](request, simulator)
    return handlers["GET"](request, simulator) if "GET" in handlers else result or {}


def _in_json_names(message: str) -> str:
    return _PYTHON_NAMES.sub(lambda found: camel(found[0]), message)


def _match(request: Request) -> str:
    """Return the control path of a request, without the prefix."""
    path = request.path.removeprefix(CONTROL)
    methods = PATHS.get(path)
    if methods is None:
        hint = f"; the control paths are {', '.join(CONTROL + path for path in PATHS)}."
        raise UNKNOWN_ROUTE(method=request.method, path=request.path, hint=hint)
    if method_of(request) not in methods:
        raise method_not_allowed(request.method, request.path, methods)
    return path
