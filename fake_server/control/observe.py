"""Control paths that show what happened: the journal, the timeline of a resource, and clients in trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fake_server.control.properties import JOURNAL_FILTERS, as_json, read_status
from genai_ports.simulator.rules.refusals import QUERY_MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from fake_server.control.properties import Handler
    from genai_ports.simulator.simulator import Simulator


def _journal_get(request: Request, world: Simulator) -> Any:
    filters: dict[str, Any] = {name: request.args[name] for name in JOURNAL_FILTERS if name in request.args}
    if "status" in filters:
        filters["status"] = read_status(filters["status"])
    entries = world.journal.query(**filters)
    return {"items": [as_json({**entry._asdict(), "ignored": entry.ignored or None}) for entry in entries]}


def _timeline_get(request: Request, world: Simulator) -> Any:
    if "resource" not in request.args:
        raise QUERY_MISSING(parameter="resource")
    return {"items": [as_json(moment._asdict()) for moment in world.timeline(request.args["resource"])]}


PATHS: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/journal": {"GET": _journal_get, "DELETE": lambda _, world: world.journal.clear()},
    "/timeline": {"GET": _timeline_get},
    "/diagnosis": {"GET": lambda _, world: {"items": [as_json(trouble._asdict()) for trouble in world.troubles()]}},
}
