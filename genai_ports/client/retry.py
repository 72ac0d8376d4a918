"""Retries: one policy above the port, so that every backend behaves alike, on the backend's own clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from genai_ports.api.numbers import is_number
from genai_ports.api.value import Value, value
from genai_ports.errors import ConnectionLost, GenAiError, IncorrectState, InvalidInput, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenacity import RetryCallState

    from genai_ports.api.clock import Clock

T = TypeVar("T")

_TOO_MANY_REQUESTS, _NOT_IMPLEMENTED, _FIRST_SERVER_ERROR = 429, 501, 500
_MOST_DOUBLINGS = 100
"""More are no number that a float can hold, and were far past the longest delay anyway."""


@value
class RetryPolicy(Value):
    """When a call is tried again, and after how long.

    Lost connections, 429 and every 5xx but 501 are tried again; a 409 is not, since a conflict is for the caller to
    see, unless `incorrect_state` asks for it.

    Args:
        attempts: how many tries in all; 1 means never again.
        first_delay: seconds before the second try; it doubles from try to try.
        longest_delay: seconds that a delay never exceeds, but for a `retry-after` that the service asks for.
        incorrect_state: whether 409 `IncorrectState` is tried again as well.

    Raises:
        InvalidInput: `attempts` is less than 1, a delay is negative, or one of them is no number.

    Source: which answers are worth a retry is Oracle's table of API errors; the SDK's own strategy, 8 tries in about
    94 seconds, is where the numbers are from.
    """

    attempts: int = 8
    first_delay: float = 1.0
    longest_delay: float = 30.0
    incorrect_state: bool = False

    def __post_init__(self) -> None:
        for name, least in (("attempts", 1), ("first_delay", 0), ("longest_delay", 0)):
            given = getattr(self, name)
            if not is_number(given) or not given >= least:
                raise InvalidInput(f"{name} must be {least} or more, not {given!r}")

    def retries(self, error: BaseException) -> bool:
        """Whether a call that ended in this error is tried again."""
        if isinstance(error, ConnectionLost):
            return True
        if isinstance(error, IncorrectState):
            return self.incorrect_state
        if not isinstance(error, ServiceError) or error.status == _NOT_IMPLEMENTED:
            return False
        return error.status == _TOO_MANY_REQUESTS or error.status >= _FIRST_SERVER_ERROR

    def delay(self, tries: int, error: BaseException | None) -> float:
        """Seconds to wait after that many tries, the last of which ended in this error."""
        asked = getattr(error, "retry_after", None)
        if asked is not None:
            return float(asked)
        return min(self.longest_delay, self.first_delay * 2.0 ** min(tries - 1, _MOST_DOUBLINGS))


NEVER = RetryPolicy(attempts=1)
"""Every error goes to the caller at once."""


def with_retries(policy: RetryPolicy, clock: Clock, attempt: Callable[[], T]) -> T:
    """Call `attempt` until it gives a result, or an error that the policy does not retry.

    The first try is made plainly: tenacity is only loaded, and paid for, by a call that needs it.
    """
    try:
        return attempt()
    except GenAiError as error:
        if policy.attempts == 1 or not policy.retries(error):
            raise
        clock.sleep(policy.delay(1, error))
    return _further_tries(policy, clock, attempt)


def _further_tries(policy: RetryPolicy, clock: Clock, attempt: Callable[[], T]) -> T:
    from tenacity import Retrying, retry_if_exception, stop_after_attempt  # noqa: PLC0415  # see with_retries

    def wait(state: RetryCallState) -> float:
        return policy.delay(state.attempt_number + 1, state.outcome.exception() if state.outcome else None)

    retrying = Retrying(
        retry=retry_if_exception(policy.retries),
        stop=stop_after_attempt(policy.attempts - 1),
        wait=wait,
        sleep=clock.sleep,
        reraise=True,
    )
    return retrying(attempt)
