"""What differs from kind to kind: which creations are refused, and what a new resource looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from genai_ports.domain.operations import DEDICATED_AI_CLUSTER, ENDPOINT, IMPORTED_MODEL, MODEL, Kind
from genai_ports.simulator.kinds.dedicated_ai_cluster import DedicatedAiClusterRules
from genai_ports.simulator.kinds.endpoint import EndpointRules
from genai_ports.simulator.kinds.imported_model import ImportedModelRules
from genai_ports.simulator.kinds.model import ModelRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.simulator.world import World


class KindRules(Protocol):
    """The rules of one kind of resource."""

    def check_create(self, world: World, region: str, details: Any) -> None:
        """Refuse a creation that cannot be."""
        ...

    def check_update(self, details: Any) -> None:
        """Refuse an update whose values cannot be."""
        ...

    def attributes(self, world: World, region: str, details: Any, now: Any) -> dict[str, Any]:
        """Tell the attributes of a new resource that are not simply the ones asked for."""
        ...

    def completed(self, world: World, snapshot: Any) -> dict[str, Any]:
        """Tell what else changes when the resource is ready."""
        ...


RULES: Final[Mapping[Kind, KindRules]] = {
    MODEL: ModelRules(),
    IMPORTED_MODEL: ImportedModelRules(),
    ENDPOINT: EndpointRules(),
    DEDICATED_AI_CLUSTER: DedicatedAiClusterRules(),
}
