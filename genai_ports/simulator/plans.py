"""Plans: what is to befall later calls, in the order in which it was planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from genai_ports.domain.value import replaced
from genai_ports.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.simulator.planned import Asked, Planned

P = TypeVar("P", bound="Planned")


class Plans(Generic[P]):
    """The plans that are still to come: the one made first goes first, and the others do not count its calls.

    Args:
        of: the name of their class, which is loaded by whoever makes one.
    """

    def __init__(self, of: str = "Planned") -> None:
        self._of = of
        self._made = 0
        self._plans: dict[int, tuple[P, int]] = {}

    def __iter__(self) -> Iterator[P]:
        return iter(tuple(plan for plan, _ in self._plans.values()))

    def __bool__(self) -> bool:
        return bool(self._plans)

    def add(self, plan: P) -> None:
        """Plan something.

        Raises:
            InvalidInput: it is no such plan, or says something that cannot be; the message tells what would be right.
        """
        if self._of not in (cls.__name__ for cls in type(plan).__mro__):
            raise InvalidInput(f"what is planned here must be a {self._of}, not {plan!r}")
        plan.check()
        self._made += 1
        self._plans[self._made] = plan, 0

    def clear(self) -> None:
        """Forget all that is planned."""
        self._plans.clear()

    def take(self, asked: Asked) -> P | None:
        """Give the plan that befalls a call, if any, and count it.

        A test of one's own may plan and clear: what it plans is for later calls, and what it clears befalls nothing.
        """
        for n in tuple(self._plans):
            plan, seen = self._plans.get(n, (None, 0))
            if plan is None or not plan.matches(asked) or n not in self._plans:
                continue
            self._plans[n] = plan, seen + 1
            if plan.befalls(seen + 1):
                self._spend(n)
                return plan
        return None

    def _spend(self, n: int) -> None:
        plan, seen = self._plans[n]
        if isinstance(plan.times, str):
            return
        left: Any = replaced(plan, times=plan.times - 1)
        if left.times:
            self._plans[n] = left, seen
        else:
            del self._plans[n]
