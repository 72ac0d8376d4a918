"""The report of a world: what happened in it during a test, for the message of the test's failure."""

from __future__ import annotations

from dataclasses import fields
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple, Self
from weakref import ref

from genai_ports.ocids import short
from genai_ports.simulator.rules.refusals import REFUSALS
from genai_ports.simulator.rules.secrets import masked
from genai_ports.simulator.settings import WorldSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from genai_ports.simulator.observe.timeline import Moment
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.state.journal import Entry

_LINES: Final = 40
_CALLS: Final = 10
_RESOURCES: Final = 3
_MOMENTS: Final = 5
_OTHERS: Final = 3
"""How many lines a report has at most, and each of its parts."""


class Mark(NamedTuple):
    """How far a world is; a report shows what happened since.

    Args:
        last: the last call; None if there was none.
        time: the time on the clock of the world.
    """

    last: Entry | None
    time: datetime


class Note(str):
    """The report of a world as a note of an exception. It knows its world, so that no other report repeats it."""

    __slots__ = ("world",)

    world: ref[Simulator]

    @classmethod
    def about(cls, simulator: Simulator, lines: Iterable[str]) -> Self:
        """Make a note from the lines of a report."""
        note = cls("\n".join(["genai_ports: the world of this test", *lines]))
        note.world = ref(simulator)
        return note

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)  # another process has not this world

    @classmethod
    def of_error(cls, error: BaseException | None) -> Iterator[Self]:
        """Yield the reports that an exception has as notes, and those of the exceptions that led to it."""
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            yield from (note for note in getattr(error, "__notes__", ()) if isinstance(note, cls))
            error = error.__cause__ or error.__context__


def mark(simulator: Simulator) -> Mark:
    """Return how far a world is now."""
    with simulator.lock:
        entries = simulator.journal.entries
        return Mark(entries[-1] if entries else None, simulator.clock.now())


def calls_since(simulator: Simulator, since: Mark) -> tuple[Entry, ...]:
    """Return the calls since a mark, oldest first; all calls if the journal no longer has the marked one."""
    entries = tuple(simulator.journal)
    return entries[entries.index(since.last) + 1 :] if since.last in entries else entries


