"""Dedicated AI clusters: types, shapes, units and capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.dedicated_ai_cluster import DedicatedAiClusterHostingCapacity, UpdateDedicatedAiClusterDetails
from genai_ports.errors import InvalidParameter, MissingParameter
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness


def used_endpoints(genai: GenAi, cluster_id: str) -> int | None:
    """Return how many endpoints a hosting cluster holds."""
    capacity = genai.get_dedicated_ai_cluster(cluster_id).capacity
    assert isinstance(capacity, DedicatedAiClusterHostingCapacity)
    assert capacity.total_endpoint_capacity == 50
    return capacity.used_endpoint_capacity


class ClusterBehaviours:
    """What is true of clusters."""

    def test_a_cluster_has_the_attributes_of_its_request(self, genai: GenAi) -> None:
        """Type, shape, units, description and tags are those of the request."""
        attributes: dict[str, Any] = {
            "type": "FINE_TUNING",
            "unit_shape": "LARGE_GENERIC",
            "unit_count": 2,
            "description": "ours",
            "freeform_tags": {"team": "search"},
        }
        cluster = ready.cluster(genai, **attributes)
        assert {name: getattr(cluster, name) for name in attributes} == attributes

    def test_a_hosting_cluster_has_a_capacity_and_a_fine_tuning_cluster_has_none(self, genai: GenAi) -> None:
        """The first response already shows that a new hosting cluster has room for 50 endpoints."""
        hosting = genai.create_dedicated_ai_cluster(ready.cluster_details())
        assert hosting.capacity == DedicatedAiClusterHostingCapacity(
            total_endpoint_capacity=50, used_endpoint_capacity=0
        )
        assert ready.cluster(genai, type="FINE_TUNING").capacity is None

    @needs(Capability.UNDER_WAY)
    def test_the_used_capacity_is_the_number_of_endpoints(self, realistic: PortHarness) -> None:
        """An endpoint counts from its creation until its deletion is finished."""
        genai = realistic.genai
        cluster = ready.cluster(genai)
        details = ready.endpoint_details(genai, dedicated_ai_cluster_id=cluster.id)
        first, second = genai.create_endpoint(details), genai.create_endpoint(details)
        assert used_endpoints(genai, cluster.id) == 2
        for endpoint, left in ((first, 1), (second, 0)):
            ready.finish(genai, endpoint)
            deleting = genai.delete_endpoint(endpoint.id)
            assert used_endpoints(genai, cluster.id) == left + 1
            ready.finish(genai, deleting)
            assert used_endpoints(genai, cluster.id) == left

    def test_lists_show_the_capacity_too(self, genai: GenAi) -> None:
        """A summary shows the same number as GET."""
        endpoint = ready.endpoint(genai)
        summary = genai.list_dedicated_ai_clusters(ready.COMPARTMENT).one()
        assert isinstance(summary.capacity, DedicatedAiClusterHostingCapacity)
        assert (summary.id, summary.capacity.used_endpoint_capacity) == (endpoint.dedicated_ai_cluster_id, 1)

    def test_a_cluster_is_updating_until_the_work_is_finished(self, realistic: PortHarness) -> None:
        """Units can be added, and the endpoints stay."""
        genai = realistic.genai
        endpoint = ready.endpoint(genai)
        cluster_id = endpoint.dedicated_ai_cluster_id
        updating = genai.update_dedicated_ai_cluster(cluster_id, UpdateDedicatedAiClusterDetails(unit_count=3))
        assert (updating.lifecycle_state, updating.unit_count) == ("UPDATING", 3)
        work = ready.finish(genai, updating)
        assert (work.operation_type, work.resources[0].action_type) == ("UPDATE_DEDICATED_AI_CLUSTER", "UPDATED")
        assert (genai.get_dedicated_ai_cluster(cluster_id).lifecycle_state, used_endpoints(genai, cluster_id)) == (
            "ACTIVE",
            1,
        )

    @pytest.mark.parametrize("wrong", [{"type": "DANCING"}, {"unit_shape": "ROUND"}, {"unit_count": 0}], ids=str)
    def test_a_cluster_with_an_invalid_value_is_refused(self, harness: PortHarness, wrong: dict[str, Any]) -> None:
        """Types and shapes are Oracle's, and a cluster has at least one unit."""
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(**wrong))

    def test_an_update_to_zero_units_is_refused(self, harness: PortHarness) -> None:
        """A cluster has at least one unit."""
        cluster = ready.cluster(harness.genai)
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.update_dedicated_ai_cluster(cluster.id, UpdateDedicatedAiClusterDetails(unit_count=0))

    def test_a_cluster_without_a_shape_is_refused(self, harness: PortHarness) -> None:
        """The error names the required property that is missing."""
        with harness.refuses(MissingParameter, "property-missing") as refused:
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_shape=None))
        assert refused.value.message == "unitShape is required."

    def test_a_number_of_units_with_the_wrong_type_is_refused(self, harness: PortHarness) -> None:
        """The error names the type that is expected."""
        with harness.refuses(InvalidParameter, "property-type") as refused:
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count="two"))
        assert refused.value.message == "unitCount must be a whole number, not a string."
