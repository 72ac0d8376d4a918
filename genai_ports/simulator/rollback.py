"""Rolling back: everything that a block does to a world is undone at its end."""

from __future__ import annotations

from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from genai_ports.simulator.state.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.simulator.parts import Parts

_PLANS: Final = ("faults", "failing_work")


@contextmanager
def rolled_back(simulator: Parts) -> Iterator[None]:
    """Undo what the block does; see `Simulator.rollback`."""
    with simulator.lock:
        before = copied_state(simulator, simulator)
        now, policies = simulator.clock.now(), simulator.active_policies
        unused = {name: getattr(simulator, name).unused() for name in _PLANS}
    try:
        yield
    finally:
        with simulator.lock:
            used = {name: _missing(plans, getattr(simulator, name).unused()) for name, plans in unused.items()}
            simulator.active_policies = policies  # a reset in the block has dropped them
            take_over(simulator, before)
            for name, plans in used.items():
                getattr(simulator, name).rolled_back += plans
            if isinstance(simulator.clock, VirtualClock):
                simulator.clock.move_to(now)


def copied_state(simulator: Parts, owner: Parts) -> dict[str, Any]:
    """Copy the state of a simulator, for another one with its own lock and clock."""
    kept = {id(simulator): owner, id(simulator.lock): owner.lock, id(simulator.clock): owner.clock}
    return deepcopy(vars(simulator), kept)


def take_over(simulator: Parts, state: dict[str, Any]) -> None:
    """Give a simulator another state, which nothing else uses.

    What a test may hold stays the same object, with the new contents: the faults, the failing work, the journal, the
    keys, the limits, the retry tokens, and the policies if both have some.
    """
    state["faults"] = _same(simulator.faults, state["faults"])
    state["failing_work"] = state["scheduler"].failing_work = _same(simulator.failing_work, state["failing_work"])
    state["journal"] = _same(simulator.journal, state["journal"])
    state["world"].limits = _same(simulator.world.limits, state["world"].limits)
    state["world"].retry_tokens = _same(simulator.world.retry_tokens, state["world"].retry_tokens)
    if simulator.active_policies is not None and state["active_policies"] is not None:
        state["active_policies"] = _same(simulator.active_policies, state["active_policies"])
    keys, state["keys"] = dict(state["keys"]), simulator.keys
    simulator.keys.clear()
    simulator.keys.update(keys)
    # One assignment: a thread that reads an attribute at the same time always finds one.
    simulator.__dict__ = state


def _same(held: Any, other: Any) -> Any:
    """Give an object the contents of another one of its class."""
    held.__dict__ = vars(other)
    return held


def _missing(plans: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(plan for plan in plans if not any(plan is other for other in others))
