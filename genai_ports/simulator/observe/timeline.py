"""Timelines: what happened to one resource, from its record, its work and the journal."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003
from typing import TYPE_CHECKING, NamedTuple

from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.shown import shown
from genai_ports.errors import InvalidInput
from genai_ports.simulator.work.operation import percent_complete, reached_lines
from genai_ports.simulator.work.work_request_view import logs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.simulator.state.journal import Entry, Journal
    from genai_ports.simulator.state.record import Record
    from genai_ports.simulator.state.world import World


class Moment(NamedTuple):
    """One event on a timeline.

    Args:
        time: when it happened, by the simulator's clock.
        what: what happened, in words.
        percent: how far the work was; None for an event that is not about work.
        work_request_id: the work request that it belongs to.
        request_id: the `opc-request-id` of the call that it belongs to.
    """

    time: datetime
    what: str
    percent: float | None = None
    work_request_id: str | None = None
    request_id: str | None = None


def timeline(world: World, journal: Journal, identifier: str) -> tuple[Moment, ...]:
    """List what happened to a resource, oldest first; see `Simulator.timeline`. All due work is settled."""
    if world.base_models.find_anywhere(identifier):
        return tuple(_of_call(entry) for entry in journal.query(resource=identifier) if _is_shown(entry))
    record = _find(world, identifier)
    works = [list(_of_work(world, work_id)) for work_id in record.works]
    calls = [entry for entry in journal.query(resource=record.snapshot.id) if _is_shown(entry)]
    requested = Moment(record.snapshot.time_created, f"{record.created_as} was requested.")
    notes = [Moment(at, what) for at, what in record.notes]
    return tuple(sorted([requested, *_in_order(works, calls), *notes], key=lambda moment: moment.time))


def _in_order(works: list[list[Moment]], calls: list[Entry]) -> Iterator[Moment]:
    """Put each call after the acceptance of its work: the clock does not order events of the same instant."""
    beginnings = _beginnings(calls)
    forgotten = len(works) - len(beginnings)  # the journal keeps the last calls only
    for moments in works[:forgotten]:
        yield from moments
    begun = iter(works[forgotten:])
    for entry in calls:
        moments = next(begun, []) if entry in beginnings else []
        yield from moments[:1]
        # By a real clock the response is a little later, and work with the pace instant has finished by then.
        yield _of_call(entry)._replace(time=moments[0].time) if moments else _of_call(entry)
        yield from moments[1:]


def _beginnings(calls: list[Entry]) -> list[Entry]:
    """List the calls that began work; a later create is the first one, repeated with its retry token."""
    began = [entry for entry in calls if entry.code is None and entry.status and OPERATIONS[entry.operation].work]
    return began[:1] + [entry for entry in began[1:] if not entry.operation.startswith("create_")]


def _find(world: World, identifier: str) -> Record:
    work = world.works.get(identifier)
    record = world.find_anywhere(work.snapshot.resource_id if work else identifier)
    if record:
        return record
    raise InvalidInput(f"{shown(identifier)} is not the OCID of a resource or work request of this simulator")


def _of_work(world: World, identifier: str) -> Iterator[Moment]:
    """Yield the log of a work request, with how far the work was at each line."""
    own = world.works.get(identifier)
    assert own  # noqa: S101  # a resource is purged together with its work requests
    work, now = own.snapshot, world.now
    if work.observed:  # its log does not say how far it was
        yield from (Moment(line.timestamp, line.message, None, work.id) for line in logs(work, now))
        return
    accepted, *lines = logs(work, now)
    yield Moment(accepted.timestamp, accepted.message, 0.0, work.id)
    percents = [float(at) for at, _ in reached_lines(work, now)]
    for line, percent in zip(lines, [*percents, work.percent], strict=False):
        yield Moment(line.timestamp, line.message, percent, work.id)
    if not work.finished:
        yield Moment(now, f"{work.operation_type} is {work.status}.", percent_complete(work, now), work.id)


def _is_shown(entry: Entry) -> bool:
    """Whether a call changed something or went wrong; a successful read is not shown."""
    return not entry.operation.startswith("get_") or entry.fault is not None or entry.code is not None


def _of_call(entry: Entry) -> Moment:
    why = f" {entry.code} by the rule {entry.rule}" if entry.code else ""
    fault = f"; fault: {entry.fault}" if entry.fault else ""
    outcome = f"returned {entry.status}{why}" if entry.status else "got no response"
    return Moment(entry.time, f"{entry.operation} {outcome}{fault}.", request_id=entry.request_id)
