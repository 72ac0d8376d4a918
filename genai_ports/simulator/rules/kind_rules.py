"""The rules that every kind of resource has, and their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from genai_ports.simulator.state.record import Record
    from genai_ports.simulator.state.world import World


class KindRules:
    """The rules of one kind; each kind overrides those that differ."""

    def without_secrets(self, details: Any) -> Any:
        """Return the body of a create without secrets, which are never stored."""
        return details

    def check_create(self, world: World, region: str, details: Any) -> None:
        """Refuse a create that the service does not allow."""

    def check_update(self, world: World, region: str, snapshot: Any, details: Any) -> None:
        """Refuse an update that the service does not allow."""

    def check_move(self, world: World, record: Record, compartment_id: str) -> None:
        """Refuse to move a resource to a compartment whose quota does not allow it."""

    def attributes(self, world: World, region: str, details: Any, now: datetime) -> Mapping[str, Any]:
        """Return the attributes of a new resource that are not copied from the body."""
        return {}

    def updated(self, region: str, details: Any) -> Mapping[str, Any]:
        """Return the attributes that an update changes besides those in its body."""
        return {}

    def completed(self, world: World, snapshot: Any) -> Mapping[str, Any]:
        """Return what else changes when a create succeeds."""
        return {}

    def dependents_changed(self, snapshot: Any, dependents: int) -> Mapping[str, Any]:
        """Return what changes of a resource when the number of its dependents changes."""
        return {}

    def epochs(self, details: Any) -> int:
        """Return how many epochs the log of a create lists."""
        return 0