def world_report(simulator: Simulator, since: Mark, *, repeat: str = "", share: int = 1) -> list[str]:
    """Describe what happened in a world since a mark, in 40 lines at most, without secrets.

    Args:
        simulator: the world.
        since: where the test started.
        repeat: how to repeat the test with the same seed; default: not shown.
        share: how many worlds share the lines of the report.
    """
    calls = calls_since(simulator, since)
    head = _settings(simulator, repeat)
    if not calls:
        return [f"{head}; no calls"]
    runs = [list(run) for _, run in groupby(calls, key=lambda entry: _call(simulator, entry))]
    shown = runs[-max(_OTHERS, _CALLS // share) :]
    entries = [entry for run in shown for entry in run]
    first = [
        head,
        _clock(min(since.time, calls[0].time), simulator.clock.now()),
        f"calls: {len(calls)}" + (f", the last {len(entries)}" if len(entries) < len(calls) else ""),
        *(f"  {run[0].time:%H:%M:%S} {_call(simulator, run[0])}{_times(run)}" for run in shown),
        *part("rules", _rules(entries)),
    ]
    last = [
        *part("clients in trouble", _troubles(simulator, calls)),
        *part("faults that never applied", _unused(simulator)),
    ]
    resources = min(_RESOURCES, (_LINES // share - len(first) - len(last)) // (_MOMENTS + 1))
    lines = [*first, *_timelines(simulator, entries, max(1, resources)), *last]
    return [short(masked(line)) for line in lines]


def part(title: str, items: Sequence[str]) -> Iterator[str]:
    """Yield the lines of one part of a report; nothing if there are no items."""
    if not items:
        return
    yield title
    yield from (f"  {item}" for item in items[:_OTHERS])
    if len(items) > _OTHERS:
        yield f"  and {len(items) - _OTHERS} more"


def _settings(simulator: Simulator, repeat: str) -> str:
    """Return the seed, how to repeat it, and the settings that are not their defaults."""
    settings, default = simulator.settings, WorldSettings()
    names = [each.name for each in fields(WorldSettings) if each.repr and each.name not in ("seed", "world", "details")]
    changed = [f"{name}={own!r}" for name in names if (own := getattr(settings, name)) != getattr(default, name)]
    seed = f"seed {settings.seed}" + (f" (of {settings.world})" if settings.world else repeat)
    return ", ".join([seed, *changed])


def _clock(start: datetime, now: datetime) -> str:
    day = "" if start.date() == now.date() else f"{now:%Y-%m-%d} "
    return f"clock: {start:%Y-%m-%d %H:%M:%S} to {day}{now:%H:%M:%S}"


def _call(simulator: Simulator, entry: Entry) -> str:
    """Return a call and its outcome, such as `get_model …fs7sxvz: 404 not-found`."""
    region = None if entry.region == simulator.region else f"in {entry.region}"
    fault = f"(fault: {entry.fault})" if entry.fault else None
    reason = None if fault else entry.rule or entry.code
    call = " ".join(filter(None, (entry.operation, entry.resource, region)))
    return f"{call}: " + " ".join(filter(None, (str(entry.status or "no response"), reason, fault)))


def _times(run: Sequence[Entry]) -> str:
    """Return how often the same call came in a row."""
    return "" if len(run) == 1 else f", {len(run)} times until {run[-1].time:%H:%M:%S}"


def _rules(entries: Iterable[Entry]) -> list[str]:
    """Return the rules that refused calls, with their texts and evidence."""
    names = dict.fromkeys(entry.rule for entry in entries if entry.rule in REFUSALS)
    rules = [REFUSALS[name] for name in names if name]
    return [f"{rule.name}: {rule.text} ({rule.evidence}: {rule.source})" for rule in rules]


def _timelines(simulator: Simulator, entries: Sequence[Entry], limit: int) -> Iterator[str]:
    """Yield the timelines of the resources of the last calls, without the calls that are shown."""
    shown = {entry.request_id for entry in entries}
    found: dict[str, tuple[Moment, ...]] = {}
    for entry in reversed(entries):
        resource = _resource_of(simulator, entry.resource)
        if resource and resource not in found and len(found) < limit:
            found[resource] = simulator.timeline(resource)
    for resource, moments in reversed(found.items()):
        rest = [moment for moment in moments if moment.request_id not in shown]
        yield f"timeline of {resource}" + (f", the last {_MOMENTS} events" if len(rest) > _MOMENTS else "")
        yield from (_moment(moment) for moment in rest[-_MOMENTS:])


def _resource_of(simulator: Simulator, identifier: str | None) -> str | None:
    """Return the OCID of the resource that a call was about, also if it named a work request; None if it is gone."""
    if identifier is None:
        return None
    work = simulator.world.works.get(identifier)
    resource = work.snapshot.resource_id if work else identifier
    exists = any(table.get(resource) for table in simulator.world.tables.values())
    return resource if exists else None


def _moment(moment: Moment) -> str:
    percent = "" if moment.percent is None else f"{moment.percent:.0f} %"
    return f"  {moment.time:%H:%M:%S} {percent:>5} {moment.what}"


def _unused(simulator: Simulator) -> list[str]:
    return [plan.source() for plan in (*simulator.faults.unused(), *simulator.failing_work.unused())]


def _troubles(simulator: Simulator, calls: Iterable[Entry]) -> list[str]:
    """Return the clients in trouble that are behind these calls."""
    called = {(entry.operation, entry.resource) for entry in calls}
    return [
        f"{each.kind}: {' '.join(filter(None, (each.operation, each.resource)))}, {each.times} times; {each.advice}"
        for each in simulator.troubles()
        if (each.operation, each.resource) in called
    ]
