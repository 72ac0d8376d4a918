"""A release that fails: what is reported, and what is left."""

from __future__ import annotations

from dataclasses import replace

import pytest
from model_ops.plan import Plan, ReleaseFailed
from pipelines import PLAN, left

from genai_ports import FailingWork, Fault


@pytest.mark.genai(pace="realistic", faults=[FailingWork(failure="dataset-too-small")])
def test_a_failed_fine_tuning_is_reported_and_rolled_back(pipeline, genai_simulator):
    with pytest.raises(ReleaseFailed) as failed:
        pipeline.release(PLAN)
    assert (failed.value.step, failed.value.code) == ("model", "InvalidParameter")
    assert "at least 32 are needed" in failed.value.message
    assert (left(genai_simulator), failed.value.left_behind) == ([], ())


@pytest.mark.parametrize(
    ("step", "failing"),
    [
        ("guard", FailingWork(failure="model-architecture-not-supported")),
        ("training", FailingWork(operation="create_dedicated_ai_cluster", failure="out-of-capacity")),
        ("hosting", FailingWork(operation="create_dedicated_ai_cluster", failure="out-of-capacity", nth=2)),
        ("endpoint", FailingWork(operation="create_endpoint", failure="timed-out")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_step_that_fails_is_rolled_back(pipeline, genai_simulator, step, failing):
    genai_simulator.failing_work.add(failing)
    with pytest.raises(ReleaseFailed) as failed:
        pipeline.release(PLAN)
    assert failed.value.step == step
    assert (left(genai_simulator), failed.value.left_behind) == ([], ())


@pytest.mark.genai(faults=[FailingWork(operation="create_endpoint", failure="timed-out")])
def test_dependents_are_deleted_first(pipeline, genai_simulator):
    with pytest.raises(ReleaseFailed):
        pipeline.release(PLAN)
    deletes = [each for each in genai_simulator.journal if each.operation.startswith("delete")]
    assert [each.operation for each in deletes] == [
        "delete_endpoint",
        "delete_model",
        "delete_imported_model",
        "delete_dedicated_ai_cluster",
        "delete_dedicated_ai_cluster",
    ]
    assert {each.status for each in deletes} == {202}


@pytest.mark.genai(limits="strict")
def test_a_tenancy_without_units_is_reported(pipeline, genai_simulator):
    with pytest.raises(ReleaseFailed) as failed:
        pipeline.release(PLAN)
    assert (failed.value.step, failed.value.code) == ("training", "LimitExceeded")
    assert "dedicated-unit-large-meta-count" in failed.value.message
    assert left(genai_simulator) == []


@pytest.mark.genai(limits="strict")
@pytest.mark.parametrize(("units", "step"), [(1, "training"), (2, "hosting")])
def test_a_release_needs_three_units(pipeline, genai_simulator, units, step):
    genai_simulator.limits.set("dedicated-unit-large-meta-count", units)
    with pytest.raises(ReleaseFailed) as failed:
        pipeline.release(PLAN)
    assert failed.value.step == step
    genai_simulator.limits.set("dedicated-unit-large-meta-count", 3)
    assert pipeline.release(replace(PLAN, name="support-bot-2")).endpoint_id


@pytest.mark.genai(faults=[Fault(status=429, operation="create_endpoint", times="always")])
def test_a_service_that_always_throttles_ends_in_a_roll_back(pipeline, genai_simulator):
    with pytest.raises(ReleaseFailed) as failed:
        pipeline.release(PLAN)
    assert (failed.value.step, failed.value.code) == ("endpoint", "TooManyRequests")
    assert left(genai_simulator) == []


@pytest.mark.genai(faults=[Fault(operation="create_endpoint", damage="reset", committed=True, times="always")])
def test_an_endpoint_whose_every_response_is_lost_is_found_by_its_tag(pipeline, genai_simulator):
    with pytest.raises(ReleaseFailed) as failed:
        pipeline.release(PLAN)
    assert failed.value.step == "endpoint"
    assert (left(genai_simulator), failed.value.left_behind) == ([], ())


@pytest.mark.genai(modes=["stale-lists:600"], faults=[FailingWork(operation="create_endpoint", failure="timed-out")])
def test_a_roll_back_does_not_trust_stale_lists(pipeline, genai_simulator):
    with pytest.raises(ReleaseFailed):
        pipeline.release(PLAN)
    assert left(genai_simulator) == []


@pytest.mark.genai(
    faults=[
        FailingWork(operation="create_endpoint", failure="timed-out"),
        Fault(status=409, code="IncorrectState", operation="delete_model", times=30),
    ]
)
def test_a_roll_back_waits_while_the_service_refuses_with_conflict(pipeline, genai_simulator):
    with pytest.raises(ReleaseFailed) as failed:
        pipeline.release(PLAN)
    assert (left(genai_simulator), failed.value.left_behind) == ([], ())
    assert len(genai_simulator.journal.query(operation="delete_model", status=409)) == 30


@pytest.mark.genai(
    faults=[
        FailingWork(operation="create_endpoint", failure="timed-out"),
        FailingWork(operation="delete_imported_model", failure="timed-out"),
    ]
)
def test_what_a_roll_back_cannot_delete_is_reported(pipeline, genai_simulator):
    with pytest.raises(ReleaseFailed) as failed:
        pipeline.release(PLAN)
    [guard] = failed.value.left_behind
    assert "importedmodel" in guard
    assert left(genai_simulator) == ["support-bot-guard"]


def test_the_name_of_a_release_that_was_rolled_back_is_used_up(pipeline, genai_simulator):
    genai_simulator.failing_work.add(FailingWork(operation="create_endpoint", failure="timed-out"))
    with pytest.raises(ReleaseFailed):
        pipeline.release(PLAN)
    with pytest.raises(ReleaseFailed) as failed:
        pipeline.release(PLAN)
    assert (failed.value.step, failed.value.code) == ("guard", "InvalidatedRetryToken")
    assert genai_simulator.journal.query(operation="create_imported_model")[-1].rule == "retry-token-gone"


def test_a_missing_base_model_is_reported_before_units_are_paid(pipeline, genai_simulator):
    with pytest.raises(ReleaseFailed, match="no base model"):
        pipeline.release(Plan("odd", PLAN.compartment_id, base_model="none"))
    assert genai_simulator.journal.query(operation="create_dedicated_ai_cluster") == ()
    assert left(genai_simulator) == []
