"""Control paths for faults, failing work and modes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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
    from genai_ports.simulator.simulator import Simulator

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
_OF_FAULTS: Final = {
    "status": WHOLE,
    "code": STRING,
    "message": STRING,
    "retryAfter": NUMBER,
    "latency": NUMBER,
    "damage": STRING,
    "committed": BOOLEAN,
}
_OF_FAILING_WORK: Final = {"failure": STRING, "percent": NUMBER, "code": STRING, "message": STRING}


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


def _registry_paths(
    name: str, kind: type[CallMatcher], properties: Mapping[str, Mapping[type, str]]
) -> Mapping[str, Handler]:
    """Return the handlers for a registry of a world.

    Args:
        name: its attribute of `Simulator`.
        kind: the class of what it holds.
        properties: what can be set, besides the calls that it applies to.
    """

    def get(_: Request, world: Simulator) -> Any:
        return {"items": [_shown(matcher) for matcher in getattr(world, name)]}

    def post(request: Request, world: Simulator) -> None:
        given = read_properties(request, **_WHICH, **properties)
        getattr(world, name).add(kind(**{snake(prop): item for prop, item in given.items()}))

    def delete(_: Request, world: Simulator) -> None:
        getattr(world, name).clear()

    return {"GET": get, "POST": post, "DELETE": delete}


def _shown(matcher: CallMatcher) -> dict[str, Any]:
    """Return the settings of a fault or of failing work, and how many `times` are left."""
    when = {"when": "a function in the server's process"} if matcher.when is not None else {}
    return as_json({**matcher.settings(), **when, "times": matcher.times})


def _modes_get(_: Request, world: Simulator) -> Any:
    modes = dict(world.modes)
    known = [
        as_json(
            {"name": m.name, "text": m.text, "number": m.number or None, "default": m.default, "evidence": m.evidence}
        )
        for m in MODES.values()
    ]
    return {"modes": mode_texts(modes), "known": known}


def _modes_put(request: Request, world: Simulator) -> None:
    world.set_modes(*required(read_properties(request, modes=STRINGS), "modes")["modes"])


PATHS: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/faults": _registry_paths("faults", Fault, _OF_FAULTS),
    "/failing-work": _registry_paths("failing_work", FailingWork, _OF_FAILING_WORK),
    "/failures": {"GET": _failures_get},
    "/modes": {"GET": _modes_get, "PUT": _modes_put, "DELETE": lambda _, world: world.set_modes()},
}
