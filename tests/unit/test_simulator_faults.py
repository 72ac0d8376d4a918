"""A fault is an error, a delay or a damaged response: the first that applies to a call takes it, `times` times."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports.api.call import Call
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput, ServiceError, ServiceUnavailable, TooManyRequests
from genai_ports.simulator.faults.call_matcher import call_context
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.faults.faults import Fault

Faults = FaultRegistry[Fault]
NOTHING = "a fault needs a status, a code, a damage or a latency"


def taken(faults: Faults, operation: str) -> ServiceError | None:
    fault = faults.take(call_context(Call(OPERATIONS[operation]), "us-chicago-1", None))
    return fault.error() if fault else None


def combined(damage: str, name: str) -> str:
    return f"damage={damage!r} cannot be combined with {name}="


def codes(faults: Faults, *operations: str) -> list[str | None]:
    errors = [taken(faults, operation) for operation in operations]
    return [error.code if error else None for error in errors]


def test_without_a_fault_nothing_fails() -> None:
    assert taken(Faults(), "get_model") is None


def test_the_first_added_is_the_first_used_and_each_once() -> None:
    faults = Faults()
    faults.add(Fault(status=429, code="First"))
    faults.add(Fault(status=429, code="Second"))
    assert codes(faults, "get_model", "list_models", "get_model") == ["First", "Second", None]


def test_a_fault_may_apply_to_several_calls() -> None:
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


def test_a_fault_does_not_apply_to_another_operation() -> None:
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


def test_each_response_is_an_error_of_its_own() -> None:
    faults = Faults()
    faults.add(Fault(status=429, code="TooManyRequests", times=2))
    first, second = taken(faults, "get_model"), taken(faults, "get_model")
    assert isinstance(first, TooManyRequests)
    assert first is not second
    assert str(first) == "429 TooManyRequests: User-rate limit exceeded."


def test_a_cleared_fault_applies_to_nothing() -> None:
    faults = Faults()
    faults.add(Fault(status=500, code="InternalServerError"))
    faults.clear()
    assert codes(faults, "get_model") == [None]


def test_faults_can_be_added_while_they_are_listed() -> None:
    faults = Faults()
    faults.add(Fault(status=500, code="InternalServerError"))
    for fault in faults:
        faults.add(fault)
    assert len(list(faults)) == 2


@pytest.mark.parametrize("status", [400, 599])
def test_a_fault_may_have_any_error_status(status: int) -> None:
    faults = Faults()
    faults.add(Fault(status=status, code="Odd"))
    error = taken(faults, "get_model")
    assert isinstance(error, ServiceError)
    assert error.status == status


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"status": 399, "code": "a"}, "status must be from 400 to 599, not 399"),
        ({"status": 600, "code": "a"}, "status must be from 400 to 599, not 600"),
        ({"status": 500, "code": "a", "times": 0}, "times must be from 1 to 1000000000, or 'always', not 0"),
        (
            {"status": 500, "code": "a", "operation": "get_modle"},
            "operation 'get_modle' does not exist; did you mean get_model?",
        ),
        ({"status": 500, "code": "a", "operation": "?"}, "operation (a string of 1 character) does not exist"),
        ({"status": 500.5}, "status must be from 400 to 599, not 500.5"),
        ({"status": "500"}, "status must be from 400 to 599, not '500'"),
        (
            {"code": "Conflct"},
            "code 'Conflct' has no known status: add status=; did you mean Conflict?",
        ),
        ({}, NOTHING),
        ({"times": 3, "operation": "get_model"}, NOTHING),
        ({"committed": True}, NOTHING),
        ({"message": "Slow down."}, NOTHING),
        ({"retry_after": 3}, NOTHING),
        ({"damage": "broken"}, "damage must be one of reset, time-out, cut, not-json, not 'broken'"),
        ({"damage": ""}, "damage must be one of reset, time-out, cut, not-json, not ''"),
        ({"damage": "reset", "status": 500}, combined("reset", "status")),
        ({"damage": "cut", "status": 500}, combined("cut", "status")),
        ({"damage": "time-out", "status": 504}, combined("time-out", "status")),
        ({"damage": "reset", "code": "TooManyRequests"}, combined("reset", "code")),
        ({"damage": "not-json", "code": "TooManyRequests"}, combined("not-json", "code")),
        ({"damage": "not-json", "status": 502, "message": "Bad."}, combined("not-json", "message")),
        ({"damage": "not-json", "status": 503, "retry_after": 3}, combined("not-json", "retry_after")),
        ({"damage": "not-json", "status": 200}, "status must be from 400 to 599, not 200"),
        ({"status": 429.0}, "status must be from 400 to 599, not 429.0"),
        ({"code": ["Conflict"]}, "code must be a string, not a value of type list"),
        ({"status": 500, "message": 5}, "message must be a string, not 5"),
        ({"status": 500, "committed": "no"}, "committed must be True or False, not 'no'"),
        ({"latency": 2, "message": "Slow."}, "message= needs status= or code="),
        ({"latency": 2, "retry_after": 3}, "retry_after= needs status= or code="),
    ],
    ids=str,
)
def test_a_wrong_fault_is_refused_when_it_is_made(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Fault(**given)
    assert str(refused.value) == message


@pytest.mark.parametrize("seconds", [-1, 0.5, 86_401, float("nan"), float("inf"), True, "5"])
def test_a_retry_after_that_no_header_carries_is_refused(seconds: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        Fault(status=429, code="a", retry_after=seconds)
    assert str(refused.value) == f"retry_after must be whole seconds from 0 to 86400, not {seconds!r}"


@pytest.mark.parametrize("seconds", [-1, -0.001, 86_401, float("nan"), float("inf"), True, "5", None])
def test_a_latency_below_0_or_above_a_day_is_refused(seconds: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        Fault(latency=seconds)
    assert str(refused.value) == f"latency must be seconds from 0 to 86400, not {seconds!r}"


@pytest.mark.parametrize(
    "given",
    [
        {"latency": 86_400},
        {"latency": 0.001},
        {"status": 429, "latency": 0},
        {"status": 429, "retry_after": 0},
        {"status": 429, "retry_after": 86_400},
        {"status": 429, "retry_after": 2.0},
        {"damage": "not-json", "status": 400},
        {"damage": "time-out", "latency": 1, "committed": True},
        {"code": "Odd", "status": 499},
        {"status": 500, "committed": True, "times": "always", "every": 2, "nth": 9},
    ],
    ids=str,
)
def test_a_valid_fault_is_added(given: dict[str, Any]) -> None:
    faults, fault = Faults(), Fault(**given)
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
def test_whether_a_fault_carries_out_the_call(fault: Fault, *, carried_out: bool) -> None:
    assert fault.carries_out_call is carried_out


@pytest.mark.parametrize(
    ("fault", "described"),
    [
        (Fault(status=503), "503 ServiceUnavailable"),
        (Fault(status=503, committed=True), "503 ServiceUnavailable after the call was carried out"),
        (Fault(status=503, latency=2), "503 ServiceUnavailable, 2 s"),
        (Fault(latency=1.5), "latency, 1.5 s"),
        (Fault(latency=1, committed=True), "latency, 1 s"),
        (Fault(damage="cut"), "cut"),
        (Fault(damage="time-out", committed=True), "time-out after the call was carried out, 60 s"),
    ],
    ids=repr,
)
def test_the_journal_says_what_a_fault_did(fault: Fault, described: str) -> None:
    assert fault.describe() == described
    assert fault.describe(refused=True) == described.replace("carried out", "refused")


@pytest.mark.parametrize("damage", ["reset", "time-out", "cut", "not-json"])
def test_a_damage_is_no_error_of_the_service(damage: str) -> None:
    assert Fault(damage=damage).error() is None
    assert Fault(latency=1).error() is None


def test_the_page_of_a_proxy_is_no_error_of_the_service_either() -> None:
    assert Fault(damage="not-json", status=502).error() is None
