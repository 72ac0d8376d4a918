"""Dedicated AI clusters: for hosting endpoints, or for fine-tuning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.domain.enums import UNIT_SHAPES, DedicatedAiClusterType, values
from genai_ports.simulator.kinds.common import one_of, within
from genai_ports.simulator.refusals import PROPERTY_VALUE
from genai_ports.simulator.world import hosting_capacity

if TYPE_CHECKING:
    from genai_ports.domain.dedicated_ai_cluster import CreateDedicatedAiClusterDetails
    from genai_ports.simulator.world import World


class DedicatedAiClusterRules:
    """The rules of DedicatedAiCluster."""

    def check_create(self, world: World, region: str, details: CreateDedicatedAiClusterDetails) -> None:
        """Check the type, the shape and the number of units."""
        one_of("type", details.type, values(DedicatedAiClusterType))
        if details.unit_shape not in UNIT_SHAPES:
            expected = "one of the shapes of CreateDedicatedAiClusterDetails, such as LARGE_GENERIC or H100_X1"
            raise PROPERTY_VALUE(property="unitShape", expected=expected, given=details.unit_shape)
        self.check_update(details)

    def check_update(self, details: Any) -> None:
        """Check the number of units."""
        within("unitCount", details.unit_count, 1)

    def attributes(
        self, world: World, region: str, details: CreateDedicatedAiClusterDetails, now: Any
    ) -> dict[str, Any]:
        """Only hosting clusters have a capacity."""
        return {"capacity": hosting_capacity(0) if details.type == DedicatedAiClusterType.HOSTING else None}

    def completed(self, world: World, snapshot: Any) -> dict[str, Any]:
        """Nothing more."""
        return {}
