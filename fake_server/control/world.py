"""Control paths for a world as a whole: health, reset, clock, state, work and rules."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fake_server.control.properties import (
    BOOLEAN,
    NUMBER,
    STRING,
    STRING_OR_WHOLE,
    STRINGS,
    read_properties,
    read_tenancy,
    required,
)
from fake_server.http import parse_json, read_body
from fake_server.settings import MAX_SNAPSHOT_BYTES, Settings
from fake_server.streams import stream_json
from genai_ports.simulator.rules.refusals import PROPERTY_UNKNOWN, PROPERTY_VALUE, REFUSALS
from genai_ports.simulator.settings import OF_WORLD, check_beside_world
from genai_ports.simulator.simulator import Simulator
from genai_ports.wire.responses import dump_value
from genai_ports.wire.times import time_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Request

    from fake_server.control.properties import Handler
    from fake_server.worlds import ServedWorlds


_TYPES: Final = {str: STRING, int: STRING_OR_WHOLE, tuple: STRINGS, bool: BOOLEAN}
_OF_SERVER: Final = ("lenient", "verify_signatures", "max_tenancies", "one_world")
_RESET: Final = {
    each.name: _TYPES[type(each.default)]
    for each in fields(Settings)
    if type(each.default) in _TYPES and each.name not in _OF_SERVER
}
"""The properties of a reset: the settings of a world. Keys and the settings of the server do not change."""


def health(_: Request, world: Simulator) -> Any:
    """Show that the server is up, and what its world is made from."""
    seed = str(world.settings.seed)
    return {"status": "UP", "region": world.region, "seed": seed, "time": time_text(world.clock.now())}


def reset(request: Request, worlds: ServedWorlds) -> Simulator:
    """Replace a world with a new one.

    Raises:
        ServiceError: the body has an unknown setting.
        InvalidInput: a setting is not valid; the old world remains.
    """
    given = read_properties(request, **_RESET)
    if worlds.settings.world:
        check_beside_world(name for name in given if name in OF_WORLD)
    return worlds.reset(read_tenancy(request), replace(worlds.settings, **given))


def put_snapshot(request: Request, worlds: ServedWorlds) -> Simulator:
    """Replace a world with the one in a snapshot.

    Raises:
        ServiceError: the body is not JSON, or too large.
        InvalidInput: it is not a snapshot; the old world remains.
    """
    return worlds.put(read_tenancy(request), parse_json(read_body(request, MAX_SNAPSHOT_BYTES)))


def _snapshot_get(_: Request, world: Simulator) -> Any:
    return stream_json(world.snapshot())


def _state_get(_: Request, world: Simulator) -> Any:
    stored, show = world.stored()
    return stream_json(stored, lambda item: dump_value(show(item)))


def _clock_post(request: Request, world: Simulator) -> None:
    world.clock.advance(required(read_properties(request, advance=NUMBER), "advance")["advance"])


def _pace_put(request: Request, world: Simulator) -> None:
    world.set_world_pace(required(read_properties(request, pace=STRING), "pace")["pace"])


_ALWAYS: Final = ("id", "action")
"""The properties that every action requires."""


class _Action(NamedTuple):
    """An action on work, or on a resource.

    Args:
        act: the method that does it; it takes an OCID by position, and the other properties by name.
        needs: the properties that it requires.
        takes: the other properties that it accepts.
    """

    act: Callable[..., None]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


_ACTIONS: Final[Mapping[str, _Action]] = {
    "finish": _Action(Simulator.finish),
    "fail": _Action(Simulator.fail, takes=("failure", "percent", "code", "message")),
    "progress": _Action(Simulator.progress, needs=("percent",)),
    "pace": _Action(Simulator.set_pace, needs=("pace",)),
    "needs-attention": _Action(Simulator.needs_attention, takes=("message",)),
}


def _work_post(request: Request, world: Simulator) -> None:
    given = read_properties(
        request, id=STRING, action=STRING, percent=NUMBER, code=STRING, message=STRING, pace=STRING, failure=STRING
    )
    required(given, *_ALWAYS)
    action = _ACTIONS.get(given["action"])
    if action is None:
        raise PROPERTY_VALUE(property="action", expected=f"one of {', '.join(_ACTIONS)}", given=given["action"])
    chosen = {name: item for name, item in given.items() if name not in _ALWAYS}
    known = (*action.needs, *action.takes)
    for name in chosen:
        if name not in known:
            takes = ", ".join((*_ALWAYS, *known))
            raise PROPERTY_UNKNOWN(property=name, body=f"the action {given['action']}, which takes {takes}")
    required(given, *action.needs)
    action.act(world, given["id"], **chosen)


def _rules_get(_: Request, __: Simulator) -> Any:
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


PATHS: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/health": {"GET": health},
    "/clock": {"GET": lambda _, world: {"time": time_text(world.clock.now())}, "POST": _clock_post},
    "/pace": {"GET": lambda _, world: {"pace": world.pace}, "PUT": _pace_put},
    "/snapshot": {"GET": _snapshot_get},
    "/state": {"GET": _state_get},
    "/work": {"POST": _work_post},
    "/rules": {"GET": _rules_get},
}
