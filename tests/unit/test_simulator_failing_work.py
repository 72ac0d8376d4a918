"""Failing work: which calls it applies to, what the named failures are, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports import builders
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


def begun(pace: str = "1200s", kind: str = "imported_model") -> tuple[Simulator, Any]:
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
def test_a_named_failure_applies_to_the_operations_that_it_can_happen_to(name: str, operations: set[str]) -> None:
    assert set(FAILURES[name].operations) == operations
    for operation in OPERATIONS:
        if operation in operations:
            FailingWork(failure=name, operation=operation)
            continue
        with pytest.raises(InvalidInput) as refused:
            FailingWork(failure=name, operation=operation)
        can = ", ".join(FAILURES[name].operations)
        assert str(refused.value) == f"{name} does not apply to {operation}; it applies to {can}"


@pytest.mark.parametrize("name", FAILURES)
def test_a_named_failure_says_what_where_from_and_how_sure_that_is(name: str) -> None:
    named = named_failure(name)
    assert named.name == name
    assert named.failure.code.isalnum()
    assert len(named.failure.message) > 10
    assert named.evidence in ("recorded", "documented", "derived", "our choice")
    assert bool(named.source) == (named.evidence != "our choice")


def test_a_named_failure_has_its_percentage_and_code() -> None:
    assert {name: (each.failure.percent, each.failure.code) for name, each in FAILURES.items()} == {
        "dataset-not-found": (5, "NotAuthorizedOrNotFound"),
        "dataset-too-small": (8, "InvalidParameter"),
        "access-token-refused": (2, "NotAuthenticated"),
        "model-architecture-not-supported": (25, "InvalidParameter"),
        "out-of-capacity": (30, "500"),
        "timed-out": (90, "InternalError"),
        "needs-attention": (100, "NeedsAttention"),
    }


def test_an_import_from_object_storage_needs_no_access_token() -> None:
    simulator = Simulator(pace="100s")
    simulator.failing_work.add(FailingWork(failure="access-token-refused", display_name="mine", times="always"))
    source = builders.object_storage_data_source(namespace_name="a", bucket_name="b", prefix_name="c")
    stored, other, mine = (
        simulator.handle(Call(OPERATIONS["create_imported_model"], details=details)).value
        for details in (
            imported_model_details(display_name="mine", data_source=source),
            imported_model_details(display_name="other"),
            imported_model_details(display_name="mine"),
        )
    )
    with pytest.raises(InvalidInput) as refused:
        simulator.fail(stored.id, failure="access-token-refused")
    assert str(refused.value) == (
        f"access-token-refused does not apply to {stored.id}, an import from {source.source_type}"
    )
    simulator.clock.sleep(100)
    assert [shown(simulator, made)[0] for made in (stored, other, mine)] == ["SUCCEEDED", "SUCCEEDED", "FAILED"]


def test_a_failure_without_a_name_applies_to_all_operations_that_begin_work_and_to_no_others() -> None:
    for operation in OPERATIONS:
        if operation in WITH_WORK:
            FailingWork(operation=operation)
            continue
        message = f"^failing work does not apply to {operation}; it applies to create_model, "
        with pytest.raises(InvalidInput, match=message):
            FailingWork(operation=operation)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"failure": "dataset-notfound"},
            f"failure 'dataset-notfound' does not exist; did you mean dataset-not-found?; known: {NAMES}",
        ),
        ({"failure": ""}, f"failure '' does not exist; known: {NAMES}"),
        ({"percent": -1}, "percent must be from 0 to 99, not -1"),
        ({"percent": 100}, "percent must be from 0 to 99, not 100"),
        ({"percent": float("nan")}, "percent must be from 0 to 99, not nan"),
        ({"failure": "timed-out", "percent": 101}, "percent must be from 0 to 99, not 101"),
        (
            {"failure": "needs-attention", "percent": 50},
            "failure 'needs-attention' takes no percent: its work always completes",
        ),
        ({"operation": "creat_model"}, "operation 'creat_model' does not exist; did you mean create_model?"),
        ({"every": 0}, "every must be from 1 to 1000000000, not 0"),
    ],
    ids=str,
)
def test_failing_work_that_applies_to_nothing_is_refused_when_it_is_made(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        FailingWork(**given)
    assert str(refused.value) == message


@pytest.mark.parametrize("operation", OPERATIONS)
def test_failing_work_counts_only_calls_that_it_can_apply_to(operation: str) -> None:
    about = CallContext(operation, "us-chicago-1", None, None, None, Call(OPERATIONS[operation]))
    assert FailingWork().matches(about) == (operation in WITH_WORK)
    for name, named in FAILURES.items():
        assert FailingWork(failure=name).matches(about) == (operation in named.operations)


def test_the_defaults_are_those_of_the_named_failure() -> None:
    usual = FAILURES["timed-out"].failure
    assert FailingWork(failure="timed-out").to_failure() == usual
    assert FailingWork(failure="timed-out", percent=0).to_failure().percent == 0
    assert FailingWork(failure="timed-out", code="").to_failure().code == ""
    changed = FailingWork(failure="timed-out", message="Too slow.").to_failure()
    assert (changed.percent, changed.code, changed.message) == (usual.percent, usual.code, "Too slow.")


def test_without_arguments_work_fails_at_once_and_says_why() -> None:
    assert FailingWork().to_failure() == Failure(
        percent=0, code="InternalError", message="This failure was requested by a test.", leaves=None
    )


@given(st.floats(0, 99.99))
def test_work_gets_as_far_as_its_failure_in_whole_percents_and_no_further(percent: float) -> None:
    simulator = Simulator(pace="1200s")
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
        ({"failure": "timedout"}, f"failure 'timedout' does not exist; did you mean timed-out?; known: {NAMES}"),
        (
            {"failure": "dataset-too-small"},
            "dataset-too-small does not apply to create_imported_model; it applies to create_model",
        ),
        (
            {"failure": "needs-attention"},
            f"needs-attention does not apply to create_imported_model; it applies to {CLUSTERS}",
        ),
        ({"failure": "timed-out", "percent": 100}, "percent must be from 0 to 99, not 100"),
    ],
    ids=str,
)
def test_work_under_way_takes_no_failure_that_does_not_apply_to_it(how: dict[str, Any], message: str) -> None:
    simulator, made = begun()
    with pytest.raises(InvalidInput) as refused:
        simulator.fail(made.id, **how)
    assert str(refused.value) == message
    simulator.clock.sleep(1200)
    assert shown(simulator, made) == ("SUCCEEDED", 100)


@pytest.mark.parametrize(
    "how", [{"code": 5}, {"message": ["a"]}, {"percent": True}, {"percent": "5"}, {"failure": 5}, {"failure": ["a"]}]
)
def test_a_failure_of_the_wrong_types_is_refused(how: dict[str, Any]) -> None:
    simulator = Simulator(pace="manual")
    with pytest.raises(InvalidInput, match=f"{next(iter(how))} must be "):
        FailingWork(**how)
    made = simulator.handle(Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details()))
    with pytest.raises(InvalidInput):
        simulator.fail(made.value.id, **how)
    assert simulator.work_on(made.value.id).failure is None


@pytest.mark.parametrize("identifier", [[], {}, 5])
def test_an_identifier_that_is_no_string_is_refused(identifier: Any) -> None:
    simulator = Simulator()
    for control in (simulator.fail, simulator.finish, simulator.timeline, simulator.needs_attention):
        with pytest.raises(InvalidInput, match="identifier must be a string"):
            control(identifier)


def test_an_update_fails_by_the_name_that_the_resource_had() -> None:
    simulator = Simulator()
    made = simulator.handle(
        Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details(display_name="old"))
    )
    simulator.failing_work.add(FailingWork(operation="update_dedicated_ai_cluster", display_name="old"))
    details = UpdateDedicatedAiClusterDetails(display_name="new")
    simulator.handle(Call(OPERATIONS["update_dedicated_ai_cluster"], target=made.value.id, details=details))
    assert simulator.state()["dedicatedAiClusters"][0].display_name == "old"
    assert not simulator.failing_work
