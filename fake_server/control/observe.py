"""Control paths that show what happened: the journal, the timeline of a resource, and clients in trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fake_server.control.properties import JOURNAL_FILTERS, as_json, read_flag, read_status, read_whole
from fake_server.streams import stream_json
from genai_ports.errors import InvalidInput
from genai_ports.simulator.rules.refusals import QUERY_MISSING
from genai_ports.simulator.state.journal import KEPT
from genai_ports.wire.documents import dump

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from fake_server.control.properties import Handler
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.state.journal import Entry


def _journal_get(request: Request, world: Simulator) -> Any:
    filters: dict[str, Any] = {name: request.args[name] for name in JOURNAL_FILTERS if name in request.args}
    if "status" in filters:
        filters["status"] = read_status(filters["status"])
    with world.lock:
        entries = world.journal.query(**filters)
        calls = world.journal.entries
        newest = {"newest": calls[-1].request_id} if calls else {}
    has_details = read_flag(request, "details")
    if has_details and entries and not world.settings.details:
        raise InvalidInput(
            "the journal does not keep what was sent: start the server with --details, or the world with "
            'POST /_sim/reset {"details": true}'
        )
    entries = entries[-read_whole(request, "last", 1, KEPT, KEPT) :]
    show = with_details if has_details else _entry
    return stream_json({"items": entries, **newest}, lambda entry: dump(show(entry)))


def _entry(entry: Entry) -> dict[str, Any]:
    return as_json(entry.facts())


def with_details(entry: Entry) -> dict[str, Any]:
    """Show a call with what was sent, in Oracle's spelling."""
    if entry.sent is None:
        return _entry(entry)
    query = entry.query
    headers = {name: getattr(entry, name) for name in ("if_match", "retry_token", "user_agent")}
    parameters = None
    if query is not None:
        own = {name: item for name, item in vars(query).items() if name != "filters"}
        parameters = as_json({**own, **query.filters})
    return {**_entry(entry), **as_json({"details": entry.details, "query": parameters, **headers})}


def _timeline_get(request: Request, world: Simulator) -> Any:
    if "resource" not in request.args:
        raise QUERY_MISSING(parameter="resource")
    return {"items": [as_json(moment._asdict()) for moment in world.timeline(request.args["resource"])]}


PATHS: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/journal": {"GET": _journal_get, "DELETE": lambda _, world: world.journal.clear()},
    "/timeline": {"GET": _timeline_get},
    "/diagnosis": {"GET": lambda _, world: {"items": [as_json(trouble._asdict()) for trouble in world.troubles()]}},
}
