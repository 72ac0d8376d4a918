"""NEEDS_ATTENTION: clusters whose units are not all healthy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import FailingWork
from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
from genai_ports.client.waiter import WorkRequestFailed
from genai_ports.errors import Conflict, InvalidInput, NotFound
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.api.dedicated_ai_cluster import DedicatedAiCluster
    from genai_ports.testing.contract.simulated.harness import Harness

WHY = "The cluster needs attention: not all of its units are healthy."


def unhealthy(harness: Harness, **changes: Any) -> DedicatedAiCluster:
    """Create a cluster that needs attention."""
    cluster = ready.cluster(harness.genai, **changes)
    harness.simulator.needs_attention(cluster.id)
    return harness.genai.get_dedicated_ai_cluster(cluster.id)


def units(count: int) -> UpdateDedicatedAiClusterDetails:
    """Return the details of an update of the number of units."""
    return UpdateDedicatedAiClusterDetails(unit_count=count)


class NeedsAttentionBehaviours:
    """What is true of clusters that need attention."""

    def test_a_new_cluster_may_need_attention_after_successful_work(self, realistic: Harness) -> None:
        """The cluster has the reason. The work request has no errors, and its log has the reason."""
        genai = realistic.genai
        realistic.simulator.failing_work.add(FailingWork(failure="needs-attention"))
        created = genai.create_dedicated_ai_cluster(ready.cluster_details())
        assert created.lifecycle_state == "CREATING"
        work = ready.finish(genai, created)
        assert (work.status, work.percent_complete, work.resources[0].action_type) == ("SUCCEEDED", 100, "CREATED")
        cluster = genai.get_dedicated_ai_cluster(created.id)
        assert (cluster.lifecycle_state, cluster.lifecycle_details) == ("NEEDS_ATTENTION", WHY)
        assert list(genai.list_work_request_errors(work.id)) == []
        last = genai.list_work_request_logs(work.id).first()
        assert last is not None
        assert last.message == f"CREATE_DEDICATED_AI_CLUSTER succeeded, and left NEEDS_ATTENTION: {WHY}"
        assert ready.cluster(genai).lifecycle_state == "ACTIVE"

    def test_an_updated_cluster_may_need_attention(self, realistic: Harness) -> None:
        """It has the new number of units, and not all are healthy."""
        genai = realistic.genai
        cluster = ready.cluster(genai)
        updating = genai.update_dedicated_ai_cluster(cluster.id, units(3))
        realistic.simulator.fail(cluster.id, failure="needs-attention")
        assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "UPDATING"
        assert ready.finish(genai, updating).status == "SUCCEEDED"
        cluster = genai.get_dedicated_ai_cluster(cluster.id)
        assert (cluster.lifecycle_state, cluster.lifecycle_details, cluster.unit_count) == ("NEEDS_ATTENTION", WHY, 3)

    def test_an_active_cluster_can_be_set_to_need_attention(self, harness: Harness) -> None:
        """Its endpoints do not change. Its etag does."""
        genai = harness.genai
        endpoint = ready.endpoint(genai)
        before = genai.get_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id)
        harness.pass_time(60)
        harness.simulator.needs_attention(before.id, "A unit is lost.")
        after = genai.get_dedicated_ai_cluster(before.id)
        assert (after.lifecycle_state, after.lifecycle_details) == ("NEEDS_ATTENTION", "A unit is lost.")
        assert (after.unit_count, after.capacity, after.time_updated) == (1, before.capacity, genai.clock.now())
        assert after.etag != before.etag
        assert genai.get_endpoint(endpoint.id).lifecycle_state == "ACTIVE"

    def test_only_an_active_cluster_can_be_set_to_need_attention(self, realistic: Harness) -> None:
        """A cluster that is CREATING and other resources are refused."""
        genai = realistic.genai
        created = genai.create_dedicated_ai_cluster(ready.cluster_details())
        imported, _ = ready.begin_import(genai)
        for identifier, state in ((created.id, "CREATING"), (imported, "unknown"), ("nothing", "unknown")):
            with pytest.raises(InvalidInput) as refused:
                realistic.simulator.needs_attention(identifier)
            message = f"only a dedicated AI cluster that is ACTIVE can need attention; {identifier!r} is {state}"
            assert str(refused.value) == message
        assert genai.get_dedicated_ai_cluster(created.id).lifecycle_state == "CREATING"

    def test_the_failure_needs_attention_applies_to_creations_and_updates_of_clusters(self, realistic: Harness) -> None:
        """It does not apply to other kinds and to deletions."""
        imported, _ = ready.begin_import(realistic.genai)
        with pytest.raises(InvalidInput, match="needs-attention does not apply to create_imported_model"):
            realistic.simulator.fail(imported, failure="needs-attention")
        cluster = ready.cluster(realistic.genai)
        realistic.genai.delete_dedicated_ai_cluster(cluster.id)
        with pytest.raises(InvalidInput, match="needs-attention does not apply to delete_dedicated_ai_cluster"):
            realistic.simulator.fail(cluster.id, failure="needs-attention")

    def test_a_cluster_that_needs_attention_cannot_be_used(self, harness: Harness) -> None:
        """Creation of an endpoint or of a custom model is 409 until the cluster is updated."""
        genai = harness.genai
        hosting, tuning = unhealthy(harness), unhealthy(harness, type="FINE_TUNING", unit_count=2)
        endpoint = ready.endpoint_details(genai, dedicated_ai_cluster_id=hosting.id)
        model = ready.model_details(genai, fine_tune_details=ready.fine_tuning(tuning.id))
        with harness.refuses(Conflict, "cluster-needs-attention") as refused:
            genai.create_endpoint(endpoint)
        assert hosting.id in refused.value.message
        with harness.refuses(Conflict, "cluster-needs-attention"):
            genai.create_model(model)
        for cluster in (hosting, tuning):
            ready.finish(genai, genai.update_dedicated_ai_cluster(cluster.id, units(2)))
        assert genai.create_endpoint(endpoint).dedicated_ai_cluster_id == hosting.id
        assert genai.create_model(model).lifecycle_state == "CREATING"

    def test_an_update_makes_a_cluster_active_again(self, realistic: Harness) -> None:
        """It is work, like every update of a cluster."""
        cluster = unhealthy(realistic)
        updating = realistic.genai.update_dedicated_ai_cluster(cluster.id, units(1))
        assert updating.lifecycle_state == "UPDATING"
        ready.finish(realistic.genai, updating)
        assert realistic.genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "ACTIVE"

    def test_a_failed_update_leaves_a_cluster_that_needs_attention(self, harness: Harness) -> None:
        """Only the lifecycle details change."""
        cluster = unhealthy(harness)
        harness.simulator.failing_work.add(FailingWork(failure="timed-out"))
        with pytest.raises(WorkRequestFailed):
            ready.finish(harness.genai, harness.genai.update_dedicated_ai_cluster(cluster.id, units(3)))
        after = harness.genai.get_dedicated_ai_cluster(cluster.id)
        assert (after.lifecycle_state, after.unit_count) == ("NEEDS_ATTENTION", cluster.unit_count)
        assert after.lifecycle_details == "timed out before the container was ready to serve requests"

    def test_a_cluster_that_needs_attention_can_be_moved_and_deleted(self, harness: Harness) -> None:
        """It needs attention until it is deleted."""
        genai = harness.genai
        cluster = unhealthy(harness)
        genai.change_dedicated_ai_cluster_compartment(cluster.id, ready.ELSEWHERE)
        assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "NEEDS_ATTENTION"
        ready.finish(genai, genai.delete_dedicated_ai_cluster(cluster.id))
        assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "DELETED"
        with harness.refuses(NotFound, "not-found"):
            genai.update_dedicated_ai_cluster(cluster.id, units(1))

    def test_clusters_can_be_filtered_by_the_state_needs_attention(self, harness: Harness) -> None:
        """They do not match another state."""
        genai = harness.genai
        healthy, ill = ready.cluster(genai), unhealthy(harness)
        found = genai.list_dedicated_ai_clusters(ready.COMPARTMENT, lifecycle_state="NEEDS_ATTENTION").one()
        assert (found.id, found.lifecycle_state) == (ill.id, "NEEDS_ATTENTION")
        assert genai.list_dedicated_ai_clusters(ready.COMPARTMENT, lifecycle_state="ACTIVE").one().id == healthy.id
