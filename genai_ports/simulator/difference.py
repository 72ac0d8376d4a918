"""The difference between two worlds, as a short text that people read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.value import replaced
from genai_ports.ocids import short
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.data import to_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.simulator.faults.fault_registry import FaultRegistry

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
_LONGEST: Final = 80
_LINES: Final = 50
_NAMES: Final = ("displayName", "operationType")
"""The properties that name a resource in the text."""
_STATES: Final = ("lifecycleState", "status")


class Change(NamedTuple):
    """One difference.

    Args:
        kind: the collection, such as `importedModels`; or `faults`, `failingWork`, `limits`, `policies`, `modes`,
            `keys` or `settings`.
        what: the OCID of the resource, or what else it is about.
        how: `added`, `removed` or `changed`.
        name: the display name of the resource, or the type of the work request; None if it has none.
        property: of a resource that has changed; None otherwise.
        old: the value before; the state of what is removed.
        new: the value after; the state of what is added.
    """

    kind: str
    what: str
    how: str
    name: str | None = None
    property: str | None = None
    old: Any = None
    new: Any = None


class Difference(tuple[Change, ...]):
    """The changes from one world to another; empty, and so false, for equal worlds. `str` makes a readable text."""

    __slots__ = ()

    def __str__(self) -> str:
        lines: list[str] = []
        for kind, changes in groupby(self, key=lambda change: change.kind):
            lines.append(kind)
            for _, own in groupby(changes, key=lambda change: change.what):
                lines.append(f"  {_line(list(own))}")
        if len(lines) > _LINES:
            lines[_LINES:] = [f"and {len(lines) - _LINES} more lines"]
        return "\n".join(lines) or "no difference"

    def __repr__(self) -> str:
        return f"<Difference: {str(self).replace(chr(10), '; ')}>"


def difference(before: Simulator | Mapping[str, Any], after: Simulator | Mapping[str, Any]) -> Difference:
    """Compare two worlds: resources, work requests, faults, failing work, limits, policies, modes, keys and settings.

    The worlds are compared as the next call would see them, each at its own time. The clock, the journal and retry
    tokens are not compared, so reads and waits make no difference.

    Args:
        before: a simulator, or a snapshot of one.
        after: the same.

    Raises:
        InvalidInput: a snapshot is none.

    Example:
        >>> simulator = Simulator()
        >>> before = simulator.snapshot()
        >>> simulator.set_modes("short-pages")
        >>> print(difference(before, simulator))
        modes
          added short-pages
    """
    return Difference(_changes(_facts(before), _facts(after)))


_Facts = dict[str, dict[str, dict[str, Any]]]
"""Properties, by what they belong to, by kind."""


def _facts(world: Simulator | Mapping[str, Any]) -> _Facts:
    simulator = Simulator.restore(world) if isinstance(world, Mapping) else world
    with simulator.lock:
        resources = {
            collection: {each.id: dict(_flat("", to_data(each))) for each in items}
            for collection, items in simulator.state().items()
        }
        limits = {_limit(limit): {"most": limit.most} for limit in simulator.limits}
        policies = simulator.policies.to_data()
        settings = simulator.settings
        return {
            **resources,
            "faults": _plans(simulator.faults),
            "failingWork": _plans(simulator.failing_work),
            "limits": {"default": {"value": simulator.limits.default}, **limits},
            "policies": {
                **{f"statement {text}": {} for text in policies["statements"]},
                **{f"user {user}": {"groups": groups} for user, groups in policies["groups"].items()},
                **{f"compartment {each['id']}": dict(each) for each in policies["compartments"]},
            },
            "modes": {name: {"number": number} for name, number in simulator.modes.items()},
            "keys": {name: {"publicKey": pem} for name, pem in simulator.keys.items()},
            "settings": {
                "the world": {
                    "region": settings.region,
                    "seed": str(settings.seed),
                    "pace": simulator.scheduler.pace.name,
                }
            },
        }


def _limit(limit: Any) -> str:
    return " ".join(filter(None, (limit.name, limit.region and f"in {limit.region}", limit.compartment_id)))


def _plans(registry: FaultRegistry[Any]) -> dict[str, dict[str, Any]]:
    """Return plans by their text; equal ones are numbered."""
    found: dict[str, dict[str, Any]] = {}
    for plan in registry:
        text = name = replaced(plan, times=1).source()
        number = 1
        while name in found:
            number += 1
            name = f"{text} ({number})"
        found[name] = {"times": plan.times, "countedCalls": registry.counted(plan)}
    return found


def _flat(path: str, data: Any) -> Iterator[tuple[str, Any]]:
    """Yield the values of a document with their paths, such as `dataSource.modelId`."""
    if not isinstance(data, Mapping) or not data:
        yield path, data
        return
    for name, part in data.items():
        step = f".{name}" if name.isidentifier() else f"[{json.dumps(name)}]"
        yield from _flat(f"{path}{step}".removeprefix("."), part)


def _changes(before: _Facts, after: _Facts) -> Iterator[Change]:
    for kind in after:
        old, new = before[kind], after[kind]
        for what in dict.fromkeys((*old, *new)):
            if what not in old:
                yield Change(kind, what, ADDED, _first(new[what], _NAMES), new=_first(new[what], _STATES))
            elif what not in new:
                yield Change(kind, what, REMOVED, _first(old[what], _NAMES), old=_first(old[what], _STATES))
            else:
                yield from _of_properties(kind, what, old[what], new[what])


def _of_properties(kind: str, what: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*_STATES, *old, *new)):
        one, other = old.get(name), new.get(name)
        if type(one) is not type(other) or one != other:
            yield Change(kind, what, CHANGED, _first(new, _NAMES), name, one, other)


def _first(properties: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((properties[name] for name in names if name in properties), None)


def _line(changes: list[Change]) -> str:
    """Return the line of one resource."""
    first = changes[0]
    title = short(first.what) + (f" {json.dumps(first.name, ensure_ascii=False)}" if first.name else "")
    if first.how != CHANGED:
        state = first.new or first.old
        return f"{first.how} {title}" + (f", {state}" if state else "")
    parts = [f"{each.property} {_shown(each.old)} -> {_shown(each.new)}" for each in changes]
    return f"{title}: {', '.join(parts)}"


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    text = short(json.dumps(value, ensure_ascii=False, default=repr))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
