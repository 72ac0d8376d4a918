"""Faults are planned errors, delays and broken answers: the first that fits a call befalls it, as often as planned."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports.api.call import Call
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput, ServiceError, ServiceUnavailable, TooManyRequests
from genai_ports.simulator.faults.call_matcher import asked
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.faults.faults import Fault

Faults = FaultRegistry[Fault]
NOTHING = "a fault needs a status, a code, a damage or a latency"


def taken(faults: Faults, operation: str) -> ServiceError | None:
    fault = faults.take(asked(Call(OPERATIONS[operation]), "us-chicago-1", None))
    return fault.error() if fault else None


def told_by(damage: str, name: str) -> str:
    return f"an answer that is lost by {damage} tells no {name}: leave one of them out"


def codes(faults: Faults, *operations: str) -> list[str | None]:
    errors = [taken(faults, operation) for operation in operations]
    return [error.code if error else None for error in errors]


def test_without_a_plan_nothing_fails() -> None:
    assert taken(Faults(), "get_model") is None


def test_the_first_planned_is_the_first_used_and_each_once() -> None:
    faults = Faults()
    faults.add(Fault(status=429, code="First"))
    faults.add(Fault(status=429, code="Second"))
    assert codes(faults, "get_model", "list_models", "get_model") == ["First", "Second", None]


def test_a_fault_may_answer_several_calls() -> None:
    faults = Faults()
    faults.add(Fault(status=429, code="Twice", times=2))
    assert [fault.times for fault in faults] == [2]
    assert codes(faults, "get_model") == ["Twice"]
    assert [fault.times for fault in faults] == [1]
    assert codes(faults, "get_model", "get_model") == ["Twice", None]


def test_a_fault_for_one_operation_waits_for_it_and_keeps_its_place() -> None:
    faults = Faults()
    faults.add(Fault(status=429, code="Deletes", operation="delete_model", times=2))
    faults.add(Fault(status=429, code="Any", times=2))
    assert codes(faults, "get_model", "delete_model", "delete_model", "delete_model") == [
        "Any",
        "Deletes",
        "Deletes",
        "Any",
    ]


def test_no_call_of_another_operation_is_answered() -> None:
    faults = Faults()
    faults.add(Fault(status=429, code="Deletes", operation="delete_model"))
    assert codes(faults, "get_model") == [None]
    assert len(list(faults)) == 1


def test_an_error_is_of_the_class_of_its_status_and_code_and_says_that_it_is_a_fault() -> None:
    faults = Faults()
    faults.add(Fault(status=503, code="New", message="Be patient.", retry_after=2))
    error = taken(faults, "get_model")
    assert type(error) is ServiceUnavailable
    assert vars(error) == {
        "message": "Be patient.",
        "status": 503,
        "code": "New",
        "request_id": None,
        "operation": None,
        "rule": "fault",
        "retry_after": 2,
    }


def test_each_answer_is_an_error_of_its_own() -> None:
    faults = Faults()
    faults.add(Fault(status=429, code="TooManyRequests", times=2))
    first, second = taken(faults, "get_model"), taken(faults, "get_model")
    assert isinstance(first, TooManyRequests)
    assert first is not second
    assert str(first) == "429 TooManyRequests: User-rate limit exceeded."


def test_what_was_cleared_does_not_happen() -> None:
    faults = Faults()
    faults.add(Fault(status=500, code="InternalServerError"))
    faults.clear()
    assert codes(faults, "get_model") == [None]


def test_the_plan_may_change_while_somebody_walks_over_it() -> None:
    faults = Faults()
    faults.add(Fault(status=500, code="InternalServerError"))
    for fault in faults:
        faults.add(fault)
    assert len(list(faults)) == 2


@pytest.mark.parametrize("status", [400, 599])
def test_any_status_of_an_error_can_be_planned(status: int) -> None:
    faults = Faults()
    faults.add(Fault(status=status, code="Odd"))
    error = taken(faults, "get_model")
    assert isinstance(error, ServiceError)
    assert error.status == status


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(status=399, code="a"), "status must be from 400 to 599, not 399"),
        (Fault(status=600, code="a"), "status must be from 400 to 599, not 600"),
        (Fault(status=500, code="a", times=0), "times must be 1 or more, or 'always', not 0"),
        (
            Fault(status=500, code="a", operation="get_modle"),
            "operation 'get_modle' does not exist; did you mean get_model?",
        ),
        (Fault(status=500, code="a", operation="?"), "operation '?' does not exist"),
        (Fault(status=500.5), "status must be from 400 to 599, not 500.5"),  # type: ignore[arg-type]
        (Fault(status="500"), "status must be from 400 to 599, not '500'"),  # type: ignore[arg-type]
        (
            Fault(code="Conflct"),
            "code 'Conflct' is not one whose status is known: give its status too; did you mean Conflict?",
        ),
        (Fault(), NOTHING),
        (Fault(times=3, operation="get_model"), NOTHING),
        (Fault(committed=True), NOTHING),
        (Fault(message="Slow down."), NOTHING),
        (Fault(retry_after=3), NOTHING),
        (Fault(damage="broken"), "damage must be one of reset, time-out, cut, not-json, not 'broken'"),
        (Fault(damage=""), "damage must be one of reset, time-out, cut, not-json, not ''"),
        (Fault(damage="reset", status=500), told_by("reset", "status")),
        (Fault(damage="cut", status=500), told_by("cut", "status")),
        (Fault(damage="time-out", status=504), told_by("time-out", "status")),
        (Fault(damage="reset", code="TooManyRequests"), told_by("reset", "code")),
        (Fault(damage="not-json", code="TooManyRequests"), told_by("not-json", "code")),
        (Fault(damage="not-json", status=502, message="Bad."), told_by("not-json", "message")),
        (Fault(damage="not-json", status=503, retry_after=3), told_by("not-json", "retry_after")),
        (Fault(damage="not-json", status=200), "status must be from 400 to 599, not 200"),
        (Fault(status=429.0), "status must be from 400 to 599, not 429.0"),  # type: ignore[arg-type]
        (Fault(code=["Conflict"]), "code must be a string, not ['Conflict']"),  # type: ignore[arg-type]
        (Fault(status=500, message=5), "message must be a string, not 5"),  # type: ignore[arg-type]
        (Fault(status=500, committed="no"), "committed must be True or False, not 'no'"),  # type: ignore[arg-type]
        (Fault(latency=2, message="Slow."), "message is of an error: give its status or code too"),
        (Fault(latency=2, retry_after=3), "retry_after is of an error: give its status or code too"),
    ],
    ids=lambda given: None if isinstance(given, str) else repr(given),
)
def test_what_cannot_be_planned_is_refused_with_what_would_be_right(fault: Fault, message: str) -> None:
    faults = Faults()
    with pytest.raises(InvalidInput) as refused:
        faults.add(fault)
    assert str(refused.value) == message
    assert list(faults) == []


@pytest.mark.parametrize("seconds", [-1, 0.5, 86_401, float("nan"), float("inf"), True, "5"])
def test_a_retry_after_that_no_header_carries_is_refused(seconds: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        Faults().add(Fault(status=429, code="a", retry_after=seconds))
    assert str(refused.value) == f"retry_after must be whole seconds from 0 to 86400, not {seconds!r}"


@pytest.mark.parametrize("seconds", [-1, -0.001, 86_401, float("nan"), float("inf"), True, "5", None])
def test_a_latency_of_less_than_none_or_more_than_a_day_is_refused(seconds: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        Faults().add(Fault(latency=seconds))
    assert str(refused.value) == f"latency must be seconds from 0 to 86400, not {seconds!r}"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(latency=86_400),
        Fault(latency=0.001),
        Fault(status=429, retry_after=0),
        Fault(status=429, retry_after=86_400),
        Fault(status=429, retry_after=2.0),
        Fault(damage="not-json", status=400),
        Fault(damage="time-out", latency=1, committed=True),
        Fault(code="Odd", status=499),
        Fault(status=500, committed=True, times="always", every=2, nth=9),
    ],
    ids=repr,
)
def test_what_can_be_is_planned(fault: Fault) -> None:
    faults = Faults()
    faults.add(fault)
    assert list(faults) == [fault]


@pytest.mark.parametrize(
    ("fault", "delay"),
    [
        (Fault(status=500), 0),
        (Fault(status=500, latency=3), 3),
        (Fault(latency=0.5), 0.5),
        (Fault(damage="reset"), 0),
        (Fault(damage="time-out"), 60),
        (Fault(damage="time-out", latency=5), 5),
    ],
    ids=repr,
)
def test_a_fault_takes_its_latency_and_a_time_out_a_minute(fault: Fault, delay: float) -> None:
    assert fault.delay == delay


@pytest.mark.parametrize(
    ("fault", "carried_out"),
    [
        (Fault(status=500), False),
        (Fault(code="TooManyRequests", latency=3), False),
        (Fault(damage="reset"), False),
        (Fault(damage="time-out", latency=3), False),
        (Fault(damage="not-json"), False),
        (Fault(damage="not-json", status=502), False),
        (Fault(damage="cut"), True),
        (Fault(latency=3), True),
        (Fault(status=500, committed=True), True),
        (Fault(damage="reset", committed=True), True),
    ],
    ids=repr,
)
def test_a_call_is_carried_out_if_its_fault_lets_it_through(fault: Fault, *, carried_out: bool) -> None:
    assert fault.lets_through is carried_out


@pytest.mark.parametrize("damage", ["reset", "time-out", "cut", "not-json"])
def test_a_damage_is_no_error_of_the_service(damage: str) -> None:
    assert Fault(damage=damage).error() is None
    assert Fault(latency=1).error() is None


def test_the_page_of_a_proxy_is_no_error_of_the_service_either() -> None:
    assert Fault(damage="not-json", status=502).error() is None
