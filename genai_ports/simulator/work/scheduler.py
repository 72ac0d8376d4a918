"""The engine: asynchronous work as a queue of due steps on a clock, settled whenever the world is touched."""

from __future__ import annotations

import heapq
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import WorkRequestStatus
from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.rules import rules_of
from genai_ports.simulator.work import lifecycle
from genai_ports.simulator.work.operation import Failure, Work, marks_so_far, percent_complete

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from genai_ports.api.call import Call
    from genai_ports.api.kind import Operation
    from genai_ports.simulator.faults.failing_work import FailingWork
    from genai_ports.simulator.state.table import Record
    from genai_ports.simulator.state.world import World
    from genai_ports.simulator.work.pace import Pace

DELETED_STAYS: Final = timedelta(hours=24)
"""How long a deleted resource, and with it its work requests, can still be read."""


class Scheduler:
    """Moves work along.

    Args:
        world: the resources and works it moves.
        pace: how fast, for work that has no pace of its own.
    """

    def __init__(self, world: World, pace: Pace) -> None:
        self.world = world
        self.pace = pace
        self.failing_work: FaultRegistry[FailingWork] = FaultRegistry("FailingWork")
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._steps = 0

    def accept(
        self, operation: Operation, record: Record, failure: Failure | None, *, epochs: int = 0, before: Any = None
    ) -> str:
        """Take on the asynchronous part of an operation, and give the id of its work request.

        Args:
            operation: the operation.
            record: the resource that it is about.
            failure: how the work is to fail, see `planned_failure`; None where it is to succeed.
            epochs: for fine-tuning, how many its logs tell of.
            before: for an update, the snapshot to go back to if it fails.
        """
        assert operation.operation_type  # noqa: S101  # for the type checkers: only operations with work come here
        order, now = self.world.next_order(), self.world.clock.now()
        work = Work(
            id=self.world.ids.ocid(WORK_REQUEST, record.region, order),
            kind=operation.kind,
            resource_id=record.snapshot.id,
            verb=operation.verb,
            operation_type=operation.operation_type,
            compartment_id=record.snapshot.compartment_id,
            epochs=epochs,
            time_accepted=now,
            planned=now,
            duration=self.pace.duration(operation.operation_type),
            polls_left=self.pace.polls,
            before=before,
            failure=failure,
        )
        self.world.works.add(order, record.region, work)
        record.works = (*record.works, work.id)
        self._schedule(work)
        return work.id

    def planned_failure(self, call: Call, region: str, about: Any) -> Failure | None:
        """Tell how the work of a call is to fail, before anything has changed: a plan's own test may go wrong.

        Args:
            call: the call that begins the work.
            region: where it goes.
            about: the resource, as it was before the call, or as it is to be made.
        """
        if not self.failing_work:
            return None
        from genai_ports.simulator.faults.call_matcher import call_context  # noqa: PLC0415  # loaded when something is planned

        plan = self.failing_work.take(call_context(call, region, about))
        return plan.to_failure() if plan else None

    def settle(self) -> None:
        """Carry out every step that is due by now, in the order in which they fell due."""
        now = self.world.clock.now()
        while self._queue and self._queue[0][0] <= now:
            due, _, step = heapq.heappop(self._queue)
            self.world.settling = due
            step(due)
        self.world.settling = None

    def poll(self, record: Record) -> None:
        """Count a look at a resource, or at its work request, for work that finishes by looks."""
        work = self.current(record)
        if work is None or work.polls_left is None:
            return
        now = self.world.clock.now()
        if not work.polls_left:
            self._finish(work, now)
            return
        percent = work.percent + (100 - work.percent) / (work.polls_left + 1)
        self._reach(self._start(work, now), percent, polls_left=work.polls_left - 1)

    def current(self, record: Record) -> Work | None:
        """Tell the work that is under way on a resource; there is one at most."""
        if not record.works:
            return None
        work = self._work(record.works[-1])
        return None if work.finished else work

    def repace(self, work: Work, pace: Pace) -> None:
        """Give one piece of work a pace of its own, that counts from now."""
        now = self.world.clock.now()
        duration = pace.duration(work.operation_type)
        self._replan(work, planned=now, duration=duration, polls_left=pace.polls)

    def schedule_failure(self, work: Work, failure: Failure) -> None:
        """Let one piece of work fail when it gets to a percentage; at once if it has, or if nothing drives it there."""
        now = self.world.clock.now()
        reached = percent_complete(work, now)
        is_there = work.time_started is not None and reached >= failure.percent
        work = self._replan(work, failure=replaced(failure, percent=max(failure.percent, reached)))
        ends = work.ends
        if is_there or (work.polls_left is None and (ends is None or ends <= now)):
            self.finish(work)

    def progress(self, work: Work, percent: float) -> None:
        """Move one piece of work to a percentage by hand; the clock and looks drive it no more."""
        now = self.world.clock.now()
        work = self._start(self._replan(work, duration=None, polls_left=None), now)
        self._reach(work, max(percent, work.percent))

    def finish(self, work: Work) -> None:
        """End one piece of work now, as it was to end."""
        self._finish(self._replan(work, duration=None, polls_left=None), self.world.clock.now())

    def _work(self, identifier: str) -> Work:
        record = self.world.works.get(identifier)
        assert record  # noqa: S101  # a resource never outlives its works
        work: Work = record.snapshot
        return work

    def _update(self, identifier: str, **changes: Any) -> Work:
        record = self.world.works.get(identifier)
        assert record  # noqa: S101  # a resource never outlives its works
        self.world.works.replace(record, replaced(record.snapshot, **changes))
        work: Work = record.snapshot
        return work

    def _replan(self, work: Work, **changes: Any) -> Work:
        """Change what is to become of work; how far it is stays, and what its log has told."""
        now = self.world.clock.now()
        marks = marks_so_far(work, now)
        work = self._update(work.id, percent=percent_complete(work, now), marks=marks, **changes)
        self._schedule(work)
        return work

    def _at(self, due: datetime, step: Callable[[datetime], None]) -> None:
        self._steps += 1
        heapq.heappush(self._queue, (due, self._steps, step))

    def _schedule(self, work: Work) -> None:
        starts, ends = work.starts, work.ends
        if starts is None or ends is None:
            return
        if starts < ends:
            self._at(starts, partial(self._start_if_due, work.id))
        self._at(ends, partial(self._finish_if_due, work.id))

    def _start_if_due(self, identifier: str, due: datetime) -> None:
        """Start work unless it was planned anew since this step was queued."""
        record = self.world.works.get(identifier)
        if record and record.snapshot.starts == due:
            self._start(record.snapshot, due)

    def _finish_if_due(self, identifier: str, due: datetime) -> None:
        record = self.world.works.get(identifier)
        if record and not record.snapshot.finished and record.snapshot.ends == due:
            self._finish(record.snapshot, due)

    def _start(self, work: Work, at: datetime) -> Work:
        if work.time_started:
            return work
        return self._update(work.id, status=WorkRequestStatus.IN_PROGRESS, time_started=at)

    def _reach(self, work: Work, percent: float, **changes: Any) -> None:
        """Move work to a percentage now, or let it fail at the one at which it was to fail on the way there."""
        now = self.world.clock.now()
        if work.failure and percent >= work.failure.percent:
            self._finish(work, now)
            return
        if int(percent) > int(work.percent):
            changes["marks"] = (*work.marks, (float(int(percent)), now))
        self._update(work.id, percent=percent, **changes)

    def _finish(self, work: Work, at: datetime) -> None:
        ending = {"status": WorkRequestStatus.SUCCEEDED, "percent": 100.0}
        if work.failure and work.fails:
            ending = {"status": WorkRequestStatus.FAILED, "percent": float(work.failure.percent)}
        self._update(work.id, time_started=work.time_started or at, time_finished=at, before=None, **ending)
        record = self.world.tables[work.kind.name].get(work.resource_id)
        assert record  # noqa: S101  # a resource is never purged while work on it is under way
        changes = lifecycle.outcome(work, record.snapshot)
        if work.verb is CREATE and not work.fails:
            changes |= rules_of(work.kind).completed(self.world, record.snapshot)
        self.world.change(work.kind, record, time_updated=at, **changes)
        if record.snapshot.lifecycle_state == "DELETED":
            self.world.remove_references(work.kind, record)
            self._at(at + DELETED_STAYS, lambda _: self._purge(work, record))

    def _purge(self, work: Work, record: Record) -> None:
        self.world.tables[work.kind.name].remove(record)
        for identifier in record.works:
            own = self.world.works.get(identifier)
            assert own  # noqa: S101  # works are purged with their resource and never before
            self.world.works.remove(own)
