"""The control paths, `/_sim/...`: what tests do to the simulated worlds from outside.

They act on the universe of the tenancy in `?tenancy=`, or of the one that signed the request, or else of the
well-known one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from fake_server.http import read_json, write_json
from fake_server.routes import CONTROL
from fake_server.universes import tenancy_of
from genai_ports.domain.names import camel, snake
from genai_ports.domain.value import replaced
from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults import Fault
from genai_ports.simulator.refusals import (
    METHOD_NOT_ALLOWED,
    PROPERTY_UNKNOWN,
    PROPERTY_VALUE,
    QUERY_UNKNOWN,
    REFUSALS,
    UNKNOWN_ROUTE,
)
from genai_ports.wire import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Request, Response

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
_JOURNAL_FILTERS: Final = ("operation", "target", "status")
_WORK_ACTIONS: Final = ("finish", "fail", "progress", "pace")


class Control:
    """Answers the control paths.

    Args:
        universes: what they look at and change.
    """

    def __init__(self, universes: Universes) -> None:
        self._universes = universes
        self._routes = Map([Rule(CONTROL + path, methods=methods, endpoint=path) for path, methods in _PATHS.items()])

    def respond(self, request: Request) -> Response:
        """Serve one request.

        Raises:
            ServiceError: the path, a parameter or a value is not one of those served.
        """
        method = "get" if request.method == "HEAD" else request.method.lower()
        handler = getattr(self, f"_{self._match(request).strip('/')}_{method}")
        _check_parameters(request)
        tenancy = request.args.get("tenancy") or tenancy_of(request.headers.get("authorization"))
        try:
            return write_json(handler(request, self._universes.get(tenancy)))
        except InvalidInput as error:
            raise InvalidParameter(str(error), rule=PROPERTY_VALUE.name) from None

    def _match(self, request: Request) -> str:
        adapter = self._routes.bind("localhost", path_info=request.path, default_method=request.method)
        try:
            endpoint: str = adapter.match()[0]
        except MethodNotAllowed as error:
            allowed = ", ".join(sorted(error.valid_methods or ()))
            raise METHOD_NOT_ALLOWED(method=request.method, path=request.path, allowed=allowed) from None
        except HTTPException:
            hint = f" There are {', '.join(CONTROL + path for path in _PATHS)}."
            raise UNKNOWN_ROUTE(method=request.method, path=request.path, hint=hint) from None
        return endpoint

    def _health_get(self, _: Request, tenancy: str) -> Any:
        universe = self._universes.get(tenancy)
        return {"status": "UP", "region": universe.default_region, "time": encode(universe.clock.now())}

    def _reset_post(self, request: Request, tenancy: str) -> Any:
        given = _body(request, ("region", "seed", "pace", "clock"))
        for name, setting in given.items():
            if not isinstance(setting, str) and not (name == "seed" and type(setting) is int):
                raise PROPERTY_VALUE(property=name, expected="a string, or a whole number for seed", given=setting)
        self._universes.reset(tenancy, replaced(self._universes.settings, **given))
        return self._health_get(request, tenancy)

    def _clock_get(self, _: Request, tenancy: str) -> Any:
        return {"time": encode(self._universes.get(tenancy).clock.now())}

    def _clock_post(self, request: Request, tenancy: str) -> Any:
        seconds = _number(_body(request, ("advance",)), "advance")
        universe = self._universes.get(tenancy)
        with universe.lock:
            clock: Any = universe.simulator.clock  # one of the two that the server itself makes
            clock.advance(seconds)
        return self._clock_get(request, tenancy)

    def _faults_get(self, _: Request, tenancy: str) -> Any:
        universe = self._universes.get(tenancy)
        with universe.lock:
            return {"items": [encode(fault) for fault in universe.simulator.faults]}

    def _faults_post(self, request: Request, tenancy: str) -> Any:
        given = _body(request, ("operation", "status", "code", "message", "times", "retryAfter"))
        fault = {snake(name): setting for name, setting in given.items()}
        for name, kind in {"status": int, "code": str}.items():
            if type(fault.get(name)) is not kind:
                raise PROPERTY_VALUE(property=name, expected=f"a value of type {kind.__name__}", given=fault.get(name))
        if type(fault.get("times", 1)) is not int or not isinstance(fault.get("message", ""), str):
            raise PROPERTY_VALUE(property="times and message", expected="a whole number and a string", given=given)
        if fault.get("retry_after") is not None:
            _number(given, "retryAfter")
        universe = self._universes.get(tenancy)
        with universe.lock:
            universe.simulator.faults.add(Fault(**fault))
        return self._faults_get(request, tenancy)

    def _faults_delete(self, request: Request, tenancy: str) -> Any:
        universe = self._universes.get(tenancy)
        with universe.lock:
            universe.simulator.faults.clear()
        return self._faults_get(request, tenancy)

    def _journal_get(self, request: Request, tenancy: str) -> Any:
        filters: dict[str, Any] = {name: request.args[name] for name in _JOURNAL_FILTERS if name in request.args}
        if "status" in filters:
            if not filters["status"].isdecimal():
                raise PROPERTY_VALUE(property="status", expected="a number", given=filters["status"])
            filters["status"] = int(filters["status"])
        universe = self._universes.get(tenancy)
        with universe.lock:
            entries = universe.simulator.journal.query(**filters)
        return {"items": [_entry(entry._asdict()) for entry in entries]}

    def _journal_delete(self, request: Request, tenancy: str) -> Any:
        universe = self._universes.get(tenancy)
        with universe.lock:
            universe.simulator.journal.clear()
        return self._journal_get(request, tenancy)

    def _state_get(self, _: Request, tenancy: str) -> Any:
        universe = self._universes.get(tenancy)
        with universe.lock:
            state = universe.simulator.state()
        return {camel(kind) + "s": encode(snapshots) for kind, snapshots in state.items()}

    def _work_post(self, request: Request, tenancy: str) -> Any:
        given = _body(request, ("id", "action", "percent", "code", "message", "pace"))
        identifier, action = given.get("id"), given.get("action")
        if not isinstance(identifier, str) or action not in _WORK_ACTIONS:
            raise PROPERTY_VALUE(property="id and action", expected=f"an OCID and one of {_WORK_ACTIONS}", given=given)
        universe = self._universes.get(tenancy)
        with universe.lock:
            _ACTIONS[action](universe, identifier, given)
        return {}

    def _rules_get(self, _: Request, __: str) -> Any:
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


def _finish(universe: Universe, identifier: str, _: Mapping[str, Any]) -> None:
    universe.simulator.finish(identifier)


def _fail(universe: Universe, identifier: str, given: Mapping[str, Any]) -> None:
    chosen: dict[str, Any] = {name: given[name] for name in ("code", "message") if name in given}
    if not all(isinstance(text, str) for text in chosen.values()):
        raise PROPERTY_VALUE(property="code and message", expected="strings", given=chosen)
    percent = _number(given, "percent") if "percent" in given else 0
    universe.simulator.fail(identifier, percent=percent, **chosen)


def _progress(universe: Universe, identifier: str, given: Mapping[str, Any]) -> None:
    universe.simulator.progress(identifier, _number(given, "percent"))


def _pace(universe: Universe, identifier: str, given: Mapping[str, Any]) -> None:
    if not isinstance(given.get("pace"), str):
        raise PROPERTY_VALUE(property="pace", expected="a pace such as 2s", given=given.get("pace"))
    universe.simulator.set_pace(identifier, given["pace"])


_ACTIONS: Final[Mapping[str, Callable[[Universe, str, Mapping[str, Any]], None]]] = {
    "finish": _finish,
    "fail": _fail,
    "progress": _progress,
    "pace": _pace,
}


def _check_parameters(request: Request) -> None:
    takes = ("tenancy", *_JOURNAL_FILTERS) if request.path.endswith("/journal") else ("tenancy",)
    for name in request.args:
        if name not in takes:
            raise QUERY_UNKNOWN(parameter=name, operation=request.path, known=", ".join(takes))


def _body(request: Request, known: tuple[str, ...]) -> dict[str, Any]:
    given = read_json(request) if request.content_length else {}
    for name in given:
        if name not in known:
            raise PROPERTY_UNKNOWN(property=name, body=f"{request.path}, which takes {', '.join(known)}")
    return given


def _number(given: Mapping[str, Any], name: str) -> float:
    number = given.get(name)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise PROPERTY_VALUE(property=name, expected="a number", given=number)
    return number


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {camel(name): encode(item) for name, item in entry.items() if item is not None}
