"""A release that succeeds, whatever the service does on the way."""

from __future__ import annotations

import pytest
from pipelines import PLAN, left

from genai_ports import Fault

RELEASED = ["support-bot", "support-bot", "support-bot-guard", "support-bot-hosting", "support-bot-training"]


@pytest.mark.genai(pace="realistic")
def test_a_release_serves_the_tuned_model(pipeline, genai):
    release = pipeline.release(PLAN)
    endpoint = genai.get_endpoint(release.endpoint_id)
    assert (endpoint.lifecycle_state, endpoint.model_id) == ("ACTIVE", release.model_id)
    assert genai.get_model(release.model_id).fine_tune_details.training_config.lora_r == 8
    assert pipeline.serving(PLAN.compartment_id) == ["support-bot"]


@pytest.mark.genai(pace="realistic")
def test_a_release_takes_hours_and_the_test_no_time(pipeline, genai_clock):
    before = genai_clock.now()
    pipeline.release(PLAN)
    assert (genai_clock.now() - before).total_seconds() > 3600


def test_a_release_consists_of_five_resources(pipeline, genai_simulator):
    pipeline.release(PLAN)
    assert left(genai_simulator) == RELEASED


def test_the_steps_are_in_order(pipeline, genai_simulator):
    pipeline.release(PLAN)
    changes = [each.operation for each in genai_simulator.journal if each.operation.startswith(("create", "delete"))]
    assert changes == [
        "create_imported_model",
        "create_dedicated_ai_cluster",
        "create_model",
        "create_dedicated_ai_cluster",
        "create_endpoint",
    ]


def test_a_second_run_of_a_release_creates_nothing(pipeline, genai_simulator):
    first = pipeline.release(PLAN)
    again = pipeline.release(PLAN)
    assert (again.guard_id, again.model_id, again.endpoint_id) == (first.guard_id, first.model_id, first.endpoint_id)
    assert left(genai_simulator) == RELEASED


@pytest.mark.genai(faults=[Fault(status=429, operation="create_model", times=3, retry_after=30)])
def test_a_throttled_release_waits_as_long_as_the_service_says(pipeline, genai_simulator, genai_clock):
    before = genai_clock.now()
    pipeline.release(PLAN)
    tries = genai_simulator.journal.query(operation="create_model")
    assert [each.status for each in tries] == [429, 429, 429, 201]
    assert (genai_clock.now() - before).total_seconds() >= 3


@pytest.mark.genai(pace="realistic", faults=[Fault(status=503, operation="get_work_request", every=3, times=20)])
def test_a_release_survives_a_service_that_is_sometimes_unavailable(pipeline, genai_simulator):
    pipeline.release(PLAN)
    assert left(genai_simulator) == RELEASED


@pytest.mark.parametrize("operation", ["create_imported_model", "create_model", "create_endpoint"])
def test_a_lost_response_creates_nothing_twice(pipeline, genai_simulator, operation):
    genai_simulator.faults.add(Fault(operation=operation, damage="reset", committed=True))
    pipeline.release(PLAN)
    assert [each.status for each in genai_simulator.journal.query(operation=operation)] == [201, 201]
    assert left(genai_simulator) == RELEASED


@pytest.mark.genai(modes=["short-pages", "empty-pages", "extra-fields", "unknown-enum-values"])
def test_awkward_lists_hide_no_base_model(pipeline):
    assert pipeline.release(PLAN).endpoint_id


@pytest.mark.genai(modes=["capped-pages:1"])
def test_all_pages_of_endpoints_are_read(pipeline, genai):
    release = pipeline.release(PLAN)
    from genai_ports import CreateEndpointDetails

    for number in range(3):
        genai.create_endpoint(
            CreateEndpointDetails(
                compartment_id=PLAN.compartment_id,
                display_name=f"other-{number}",
                model_id=release.model_id,
                dedicated_ai_cluster_id=release.cluster_id,
            )
        )
    assert pipeline.serving(PLAN.compartment_id) == ["other-0", "other-1", "other-2", "support-bot"]


@pytest.mark.genai(region="eu-frankfurt-1")
def test_a_release_is_in_the_region_of_its_world(pipeline):
    assert ".eu-frankfurt-1." in pipeline.release(PLAN).endpoint_id


@pytest.mark.genai(seed=7)
def test_a_seed_fixes_the_ids(pipeline):
    assert pipeline.release(PLAN).guard_id.endswith("shijwgp")
