"""Control paths that show the resources of a world to a person: an overview, pages of each kind, and one resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fake_server.control.properties import as_json, read_whole
from fake_server.streams import stream_json
from genai_ports.api.kinds import KINDS, WORK_REQUEST
from genai_ports.simulator.lists.modes import mode_texts
from genai_ports.simulator.rules.refusals import QUERY_MISSING, QUERY_VALUE
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.tenancy import TENANCY
from genai_ports.wire import encode
from genai_ports.wire.documents import dump
from genai_ports.wire.times import time_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from fake_server.control.properties import Handler
    from fake_server.worlds import ServedWorlds
    from genai_ports.simulator.observe.inspection import Inspected
    from genai_ports.simulator.simulator import Simulator

_BY_COLLECTION: Final = {kind.collection: kind for kind in KINDS.values()}
_MOST: Final = 1000
"""The largest page."""
_LAST_OFFSET: Final = 10**9


def _overview_get(_: Request, world: Simulator) -> Any:
    return {
        "time": time_text(world.clock.now()),
        "clock": "virtual" if isinstance(world.clock, VirtualClock) else "real",
        "region": world.region,
        "regions": world.regions(),
        "seed": str(world.settings.seed),
        "pace": world.pace,
        "counts": world.counts(),
        "calls": len(world.journal),
        "faults": len(tuple(world.faults)),
        "failingWork": len(tuple(world.failing_work)),
        "troubles": len(world.troubles()),
        "modes": mode_texts(dict(world.modes)),
    }


def _resources_get(request: Request, world: Simulator) -> Any:
    """Show a page, and whether there is another one."""
    named = _required(request, "kind")
    kind = _BY_COLLECTION.get(named)
    if kind is None:
        raise QUERY_VALUE(parameter="kind", expected=f"one of {', '.join(_BY_COLLECTION)}", given=named)
    limit = read_whole(request, "limit", 1, _MOST, 50)
    found = world.newest(
        kind,
        region=request.args.get("region"),
        text=request.args.get("text"),
        limit=limit + 1,
        offset=read_whole(request, "offset", 0, _LAST_OFFSET, 0),
    )
    return stream_json({"items": found[:limit], "hasMore": len(found) > limit}, lambda each: dump(_shown(each)))


def _resource_get(request: Request, world: Simulator) -> Any:
    found = world.inspect(_required(request, "resource"))
    return {
        **_shown(found.inspected),
        "workRequests": encode(found.work_requests),
        "logs": encode(found.logs),
        "errors": encode(found.errors),
    }


def _base_models_get(request: Request, world: Simulator) -> Any:
    return {"items": [_shown(each) for each in world.base_models(request.args.get("region", world.region))]}


def tenancies(worlds: ServedWorlds) -> Any:
    """Show the tenancies that have a world: how many resources and calls are in it, and when the last call was."""
    return {"items": [_tenancy(name, world) for name, world in worlds.by_tenancy().items()]}


def _tenancy(name: str, world: Simulator) -> dict[str, Any]:
    counts, calls = world.counts(), tuple(world.journal)
    return {
        "tenancy": name,
        "isDefault": name == TENANCY,
        "resources": sum(counts.values()) - counts[WORK_REQUEST.collection],
        "counts": counts,
        "calls": len(calls),
        **({"lastCall": time_text(calls[-1].time)} if calls else {}),
    }


def _required(request: Request, name: str) -> str:
    if name not in request.args:
        raise QUERY_MISSING(parameter=name)
    given: str = request.args[name]
    return given


def _shown(found: Inspected) -> dict[str, Any]:
    return as_json(
        {"kind": found.kind.collection, "region": found.region, "resource": found.resource, "work": found.work}
    )


PATHS: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/overview": {"GET": _overview_get},
    "/resources": {"GET": _resources_get},
    "/resource": {"GET": _resource_get},
    "/base-models": {"GET": _base_models_get},
}
