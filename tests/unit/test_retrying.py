"""Temporary errors are retried after growing delays, on the clock of the backend."""

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

TEMPORARY = [
    ConnectionLost("gone"),
    TooManyRequests("slow down"),
    InternalServerError("oops"),
    ServiceUnavailable("later"),
    ServiceError("bad gateway", status=502, code="BadGateway"),
    ServiceError("late", status=599, code="Other"),
    ServiceError("slow down", status=429, code="Other"),
]
PERMANENT = [
    NotFound("no"),
    Conflict("in use"),
    InvalidatedRetryToken("used"),
    PreconditionFailed("stale"),
    MethodNotImplemented("not here"),
    ServiceError("a teapot", status=418, code="Teapot"),
    ServiceError("closed", status=499, code="Other"),
    ServiceError("no", status=428, code="Other"),
    TooManyRequests("in more than an hour", retry_after=3601),
    WaitTimeout("too long"),
    InvalidInput("wrong"),
    ValueError("unrelated"),
]


class Attempts:
    """Raises each error in turn, then succeeds; records when it was called."""

    def __init__(self, *errors: Exception) -> None:
        self.clock = VirtualClock()
        self.errors = list(errors)
        self.at: list[float] = []

    def __call__(self) -> str:
        self.at.append((self.clock.now() - EPOCH).total_seconds())
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_a_call_that_succeeds_is_sent_once() -> None:
    attempts = Attempts()
    assert with_retries(RetryPolicy(), attempts.clock, attempts) == "done"
    assert attempts.at == [0]


@pytest.mark.parametrize("error", TEMPORARY, ids=str)
def test_temporary_errors_are_retried(error: GenAiError) -> None:
    attempts = Attempts(error, error)
    assert with_retries(RetryPolicy(), attempts.clock, attempts) == "done"
    assert attempts.at == [0, 1, 3]


@pytest.mark.parametrize("error", PERMANENT, ids=str)
def test_permanent_errors_are_raised_at_once(error: Exception) -> None:
    for attempts in (Attempts(error), Attempts(ConnectionLost("gone"), error)):
        tries = len(attempts.errors)
        with pytest.raises(type(error)) as raised:
            with_retries(RetryPolicy(), attempts.clock, attempts)
        assert raised.value is error
        assert len(attempts.at) == tries


def test_a_policy_says_which_errors_are_retried() -> None:
    policy = RetryPolicy()
    assert [policy.retries(error) for error in TEMPORARY] == [True] * len(TEMPORARY)
    assert [policy.retries(error) for error in PERMANENT] == [False] * len(PERMANENT)


def test_an_incorrect_state_is_retried_only_if_the_policy_says_so() -> None:
    patient, usual = Attempts(IncorrectState("busy")), Attempts(IncorrectState("busy"))
    assert with_retries(RetryPolicy(incorrect_state=True), patient.clock, patient) == "done"
    with pytest.raises(IncorrectState):
        with_retries(RetryPolicy(), usual.clock, usual)
    assert (patient.at, usual.at) == ([0, 1], [0])


def test_a_conflict_is_never_retried() -> None:
    attempts = Attempts(Conflict("in use"))
    with pytest.raises(Conflict):
        with_retries(RetryPolicy(incorrect_state=True), attempts.clock, attempts)


def test_the_error_of_the_last_attempt_is_raised() -> None:
    errors = [TooManyRequests(str(number)) for number in range(10)]
    attempts = Attempts(*errors)
    with pytest.raises(TooManyRequests) as raised:
        with_retries(RetryPolicy(), attempts.clock, attempts)
    assert raised.value is errors[7]
    assert attempts.at == [0, 1, 3, 7, 15, 31, 61, 91]


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_attempts_limits_how_often_a_call_is_sent(attempts: int) -> None:
    failing = Attempts(*TEMPORARY)
    with pytest.raises(GenAiError):
        with_retries(RetryPolicy(attempts=attempts), failing.clock, failing)
    assert len(failing.at) == attempts


def test_never_sends_a_call_once() -> None:
    attempts = Attempts(ConnectionLost("gone"))
    with pytest.raises(ConnectionLost):
        with_retries(NEVER, attempts.clock, attempts)
    assert attempts.at == [0]


def test_the_delay_is_the_retry_after_of_the_service() -> None:
    attempts = Attempts(TooManyRequests("a", retry_after=100), TooManyRequests("b", retry_after=0), ConnectionLost("c"))
    assert with_retries(RetryPolicy(), attempts.clock, attempts) == "done"
    assert attempts.at == [0, 100, 100, 104]


def test_delays_double_up_to_the_longest_delay() -> None:
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
        ({"longest_delay": [30]}, "longest_delay must be 0 or more, not a value of type list"),
    ],
)
def test_a_policy_with_a_wrong_argument_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        RetryPolicy(**wrong)
    assert str(refused.value) == message


def test_the_least_numbers_are_accepted() -> None:
    policy = RetryPolicy(attempts=1, first_delay=0, longest_delay=0)
    assert policy.delay(1, None) == 0


@pytest.mark.parametrize("tries", [0, -1, float("nan"), "1", None, True])
def test_a_delay_after_no_tries_is_refused(tries: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^tries must be 1 or more, not "):
        RetryPolicy().delay(tries, None)


@pytest.mark.parametrize(("tries", "doublings"), [(100, 99), (101, 100), (102, 100), (10**6, 100)])
def test_the_delay_doubles_a_hundred_times_at_most(tries: int, doublings: int) -> None:
    assert RetryPolicy(longest_delay=1e300).delay(tries, None) == 2.0**doublings


@pytest.mark.parametrize(("requested", "delay"), [(0, 0), (3599.5, 3599.5), (3600, 3600), (3601, 3600)])
def test_a_requested_delay_is_an_hour_at_most(requested: float, delay: float) -> None:
    assert RetryPolicy().delay(5, TooManyRequests("a", retry_after=requested)) == delay
