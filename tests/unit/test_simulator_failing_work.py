"""Failing work: what can be planned, what the named failures are, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports.api.call import Call
from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults.call_matcher import CallContext
from genai_ports.simulator.faults.failing_work import FAILURES, FailingWork, named_failure
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.work.operation import Failure
from genai_ports.testing.ready import cluster_details, imported_model_details

WITH_WORK = {name for name, operation in OPERATIONS.items() if operation.operation_type}
CREATES = {name for name in WITH_WORK if name.startswith("create_")}
NAMES = (
    "dataset-not-found, dataset-too-small, access-token-refused, model-architecture-not-supported, out-of-capacity, "
    "timed-out, needs-attention"
)
CLUSTERS = "create_dedicated_ai_cluster, update_dedicated_ai_cluster"


def begun(pace: str = "realistic", kind: str = "imported_model") -> tuple[Simulator, Any]:
    simulator = Simulator(pace=pace)
    details = imported_model_details() if kind == "imported_model" else cluster_details()
    return simulator, simulator.handle(Call(OPERATIONS[f"create_{kind}"], details=details)).value


def shown(simulator: Simulator, made: Any) -> tuple[str, float]:
    target = made.response.work_request_id
    work = simulator.handle(Call(OPERATIONS["get_work_request"], target=target)).value
    return work.status, work.percent_complete


@pytest.mark.parametrize(
    ("name", "operations"),
    [
        ("dataset-not-found", {"create_model"}),
        ("dataset-too-small", {"create_model"}),
        ("access-token-refused", {"create_imported_model"}),
        ("model-architecture-not-supported", {"create_imported_model"}),
        ("out-of-capacity", {*CREATES, "update_dedicated_ai_cluster"}),
        ("timed-out", WITH_WORK),
        ("needs-attention", {"create_dedicated_ai_cluster", "update_dedicated_ai_cluster"}),
    ],
)
def test_a_named_failure_is_for_the_operations_that_it_can_happen_to(name: str, operations: set[str]) -> None:
    assert set(FAILURES[name].operations) == operations
    for operation in OPERATIONS:
        plan = FailingWork(failure=name, operation=operation)
        if operation in operations:
            plan.check()
            continue
        with pytest.raises(InvalidInput) as refused:
            plan.check()
        can = ", ".join(FAILURES[name].operations)
        assert str(refused.value) == f"{name} is not for {operation}: it can befall {can}"


@pytest.mark.parametrize("name", FAILURES)
def test_a_named_failure_says_what_where_from_and_how_sure_that_is(name: str) -> None:
    named = named_failure(name)
    assert named.name == name
    assert named.failure.code.isalpha()
    assert len(named.failure.message) > 10
    assert named.evidence in ("recorded", "documented", "derived", "our choice")
    assert bool(named.source) == (named.evidence != "our choice")


def test_a_failure_without_a_name_is_for_all_operations_that_have_work_and_for_no_others() -> None:
    for operation in OPERATIONS:
        plan = FailingWork(operation=operation)
        if operation in WITH_WORK:
            plan.check()
            continue
        with pytest.raises(InvalidInput, match=f"^failing work is not for {operation}: it can befall create_model, "):
            plan.check()


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (
            FailingWork(failure="dataset-notfound"),
            f"there is no failure 'dataset-notfound'; did you mean dataset-not-found?; there are {NAMES}",
        ),
        (FailingWork(failure=""), f"there is no failure ''; there are {NAMES}"),
        (FailingWork(percent=-1), "percent must be from 0 to 99, not -1"),
        (FailingWork(percent=100), "percent must be from 0 to 99, not 100"),
        (FailingWork(percent=float("nan")), "percent must be from 0 to 99, not nan"),
        (FailingWork(failure="timed-out", percent=101), "percent must be from 0 to 99, not 101"),
        (
            FailingWork(failure="needs-attention", percent=50),
            "needs-attention takes no percent: its work gets to its end",
        ),
        (FailingWork(operation="creat_model"), "operation 'creat_model' does not exist; did you mean create_model?"),
        (FailingWork(every=0), "every must be 1 or more, not 0"),
    ],
    ids=lambda given: None if isinstance(given, str) else repr(given),
)
def test_what_cannot_befall_any_work_is_refused_and_not_planned(plan: FailingWork, message: str) -> None:
    simulator = Simulator()
    with pytest.raises(InvalidInput) as refused:
        simulator.failing_work.add(plan)
    assert str(refused.value) == message
    assert list(simulator.failing_work) == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_plan_counts_only_calls_that_it_can_befall(operation: str) -> None:
    about = CallContext(operation, "us-chicago-1", None, None, None, Call(OPERATIONS[operation]))
    assert FailingWork().matches(about) == (operation in WITH_WORK)
    for name, named in FAILURES.items():
        assert FailingWork(failure=name).matches(about) == (operation in named.operations)


def test_what_a_plan_does_not_say_is_as_in_the_failure_that_it_names() -> None:
    usual = FAILURES["timed-out"].failure
    assert FailingWork(failure="timed-out").failure_of_work() == usual
    assert FailingWork(failure="timed-out", percent=0).failure_of_work().percent == 0
    assert FailingWork(failure="timed-out", code="").failure_of_work().code == ""
    changed = FailingWork(failure="timed-out", message="Too slow.").failure_of_work()
    assert (changed.percent, changed.code, changed.message) == (usual.percent, usual.code, "Too slow.")


def test_a_plan_that_names_nothing_fails_at_once_and_says_that_it_was_asked_to() -> None:
    assert FailingWork().failure_of_work() == Failure(
        percent=0, code="InternalError", message="The work failed because it was asked to.", leaves=None
    )


@given(st.floats(0, 99.99))
def test_work_gets_as_far_as_its_failure_in_whole_percents_and_no_further(percent: float) -> None:
    simulator = Simulator(pace="realistic")
    simulator.failing_work.add(FailingWork(percent=percent))
    made = simulator.handle(Call(OPERATIONS["create_imported_model"], details=imported_model_details())).value
    simulator.clock.sleep(1200)
    assert shown(simulator, made) == ("FAILED", int(percent))


def test_work_under_way_takes_a_failure_by_name() -> None:
    simulator, made = begun()
    simulator.fail(made.id, failure="model-architecture-not-supported")
    simulator.clock.sleep(1200)
    assert shown(simulator, made) == ("FAILED", 25)


def test_work_that_is_further_than_the_named_failure_fails_where_it_is() -> None:
    simulator, made = begun()
    simulator.clock.sleep(660)
    simulator.fail(made.id, failure="access-token-refused")
    assert shown(simulator, made) == ("FAILED", 50)


def test_work_by_hand_fails_at_once() -> None:
    simulator, made = begun("manual")
    simulator.fail(made.id, failure="timed-out")
    assert shown(simulator, made) == ("FAILED", 90)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"failure": "timedout"}, f"there is no failure 'timedout'; did you mean timed-out?; there are {NAMES}"),
        (
            {"failure": "dataset-too-small"},
            "dataset-too-small cannot befall create_imported_model: it is for create_model",
        ),
        (
            {"failure": "needs-attention"},
            f"needs-attention cannot befall create_imported_model: it is for {CLUSTERS}",
        ),
        ({"failure": "timed-out", "percent": 100}, "percent must be from 0 to 99, not 100"),
    ],
    ids=str,
)
def test_work_under_way_takes_no_failure_that_cannot_be(how: dict[str, Any], message: str) -> None:
    simulator, made = begun()
    with pytest.raises(InvalidInput) as refused:
        simulator.fail(made.id, **how)
    assert str(refused.value) == message
    simulator.clock.sleep(1200)
    assert shown(simulator, made) == ("SUCCEEDED", 100)


@pytest.mark.parametrize("how", [{"code": 5}, {"message": ["a"]}, {"percent": True}, {"percent": "5"}, {"failure": 5}])
def test_how_work_is_to_fail_is_told_in_the_right_types(how: dict[str, Any]) -> None:
    simulator = Simulator(pace="manual")
    with pytest.raises(InvalidInput):
        simulator.failing_work.add(FailingWork(**how))
    made = simulator.handle(Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details()))
    with pytest.raises(InvalidInput):
        simulator.fail(made.value.id, **how)
    assert simulator.work_on(made.value.id).failure is None


@pytest.mark.parametrize("identifier", [[], {}, 5])
def test_what_is_no_identifier_is_refused(identifier: Any) -> None:
    simulator = Simulator()
    for control in (simulator.fail, simulator.finish, simulator.timeline, simulator.needs_attention):
        with pytest.raises(InvalidInput, match="identifier must be a string"):
            control(identifier)


def test_a_test_of_ones_own_that_goes_wrong_leaves_nothing_half_made() -> None:
    simulator = Simulator()
    cluster = simulator.handle(Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details())).value
    simulator.scheduler.settle()
    before, update = simulator.state(), OPERATIONS["update_dedicated_ai_cluster"]
    simulator.failing_work.add(FailingWork(when=lambda call: 1 / 0 > 0))
    for call in (
        Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details()),
        Call(update, target=cluster.id, details=UpdateDedicatedAiClusterDetails(unit_count=2)),
        Call(OPERATIONS["delete_dedicated_ai_cluster"], target=cluster.id),
    ):
        with pytest.raises(ZeroDivisionError):
            simulator.handle(call)
    assert simulator.state() == before


def test_an_update_fails_by_the_name_that_the_resource_had() -> None:
    simulator = Simulator()
    made = simulator.handle(
        Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details(display_name="old"))
    )
    simulator.failing_work.add(FailingWork(operation="update_dedicated_ai_cluster", display_name="old"))
    details = UpdateDedicatedAiClusterDetails(display_name="new")
    simulator.handle(Call(OPERATIONS["update_dedicated_ai_cluster"], target=made.value.id, details=details))
    assert simulator.state()["dedicated_ai_cluster"][0].display_name == "old"
    assert not simulator.failing_work
