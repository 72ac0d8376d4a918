"""The rules of the service: what is refused, and why; one module for each kind, loaded at its first call."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from genai_ports.api.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genai_ports.api.kind import Kind
    from genai_ports.simulator.rules.kind_rules import KindRules
    from genai_ports.simulator.state.world import World


@cache
def rules_of(kind: Kind) -> KindRules:
    """Return the rules of a kind of resource."""
    rules: KindRules = import_module(str(kind.rules)).RULES
    return rules


def show_dependents(world: World, identifiers: Iterable[str]) -> None:
    """Update the number of dependents that resources show, for the kinds that show it."""
    for identifier in identifiers:
        for name, table in world.tables.items():
            record = table.records.get(identifier)
            if record:
                kind, dependents = KINDS[name], len(world.dependents(identifier))
                changes = rules_of(kind).dependents_changed(record.snapshot, dependents)
                if changes:
                    world.change(kind, record, **changes)
