"""Timelines: what happened to one resource, from what the world and its journal remember of it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003
from typing import TYPE_CHECKING, NamedTuple

from genai_ports.errors import InvalidInput
from genai_ports.simulator.telling import logs
from genai_ports.simulator.work import percent_complete, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.simulator.journal import Entry
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.store import Record
    from genai_ports.simulator.work import Work


class Moment(NamedTuple):
    """One thing that happened.

    Args:
        time: when.
        what: in words.
        percent: how far the work was, for what happened to work.
        work_request_id: the work request that it belongs to.
        request_id: the `opc-request-id` of the call that it belongs to.
    """

    time: datetime
    what: str
    percent: float | None = None
    work_request_id: str | None = None
    request_id: str | None = None


def timeline(simulator: Simulator, identifier: str) -> tuple[Moment, ...]:
    """Tell what happened to a resource, oldest first.

    Args:
        simulator: the world.
        identifier: the OCID of a resource, or of one of its work requests.

    Raises:
        InvalidInput: the world remembers nothing of that name.
    """
    record = _find(simulator, identifier)
    resource = record.snapshot.id
    moments = [Moment(record.snapshot.time_created, f"{record.snapshot.display_name} was asked for.")]
    for work_id in record.works:
        own = simulator.world.works.get(work_id)
        assert own  # noqa: S101  # a resource never outlives its works
        moments += _of_work(own.snapshot, simulator.clock.now())
    moments += [_of_call(entry) for entry in simulator.journal.query(resource=resource) if _is_told(entry)]
    return tuple(sorted(moments, key=lambda moment: moment.time))


def _find(simulator: Simulator, identifier: str) -> Record:
    simulator.engine.settle()
    work = simulator.world.works.get(identifier)
    wanted = work.snapshot.resource_id if work else identifier
    for table in simulator.world.tables.values():
        record = table.get(wanted)
        if record:
            return record
    raise InvalidInput(f"nothing is remembered of {identifier!r}: give the OCID of a resource or of its work request")


def _of_work(work: Work, now: datetime) -> Iterator[Moment]:
    """Tell the log of a work request, with how far the work was at each line."""
    accepted, *lines = logs(work, now)
    yield Moment(accepted.timestamp, accepted.message, 0, work.id)
    percents = [float(at) for at, _ in told(work, now)]
    for line, percent in zip(lines, [*percents, work.percent], strict=False):
        yield Moment(line.timestamp, line.message, percent, work.id)
    if not work.finished:
        yield Moment(now, f"{work.operation_type} is {work.status}.", percent_complete(work, now), work.id)


def _is_told(entry: Entry) -> bool:
    """Whether a call changed something or went wrong: of mere reading nothing is told."""
    return not entry.operation.startswith("get_") or entry.fault is not None or entry.code is not None


def _of_call(entry: Entry) -> Moment:
    why = f" {entry.code} by the rule {entry.rule}" if entry.code else ""
    fault = f"; fault: {entry.fault}" if entry.fault else ""
    answered = f"answered {entry.status}{why}" if entry.status else "not answered"
    return Moment(entry.time, f"{entry.operation} was {answered}{fault}.", request_id=entry.request_id)
