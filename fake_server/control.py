"""The control paths, `/_sim/...`: what tests do to the simulated worlds from outside.

They act on the universe of the tenancy in `?tenancy=`, or of the one that signed the request, or else of the
well-known one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from fake_server.http import json_type, parse_json, read_body, write_json
from fake_server.routes import CONTROL
from fake_server.universes import tenancy_of
from genai_ports.domain.names import camel, snake
from genai_ports.domain.value import replaced
from genai_ports.errors import InvalidInput, InvalidParameter
from genai_ports.ocids import parse_ocid
from genai_ports.simulator.faults import Fault
from genai_ports.simulator.refusals import (
    METHOD_NOT_ALLOWED,
    PROPERTY_MISSING,
    PROPERTY_TYPE,
    PROPERTY_UNKNOWN,
    PROPERTY_VALUE,
    QUERY_UNKNOWN,
    QUERY_VALUE,
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
_ROUTES: Final = Map([Rule(CONTROL + path, methods=methods, endpoint=path) for path, methods in _PATHS.items()])
_JOURNAL_FILTERS: Final = ("operation", "target", "status")

_STRING: Final = {str: "a string"}
_WHOLE: Final = {int: "a whole number"}
_NUMBER: Final = {int: "a number", float: "a number"}
_MOST: Final = 1e12
"""The largest number that is taken: seconds of thirty thousand years."""


class Control:
    """Answers the control paths.

    Args:
        universes: what they look at and change.
    """

    def __init__(self, universes: Universes) -> None:
        self._universes = universes

    def respond(self, request: Request) -> Response:
        """Serve one request.

        Raises:
            ServiceError: the path, a parameter or a value is not one of those served.
        """
        method = "get" if request.method == "HEAD" else request.method.lower()
        handler = getattr(self, f"_{_match(request).strip('/')}_{method}")
        _check_parameters(request)
        try:
            return write_json(handler(request, self._universes.get(_tenancy(request))))
        except InvalidInput as error:
            raise InvalidParameter(str(error), rule=PROPERTY_VALUE.name) from None

    def _health_get(self, _: Request, universe: Universe) -> Any:
        return {"status": "UP", "region": universe.default_region, "time": encode(universe.clock.now())}

    def _reset_post(self, request: Request, _: Universe) -> Any:
        given = _body(request, region=_STRING, seed=_STRING | _WHOLE, pace=_STRING, clock=_STRING)
        fresh = self._universes.reset(_tenancy(request), replaced(self._universes.settings, **given))
        return self._health_get(request, fresh)

    def _clock_get(self, _: Request, universe: Universe) -> Any:
        return {"time": encode(universe.clock.now())}

    def _clock_post(self, request: Request, universe: Universe) -> Any:
        given = _required(_body(request, advance=_NUMBER), "advance")
        with universe.lock:
            universe.simulator.clock.advance(given["advance"])
        return self._clock_get(request, universe)

    def _faults_get(self, _: Request, universe: Universe) -> Any:
        with universe.lock:
            return {"items": [encode(fault) for fault in universe.simulator.faults]}

    def _faults_post(self, request: Request, universe: Universe) -> Any:
        given = _body(
            request,
            operation=_STRING,
            status=_WHOLE,
            code=_STRING,
            message=_STRING,
            times=_WHOLE,
            retryAfter=_NUMBER,
        )
        fault = Fault(**{snake(name): item for name, item in _required(given, "status", "code").items()})
        with universe.lock:
            universe.simulator.faults.add(fault)
        return self._faults_get(request, universe)

    def _faults_delete(self, request: Request, universe: Universe) -> Any:
        with universe.lock:
            universe.simulator.faults.clear()
        return self._faults_get(request, universe)

    def _journal_get(self, request: Request, universe: Universe) -> Any:
        filters: dict[str, Any] = {name: request.args[name] for name in _JOURNAL_FILTERS if name in request.args}
        if "status" in filters:
            filters["status"] = _status(filters["status"])
        with universe.lock:
            entries = universe.simulator.journal.query(**filters)
        return {"items": [_entry(entry._asdict()) for entry in entries]}

    def _journal_delete(self, request: Request, universe: Universe) -> Any:
        with universe.lock:
            universe.simulator.journal.clear()
        return self._journal_get(request, universe)

    def _state_get(self, _: Request, universe: Universe) -> Any:
        with universe.lock:
            state = universe.simulator.state()
        return {camel(kind) + "s": encode(snapshots) for kind, snapshots in state.items()}

    def _work_post(self, request: Request, universe: Universe) -> Any:
        given = _body(
            request, id=_STRING, action=_STRING, percent=_NUMBER, code=_STRING, message=_STRING, pace=_STRING
        )
        action = _ACTIONS.get(_required(given, "id", "action")["action"])
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
        hint = f" There are {', '.join(CONTROL + path for path in _PATHS)}."
        raise UNKNOWN_ROUTE(method=request.method, path=request.path, hint=hint) from None
    return endpoint


def _tenancy(request: Request) -> str:
    """Tell whose universe a request is about."""
    given = request.args.get("tenancy")
    if given is None:
        return tenancy_of(request.headers.get("authorization"))
    ocid = parse_ocid(given)
    if ocid is None or ocid.resource_type != "tenancy":
        raise QUERY_VALUE(parameter="tenancy", expected="the OCID of a tenancy", given=given)
    return given


def _finish(universe: Universe, given: Mapping[str, Any]) -> None:
    universe.simulator.finish(given["id"])


def _fail(universe: Universe, given: Mapping[str, Any]) -> None:
    chosen = {name: given[name] for name in ("percent", "code", "message") if name in given}
    universe.simulator.fail(given["id"], **chosen)


def _progress(universe: Universe, given: Mapping[str, Any]) -> None:
    universe.simulator.progress(given["id"], _required(given, "percent")["percent"])


def _pace(universe: Universe, given: Mapping[str, Any]) -> None:
    universe.simulator.set_pace(given["id"], _required(given, "pace")["pace"])


_ACTIONS: Final[Mapping[str, Callable[[Universe, Mapping[str, Any]], None]]] = {
    "finish": _finish,
    "fail": _fail,
    "progress": _progress,
    "pace": _pace,
}


def _check_parameters(request: Request) -> None:
    takes = ("tenancy", *_JOURNAL_FILTERS) if request.path.endswith("/journal") else ("tenancy",)
    for name, given in request.args.lists():
        if name not in takes:
            raise QUERY_UNKNOWN(parameter=name, operation=request.path, known=", ".join(takes))
        if len(given) > 1:
            raise QUERY_VALUE(parameter=name, expected="given once", given=", ".join(given))


def _body(request: Request, **takes: Mapping[type, str]) -> dict[str, Any]:
    """Read a body, which may be missing: its properties must be of the types that are taken; null is as good as none."""
    body = read_body(request)
    given = {name: item for name, item in parse_json(body).items() if item is not None} if body else {}
    for name, item in given.items():
        if name not in takes:
            raise PROPERTY_UNKNOWN(property=name, body=f"{request.path}, which takes {', '.join(takes)}")
        if type(item) not in takes[name]:
            expected = " or ".join(dict.fromkeys(takes[name].values()))
            raise PROPERTY_TYPE(property=name, expected=expected, given=json_type(item))
        if takes[name] is _NUMBER and not 0 <= item <= _MOST:
            raise PROPERTY_VALUE(property=name, expected=f"from 0 to {_MOST:g}", given=item)
    return given


def _required(given: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        if name not in given:
            raise PROPERTY_MISSING(property=name)
    return given


def _status(text: str) -> int:
    if len(text) != len("200") or not text.isascii() or not text.isdigit():
        raise QUERY_VALUE(parameter="status", expected="an HTTP status such as 404", given=text)
    return int(text)


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {camel(name): encode(item) for name, item in entry.items() if item is not None}
