"""FaultRegistry: what is to befall later calls, in the order in which it was planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from genai_ports.api.value import replaced
from genai_ports.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.simulator.faults.call_matcher import CallContext, CallMatcher

P = TypeVar("P", bound="CallMatcher")


class _Standing(Generic[P]):
    """A plan that is still to come, and how many of its calls it has seen."""

    __slots__ = ("plan", "seen")

    def __init__(self, plan: P) -> None:
        self.plan = plan
        self.seen = 0


class FaultRegistry(Generic[P]):
    """The plans that are still to come: the one made first goes first, and the others do not count its calls.

    Args:
        of: the name of their class, which is loaded by whoever makes one.
    """

    def __init__(self, of: str = "CallMatcher") -> None:
        self._of = of
        self._standing: list[_Standing[P]] = []

    def __iter__(self) -> Iterator[P]:
        return iter(tuple(standing.plan for standing in self._standing))

    def __bool__(self) -> bool:
        return bool(self._standing)

    def add(self, plan: P) -> None:
        """Plan something.

        Raises:
            InvalidInput: it is no such plan, or says something that cannot be; the message tells what would be right.
        """
        if self._of not in (cls.__name__ for cls in type(plan).__mro__):
            raise InvalidInput(f"what is planned here must be a {self._of}, not {plan!r}")
        plan.check()
        self._standing.append(_Standing(plan))

    def clear(self) -> None:
        """Forget all that is planned."""
        self._standing.clear()

    def take(self, asked: CallContext) -> P | None:
        """Give the plan that befalls a call, if any, and count it.

        A test of one's own may plan and clear: what it plans is for later calls, and what it clears befalls nothing.
        """
        for standing in tuple(self._standing):
            plan = standing.plan
            if not plan.matches(asked) or standing not in self._standing:
                continue
            standing.seen += 1
            if plan.applies_to(standing.seen):
                self._spend(standing)
                return plan
        return None

    def _spend(self, standing: _Standing[P]) -> None:
        times = standing.plan.times
        if isinstance(times, str):
            return
        if times == 1:
            self._standing.remove(standing)
            return
        left: Any = replaced(standing.plan, times=times - 1)
        standing.plan = left
