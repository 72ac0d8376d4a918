"""Control paths for faults, failing work and modes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from fake_server.control.properties import (
    BOOLEAN,
    NUMBER,
    STRING,
    STRING_OR_WHOLE,
    STRINGS,
    WHOLE,
    as_json,
    read_properties,
    required,
)
from genai_ports.api.names import snake
from genai_ports.simulator.faults.failing_work import FAILURES, FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.lists.modes import MODES, mode_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from fake_server.control.properties import Handler
    from genai_ports.simulator.faults.call_matcher import CallMatcher
    from genai_ports.simulator.faults.fault_registry import FaultRegistry
    from genai_ports.simulator.simulator import Simulator

    P = TypeVar("P", bound=CallMatcher)

_WHICH: Final = {
    "operation": STRING,
    "region": STRING,
    "resource": STRING,
    "compartmentId": STRING,
    "displayName": STRING,
    "nth": WHOLE,
    "every": WHOLE,
    "times": STRING_OR_WHOLE,
}
"""The properties that say which calls a fault or failing work applies to."""


def _faults_get(_: Request, world: Simulator) -> Any:
    return _shown(world.faults)


def _faults_post(request: Request, world: Simulator) -> Any:
    given = read_properties(
        request,
        **_WHICH,
        status=WHOLE,
        code=STRING,
        message=STRING,
        retryAfter=NUMBER,
        latency=NUMBER,
        damage=STRING,
        committed=BOOLEAN,
    )
    return _add(world.faults, Fault, given)


def _faults_delete(_: Request, world: Simulator) -> Any:
    return _cleared(world.faults)


def _failing_work_get(_: Request, world: Simulator) -> Any:
    return _shown(world.failing_work)


def _failing_work_post(request: Request, world: Simulator) -> Any:
    given = read_properties(request, **_WHICH, failure=STRING, percent=NUMBER, code=STRING, message=STRING)
    return _add(world.failing_work, FailingWork, given)


def _failing_work_delete(_: Request, world: Simulator) -> Any:
    return _cleared(world.failing_work)


def _failures_get(_: Request, __: Simulator) -> Any:
    return {
        "items": [
            as_json(
                {
                    "name": named.name,
                    "operations": named.operations,
                    **{name: getattr(named.failure, name) for name in ("percent", "code", "message", "leaves")},
                    "evidence": named.evidence,
                    "source": named.source,
                }
            )
            for named in FAILURES.values()
        ]
    }


def _shown(registry: FaultRegistry[Any]) -> Any:
    """Return the settings of each fault or failing work, and how many `times` are left."""
    return {"items": [_shown_matcher(matcher) for matcher in registry]}


def _shown_matcher(matcher: CallMatcher) -> dict[str, Any]:
    when = {"when": "a function in the server's process"} if matcher.when is not None else {}
    return as_json({**matcher.settings(), **when, "times": matcher.times})


def _add(registry: FaultRegistry[P], kind: type[P], given: Mapping[str, Any]) -> Any:
    registry.add(kind(**{snake(name): item for name, item in given.items()}))
    return _shown(registry)


def _cleared(registry: FaultRegistry[Any]) -> Any:
    registry.clear()
    return _shown(registry)


def _modes_get(_: Request, world: Simulator) -> Any:
    modes = dict(world.modes)
    known = [
        as_json(
            {"name": m.name, "text": m.text, "number": m.number or None, "default": m.default, "evidence": m.evidence}
        )
        for m in MODES.values()
    ]
    return {"modes": mode_texts(modes), "known": known}


def _modes_put(request: Request, world: Simulator) -> Any:
    given = required(read_properties(request, modes=STRINGS), "modes")
    world.set_modes(*given["modes"])
    return _modes_get(request, world)


def _modes_delete(request: Request, world: Simulator) -> Any:
    world.set_modes()
    return _modes_get(request, world)


PATHS: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/faults": {"GET": _faults_get, "POST": _faults_post, "DELETE": _faults_delete},
    "/failing-work": {"GET": _failing_work_get, "POST": _failing_work_post, "DELETE": _failing_work_delete},
    "/failures": {"GET": _failures_get},
    "/modes": {"GET": _modes_get, "PUT": _modes_put, "DELETE": _modes_delete},
}
