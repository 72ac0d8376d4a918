"""Several backends that are asked the same, one after the other, and have to bring the same."""

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


class Contender(NamedTuple):
    """One of the backends that are compared.

    Args:
        repository: what is called; its clock has to be the simulator's.
        simulator: the world behind it.
    """

    repository: Repository
    simulator: Simulator


Factory: TypeAlias = Callable[[str], AbstractContextManager[Contender]]
"""Makes a contender with a fresh world of a given pace; all with the same seed and region, and a virtual clock."""


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
    """Two backends do not bring the same.

    Args:
        what: the operation, or what else was compared.
        first: what the first backend brings.
        other: what another one brings.
    """

    def __init__(self, what: str, first: Any, other: Any) -> None:
        self.what = what
        self.fields = tuple(differing_fields(first, other))
        lines = [f"  {path}: {ours!r} and {theirs!r}" for path, ours, theirs in self.fields]
        super().__init__("\n".join([f"{what}: the first backend and another differ in", *lines]))


class _Absent:
    """What one of two results lacks."""

    def __repr__(self) -> str:
        return "nothing"


_ABSENT: Final = _Absent()


def differing_fields(first: Any, other: Any, path: str = "") -> Iterator[DifferingField]:
    """List the innermost places at which two results differ.

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
    """What came of a call: two are equal exactly when a caller could not tell them apart."""

    value: Any = None
    response: Any = None
    error: tuple[type, str, dict[str, Any]] | None = None


def outcome(call: Callable[[], Any]) -> Outcome:
    """Carry a call out, and tell what came of it; of a list, the first page."""
    try:
        value = call()
        if isinstance(value, Listing):
            value = next(value.pages())
    except ConnectionLost:
        # What broke is told in the words of whatever carried the call.
        return Outcome(error=(ConnectionLost, "", {}))
    except GenAiError as error:
        return Outcome(error=(type(error), str(error), vars(error)))
    return Outcome(value, value if isinstance(value, ResponseMetadata) else getattr(value, "response", None))


class Contenders:
    """The backends that are compared: whatever is done is done with all, and all have to bring what the first brings.

    Args:
        contenders: the backends.

    Every method raises Difference if one of them differs.
    """

    def __init__(self, contenders: Sequence[Contender]) -> None:
        self._contenders = contenders
        self._calls = 0
        self._agree = True

    @property
    def world(self) -> Simulator:
        """The world behind the first."""
        return self._contenders[0].simulator

    def call(self, name: str, *arguments: Any, **options: Any) -> Outcome:
        """Call an operation, with a request id, so that the answers' ids can be compared."""
        self._calls += 1
        options["request_id"] = f"call-{self._calls}"
        called: Outcome = self._all(
            name, lambda each: outcome(lambda: getattr(each.repository, name)(*arguments, **options))
        )
        return called

    def wait(self, work_request_id: str, *, timeout: float, interval: float | None) -> Outcome:
        """Wait for a work request, and compare every poll."""

        def wait(each: Contender) -> list[Outcome]:
            polls: list[Outcome] = []

            def note(seen: WorkRequest) -> None:
                polls.append(_without_request_id(Outcome(seen, seen.response)))

            waited = outcome(
                lambda: each.repository.wait_for_work_request(
                    work_request_id, timeout=timeout, interval=interval, on_progress=note
                )
            )
            return [*polls, _without_request_id(waited)]

        polls: list[Outcome] = self._all("wait_for_work_request", wait)
        return polls[-1]

    def act(self, action: str, identifier: str, **arguments: Any) -> None:
        """Act on a piece of work from outside: `finish`, `fail`, `progress`, `set_pace` or `needs_attention`."""
        self._all(action, lambda each: outcome(lambda: getattr(each.simulator, action)(identifier, **arguments)))

    def plan_fault(self, fault: Any) -> None:
        """Let a later call fail."""
        self._all("faults", lambda each: outcome(lambda: each.simulator.faults.add(fault)))

    def plan_failing_work(self, plan: Any) -> None:
        """Let later work fail."""
        self._all("failing_work", lambda each: outcome(lambda: each.simulator.failing_work.add(plan)))

    def set_modes(self, modes: Sequence[str]) -> None:
        """Let lists be unkind in other ways."""
        self._all("set_modes", lambda each: each.simulator.set_modes(*modes))

    def let_time_pass(self, seconds: float) -> None:
        """Move the clocks."""
        self._all("sleep", lambda each: outcome(lambda: each.repository.clock.sleep(seconds)))

    def compare_worlds(self) -> None:
        """Compare all that the worlds remember, and the calls they have noted; unless a difference is known already."""
        if not self._agree:
            return
        self._all("state", lambda each: each.simulator.state())
        self._all("journal", lambda each: _journal(each.simulator))

    def _all(self, what: str, do: Callable[[Contender], Any]) -> Any:
        first, *others = [do(contender) for contender in self._contenders]
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
    """List the calls, without what is told otherwise by each backend.

    That is the part of their ids that the SDK makes up, and the digest of a refused body, which has several spellings.
    """
    return [entry._replace(request_id=entry.request_id.partition("/")[2], request=None) for entry in simulator.journal]
