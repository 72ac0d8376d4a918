"""Dedicated AI clusters: their kinds, sizes and capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.dedicated_ai_cluster import DedicatedAiClusterHostingCapacity, UpdateDedicatedAiClusterDetails
from genai_ports.errors import InvalidParameter, MissingParameter
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness


def used(genai: GenAi, cluster_id: str) -> int | None:
    """Read how many endpoints a hosting cluster holds."""
    capacity = genai.get_dedicated_ai_cluster(cluster_id).capacity
    assert isinstance(capacity, DedicatedAiClusterHostingCapacity)
    assert capacity.total_endpoint_capacity == 50
    return capacity.used_endpoint_capacity


class ClusterBehaviours:
    """What is true of clusters."""

    def test_a_cluster_is_what_was_asked_for(self, genai: GenAi) -> None:
        """Type, shape, units, description and tags are kept as they were given."""
        given: dict[str, Any] = {
            "type": "FINE_TUNING",
            "unit_shape": "LARGE_GENERIC",
            "unit_count": 2,
            "description": "ours",
            "freeform_tags": {"team": "search"},
        }
        cluster = ready.cluster(genai, **given)
        assert {name: getattr(cluster, name) for name in given} == given

    def test_a_hosting_cluster_tells_its_capacity_and_a_fine_tuning_cluster_has_none(self, genai: GenAi) -> None:
        """A new hosting cluster has room for 50 endpoints, from its first answer on."""
        hosting = genai.create_dedicated_ai_cluster(ready.cluster_details())
        assert hosting.capacity == DedicatedAiClusterHostingCapacity(
            total_endpoint_capacity=50, used_endpoint_capacity=0
        )
        assert ready.cluster(genai, type="FINE_TUNING").capacity is None

    def test_the_capacity_counts_endpoints_up_and_down(self, realistic: PortHarness) -> None:
        """An endpoint takes room from its creation until it is deleted, not only until that is asked for."""
        genai = realistic.genai
        cluster = ready.cluster(genai)
        details = ready.endpoint_details(genai, dedicated_ai_cluster_id=cluster.id)
        first, second = genai.create_endpoint(details), genai.create_endpoint(details)
        assert used(genai, cluster.id) == 2
        for endpoint, left in ((first, 1), (second, 0)):
            ready.finish(genai, endpoint)
            deleting = genai.delete_endpoint(endpoint.id)
            assert used(genai, cluster.id) == left + 1
            ready.finish(genai, deleting)
            assert used(genai, cluster.id) == left

    def test_lists_show_the_capacity_too(self, genai: GenAi) -> None:
        """A summary counts as GET does."""
        endpoint = ready.endpoint(genai)
        summary = genai.list_dedicated_ai_clusters(ready.COMPARTMENT).one()
        assert isinstance(summary.capacity, DedicatedAiClusterHostingCapacity)
        assert (summary.id, summary.capacity.used_endpoint_capacity) == (endpoint.dedicated_ai_cluster_id, 1)

    def test_an_update_of_a_cluster_takes_its_time(self, realistic: PortHarness) -> None:
        """It is UPDATING until the work is done; units can be added, and its endpoints stay."""
        genai = realistic.genai
        endpoint = ready.endpoint(genai)
        cluster_id = endpoint.dedicated_ai_cluster_id
        updating = genai.update_dedicated_ai_cluster(cluster_id, UpdateDedicatedAiClusterDetails(unit_count=3))
        assert (updating.lifecycle_state, updating.unit_count) == ("UPDATING", 3)
        work = ready.finish(genai, updating)
        assert (work.operation_type, work.resources[0].action_type) == ("UPDATE_DEDICATED_AI_CLUSTER", "UPDATED")
        assert (genai.get_dedicated_ai_cluster(cluster_id).lifecycle_state, used(genai, cluster_id)) == ("ACTIVE", 1)

    @pytest.mark.parametrize("wrong", [{"type": "DANCING"}, {"unit_shape": "ROUND"}, {"unit_count": 0}], ids=str)
    def test_a_cluster_that_cannot_be_is_refused(self, harness: PortHarness, wrong: dict[str, Any]) -> None:
        """Types and shapes are Oracle's, and there is one unit at least."""
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(**wrong))

    def test_a_cluster_is_not_updated_to_no_units(self, harness: PortHarness) -> None:
        """There is one unit at least."""
        cluster = ready.cluster(harness.genai)
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.update_dedicated_ai_cluster(cluster.id, UpdateDedicatedAiClusterDetails(unit_count=0))

    def test_a_cluster_needs_a_shape(self, harness: PortHarness) -> None:
        """A required property that is not there is named as missing."""
        with harness.refuses(MissingParameter, "property-missing") as refused:
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_shape=None))
        assert refused.value.message == "unitShape is required."

    def test_a_number_of_units_is_a_number(self, harness: PortHarness) -> None:
        """A value of the wrong type is refused with the type that would be right."""
        with harness.refuses(InvalidParameter, "property-type") as refused:
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count="two"))
        assert refused.value.message == "unitCount must be a whole number, not a string."
