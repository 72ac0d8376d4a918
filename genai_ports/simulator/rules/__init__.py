"""The rules of the service: what is refused, and why; one module for each kind, loaded when it is first needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.simulator.rules.kind_rules import KindRules


@cache
def rules_of(kind: Kind) -> KindRules:
    """Return the rules of a kind of resource."""
    rules: KindRules = import_module(str(kind.rules)).RULES
    return rules
