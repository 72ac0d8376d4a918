"""Dedicated AI clusters: for hosting endpoints, or for fine-tuning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.dedicated_ai_cluster import DedicatedAiClusterHostingCapacity
from genai_ports.api.enums import UNIT_SHAPES, DedicatedAiClusterType, values
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER
from genai_ports.simulator.rules.common import one_of, within
from genai_ports.simulator.rules.kind_rules import KindRules
from genai_ports.simulator.rules.limits import Units
from genai_ports.simulator.rules.refusals import PROPERTY_VALUE

if TYPE_CHECKING:
    from genai_ports.api.dedicated_ai_cluster import CreateDedicatedAiClusterDetails
    from genai_ports.simulator.state.record import Record
    from genai_ports.simulator.state.world import World


ENDPOINTS_A_CLUSTER: Final = 50
"""How many endpoints a hosting cluster holds. Source: Oracle's page on limitations."""


class DedicatedAiClusterRules(KindRules):
    """The rules of DedicatedAiCluster."""

    def check_create(self, world: World, region: str, details: CreateDedicatedAiClusterDetails) -> None:
        """Check the type, the shape and the number of units, and that the limits allow them."""
        one_of("type", details.type, values(DedicatedAiClusterType))
        if details.unit_shape not in UNIT_SHAPES:
            expected = "one of the shapes of CreateDedicatedAiClusterDetails, such as LARGE_GENERIC or H100_X1"
            raise PROPERTY_VALUE(property="unitShape", expected=expected, given=details.unit_shape)
        _check_units(details)
        wanted = Units(region, details.compartment_id, details.unit_shape, details.unit_count)
        world.limits.check(world.tables[DEDICATED_AI_CLUSTER.name], world.works, wanted)

    def check_update(self, world: World, region: str, snapshot: Any, details: Any) -> None:
        """Check the number of units, and that the limits allow the additional ones."""
        _check_units(details)
        if details.unit_count is not None and details.unit_count > snapshot.unit_count:
            more = details.unit_count - snapshot.unit_count
            wanted = Units(region, snapshot.compartment_id, snapshot.unit_shape, more)
            world.limits.check(world.tables[DEDICATED_AI_CLUSTER.name], world.works, wanted)

    def check_move(self, world: World, record: Record, compartment_id: str) -> None:
        """Check that the quota of the new compartment allows the cluster's units; the region's use does not change."""
        cluster = record.snapshot
        if compartment_id != cluster.compartment_id:
            wanted = Units(record.region, compartment_id, cluster.unit_shape, cluster.unit_count)
            world.limits.check_quota(world.tables[DEDICATED_AI_CLUSTER.name], world.works, wanted)

    def attributes(
        self, world: World, region: str, details: CreateDedicatedAiClusterDetails, now: Any
    ) -> dict[str, Any]:
        """Return the capacity, which only hosting clusters have."""
        return self.dependents_changed(details, 0)

    def dependents_changed(self, snapshot: Any, dependents: int) -> dict[str, Any]:
        """Return the capacity of a hosting cluster, with the number of its endpoints."""
        if snapshot.type != DedicatedAiClusterType.HOSTING:
            return {}
        capacity = DedicatedAiClusterHostingCapacity(
            total_endpoint_capacity=ENDPOINTS_A_CLUSTER, used_endpoint_capacity=dependents
        )
        return {"capacity": capacity}


def _check_units(details: Any) -> None:
    within("unitCount", details.unit_count, 1)


RULES: Final = DedicatedAiClusterRules()
