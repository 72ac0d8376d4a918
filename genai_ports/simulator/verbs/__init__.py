"""What an operation does, by its verb: one module each, named after the verb and loaded when it is needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.api.call import Call
    from genai_ports.simulator.answer import Answer
    from genai_ports.simulator.simulator import Simulator

    CarryOut: TypeAlias = Callable[[Simulator, Call, str], Answer]


@cache
def carrying_out(verb: str) -> CarryOut:
    """Give what carries out calls with a verb, in a region."""
    carry_out: CarryOut = import_module(f"genai_ports.simulator.verbs.{verb}").carry_out
    return carry_out
