"""Work: one asynchronous operation, under way or done."""

from __future__ import annotations

from datetime import datetime, timedelta
from sys import intern
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import WorkRequestStatus
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.names import camel, snake
from genai_ports.api.value import Value, value
from genai_ports.api.work_request import (  # noqa: TC001  # read at run time by the schema
    WorkRequest,
    WorkRequestError,
    WorkRequestLogEntry,
)
from genai_ports.simulator.state.damage import Damaged
from genai_ports.simulator.state.data import from_data, to_data
from genai_ports.simulator.work.log_lines import log_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.kind import Kind, Operation

_STARTS_AT: Final = 0.1
"""The part of its whole time that work stays ACCEPTED before it is IN_PROGRESS."""


NEEDS_ATTENTION: Final = "NEEDS_ATTENTION"
"""The state of a cluster whose create or update completed, but whose units are not all healthy."""


@value
class Failure(Value):
    """How work fails.

    Args:
        percent: how far it gets, 0 to 99; 100 for work that succeeds and leaves a cluster that needs attention.
        code: the code of the work request's error.
        message: its message, also the resource's lifecycle details.
        leaves: the state of the resource after the failure; default: that of the verb.
    """

    percent: float = 0
    code: str = "InternalError"
    message: str = "This failure was requested by a test."
    leaves: str | None = None


@value
class Observed(Value):
    """A work request of another service, as it was when it was read.

    Args:
        request: what GetWorkRequest returned.
        logs: its log, oldest first.
        errors: its errors, oldest first.
    """

    request: WorkRequest
    logs: tuple[WorkRequestLogEntry, ...] = ()
    errors: tuple[WorkRequestError, ...] = ()


@value
class Work(Value):
    """One asynchronous operation.

    Args:
        id: the OCID of its work request.
        operation: the operation that started it.
        resource_id: the OCID of its resource.
        compartment_id: the compartment of the resource when the work was accepted.
        epochs: for fine-tuning, how many epochs its log lists.
        time_accepted: when it was accepted.
        planned: when its present schedule was made: at acceptance, or when its pace changed.
        duration: how long it takes from then; None if time does not finish it.
        polls_left: how many more reads show it under way; None if reads do not matter.
        failure: how it will fail; None if it will succeed.
        status, percent, time_started, time_finished: its state, up to the last step that was carried out.
        marks: percentages and when they were reached, where that does not follow from the present schedule.
        before: for an update, the snapshot to go back to if it fails.
        observed: what another service showed of it; None for work that began in this world.
    """

    id: str
    operation: Operation
    resource_id: str
    compartment_id: str
    time_accepted: datetime
    planned: datetime
    epochs: int = 0
    duration: timedelta | None = None
    polls_left: int | None = None
    failure: Failure | None = None
    status: str = WorkRequestStatus.ACCEPTED
    percent: float = 0.0
    time_started: datetime | None = None
    time_finished: datetime | None = None
    marks: tuple[tuple[float, datetime], ...] = ()
    before: Any = None
    observed: Observed | None = None

    @property
    def as_observed(self) -> Observed | None:
        """What another service showed of it; None if it has changed since."""
        seen = self.observed
        if seen is None or (seen.request.status, seen.request.percent_complete) != (self.status, self.percent):
            return None
        return seen

    @property
    def kind(self) -> Kind:
        """The kind of its resource."""
        return self.operation.kind

    @property
    def operation_type(self) -> str:
        """The operation type of its work request, such as `CREATE_MODEL`."""
        if self.observed:
            return self.observed.request.operation_type
        return str(self.operation.operation_type)

    @property
    def finished(self) -> bool:
        """Whether it has ended."""
        return self.time_finished is not None

    @property
    def starts(self) -> datetime | None:
        """When it goes IN_PROGRESS by the clock."""
        return self.planned_at(0)

    @property
    def ends(self) -> datetime | None:
        """When it succeeds or fails by the clock."""
        return self.planned_at(self.failure.percent if self.failure else 100)

    def planned_at(self, percent: float) -> datetime | None:
        """When it gets to a percentage by its present schedule; None if time does not drive it."""
        if self.duration is None:
            return None
        part = _STARTS_AT + (1 - _STARTS_AT) * percent / 100
        return self.planned + timedelta(milliseconds=round(part * self.duration.total_seconds() * 1000))

    def reached(self, percent: float) -> datetime:
        """When it got to a percentage that it has reached."""
        if self.time_started and not percent:
            return self.time_started
        marked = next((at for mark, at in self.marks if mark >= percent), None)
        return marked or self.planned_at(percent) or self.time_finished or self.time_accepted

    def to_data(self) -> dict[str, Any]:
        """Return it as data that JSON can hold; what is None is left out."""
        plain = {name: item for name, item in vars(self).items() if name not in ("operation", "duration", "failure")}
        written = {
            **{camel(name): to_data(item) for name, item in plain.items()},
            "operation": self.operation.name,
            "duration": None if self.duration is None else self.duration.total_seconds(),
            "failure": self.failure and vars(self.failure),
        }
        return {name: item for name, item in written.items() if item is not None}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Work:
        """Make the work that `to_data` was called on."""
        given: dict[str, Any] = {
            snake(name): intern(item) if item.__class__ is str else item for name, item in data.items()
        }
        operation = OPERATIONS[given["operation"]]
        for name, kind in (("percent", (int, float)), ("polls_left", int), ("epochs", int), ("resource_id", str)):
            if name in given and not isinstance(given[name], kind):
                raise Damaged(camel(name), "the value has another form")
        times = ("time_accepted", "planned", "time_started", "time_finished")
        return cls(
            **{
                **given,
                **{name: datetime.fromisoformat(given[name]) for name in times if name in given},
                "operation": operation,
                "duration": timedelta(seconds=given["duration"]) if "duration" in given else None,
                "failure": Failure(**given["failure"]) if "failure" in given else None,
                "marks": tuple((percent, datetime.fromisoformat(at)) for percent, at in given["marks"]),
                "before": from_data(operation.kind.snapshot, given["before"]) if "before" in given else None,
                "observed": from_data(Observed, given["observed"]) if "observed" in given else None,
            }
        )


def percent_complete(work: Work, now: datetime) -> float:
    """Return how far work is: by the clock while it runs, in whole numbers, never decreasing, 100 only at success."""
    settled = float(int(work.percent))
    starts, whole = work.starts, work.planned_at(100)
    if work.finished or work.time_started is None or starts is None or whole is None or starts == whole:
        return settled
    return max(settled, float(min(99, int(100 * ((now - starts) / (whole - starts))))))


def marks_so_far(work: Work, now: datetime) -> tuple[tuple[float, datetime], ...]:
    """Return the percentages of the log so far and when they were reached: a new schedule must not change them."""
    return tuple((at, work.reached(at)) for at, _ in reached_lines(work, now))


def reached_lines(work: Work, now: datetime) -> list[tuple[int, str]]:
    """Return the lines of the log that work has reached, with their percentages."""
    if not work.time_started:
        return []
    so_far = percent_complete(work, now)
    return [(at, line) for at, line in log_lines(work.operation, work.epochs) if at <= so_far]
