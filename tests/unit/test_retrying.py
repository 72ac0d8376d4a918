"""A call is tried again for what may pass, after a while that grows, on the clock of the backend."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports.client.retry import NEVER, RetryPolicy, with_retries
from genai_ports.errors import (
    Conflict,
    ConnectionLost,
    GenAiError,
    IncorrectState,
    InternalServerError,
    InvalidatedRetryToken,
    InvalidInput,
    MethodNotImplemented,
    NotFound,
    PreconditionFailed,
    ServiceError,
    ServiceUnavailable,
    TooManyRequests,
    WaitTimeout,
)
from genai_ports.simulator.state.clock import EPOCH, VirtualClock

PASSING = [
    ConnectionLost("gone"),
    TooManyRequests("slow down"),
    InternalServerError("oops"),
    ServiceUnavailable("later"),
    ServiceError("bad gateway", status=502, code="BadGateway"),
    ServiceError("late", status=599, code="Other"),
    ServiceError("slow down", status=429, code="Other"),
]
LASTING = [
    NotFound("no"),
    Conflict("in use"),
    InvalidatedRetryToken("used"),
    PreconditionFailed("stale"),
    MethodNotImplemented("not here"),
    ServiceError("a teapot", status=418, code="Teapot"),
    WaitTimeout("too long"),
    InvalidInput("wrong"),
    ValueError("not ours"),
]


class Attempts:
    """Ends in each error in turn, and then well; notes when it was called."""

    def __init__(self, *errors: Exception) -> None:
        self.clock = VirtualClock()
        self.errors = list(errors)
        self.at: list[float] = []

    def __call__(self) -> str:
        self.at.append((self.clock.now() - EPOCH).total_seconds())
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_what_works_is_called_once() -> None:
    attempts = Attempts()
    assert with_retries(RetryPolicy(), attempts.clock, attempts) == "done"
    assert attempts.at == [0]


@pytest.mark.parametrize("error", PASSING, ids=str)
def test_what_may_pass_is_tried_again(error: GenAiError) -> None:
    attempts = Attempts(error, error)
    assert with_retries(RetryPolicy(), attempts.clock, attempts) == "done"
    assert attempts.at == [0, 1, 3]


@pytest.mark.parametrize("error", LASTING, ids=str)
def test_what_will_not_pass_goes_to_the_caller_at_once(error: Exception) -> None:
    for attempts in (Attempts(error), Attempts(ConnectionLost("gone"), error)):
        tries = len(attempts.errors)
        with pytest.raises(type(error)) as raised:
            with_retries(RetryPolicy(), attempts.clock, attempts)
        assert raised.value is error
        assert len(attempts.at) == tries


def test_a_state_that_will_pass_is_waited_for_only_if_that_is_asked_for() -> None:
    patient, usual = Attempts(IncorrectState("busy")), Attempts(IncorrectState("busy"))
    assert with_retries(RetryPolicy(incorrect_state=True), patient.clock, patient) == "done"
    with pytest.raises(IncorrectState):
        with_retries(RetryPolicy(), usual.clock, usual)
    assert (patient.at, usual.at) == ([0, 1], [0])


def test_a_conflict_that_stays_is_not_waited_for_even_then() -> None:
    attempts = Attempts(Conflict("in use"))
    with pytest.raises(Conflict):
        with_retries(RetryPolicy(incorrect_state=True), attempts.clock, attempts)


def test_after_the_last_attempt_the_last_error_goes_to_the_caller() -> None:
    errors = [TooManyRequests(str(number)) for number in range(10)]
    attempts = Attempts(*errors)
    with pytest.raises(TooManyRequests) as raised:
        with_retries(RetryPolicy(), attempts.clock, attempts)
    assert raised.value is errors[7]
    assert attempts.at == [0, 1, 3, 7, 15, 31, 61, 91]


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_there_are_as_many_attempts_as_the_policy_says(attempts: int) -> None:
    failing = Attempts(*PASSING)
    with pytest.raises(GenAiError):
        with_retries(RetryPolicy(attempts=attempts), failing.clock, failing)
    assert len(failing.at) == attempts


def test_never_means_never() -> None:
    attempts = Attempts(ConnectionLost("gone"))
    with pytest.raises(ConnectionLost):
        with_retries(NEVER, attempts.clock, attempts)
    assert attempts.at == [0]


def test_the_service_may_say_how_long_to_wait() -> None:
    attempts = Attempts(TooManyRequests("a", retry_after=100), TooManyRequests("b", retry_after=0), ConnectionLost("c"))
    assert with_retries(RetryPolicy(), attempts.clock, attempts) == "done"
    assert attempts.at == [0, 100, 100, 104]


def test_delays_are_the_policys() -> None:
    policy = RetryPolicy(attempts=2000, first_delay=0.5, longest_delay=3)
    assert [policy.delay(tries, None) for tries in (1, 2, 3, 4, 5, 1999)] == [0.5, 1, 2, 3, 3, 3]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"attempts": 0}, "attempts must be 1 or more, not 0"),
        ({"first_delay": -1}, "first_delay must be 0 or more, not -1"),
        ({"longest_delay": float("nan")}, "longest_delay must be 0 or more, not nan"),
        ({"attempts": "3"}, "attempts must be 1 or more, not '3'"),
        ({"attempts": True}, "attempts must be 1 or more, not True"),
        ({"attempts": None}, "attempts must be 1 or more, not None"),
        ({"first_delay": "1"}, "first_delay must be 0 or more, not '1'"),
        ({"longest_delay": [30]}, "longest_delay must be 0 or more, not [30]"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        RetryPolicy(**wrong)
    assert str(refused.value) == message
