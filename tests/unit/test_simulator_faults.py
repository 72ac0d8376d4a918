"""Faults are planned errors: the first that fits a call answers it, as many times as it was planned for."""

from __future__ import annotations

import pytest

from genai_ports.domain.operations import OPERATIONS, Call
from genai_ports.errors import InvalidInput, ServiceError, ServiceUnavailable, TooManyRequests
from genai_ports.simulator.faults import Fault
from genai_ports.simulator.planned import asked
from genai_ports.simulator.plans import Plans

Faults = Plans[Fault]


def taken(faults: Faults, operation: str) -> ServiceError | None:
    fault = faults.take(asked(Call(OPERATIONS[operation]), "us-chicago-1", None))
    return fault.error() if fault else None


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
    ],
)
def test_what_cannot_be_planned_is_refused_with_what_would_be_right(fault: Fault, message: str) -> None:
    faults = Faults()
    with pytest.raises(InvalidInput) as refused:
        faults.add(fault)
    assert str(refused.value) == message
    assert list(faults) == []


@pytest.mark.parametrize("seconds", [-1, 0.5, 86_401, float("nan"), float("inf")])
def test_a_retry_after_that_no_header_carries_is_refused(seconds: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        Faults().add(Fault(status=429, code="a", retry_after=seconds))
    assert str(refused.value) == f"retry_after must be whole seconds from 0 to 86400, not {seconds!r}"
