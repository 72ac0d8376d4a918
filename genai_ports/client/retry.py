"""Retries: one policy above the port, so that all backends behave alike, on the backend's own clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from genai_ports import api
from genai_ports.api.display import display
from genai_ports.api.numbers import is_number
from genai_ports.api.value import Value, value
from genai_ports.errors import ConnectionLost, GenAiError, IncorrectState, InvalidInput, ServiceError

T = TypeVar("T")

_TOO_MANY_REQUESTS, _NOT_IMPLEMENTED, _FIRST_SERVER_ERROR = 429, 501, 500
_MOST_DOUBLINGS = 100
"""A float cannot hold many more, and the longest delay applies much earlier."""

LONGEST_REQUESTED: Final = 3600.0
"""The longest delay in seconds that a service gets by its `retry-after`; with eight attempts, seven hours in all."""


def requested_delay(retry_after: object) -> float | None:
    """Return the delay that a service requests; None if it is not a number of seconds from 0, whatever a backend sends.

    Example:
        >>> requested_delay(30), requested_delay(-1), requested_delay(float("nan"))
        (30.0, None, None)
    """
    return float(retry_after) if is_number(retry_after) and retry_after >= 0 else None


@value
class RetryPolicy(Value):
    """When a failed call is sent again, and after which delay.

    Lost connections, status 429 and every 5xx status except 501 are retried. A 409 is not, because the caller has to
    resolve a conflict; `incorrect_state` makes an exception.

    Args:
        attempts: how often a call is sent at most, 1 or more; 1 means no retries.
        first_delay: seconds before the first retry, 0 or more; the delay doubles from retry to retry.
        longest_delay: the longest delay in seconds, 0 or more; a `retry-after` of the service may be longer, up to an
            hour. An error with a longer one is raised at once.
        incorrect_state: whether 409 `IncorrectState` is retried too.

    Raises:
        InvalidInput: an argument is not a number in its range.

    Source: Oracle's table of API errors for the errors to retry; the SDK's default strategy, 8 attempts in about 94
    seconds, for the numbers.
    """

    attempts: int = 8
    first_delay: float = 1.0
    longest_delay: float = 30.0
    incorrect_state: bool = False

    def __post_init__(self) -> None:
        for name, least in (("attempts", 1), ("first_delay", 0), ("longest_delay", 0)):
            number = getattr(self, name)
            if not is_number(number) or not number >= least:
                raise InvalidInput(f"{name} must be {least} or more, not {display(number)}")

    def retries(self, error: BaseException) -> bool:
        """Whether a call that failed with this error is sent again."""
        if isinstance(error, ConnectionLost):
            return True
        if isinstance(error, IncorrectState):
            return self.incorrect_state
        if not isinstance(error, ServiceError) or error.status == _NOT_IMPLEMENTED:
            return False
        if (requested_delay(error.retry_after) or 0) > LONGEST_REQUESTED:
            return False
        return error.status == _TOO_MANY_REQUESTS or error.status >= _FIRST_SERVER_ERROR

    def delay(self, tries: int, error: BaseException | None) -> float:
        """Return the seconds to wait after this many tries, the last of which failed with this error."""
        if not is_number(tries) or not tries >= 1:
            raise InvalidInput(f"tries must be 1 or more, not {display(tries)}")
        requested = requested_delay(error.retry_after) if isinstance(error, ServiceError) else None
        if requested is not None:
            return min(requested, LONGEST_REQUESTED)
        delay: float = min(self.longest_delay, self.first_delay * 2.0 ** min(tries - 1, _MOST_DOUBLINGS))
        return delay


NEVER: Final = RetryPolicy(attempts=1)
"""No call is sent again: every error is raised at once."""


def with_retries(policy: RetryPolicy, clock: api.Clock, attempt: Callable[[], T]) -> T:
    """Call `attempt` until it returns, or raises an error that the policy does not retry."""
    tries = 1
    while True:
        try:
            return attempt()
        except GenAiError as error:
            if tries >= policy.attempts or not policy.retries(error):
                raise
            delay = policy.delay(tries, error)
        clock.sleep(delay)
        tries += 1
