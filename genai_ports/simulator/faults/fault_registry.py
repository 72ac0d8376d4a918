"""FaultRegistry: faults or failing work for later calls, in the order in which they were added."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from genai_ports.api.checks import check_room
from genai_ports.api.display import display
from genai_ports.api.locked import Locked, locked
from genai_ports.api.value import replaced
from genai_ports.errors import InvalidInput, ServiceError
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from genai_ports.simulator.faults.call_matcher import CallContext, CallMatcher
    from genai_ports.simulator.state.ids import IdFactory

_MOST_PLANS: Final = 1000
P = TypeVar("P", bound="CallMatcher")


class _Entry(Generic[P]):
    """A plan that is not used up, and how many matching calls were counted."""

    __slots__ = ("plan", "seen")

    def __init__(self, plan: P, seen: int = 0) -> None:
        self.plan = plan
        self.seen = seen

    @property
    def is_used(self) -> bool:
        """Whether the plan has applied to a call: it applies to each counted call that it can apply to."""
        return self.seen >= (self.plan.nth or self.plan.every)


class FaultRegistry(Locked, Generic[P]):
    """Plans that are not used up: the first that applies to a call takes it, and later ones do not count that call.

    Args:
        kind: the class name of what it holds: `Fault` or `FailingWork`. A name, so that a simulator without
            plans does not load the class.

    Attributes:
        rolled_back: the plans that have applied only to calls which were rolled back.
    """

    def __init__(self, kind: str = "CallMatcher") -> None:
        self._kind = kind
        self.entries: list[_Entry[P]] = []
        self.rolled_back: tuple[P, ...] = ()

    @locked
    def __iter__(self) -> Iterator[P]:
        return iter([entry.plan for entry in self.entries])

    def __bool__(self) -> bool:
        return bool(self.entries)

    @locked
    def add(self, plan: P) -> None:
        """Add a plan for later calls.

        Raises:
            InvalidInput: the plan is of another class, or there are 1,000.
        """
        if self._kind not in (cls.__name__ for cls in type(plan).__mro__):
            raise InvalidInput(f"add() takes a {self._kind}, not {display(plan)}")
        check_room("faults" if self._kind == "Fault" else "plans of failing work", len(self.entries) + 1, _MOST_PLANS)
        self.entries.append(_Entry(plan))

    @locked
    def clear(self) -> None:
        """Remove all plans."""
        self.entries.clear()

    @locked
    def unused(self) -> tuple[P, ...]:
        """List the plans that have never applied to a call; one that applied to a call which was rolled back has.

        Example:
            >>> from genai_ports import Fault, Simulator
            >>> simulator = Simulator()
            >>> simulator.faults.add(Fault(operation="get_model", status=503))
            >>> [plan.operation for plan in simulator.faults.unused()]
            ['get_model']
        """
        unused = [entry.plan for entry in self.entries if not entry.is_used]
        return tuple(plan for plan in unused if not any(plan is each for each in self.rolled_back))

    @locked
    def counted(self, plan: P) -> int:
        """Return how many calls a plan has counted since it was added; 0 if it is not here."""
        return next((entry.seen for entry in self.entries if entry.plan is plan), 0)

    @locked
    def take(self, context: CallContext) -> P | None:
        """Return the plan that applies to a call, or None, and count the call.

        All `when` functions run before anything is counted, so one that raises changes nothing. One may add plans,
        which are for later calls, or clear them.
        """
        matching: list[_Entry[P]] = []
        taken: P | None = None
        for entry in tuple(self.entries):
            if not entry.plan.matches(context) or entry not in self.entries:
                continue
            matching.append(entry)
            if entry.plan.applies_to(entry.seen + 1):
                taken = entry.plan
                break
        for entry in matching:
            entry.seen += 1
        if taken is not None:
            self._use(matching[-1])
        return taken

    def _use(self, entry: _Entry[P]) -> None:
        times = entry.plan.times
        if isinstance(times, str):
            return
        if times == 1:
            self.entries.remove(entry)
            return
        left: Any = replaced(entry.plan, times=times - 1)
        entry.plan = left

    @locked
    def to_data(self) -> list[dict[str, Any]]:
        """Return the plans in order, as data that JSON can hold: their settings, `times` left and calls `seen`.

        Raises:
            InvalidInput: a plan has a function (`when=`).
        """
        for plan in self:
            if plan.when is not None:
                raise InvalidInput(
                    f"{plan.source()} has a function, which a snapshot cannot hold: remove when= or clear the plan "
                    "before you take a snapshot"
                )
        return [{**entry.plan.settings(), "times": entry.plan.times, "seen": entry.seen} for entry in self.entries]

    @contextmanager
    def uncounted_on_error(self, ids: IdFactory) -> Iterator[None]:
        """Leave counts, plans and request ids as they were if a `when` function raises while a call is handled."""
        requests, before = ids.requests, [_Entry(entry.plan, entry.seen) for entry in self.entries]
        try:
            yield
        except (ServiceError, DisruptedResponse):
            raise
        except BaseException:
            ids.requests, self.entries = requests, before
            raise

    @classmethod
    def from_data(cls, kind: type[P], data: Iterable[Mapping[str, Any]]) -> FaultRegistry[P]:
        """Make the registry that `to_data` was called on.

        Args:
            kind: the class of its plans: `Fault` or `FailingWork`.
            data: what `to_data` returned.

        Raises:
            InvalidInput: the data does not describe such plans.
        """
        registry = cls(kind.__name__)
        registry.entries.extend(_read(kind, item) for item in data)
        return registry


def _read(kind: type[P], item: Mapping[str, Any]) -> _Entry[P]:
    try:
        settings, seen = dict(item), item["seen"]
        del settings["seen"]
        if type(seen) is not int or seen < 0:
            raise InvalidInput(f"seen must be 0 or more, not {display(seen)}")
        return _Entry(kind(**settings), seen)
    except (TypeError, ValueError, KeyError) as error:
        raise InvalidInput(f"{display(item)} is not the data of a {kind.__name__}: {error}") from None
