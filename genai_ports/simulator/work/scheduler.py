"""The scheduler: asynchronous work as a queue of due steps, which each call settles."""

from __future__ import annotations

import heapq
from datetime import datetime
from typing import TYPE_CHECKING, Any

from genai_ports.api.display import display
from genai_ports.api.enums import WorkRequestStatus
from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE
from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.rules import rules_of, show_dependents
from genai_ports.simulator.work import lifecycle
from genai_ports.simulator.work.due_step import FINISH, PURGE, START, DueStep
from genai_ports.simulator.work.operation import Failure, Work, marks_so_far, percent_complete
from genai_ports.simulator.work.pace import Pace, named_pace, parse_pace
from genai_ports.simulator.work.removal import DELETED_STAYS, Removal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.call import Call
    from genai_ports.api.clock import Clock
    from genai_ports.api.kind import Kind, Operation
    from genai_ports.simulator.faults.failing_work import FailingWork
    from genai_ports.simulator.state.record import Record
    from genai_ports.simulator.state.world import World


class Scheduler:
    """Starts, moves and ends the work of a world.

    Attributes:
        pace: that of new work.
        reads_count: whether reads move some of the work.
    """

    def __init__(self, world: World, clock: Clock, pace: Pace) -> None:
        self.world = world
        self.clock = clock
        self.pace = pace
        self.failing_work: FaultRegistry[FailingWork] = FaultRegistry("FailingWork")
        self.queue: list[DueStep] = []
        self.removal = Removal(world)
        self.steps = 0
        self.reads_count = pace.polls is not None

    def to_data(self) -> dict[str, Any]:
        """Return its steps, pace and plans as data that JSON can hold.

        Raises:
            InvalidInput: the pace has no name that `parse_pace` reads, or a plan has a function.
        """
        if named_pace(self.pace.name) != self.pace:
            raise InvalidInput(f"a snapshot cannot hold {display(self.pace)}: use a named pace, such as instant or 2s")
        return {
            "pace": self.pace.name,
            "steps": self.steps,
            "readsCount": self.reads_count,
            "dueSteps": [{**step._asdict(), "due": step.due.isoformat()} for step in self.due_steps()],
            "failingWork": self.failing_work.to_data(),
        }

    def load(self, data: Mapping[str, Any]) -> None:
        """Fill a new scheduler with what `to_data` returned, without the plans of failing work."""
        self.pace, self.steps = parse_pace(data["pace"]), data["steps"]
        self.reads_count = data.get("readsCount", True)  # files of earlier releases do not say
        for item in data["dueSteps"]:
            self._add(DueStep(**{**item, "due": datetime.fromisoformat(item["due"])}))

    def due_steps(self) -> list[DueStep]:
        """List its steps in their order."""
        return sorted((*self.queue, *self.removal.steps))

    def now(self) -> datetime:
        """Read the clock. The time of a world never goes back, whatever its clock does."""
        return max(self.clock.now(), self.world.now)

    def settle(self, removals: int | None = None) -> None:
        """Settle: read the clock, and carry out every step that is due, in the order of their times.

        Each call and each control settles first, so work needs no thread: a step happens when a response can show it.

        Args:
            removals: how many deleted resources to remove at most; default: all that are due.
        """
        now = self.now()
        queue = self.queue
        while queue and queue[0].due <= now:
            step = heapq.heappop(queue)
            self.world.now = step.due
            self._carry_out(step)
        self.world.now = now
        steps = self.removal.steps
        if steps and steps[0].due <= now:
            self.removal.carry_out(removals)

    def accept(
        self, operation: Operation, record: Record, failure: Failure | None, *, epochs: int = 0, before: Any = None
    ) -> str:
        """Start the asynchronous part of an operation, and return the OCID of its work request.

        Args:
            operation: the operation.
            record: its resource.
            failure: how the work fails, see `planned_failure`; None if it succeeds.
            epochs: for fine-tuning, the number of epochs in its log.
            before: for an update, the snapshot to go back to if it fails.
        """
        world, now = self.world, self.world.now
        order = world.next_order()
        work = Work(
            id=world.ids.ocid(WORK_REQUEST, record.region, order),
            operation=operation,
            resource_id=record.snapshot.id,
            compartment_id=record.snapshot.compartment_id,
            epochs=epochs,
            time_accepted=now,
            planned=now,
            duration=self.pace.duration(operation),
            polls_left=self.pace.polls,
            before=before,
            failure=failure,
        )
        world.works.add(order, record.region, work, now)
        record.works = (*record.works, work.id)
        self._schedule(work)
        return work.id

    def planned_failure(self, call: Call, region: str, about: Any) -> Failure | None:
        """Return how the work of a call fails, before anything changes, since a `when` function may raise.

        Args:
            call: the call that starts the work.
            region: where it goes.
            about: the resource as it was before the call, or as it is going to be created.
        """
        if not self.failing_work.entries:
            return None
        from genai_ports.simulator.faults.call_matcher import call_context  # noqa: PLC0415  # 0.5 ms that only plans need

        plan = self.failing_work.take(call_context(call, region, about))
        return plan.to_failure() if plan else None

    def poll(self, record: Record) -> None:
        """Count a read of a resource, or of its work request, for work whose pace is `reads`."""
        work = self.current(record)
        if work is None or work.polls_left is None:
            return
        if not work.polls_left:
            self._finish(work)
            return
        percent = work.percent + (100 - work.percent) / (work.polls_left + 1)
        self._reach(self._start(work), percent, polls_left=work.polls_left - 1)

    def current(self, record: Record) -> Work | None:
        """Return the work that is under way on a resource; there is one at most."""
        if not record.works:
            return None
        work = self._work(record.works[-1])
        return None if work.finished else work

    def repace(self, work: Work, pace: Pace) -> None:
        """Set the pace of one piece of work, which counts from now."""
        duration = pace.duration(work.operation)
        self.reads_count |= pace.polls is not None
        self._reschedule(work, planned=self.world.now, duration=duration, polls_left=pace.polls)

    def repace_all(self, pace: Pace) -> None:
        """Set the pace of new work, and of all work in progress."""
        self.pace = pace
        self.reads_count |= pace.polls is not None
        for table in self.world.tables.values():
            for work in filter(None, map(self.current, table)):
                self.repace(work, pace)

    def schedule_failure(self, work: Work, failure: Failure) -> None:
        """Make one piece of work fail at a percentage; now if it is there, or if nothing drives it there."""
        now = self.world.now
        reached = percent_complete(work, now)
        is_there = work.time_started is not None and reached >= failure.percent
        work = self._reschedule(work, failure=replaced(failure, percent=max(failure.percent, reached)))
        ends = work.ends
        if is_there or (work.polls_left is None and (ends is None or ends <= now)):
            self.finish(work)

    def progress(self, work: Work, percent: float) -> None:
        """Move one piece of work to a percentage by hand; neither the clock nor reads drive it any more."""
        work = self._start(self._reschedule(work, duration=None, polls_left=None))
        self._reach(work, max(percent, work.percent))

    def finish(self, work: Work) -> None:
        """End one piece of work now, in success or in the failure that was planned for it."""
        self._finish(self._reschedule(work, duration=None, polls_left=None))

    def purge_later(self, kind: Kind, identifier: str, deleted: datetime) -> None:
        """Remove a deleted resource after the time for which it can still be read."""
        self.removal.mark(self._at(deleted + DELETED_STAYS, PURGE, kind.name, identifier))

    def purge(self, kind: Kind, identifier: str) -> None:
        """Remove a deleted resource now."""
        self.removal.drop(identifier)
        self.world.remove(kind, self.world.tables[kind.name].records[identifier], self.world.now)

    def _work(self, identifier: str) -> Work:
        work: Work = self.world.works.records[identifier].snapshot  # a resource never outlives its work requests
        return work

    def _update(self, identifier: str, **changes: Any) -> Work:
        record = self.world.works.records[identifier]
        work: Work = replaced(record.snapshot, **changes)
        record.snapshot = work  # no index needs an update: lists sort work requests by the time of acceptance
        return work

    def _reschedule(self, work: Work, **changes: Any) -> Work:
        """Change the schedule of work; its percentage and its log so far stay."""
        now = self.world.now
        marks = marks_so_far(work, now)
        work = self._update(work.id, percent=percent_complete(work, now), marks=marks, **changes)
        self._schedule(work)
        return work

    def _at(self, due: datetime, action: str, kind: str, identifier: str) -> DueStep:
        self.steps += 1
        step = DueStep(due, self.steps, action, kind, identifier)
        self._add(step)
        return step

    def _add(self, step: DueStep) -> None:
        if step.action == PURGE:
            self.removal.add(step)
        else:
            heapq.heappush(self.queue, step)

    def _schedule(self, work: Work) -> None:
        if not work.duration:
            if work.duration is not None:
                self._at(work.planned, FINISH, WORK_REQUEST.name, work.id)
            return
        for action, due in ((START, work.starts), (FINISH, work.ends)):
            assert due  # noqa: S101  # for the type checkers: work with a duration has both
            self._at(due, action, WORK_REQUEST.name, work.id)

    def _carry_out(self, step: DueStep) -> None:
        """Carry out a step of work, unless the work was scheduled anew since the step was queued."""
        record = self.world.works.records.get(step.identifier)
        if record is None:
            return
        work: Work = record.snapshot
        if step.action == START and work.starts == step.due:
            self._start(work)
        if step.action == FINISH and work.time_finished is None and work.ends == step.due:
            self._finish(work)

    def _start(self, work: Work) -> Work:
        if work.time_started:
            return work
        return self._update(work.id, status=WorkRequestStatus.IN_PROGRESS, time_started=self.world.now)

    def _reach(self, work: Work, percent: float, **changes: Any) -> None:
        """Move work to a percentage now; if its failure is at or below that percentage, it fails there."""
        if work.failure and percent >= work.failure.percent:
            self._finish(work)
            return
        if int(percent) > int(work.percent):
            changes["marks"] = (*work.marks, (float(int(percent)), self.world.now))
        self._update(work.id, percent=percent, **changes)

    def _finish(self, work: Work) -> None:
        world, now, kind = self.world, self.world.now, work.operation.kind
        status, percent = WorkRequestStatus.SUCCEEDED, 100.0
        if work.failure and not work.failure.leaves:
            status, percent = WorkRequestStatus.FAILED, float(work.failure.percent)
        started = work.time_started or now
        self._update(work.id, status=status, percent=percent, time_started=started, time_finished=now, before=None)
        record = world.tables[kind.name].records[work.resource_id]  # it is not purged while work on it is under way
        if work.failure is None:
            transition = lifecycle.transition_of(work.operation.verb)
            changes = {"lifecycle_state": transition.succeeded, "lifecycle_details": transition.details}
        else:
            changes = lifecycle.outcome_of_failure(work, work.failure, record.snapshot)
        if work.operation.verb is CREATE and status == WorkRequestStatus.SUCCEEDED:
            changes |= rules_of(kind).completed(world, record.snapshot)
        show_dependents(world, world.change(kind, record, release=work.before, time_updated=now, **changes))
        if record.snapshot.lifecycle_state == "DELETED":
            self.purge_later(kind, work.resource_id, now)
