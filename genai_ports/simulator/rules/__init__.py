"""What differs from kind to kind of resource: one module each, named after the kind and loaded when it is needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.simulator.rules.kind_rules import KindRules


@cache
def rules_of(kind: Kind) -> KindRules:
    """Give the rules of a kind of resource."""
    rules: KindRules = import_module(f"genai_ports.simulator.rules.{kind.name}").RULES
    return rules
