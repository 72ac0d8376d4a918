"""Waiting for a work request, on the backend's clock: a virtual hour passes at once.

A wait counts the seconds that it has slept, and does not read the time: the clock of a machine that was suspended
jumps, a frozen clock stands still, and a virtual clock can be moved by another thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from genai_ports import api
from genai_ports.api.display import display
from genai_ports.api.numbers import is_number
from genai_ports.client.retry import requested_delay
from genai_ports.errors import GenAiError, InvalidInput, NotFound, WaitTimeout

_DEFAULT_INTERVAL: Final = 5.0
"""Seconds between two reads if the service sends no `retry-after`."""
HIDDEN_SECONDS: Final = 10.0
"""For how many seconds a wait reads again if the work request is not found, as it may be right after the create."""
_HIDDEN_INTERVAL: Final = 1.0
"""Seconds between two such reads."""


class SleepCounter:
    """Sleeps on a clock, and counts how many seconds.

    Args:
        clock: the clock to sleep on.
    """

    def __init__(self, clock: api.Clock) -> None:
        self._clock = clock
        self.slept = 0.0

    def now(self) -> datetime:
        """Return the time of the clock."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Sleep for that many seconds."""
        self._clock.sleep(seconds)
        self.slept += seconds


class WorkRequestFailed(GenAiError):
    """A work request ended FAILED or CANCELED.

    Args:
        work_request: the work request, as last read.
        errors: its errors as the service lists them, newest first.
    """

    def __init__(self, work_request: api.WorkRequest, errors: Sequence[api.WorkRequestError]) -> None:
        self.work_request = work_request
        self.errors = tuple(errors)
        reasons = "; ".join(f"{error.code}: {error.message}" for error in self.errors) or "it lists no error"
        super().__init__(f"{work_request.operation_type} {work_request.id} ended {work_request.status}: {reasons}")

    def __reduce__(self) -> tuple[type, tuple[api.WorkRequest, tuple[api.WorkRequestError, ...]]]:
        # The default would pass only the message to __init__.
        return type(self), (self.work_request, self.errors)


def wait_until_finished(
    poll: Callable[[api.Clock], api.WorkRequest],
    errors: Callable[[], Iterable[api.WorkRequestError]],
    clock: api.Clock,
    *,
    timeout: float,
    interval: float | None,
    on_progress: Callable[[api.WorkRequest], None] | None,
) -> api.WorkRequest:
    """Read a work request until it has finished; see `WorkRequestRepository.wait_for_work_request`.

    Args:
        poll: reads the work request; if it has to wait before a retry, on the clock that it is called with.
        errors: reads its errors; called once, if it failed.
        clock: the clock to wait on.
        timeout, interval, on_progress: as there.
    """
    if not (is_number(timeout) and timeout >= 0):
        raise InvalidInput(f"timeout must be 0 or more seconds, not {display(timeout)}")
    if interval is not None and not (is_number(interval) and interval > 0):
        raise InvalidInput(f"interval must be more than 0 seconds, not {display(interval)}")
    if on_progress is not None and not callable(on_progress):
        raise InvalidInput(f"on_progress must be a function that takes a work request, not {display(on_progress)}")
    counter = SleepCounter(clock)
    work_request = _first_read(poll, counter, timeout)
    while True:
        if on_progress is not None:
            on_progress(work_request)
        if work_request.is_finished:
            break
        left = timeout - counter.slept
        if left <= 0:
            raise WaitTimeout(
                f"{work_request.operation_type} {work_request.id} is {work_request.status} at "
                f"{work_request.percent_complete:g} % after {timeout:g} seconds; to wait longer, pass timeout="
            )
        requested = requested_delay(work_request.response.retry_after) if work_request.response else None
        counter.sleep(min(left, interval or requested or _DEFAULT_INTERVAL))
        work_request = poll(counter)
    if work_request.status != "SUCCEEDED":
        raise WorkRequestFailed(work_request, tuple(errors()))
    return work_request


def _first_read(poll: Callable[[api.Clock], api.WorkRequest], counter: SleepCounter, timeout: float) -> api.WorkRequest:
    """Read a work request; for some seconds, read again while it is not found."""
    while True:
        try:
            return poll(counter)
        except NotFound:
            left = min(timeout, HIDDEN_SECONDS) - counter.slept
            if left <= 0:
                raise
        counter.sleep(min(left, _HIDDEN_INTERVAL))
