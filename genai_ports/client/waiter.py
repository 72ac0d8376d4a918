"""Waiting for a work request, on the clock of the backend: a virtual hour passes in no time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.api.numbers import is_number
from genai_ports.errors import InvalidInput, WaitTimeout, WorkRequestFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from genai_ports.api.clock import Clock
    from genai_ports.api.work_request import WorkRequest, WorkRequestError

_SECONDS_BETWEEN_LOOKS: Final = 5.0
"""Where the service sends no `retry-after`."""


def wait_until_finished(
    look: Callable[[], WorkRequest],
    errors: Callable[[], Iterable[WorkRequestError]],
    clock: Clock,
    *,
    timeout: float,
    interval: float | None,
    on_progress: Callable[[WorkRequest], None] | None,
) -> WorkRequest:
    """Look at a work request until it has finished.

    Args:
        look: reads it.
        errors: reads its errors; called once, if it has failed.
        clock: what waits.
        timeout: seconds after which to give up.
        interval: seconds between looks; as the service's `retry-after` says unless given.
        on_progress: called with each snapshot that was read.

    Raises:
        WorkRequestFailed: it ended FAILED or CANCELED.
        WaitTimeout: it did not finish in time.
        InvalidInput: `timeout` is negative, or `interval` not positive, or one of them is no number.
    """
    if not (is_number(timeout) and timeout >= 0) or not (interval is None or (is_number(interval) and interval > 0)):
        raise InvalidInput(f"timeout must be 0 or more and interval more than 0, not {timeout!r} and {interval!r}")
    started = clock.now()
    while True:
        work_request = look()
        if on_progress:
            on_progress(work_request)
        if work_request.is_finished:
            break
        left = timeout - (clock.now() - started).total_seconds()
        if left <= 0:
            raise WaitTimeout(
                f"{work_request.operation_type} {work_request.id} is {work_request.status} at "
                f"{work_request.percent_complete:g} % after {timeout:g} seconds: allow more with timeout="
            )
        clock.sleep(min(left, interval or _asked(work_request) or _SECONDS_BETWEEN_LOOKS))
    if work_request.status != "SUCCEEDED":
        raise WorkRequestFailed(work_request, tuple(errors()))
    return work_request


def _asked(work_request: WorkRequest) -> int | None:
    return work_request.response.retry_after if work_request.response else None
