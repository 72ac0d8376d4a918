"""The same calls on several backends, which must have the same results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields, is_dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from genai_ports.api.snapshot import ResponseMetadata
from genai_ports.api.value import replaced
from genai_ports.api.work_request import WorkRequest  # noqa: TC001
from genai_ports.client.pagination import Listing
from genai_ports.client.repository import Repository  # noqa: TC001
from genai_ports.errors import ConnectionLost, GenAiError
from genai_ports.simulator.simulator import Simulator  # noqa: TC001


class ComparedBackend(NamedTuple):
    """One of the backends that are compared.

    Args:
        repository: the repositories; their clock is the simulator's.
        simulator: the simulator behind them.
    """

    repository: Repository
    simulator: Simulator


Factory: TypeAlias = Callable[[str], AbstractContextManager[ComparedBackend]]
"""Opens a backend over a fresh world with a pace; all have the same seed and region, and a virtual clock."""


class DifferingField(NamedTuple):
    """One place at which two results differ.

    Args:
        path: where it is in the result, such as `response.etag`; empty for the whole result.
        first: what the first backend has there.
        other: what the other backend has there.
    """

    path: str
    first: Any
    other: Any


class Difference(AssertionError):
    """Two backends have different results.

    Args:
        what: the operation, or the part of the world that was compared.
        first: the result of the first backend.
        other: the result of another backend.
    """

    def __init__(self, what: str, first: Any, other: Any) -> None:
        self.what = what
        self.fields = tuple(differing_fields(first, other))
        lines = [f"  {path}: {ours!r} and {theirs!r}" for path, ours, theirs in self.fields]
        super().__init__("\n".join([f"{what}: the first backend and another differ in", *lines]))


class _Absent:
    """Stands for a part that one of two results does not have."""

    def __repr__(self) -> str:
        return "nothing"


_ABSENT: Final = _Absent()


def differing_fields(first: Any, other: Any, path: str = "") -> Iterator[DifferingField]:
    """Return the innermost parts in which two results differ.

    Args:
        first: any result.
        other: another result.
        path: where these two are in a larger result.
    """
    if first == other:
        return
    ours, theirs = _parts(first), _parts(other)
    if type(first) is not type(other) or ours is None or theirs is None:
        yield DifferingField(path.removeprefix("."), first, other)
        return
    for name in ours | theirs:
        yield from differing_fields(ours.get(name, _ABSENT), theirs.get(name, _ABSENT), path + name)


def _parts(thing: Any) -> dict[str, Any] | None:
    """Map the path of each part of a thing to the part; None for a thing without parts."""
    if is_dataclass(thing):
        return {f".{field.name}": getattr(thing, field.name) for field in fields(thing) if field.compare}
    if isinstance(thing, Mapping):
        return {f"[{name!r}]": part for name, part in thing.items()}
    if hasattr(thing, "_fields"):
        return {f".{name}": getattr(thing, name) for name in thing._fields}
    if isinstance(thing, list | tuple):
        return {f"[{number}]": part for number, part in enumerate(thing)}
    return None


class Outcome(NamedTuple):
    """The result of a call: two are equal if a caller cannot distinguish them."""

    value: Any = None
    response: Any = None
    error: tuple[type, str, dict[str, Any]] | None = None


def outcome(call: Callable[[], Any]) -> Outcome:
    """Make a call and return its outcome. The value of a list is its first page."""
    try:
        value = call()
        if isinstance(value, Listing):
            value = next(value.pages())
    except ConnectionLost:
        # Each backend has its own words for what broke.
        return Outcome(error=(ConnectionLost, "", {}))
    except GenAiError as error:
        return Outcome(error=(type(error), str(error), vars(error)))
    return Outcome(value, value if isinstance(value, ResponseMetadata) else getattr(value, "response", None))


class BackendComparison:
    """Does the same with all backends, and compares each result with that of the first backend.

    Every method raises `Difference` if a backend differs.

    Args:
        backends: the backends.
    """

    def __init__(self, backends: Sequence[ComparedBackend]) -> None:
        self._backends = backends
        self._calls = 0
        self._agree = True

    @property
    def world(self) -> Simulator:
        """The simulator of the first backend."""
        return self._backends[0].simulator

    def call(self, name: str, *arguments: Any, **options: Any) -> Outcome:
        """Call an operation, with a request id that makes the ids of the responses equal."""
        self._calls += 1
        options["request_id"] = f"call-{self._calls}"
        called: Outcome = self._all(
            name, lambda each: outcome(lambda: getattr(each.repository, name)(*arguments, **options))
        )
        return called

    def wait(self, work_request_id: str, *, timeout: float, interval: float | None) -> Outcome:
        """Wait for a work request, and compare every poll."""

        def wait(each: ComparedBackend) -> list[Outcome]:
            polls: list[Outcome] = []

            def record(seen: WorkRequest) -> None:
                polls.append(_without_request_id(Outcome(seen, seen.response)))

            waited = outcome(
                lambda: each.repository.wait_for_work_request(
                    work_request_id, timeout=timeout, interval=interval, on_progress=record
                )
            )
            return [*polls, _without_request_id(waited)]

        polls: list[Outcome] = self._all("wait_for_work_request", wait)
        return polls[-1]

    def control(self, action: str, identifier: str, **arguments: Any) -> None:
        """Call a method of the simulators: `finish`, `fail`, `progress`, `set_pace` or `needs_attention`."""
        self._all(action, lambda each: outcome(lambda: getattr(each.simulator, action)(identifier, **arguments)))

    def plan_fault(self, fault: Any) -> None:
        """Plan that a later call fails."""
        self._all("faults", lambda each: outcome(lambda: each.simulator.faults.add(fault)))

    def plan_failing_work(self, plan: Any) -> None:
        """Plan that later work fails."""
        self._all("failing_work", lambda each: outcome(lambda: each.simulator.failing_work.add(plan)))

    def set_modes(self, modes: Sequence[str]) -> None:
        """Set the modes of lists."""
        self._all("set_modes", lambda each: each.simulator.set_modes(*modes))

    def pass_time(self, seconds: float) -> None:
        """Let time pass on all clocks."""
        self._all("sleep", lambda each: outcome(lambda: each.repository.clock.sleep(seconds)))

    def compare_worlds(self) -> None:
        """Compare the states and the journals of all simulators, unless a difference was already reported."""
        if not self._agree:
            return
        self._all("state", lambda each: each.simulator.state())
        self._all("journal", lambda each: _journal(each.simulator))

    def _all(self, what: str, do: Callable[[ComparedBackend], Any]) -> Any:
        first, *others = [do(backend) for backend in self._backends]
        for other in others:
            self._agree = other == first
            if not self._agree:
                raise Difference(what, first, other)
        return first


def _without_request_id(polled: Outcome) -> Outcome:
    """Leave out the request id, of which the SDK generates a part."""
    if polled.error:
        cls, text, facts = polled.error
        return Outcome(error=(cls, text, {**facts, "request_id": None}))
    return Outcome(polled.value, replaced(polled.response, request_id=None))


def _journal(simulator: Simulator) -> list[Any]:
    """Return the journal without the values that may differ.

    These are the part of a request id that the SDK generates, and the digest of a refused body, which can have
    several spellings.
    """
    return [entry._replace(request_id=entry.request_id.partition("/")[2], request=None) for entry in simulator.journal]
