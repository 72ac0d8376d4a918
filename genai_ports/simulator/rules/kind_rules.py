"""The rules that every kind of resource has, as they are where a kind has nothing to add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from genai_ports.simulator.state.table import Record
    from genai_ports.simulator.state.world import World


class KindRules:
    """The rules of one kind; each kind overrides what is its own."""

    def without_secrets(self, details: Any) -> Any:
        """Leave out of a creation's details what must never be kept."""
        return details

    def check_create(self, world: World, region: str, details: Any) -> None:
        """Refuse a creation that cannot be."""

    def check_update(self, world: World, region: str, snapshot: Any, details: Any) -> None:
        """Refuse an update whose values cannot be."""

    def check_move(self, world: World, record: Record, compartment_id: str) -> None:
        """Refuse to move a resource to a compartment that has no place for it."""

    def attributes(self, world: World, region: str, details: Any, now: datetime) -> Mapping[str, Any]:
        """Tell the attributes of a new resource that are not simply the ones asked for."""
        return {}

    def updated(self, region: str, details: Any) -> Mapping[str, Any]:
        """Return the attributes that an update changes beside those in its details."""
        return {}

    def completed(self, world: World, snapshot: Any) -> Mapping[str, Any]:
        """Tell what else changes when a new resource is ready."""
        return {}

    def dependents_changed(self, snapshot: Any, dependents: int) -> Mapping[str, Any]:
        """Tell what changes of a resource when another number of resources stands on it."""
        return {}

    def epochs(self, details: Any) -> int:
        """Tell how many epochs the log of a creation tells of."""
        return 0
