"""What an operation does, by its verb."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from genai_ports.api.enums import ModelType
from genai_ports.api.frozen import EMPTY, frozen
from genai_ports.api.kinds import MODEL, WORK_REQUEST
from genai_ports.api.schema import Array, Map, schema_of
from genai_ports.api.snapshot import Page
from genai_ports.api.value import blank, made, replaced, shared_names
from genai_ports.api.verbs import (
    CHANGE_COMPARTMENT,
    CREATE,
    DELETE,
    GET,
    LIST,
    LIST_ERRORS,
    LIST_LOGS,
    UPDATE,
)
from genai_ports.simulator.lists.query import Lister, check_query
from genai_ports.simulator.lists.quirks import check_visible, check_work_visible, in_use
from genai_ports.simulator.outcome import Outcome
from genai_ports.simulator.rules import rules_of, show_dependents
from genai_ports.simulator.rules.common import generated_name
from genai_ports.simulator.rules.refusals import BASE_MODEL_IS_ORACLES, NOT_FOUND, RETRY_TOKEN_GONE, STALE_ETAG
from genai_ports.simulator.rules.validation import check_shape
from genai_ports.simulator.state.world import references
from genai_ports.simulator.work import lifecycle, work_request_view

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.api.call import Call
    from genai_ports.api.kind import Operation
    from genai_ports.api.verbs import Verb
    from genai_ports.simulator.state.record import Record
    from genai_ports.simulator.state.retry_tokens import TokenKey
    from genai_ports.simulator.state.world import World
    from genai_ports.simulator.work.operation import Work
    from genai_ports.simulator.work.scheduler import Scheduler

_FEWEST_SECONDS, _MOST_SECONDS = 1, 300
"""Bounds of `retry-after` for a work request."""


_CREATING: Final = lifecycle.transition_of(CREATE)

CarryOut: TypeAlias = "Callable[[World, Scheduler, Call, str], Outcome]"


def list_page(world: World, _: Scheduler, call: Call, region: str) -> Outcome:
    """Return a page of resources, or of work requests."""
    check_query(call.operation, call.query)  # type: ignore[arg-type]  # lists always have a query
    lister = Lister(world.ids, call, region, world.modes)
    compartment: str = call.query.compartment_id  # type: ignore[union-attr, assignment]  # checked just above
    kind = call.operation.kind
    table = world.works if kind is WORK_REQUEST else world.tables[kind.name]
    hidden_from = world.now if world.removing else None
    index = table.partition(region, compartment, world.now).index(lister.sort_key)
    records, token = lister.page(index, hidden_from)
    if kind is WORK_REQUEST:
        shown = tuple([work_request_view.work_request_summary(each.snapshot, world.now) for each in records])
    else:
        shown = table.summaries(records)
    return Outcome(made(Page, {"items": shown, "next_page": token, "response": None}))


def get(world: World, scheduler: Scheduler, call: Call, region: str) -> Outcome:
    """Read a resource, or a work request; work whose pace is `reads` moves on with it."""
    kind = call.operation.kind
    if kind is WORK_REQUEST:
        return _get_work_request(world, scheduler, call, region)
    record = world.get(kind, call.target or "", region)
    if world.modes:
        check_visible(world.modes, kind, record, world.now)
    if record.works and world.works.records[record.works[-1]].snapshot.polls_left is not None:
        scheduler.poll(record)
    return Outcome(record.snapshot, record.etag or world.etag(record))


def _get_work_request(world: World, scheduler: Scheduler, call: Call, region: str) -> Outcome:
    record = _work_record(world, call, region)
    if record.snapshot.polls_left is not None and not record.snapshot.finished:
        scheduler.poll(world.tables[record.snapshot.kind.name].records[record.snapshot.resource_id])
    work: Work = record.snapshot
    snapshot = work_request_view.work_request(work, world.now)
    etag = world.ids.etag(work.id, work.status, snapshot.percent_complete)
    return Outcome(snapshot, etag, retry_after=None if work.finished else _seconds_to_wait(work))


def _work_record(world: World, call: Call, region: str) -> Record:
    record = world.get_work(call.target or "", region)
    if world.modes:
        check_work_visible(world.modes, record, world.now)
    return record


def _seconds_to_wait(work: Work) -> int:
    """Return after how many seconds the next read is worth while: a tenth of the whole time."""
    if work.duration is None:
        return _FEWEST_SECONDS
    return max(_FEWEST_SECONDS, min(_MOST_SECONDS, round(work.duration.total_seconds() / 10)))


def create(world: World, scheduler: Scheduler, call: Call, region: str) -> Outcome:
    """Create a resource and start the work on it; a repeated retry token returns the first outcome."""
    check_shape(call.details)
    operation, kind, now = call.operation, call.operation.kind, world.now
    rules = rules_of(kind)
    details: Any = rules.without_secrets(immutable(call.details))
    if details is not call.details:
        call = call._replace(details=details)
    token = world.retry_tokens.key(region, call)
    repeated = _repeated(world, call, region, token)
    if repeated:
        return repeated
    rules.check_create(world, region, details)
    columns = _columns(operation)
    attributes: dict[str, Any] = {
        **columns.blank,
        **{name: getattr(details, name) for name in columns.copied},
        "id": world.ids.ocid(kind, region, world.order + 1),
        "display_name": details.display_name or generated_name(kind, now),
        "freeform_tags": details.freeform_tags or EMPTY,
        "defined_tags": details.defined_tags or EMPTY,
        "system_tags": EMPTY,
        "time_created": now,
        "time_updated": now,
        "lifecycle_state": _CREATING.under_way,
        "lifecycle_details": _CREATING.details_under_way,
        **rules.attributes(world, region, details, now),
    }
    snapshot: Any = made(columns.snapshot, attributes)
    failure = scheduler.planned_failure(call, region, snapshot)
    record = world.add(kind, region, snapshot)
    show_dependents(world, references(kind, snapshot))
    work_id = scheduler.accept(operation, record, failure, epochs=rules.epochs(details))
    outcome = Outcome(record.snapshot, world.etag(record), work_id, _deprecation(world, details, region))
    world.retry_tokens.remember(world.now, token, call, outcome)
    return outcome


class _Columns(NamedTuple):
    """What a creation fills in: the class of the resource, all its attributes as None, and those of the body."""

    snapshot: type
    blank: Mapping[str, None]
    copied: tuple[str, ...]


@cache
def _columns(operation: Operation) -> _Columns:
    snapshot, details = operation.kind.snapshot, operation.details
    assert details  # noqa: S101  # for the type checkers: a creation has a body
    return _Columns(snapshot, blank(snapshot), shared_names(details, snapshot))


def _deprecation(world: World, details: Any, region: str) -> str | None:
    """Say in a header of the response that the call uses a base model which is deprecated."""
    identifier = getattr(details, "base_model_id", None) or getattr(details, "model_id", None)
    record = world.find(MODEL, identifier, region) if identifier else None
    since = record.snapshot.time_deprecated if record else None
    if record is None or since is None or since > world.now:
        return None
    return f"{record.snapshot.display_name} is deprecated since {since:%Y-%m-%d}"


def update(world: World, scheduler: Scheduler, call: Call, region: str) -> Outcome:
    """Change what the body names: by work where the operation starts work, else at once."""
    check_shape(call.details)
    operation, details = call.operation, immutable(call.details)
    kind, record = operation.kind, target(world, call, region)
    rules, before = rules_of(kind), record.snapshot
    lifecycle.check_can_change(kind, before)
    rules.check_update(world, region, before, details)
    changes = {name: new for name, new in vars(details).items() if new is not None and hasattr(before, name)}
    changes |= rules.updated(region, details)
    if operation.work is None:
        world.change(kind, record, time_updated=world.now, **changes)
        return Outcome(record.snapshot, world.etag(record))
    failure = scheduler.planned_failure(call, region, before)
    changes |= lifecycle.entering(UPDATE)
    # If the work fails, the version before comes back, so what it refers to must not be deleted until then.
    show_dependents(world, world.change(kind, record, keep=before, time_updated=world.now, **changes))
    work_id = scheduler.accept(operation, record, failure, before=before)
    return Outcome(record.snapshot, world.etag(record), work_id)


def change_compartment(world: World, _: Scheduler, call: Call, region: str) -> Outcome:
    """Move a resource, at once; a repeated retry token returns the first outcome."""
    check_shape(call.details)
    token = world.retry_tokens.key(region, call)
    repeated = _repeated(world, call, region, token)
    if repeated:
        return repeated
    kind, record, compartment_id = call.operation.kind, target(world, call, region), call.details.compartment_id
    lifecycle.check_can_change(kind, record.snapshot)
    rules_of(kind).check_move(world, record, compartment_id)
    world.change(kind, record, compartment_id=compartment_id, time_updated=world.now)
    outcome = Outcome(None)
    world.retry_tokens.remember(world.now, token, call, outcome)
    return outcome


def delete(world: World, scheduler: Scheduler, call: Call, region: str) -> Outcome:
    """Start to delete a resource that no other one refers to."""
    kind, record = call.operation.kind, target(world, call, region)
    lifecycle.check_not_busy(kind, record.snapshot)
    dependents = world.dependents(record.snapshot.id)
    if dependents:
        named = ", ".join(f"{each.title} {identifier}" for identifier, each in dependents.items())
        raise in_use(world.modes)(title=kind.title, identifier=record.snapshot.id, users=named)
    failure = scheduler.planned_failure(call, region, record.snapshot)
    world.change(kind, record, time_updated=world.now, **lifecycle.entering(DELETE))
    return Outcome(None, work_request_id=scheduler.accept(call.operation, record, failure))


def _repeated(world: World, call: Call, region: str, token: TokenKey | None) -> Outcome | None:
    """Return the first outcome of a request that is repeated with its retry token; None for a new request."""
    first = world.retry_tokens.find(world.now, token, call)
    if first is None:
        return None
    identifier = call.target or first.value.id
    record = world.find(call.operation.kind, identifier, region)
    if record is None or record.snapshot.lifecycle_state in ("DELETING", "DELETED"):
        raise RETRY_TOKEN_GONE(identifier=identifier)
    return first


def list_errors(world: World, _: Scheduler, call: Call, region: str) -> Outcome:
    """Return a page of what went wrong with a work request."""
    return _list_rows(world, call, region, work_request_view.errors)


def list_logs(world: World, _: Scheduler, call: Call, region: str) -> Outcome:
    """Return a page of the log of a work request."""
    return _list_rows(world, call, region, lambda work: work_request_view.logs(work, world.now))


def _list_rows(world: World, call: Call, region: str, rows: Callable[[Work], tuple[Any, ...]]) -> Outcome:
    """Return a page of the rows of a work request, sorted by their timestamps."""
    check_query(call.operation, call.query)  # type: ignore[arg-type]  # lists always have a query
    found = rows(_work_record(world, call, region).snapshot)
    lister = Lister(world.ids, call, region, world.modes)
    records, token = lister.page_of(found)
    return Outcome(Page(items=tuple([each.snapshot for each in records]), next_page=token))


def target(world: World, call: Call, region: str) -> Record:
    """Find the resource that a call changes; refuse what may not be changed, or was read too long ago."""
    kind = call.operation.kind
    record = world.get(kind, call.target or "", region)
    if record.snapshot.lifecycle_state == "DELETED":
        raise NOT_FOUND(title=kind.title, identifier=record.snapshot.id, region=region)
    if kind is MODEL and record.snapshot.type == ModelType.BASE:
        raise BASE_MODEL_IS_ORACLES(identifier=record.snapshot.id)
    current = world.etag(record)
    if call.if_match not in (None, "*", current):
        raise STALE_ETAG(given=call.if_match, title=kind.title, current=current)
    return record


def immutable(details: Any) -> Any:
    """Copy the parts of a body that its sender can still change: tags and lists."""
    cls: Any = type(details)
    changes = {name: frozen(part) for name in _mutable(cls) if (part := getattr(details, name)) is not None}
    return replaced(details, **changes) if changes else details


@cache
def _mutable(cls: type) -> tuple[str, ...]:
    return tuple(each.name for each in schema_of(cls).attributes if isinstance(each.node, Array | Map))


CARRY_OUT: Final[Mapping[Verb, CarryOut]] = {
    LIST: list_page,
    GET: get,
    CREATE: create,
    UPDATE: update,
    CHANGE_COMPARTMENT: change_compartment,
    DELETE: delete,
    LIST_ERRORS: list_errors,
    LIST_LOGS: list_logs,
}
"""The function of each verb."""
