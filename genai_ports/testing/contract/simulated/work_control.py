"""Work control: tests that finish work, set its progress, or change its pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.errors import IncorrectState
from genai_ports.testing import ready
from genai_ports.testing.contract.port.lifecycle import DAY
from genai_ports.testing.contract.port.progress import assert_progress, poll

if TYPE_CHECKING:
    from genai_ports.testing.contract.simulated.harness import Harness, OpenHarness


class WorkControlBehaviours:
    """What is true of work that a test controls."""

    def test_resources_that_are_not_ready_cannot_be_served(self, realistic: Harness) -> None:
        """A model or a cluster that is CREATING is 409 IncorrectState: a later call can succeed."""
        genai = realistic.genai
        model = genai.create_imported_model(ready.imported_model_details())
        cluster = genai.create_dedicated_ai_cluster(ready.cluster_details())
        details = ready.endpoint_details(genai, model_id=model.id, dedicated_ai_cluster_id=cluster.id)
        for resource in (model, cluster):
            with realistic.refuses(IncorrectState, "state-will-pass") as refused:
                genai.create_endpoint(details)
            assert resource.id in refused.value.message
            realistic.simulator.finish(resource.id)
        assert genai.create_endpoint(details).lifecycle_state == "CREATING"

    def test_only_finish_ends_work_with_the_pace_manual(self, open_harness: OpenHarness) -> None:
        """Neither time nor reads do."""
        harness = open_harness(pace="manual")
        created = harness.genai.create_imported_model(ready.imported_model_details())
        harness.pass_time(10 * DAY)
        assert [harness.genai.get_imported_model(created.id).lifecycle_state for _ in range(5)] == ["CREATING"] * 5
        harness.simulator.finish(created.id)
        assert harness.genai.get_imported_model(created.id).lifecycle_state == "ACTIVE"

    def test_models_can_be_sorted_by_lifecycle_state(self, realistic: Harness) -> None:
        """States are sorted from A to Z by default."""
        genai = realistic.genai
        failing = genai.create_imported_model(ready.imported_model_details(display_name="failing"))
        genai.create_imported_model(ready.imported_model_details(display_name="making"))
        realistic.simulator.fail(failing.id)
        realistic.simulator.finish(failing.id)
        states = [m.lifecycle_state for m in genai.list_imported_models(ready.COMPARTMENT, sort_by="lifecycleState")]
        assert states == ["CREATING", "FAILED"]
        realistic.pass_time(3600)
        states = [m.lifecycle_state for m in genai.list_imported_models(ready.COMPARTMENT, sort_by="lifecycleState")]
        assert states == ["ACTIVE", "FAILED"]

    def test_progress_is_set_by_hand_with_the_pace_manual(self, open_harness: OpenHarness) -> None:
        """It never goes back."""
        harness = open_harness(pace="manual")
        model_id, work_request_id = ready.begin_import(harness.genai)
        seen = poll(harness, work_request_id, 0)[:1]
        assert seen[0].status == "ACCEPTED"
        for percent in (10, 40, 30, 80):
            harness.simulator.progress(model_id, percent)
            seen.append(harness.genai.get_work_request(work_request_id))
        harness.simulator.finish(work_request_id)
        seen.append(harness.genai.get_work_request(work_request_id))
        assert_progress(seen, "SUCCEEDED")
        assert [work.percent_complete for work in seen] == [0, 10, 40, 40, 80, 100]

    def test_one_resource_can_have_its_own_pace(self, realistic: Harness) -> None:
        """Other resources keep the pace of the world."""
        (quick, quick_work), (_, slow_work) = ready.begin_import(realistic.genai), ready.begin_import(realistic.genai)
        realistic.simulator.set_pace(quick, "1s")
        realistic.pass_time(1)
        statuses = [realistic.genai.get_work_request(work).status for work in (quick_work, slow_work)]
        assert statuses == ["SUCCEEDED", "ACCEPTED"]

    def test_work_requests_can_be_filtered(self, realistic: Harness) -> None:
        """The filters are id, resource and status, alone and combined."""
        genai = realistic.genai
        (first, first_work), (_, second_work) = ready.begin_import(realistic.genai), ready.begin_import(realistic.genai)
        realistic.simulator.finish(first)

        def listed(**filters: str) -> list[str]:
            return [work.id for work in genai.list_work_requests(ready.COMPARTMENT, **filters)]  # type: ignore[arg-type]

        assert listed(work_request_id=second_work) == [second_work]
        assert listed(resource_id=first) == [first_work]
        assert listed(status="SUCCEEDED") == [first_work]
        assert listed(status="ACCEPTED") == [second_work]
        assert listed(status="SUCCEEDED", work_request_id=second_work) == []
