"""Failed work: the resource after it, and the work request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
from genai_ports.api.endpoint import UpdateEndpointDetails
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.client.waiter import WorkRequestFailed
from genai_ports.errors import Conflict
from genai_ports.testing import ready
from genai_ports.testing.contract.port.clusters import used_endpoints
from genai_ports.testing.contract.port.progress import assert_progress, poll
from genai_ports.testing.contract.port.resources import Resources
from genai_ports.testing.contract.port.work_requests import actions

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.testing.contract.simulated.harness import Harness, OpenHarness


class FailedWorkBehaviours:
    """What is true after work has failed."""

    def test_a_failed_endpoint_counts_until_it_is_deleted(self, realistic: Harness) -> None:
        """It takes room on its cluster."""
        genai = realistic.genai
        endpoint = genai.create_endpoint(ready.endpoint_details(genai))
        realistic.simulator.fail(endpoint.id)
        realistic.pass_time(3600)
        assert genai.get_endpoint(endpoint.id).lifecycle_state == "FAILED"
        assert used_endpoints(genai, endpoint.dedicated_ai_cluster_id) == 1
        ready.finish(genai, genai.delete_endpoint(endpoint.id))
        assert used_endpoints(genai, endpoint.dedicated_ai_cluster_id) == 0

    def test_a_failed_update_of_a_cluster_restores_its_units(self, realistic: Harness) -> None:
        """Changes of its endpoints in the meantime stay."""
        genai = realistic.genai
        endpoint = ready.endpoint(genai)
        cluster_id = endpoint.dedicated_ai_cluster_id
        genai.delete_endpoint(endpoint.id)
        genai.update_dedicated_ai_cluster(cluster_id, UpdateDedicatedAiClusterDetails(unit_count=3))
        realistic.simulator.fail(cluster_id, percent=99)
        realistic.pass_time(3600)
        cluster = genai.get_dedicated_ai_cluster(cluster_id)
        assert (cluster.lifecycle_state, cluster.unit_count, used_endpoints(genai, cluster_id)) == ("ACTIVE", 1, 0)

    def test_a_failed_model_cannot_be_served(self, realistic: Harness) -> None:
        """The error is 409 Conflict: no later call can succeed."""
        model = realistic.genai.create_imported_model(ready.imported_model_details())
        realistic.simulator.fail(model.id)
        details = ready.endpoint_details(realistic.genai, model_id=model.id)
        with realistic.refuses(Conflict, "state-is-final"):
            realistic.genai.create_endpoint(details)

    def test_a_failed_update_restores_the_imported_model(self, realistic: Harness) -> None:
        """It is ACTIVE with its old values, and its lifecycle details have the error."""
        genai = realistic.genai
        model = ready.imported_model(genai, display_name="before")
        updating = genai.update_imported_model(model.id, UpdateImportedModelDetails(display_name="after"))
        realistic.simulator.fail(model.id, percent=30, message="The metadata store is away.")
        realistic.pass_time(60)
        after = genai.get_imported_model(model.id)
        assert genai.get_work_request(ready.work_begun(updating)).status == "FAILED"
        assert (after.lifecycle_state, after.lifecycle_details) == ("ACTIVE", "The metadata store is away.")
        assert (after.display_name, after.vendor) == ("before", None)

    def test_a_creation_that_fails_leaves_a_failed_resource(self, realistic: Harness, kind: Kind) -> None:
        """It is FAILED, and its lifecycle details have the error."""
        resources = Resources(realistic.genai, kind)
        created = resources.create()
        realistic.simulator.fail(created.id, percent=60, message="There was no room.")
        realistic.pass_time(3600)
        failed = resources.get(created.id)
        assert (failed.lifecycle_state, failed.lifecycle_details) == ("FAILED", "There was no room.")
        assert getattr(failed, "model_metrics", None) is None

    def test_a_failed_resource_can_only_be_deleted(self, realistic: Harness, kind: Kind) -> None:
        """Update and move are 409 Conflict."""
        resources = Resources(realistic.genai, kind)
        created = resources.create()
        realistic.simulator.fail(created.id)
        realistic.pass_time(3600)
        with realistic.refuses(Conflict, "state-is-final"):
            resources.rename(created.id, "after")
        with realistic.refuses(Conflict, "state-is-final"):
            resources.move(created.id, ready.ELSEWHERE)
        ready.finish(realistic.genai, resources.delete(created.id))
        assert resources.get(created.id).lifecycle_state == "DELETED"

    def test_a_failed_deletion_can_be_repeated(self, realistic: Harness, kind: Kind) -> None:
        """The resource is FAILED, and can be deleted."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        deleting = resources.delete(made.id)
        realistic.simulator.fail(made.id, percent=50)
        realistic.pass_time(3600)
        assert resources.get(made.id).lifecycle_state == "FAILED"
        assert realistic.genai.get_work_request(ready.work_begun(deleting)).status == "FAILED"
        ready.finish(realistic.genai, resources.delete(made.id))
        assert resources.get(made.id).lifecycle_state == "DELETED"

    @pytest.mark.parametrize(("pace", "seconds"), [("realistic", 60), ("2s", 0.1), ("reads:8", 0)])
    def test_failed_work_stays_at_its_percentage(self, open_harness: OpenHarness, pace: str, seconds: float) -> None:
        """It reaches the percentage of the failure, and is FAILED."""
        harness = open_harness(pace=pace)
        model_id, work_request_id = ready.begin_import(harness.genai)
        harness.simulator.fail(model_id, percent=60, code="ImportFailed", message="config.json is missing.")
        seen = poll(harness, work_request_id, seconds)
        assert_progress(seen, "FAILED")
        assert seen[-1].percent_complete == 60
        harness.pass_time(7200)
        assert harness.genai.get_work_request(work_request_id) == seen[-1]

    def test_work_beyond_the_percentage_of_a_failure_fails_where_it_is(self, realistic: Harness) -> None:
        """A percentage never falls."""
        model_id, work_request_id = ready.begin_import(realistic.genai)
        realistic.pass_time(1500)
        reached = realistic.genai.get_work_request(work_request_id).percent_complete
        realistic.simulator.fail(model_id, percent=10)
        failed = realistic.genai.get_work_request(work_request_id)
        assert (failed.status, failed.percent_complete) == ("FAILED", reached)
        assert reached > 40

    def test_waiting_for_failed_work_raises_its_errors(self, realistic: Harness) -> None:
        """The exception has the work request and its errors."""
        model_id, work_request_id = ready.begin_import(realistic.genai)
        realistic.simulator.fail(model_id, percent=60, code="ImportFailed", message="config.json is missing.")
        with pytest.raises(WorkRequestFailed, match=r"ended FAILED: ImportFailed: config\.json is missing\.") as failed:
            realistic.genai.wait_for_work_request(work_request_id)
        assert (failed.value.work_request.id, failed.value.work_request.percent_complete) == (work_request_id, 60)
        assert [error.code for error in failed.value.errors] == ["ImportFailed"]

    def test_the_action_of_failed_work_is_failed(self, realistic: Harness) -> None:
        """It is not CREATED."""
        model_id, work_request_id = ready.begin_import(realistic.genai)
        realistic.simulator.fail(model_id)
        realistic.pass_time(3600)
        assert actions(realistic.genai.get_work_request(work_request_id)) == ["FAILED"]

    def test_failed_work_lists_its_error(self, realistic: Harness) -> None:
        """The error has a code, a message and the time of the failure. Before that time the list is empty."""
        model_id, work_request_id = ready.begin_import(realistic.genai)
        realistic.simulator.fail(model_id, percent=60, code="ImportFailed", message="config.json is missing.")
        assert list(realistic.genai.list_work_request_errors(work_request_id)) == []
        realistic.pass_time(3600)
        error = realistic.genai.list_work_request_errors(work_request_id).one()
        assert (error.code, error.message) == ("ImportFailed", "config.json is missing.")
        assert error.timestamp == realistic.genai.get_work_request(work_request_id).time_finished

    def test_the_log_of_failed_work_ends_with_the_error(self, realistic: Harness) -> None:
        """The last line has the code and the message."""
        model_id, work_request_id = ready.begin_import(realistic.genai)
        realistic.simulator.fail(model_id, percent=60, code="ImportFailed", message="config.json is missing.")
        realistic.pass_time(3600)
        last = realistic.genai.list_work_request_logs(work_request_id).first()
        assert last is not None
        assert "ImportFailed: config.json is missing." in last.message

    def test_a_failed_update_puts_an_endpoint_back_behind_its_private_endpoint(self, realistic: Harness) -> None:
        """The private endpoint that it left could not be deleted meanwhile; the new one is free again."""
        genai = realistic.genai
        first, second = (ready.private_endpoint(genai).id for _ in range(2))
        endpoint = ready.endpoint(genai, generative_ai_private_endpoint_id=first)
        updating = genai.update_endpoint(endpoint.id, UpdateEndpointDetails(generative_ai_private_endpoint_id=second))
        with realistic.refuses(Conflict, "in-use"):
            genai.delete_generative_ai_private_endpoint(first)
        realistic.simulator.fail(endpoint.id)
        with pytest.raises(WorkRequestFailed):
            ready.finish(genai, updating)
        assert genai.get_endpoint(endpoint.id).generative_ai_private_endpoint_id == first
        with realistic.refuses(Conflict, "in-use"):
            genai.delete_generative_ai_private_endpoint(first)
        assert genai.delete_generative_ai_private_endpoint(second).status == 202
