"""The view of work: its WorkRequest, its errors and its logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.api.enums import ActionType, WorkRequestStatus
from genai_ports.api.value import narrowed
from genai_ports.api.work_request import (
    WorkRequest,
    WorkRequestError,
    WorkRequestLogEntry,
    WorkRequestResource,
    WorkRequestSummary,
)
from genai_ports.simulator.work.lifecycle import transition_of
from genai_ports.simulator.work.operation import Work, percent_complete, reached_lines

if TYPE_CHECKING:
    from datetime import datetime


def work_request(work: Work, now: datetime) -> WorkRequest:
    """Return work as GetWorkRequest shows it."""
    if seen := work.as_observed:
        return seen.request
    return WorkRequest(**_attributes(work, now))


def work_request_summary(work: Work, now: datetime) -> WorkRequestSummary:
    """Return work as ListWorkRequests shows it."""
    if seen := work.as_observed:
        return narrowed(seen.request, WorkRequestSummary)
    return WorkRequestSummary(**_attributes(work, now))


def _attributes(work: Work, now: datetime) -> dict[str, Any]:
    return {
        "operation_type": work.operation_type,
        "status": work.status,
        "id": work.id,
        "compartment_id": work.compartment_id,
        "resources": (
            WorkRequestResource(
                entity_type=work.kind.entity_type,
                action_type=_action(work),
                identifier=work.resource_id,
                entity_uri=f"/20231130/{work.kind.collection}/{work.resource_id}",
            ),
        ),
        "percent_complete": percent_complete(work, now),
        "time_accepted": work.time_accepted,
        "time_started": work.time_started,
        "time_finished": work.time_finished,
    }


def _action(work: Work) -> str:
    if not work.finished:
        return ActionType.IN_PROGRESS
    return ActionType.FAILED if work.status == WorkRequestStatus.FAILED else transition_of(work.operation.verb).action


def errors(work: Work) -> tuple[WorkRequestError, ...]:
    """Return the error of failed work; other work has none."""
    if seen := work.as_observed:
        return seen.errors
    failure, ended = work.failure, work.time_finished
    if failure is None or failure.leaves or ended is None:
        return ()
    return (WorkRequestError(code=failure.code, message=failure.message, timestamp=ended),)


def logs(work: Work, now: datetime) -> tuple[WorkRequestLogEntry, ...]:
    """Return the log so far, oldest first."""
    if seen := work.as_observed:
        return seen.logs
    ending = [WorkRequestLogEntry(message=_ending(work), timestamp=work.time_finished)] if work.time_finished else []
    if work.observed:
        return (*work.observed.logs, *ending)
    lines = [(work.time_accepted, f"{work.operation_type} of {work.kind.title} {work.resource_id} accepted.")]
    lines += [(work.reached(at), line) for at, line in reached_lines(work, now)]
    return (*(WorkRequestLogEntry(message=message, timestamp=at) for at, message in lines), *ending)


def _ending(work: Work) -> str:
    if work.status == WorkRequestStatus.FAILED and work.failure:
        return f"Failed at {int(work.percent)} %: {work.failure.code}: {work.failure.message}"
    if work.failure:
        return f"{work.operation_type} succeeded, and left {work.failure.leaves}: {work.failure.message}"
    return f"{work.operation_type} succeeded."
