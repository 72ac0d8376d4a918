"""Snapshots: a whole world as plain data that JSON can hold, and a world made from one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.rules.limits import Limits
from genai_ports.simulator.rules.policies import Policies
from genai_ports.simulator.settings import WorldSettings
from genai_ports.simulator.snapshot_format import FORMAT, VERSION, check
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.simulator.state.damage import Damaged, expect, reading
from genai_ports.simulator.state.journal import Journal
from genai_ports.simulator.work.due_step import PURGE
from genai_ports.simulator.work.pace import parse_pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from genai_ports.api.clock import MovableClock
    from genai_ports.simulator.parts import Parts

__all__ = ["check", "fill", "read_clock", "read_settings", "write"]


def write(parts: Parts, long: Callable[[Iterator[Any]], Any] = list) -> dict[str, Any]:
    """Write a world as data that JSON can hold.

    Args:
        parts: the world.
        long: makes the lists that grow with the world. `fill` reads each of them once, in the order of the data.

    Raises:
        InvalidInput: a plan has a function (`when=`), or the pace has no name.
    """
    settings = parts.settings
    return {
        "format": FORMAT,
        "version": VERSION,
        "settings": {
            "region": settings.region,
            "seed": settings.seed,
            "pace": parse_pace(settings.pace).name,
            "limits": settings.limits,
            "modes": list(settings.modes),
            "details": settings.details,
            "keys": dict(settings.keys),
        },
        "clock": _clock_data(parts.clock),
        "keys": dict(parts.keys),
        "limits": parts.limits.to_data(),
        "policies": parts.policies.to_data(),
        "faults": parts.faults.to_data(),
        "scheduler": parts.scheduler.to_data(),
        "world": parts.world.to_data(long),
        "journal": parts.journal.to_data(),
    }


def read_settings(data: Mapping[str, Any]) -> WorldSettings:
    """Read the settings that the world started with."""
    with reading("settings"):
        settings = data["settings"]
        return WorldSettings(**{**settings, "modes": tuple(settings["modes"])})


def read_clock(data: Mapping[str, Any], given: MovableClock | None) -> MovableClock:
    """Return a clock that shows the time of the snapshot or a later one.

    Args:
        data: the snapshot.
        given: the clock to use; None for a virtual clock, which starts where that of the world did.

    Raises:
        InvalidInput: the clock cannot be moved that far.
    """
    with reading("clock"):
        saved = data["clock"]
        now = _time(saved["now"])
        start = _time(saved.get("start", saved["now"]))
    clock: MovableClock = given or VirtualClock(start)
    behind = (now - clock.now()).total_seconds()
    if behind <= 0:
        return clock
    clock.advance(behind)
    return clock


def fill(parts: Parts, data: Mapping[str, Any]) -> None:
    """Fill a new simulator with what the snapshot holds beside settings and clock."""
    with reading("keys"):
        parts.keys = {key_id: expect(key, str, key_id) for key_id, key in data["keys"].items()}
    with reading("limits"):
        parts.world.limits = Limits.from_data(data["limits"])
    with reading("policies"):
        parts.active_policies = Policies.from_data(data["policies"])
    with reading("faults"):
        parts.faults = FaultRegistry.from_data(Fault, data["faults"])
    with reading("scheduler"):
        planned = FaultRegistry.from_data(FailingWork, data["scheduler"]["failingWork"])
        parts.failing_work = parts.scheduler.failing_work = planned
        parts.scheduler.load(data["scheduler"])
    with reading("world"):
        parts.world.load(data["world"])
    with reading("journal"):
        parts.journal = Journal.from_data(data["journal"])
    _check_steps(parts)
    parts.scheduler.removal.mark_all()


def _check_steps(parts: Parts) -> None:
    """Refuse steps whose resource does not exist: they would fail when they are due."""
    for number, step in enumerate(parts.scheduler.due_steps()):
        if step.action == PURGE and step.identifier not in parts.world.tables[step.kind].records:
            raise Damaged(f"scheduler.dueSteps[{number}].identifier", "there is no such resource")


def _time(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise Damaged("now", "the time has no time zone")
    return read


def _clock_data(clock: MovableClock) -> dict[str, str]:
    now = clock.now().isoformat()
    return {"start": clock.start.isoformat(), "now": now} if isinstance(clock, VirtualClock) else {"now": now}
