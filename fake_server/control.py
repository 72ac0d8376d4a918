"""The control paths, `/_sim/...`: what tests do to the simulated worlds from outside.

They act on the universe of the tenancy in `?tenancy=`, or of the one that signed the request, or else of the
well-known one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from fake_server.answer import write_json
from fake_server.control_input import (
    JOURNAL_FILTERS,
    NUMBER,
    STRING,
    STRING_OR_WHOLE,
    WHOLE,
    check_parameters,
    read_properties,
    read_status,
    read_tenancy,
    required,
)
from fake_server.routes import CONTROL
from genai_ports.domain.names import camel, snake
from genai_ports.domain.value import replaced
from genai_ports.errors import InvalidInput, InvalidParameter
from genai_ports.simulator.faults import Fault
from genai_ports.simulator.refusals import METHOD_NOT_ALLOWED, PROPERTY_VALUE, REFUSALS, UNKNOWN_ROUTE
from genai_ports.wire import encode
from genai_ports.wire.times import time_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Request

    from fake_server.answer import Answer
    from fake_server.universes import Universes
    from genai_ports.adapters.memory import Universe

_PATHS: Final = {
    "/health": ("GET",),
    "/reset": ("POST",),
    "/clock": ("GET", "POST"),
    "/faults": ("GET", "POST", "DELETE"),
    "/journal": ("GET", "DELETE"),
    "/state": ("GET",),
    "/work": ("POST",),
    "/rules": ("GET",),
}
_FAULT: Final = ("operation", "status", "code", "message", "times", "retry_after")
_ROUTES: Final = Map([Rule(CONTROL + path, methods=methods, endpoint=path) for path, methods in _PATHS.items()])


class Control:
    """Answers the control paths.

    Args:
        universes: what they look at and change.
    """

    def __init__(self, universes: Universes) -> None:
        self._universes = universes

    def respond(self, request: Request) -> Answer:
        """Serve one request.

        Raises:
            ServiceError: the path, a parameter or a value is not one of those served.
        """
        method = "get" if request.method == "HEAD" else request.method.lower()
        handler = getattr(self, f"_{_match(request).strip('/')}_{method}")
        check_parameters(request)
        try:
            return write_json(handler(request, self._universes.get(read_tenancy(request))))
        except InvalidInput as error:
            raise InvalidParameter(str(error), rule=PROPERTY_VALUE.name) from None

    def _health_get(self, _: Request, universe: Universe) -> Any:
        return {"status": "UP", "region": universe.default_region, "time": time_text(universe.clock.now())}

    def _reset_post(self, request: Request, _: Universe) -> Any:
        given = read_properties(request, region=STRING, seed=STRING_OR_WHOLE, pace=STRING, clock=STRING)
        fresh = self._universes.reset(read_tenancy(request), replaced(self._universes.settings, **given))
        return self._health_get(request, fresh)

    def _clock_get(self, _: Request, universe: Universe) -> Any:
        return {"time": time_text(universe.clock.now())}

    def _clock_post(self, request: Request, universe: Universe) -> Any:
        given = required(read_properties(request, advance=NUMBER), "advance")
        with universe.lock:
            clock: Any = universe.simulator.clock  # one of the two that the server itself makes
            clock.advance(given["advance"])
        return self._clock_get(request, universe)

    def _faults_get(self, _: Request, universe: Universe) -> Any:
        with universe.lock:
            planned = tuple(universe.simulator.faults)
        return {"items": [_told({name: getattr(fault, name) for name in _FAULT}) for fault in planned]}

    def _faults_post(self, request: Request, universe: Universe) -> Any:
        given = read_properties(
            request,
            operation=STRING,
            status=WHOLE,
            code=STRING,
            message=STRING,
            times=WHOLE,
            retryAfter=NUMBER,
        )
        fault = Fault(**{snake(name): item for name, item in required(given, "status", "code").items()})
        with universe.lock:
            universe.simulator.faults.add(fault)
        return self._faults_get(request, universe)

    def _faults_delete(self, request: Request, universe: Universe) -> Any:
        with universe.lock:
            universe.simulator.faults.clear()
        return self._faults_get(request, universe)

    def _journal_get(self, request: Request, universe: Universe) -> Any:
        filters: dict[str, Any] = {name: request.args[name] for name in JOURNAL_FILTERS if name in request.args}
        if "status" in filters:
            filters["status"] = read_status(filters["status"])
        with universe.lock:
            entries = universe.simulator.journal.query(**filters)
        return {"items": [_told(entry._asdict()) for entry in entries]}

    def _journal_delete(self, request: Request, universe: Universe) -> Any:
        with universe.lock:
            universe.simulator.journal.clear()
        return self._journal_get(request, universe)

    def _state_get(self, _: Request, universe: Universe) -> Any:
        with universe.lock:
            state = universe.simulator.state()
        return {camel(kind) + "s": encode(snapshots) for kind, snapshots in state.items()}

    def _work_post(self, request: Request, universe: Universe) -> Any:
        given = read_properties(
            request, id=STRING, action=STRING, percent=NUMBER, code=STRING, message=STRING, pace=STRING
        )
        action = _ACTIONS.get(required(given, "id", "action")["action"])
        if action is None:
            raise PROPERTY_VALUE(property="action", expected=f"one of {', '.join(_ACTIONS)}", given=given["action"])
        with universe.lock:
            action(universe, given)
        return {}

    def _rules_get(self, _: Request, __: Universe) -> Any:
        return {
            "items": [
                {
                    "name": rule.name,
                    "status": rule.error.default_status,
                    "code": rule.error.default_code,
                    "text": rule.text,
                    "evidence": rule.evidence,
                    "source": rule.source,
                }
                for rule in REFUSALS.values()
            ]
        }


def _match(request: Request) -> str:
    adapter = _ROUTES.bind("localhost", path_info=request.path, default_method=request.method)
    try:
        endpoint: str = adapter.match()[0]
    except MethodNotAllowed as error:
        allowed = ", ".join(sorted(error.valid_methods or ()))
        raise METHOD_NOT_ALLOWED(method=request.method, path=request.path, allowed=allowed) from None
    except HTTPException:
        hint = f"; there are {', '.join(CONTROL + path for path in _PATHS)}."
        raise UNKNOWN_ROUTE(method=request.method, path=request.path, hint=hint) from None
    return endpoint


def _finish(universe: Universe, given: Mapping[str, Any]) -> None:
    universe.simulator.finish(given["id"])


def _fail(universe: Universe, given: Mapping[str, Any]) -> None:
    chosen = {name: given[name] for name in ("percent", "code", "message") if name in given}
    universe.simulator.fail(given["id"], **chosen)


def _progress(universe: Universe, given: Mapping[str, Any]) -> None:
    universe.simulator.progress(given["id"], required(given, "percent")["percent"])


def _pace(universe: Universe, given: Mapping[str, Any]) -> None:
    universe.simulator.set_pace(given["id"], required(given, "pace")["pace"])


_ACTIONS: Final[Mapping[str, Callable[[Universe, Mapping[str, Any]], None]]] = {
    "finish": _finish,
    "fail": _fail,
    "progress": _progress,
    "pace": _pace,
}


def _told(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {camel(name): encode(item) for name, item in attributes.items() if item is not None}
