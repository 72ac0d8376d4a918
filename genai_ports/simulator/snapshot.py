"""Snapshots: a whole world as plain data that JSON can hold, and a world made from one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.rules.limits import Limits
from genai_ports.simulator.rules.policies import Policies
from genai_ports.simulator.settings import WorldSettings
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.simulator.state.journal import Journal
from genai_ports.simulator.work.pace import parse_pace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.api.clock import MovableClock
    from genai_ports.simulator.parts import Parts

FORMAT: Final = "genai-ports world"
VERSION: Final = 1
"""Increases with each change that an older release cannot read."""


def write(parts: Parts) -> dict[str, Any]:
    """Write a world as data that JSON can hold.

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
            "keys": dict(settings.keys),
        },
        "clock": _clock_data(parts.clock),
        "keys": dict(parts.keys),
        "limits": parts.limits.to_data(),
        "policies": parts.policies.to_data(),
        "faults": parts.faults.to_data(),
        "scheduler": parts.scheduler.to_data(),
        "world": parts.world.to_data(),
        "journal": parts.journal.to_data(),
    }


def check(data: Mapping[str, Any]) -> None:
    """Refuse what is not a snapshot that this version reads.

    Raises:
        InvalidInput: it is not.
    """
    found = (data.get("format"), data.get("version")) if isinstance(data, dict) else (None, None)
    if found[0] != FORMAT:
        raise InvalidInput(f"a snapshot is a dict with format={FORMAT!r}, as Simulator.snapshot() returns it")
    if found[1] != VERSION:
        raise InvalidInput(f"the snapshot has version {found[1]!r}; this release of genai_ports reads {VERSION}")


def read_settings(data: Mapping[str, Any]) -> WorldSettings:
    """Read the settings that the world started with."""
    settings = data["settings"]
    return WorldSettings(**{**settings, "modes": tuple(settings["modes"])})


def read_clock(data: Mapping[str, Any], given: MovableClock | None) -> MovableClock:
    """Return a clock that shows the time of the snapshot or a later one.

    Args:
        data: the snapshot.
        given: the clock to use; None for a virtual clock like the one that the world had.

    Raises:
        InvalidInput: the world did not have a virtual clock and `given` is None, or `given` is behind and cannot be
            moved.
    """
    saved = data["clock"]
    now = datetime.fromisoformat(saved["now"])
    if given is None and "start" not in saved:
        raise InvalidInput("the saved world did not have a virtual clock: pass a clock as clock=")
    clock: MovableClock = given or VirtualClock(datetime.fromisoformat(saved["start"]))
    behind = (now - clock.now()).total_seconds()
    if behind <= 0:
        return clock
    advance: Callable[[float], None] | None = getattr(clock, "advance", None)
    if advance is None:
        raise InvalidInput(f"the clock is {behind:g} seconds behind the snapshot: pass one that shows {now} or later")
    advance(behind)
    return clock


def fill(parts: Parts, data: Mapping[str, Any]) -> None:
    """Fill a new simulator with what the snapshot holds beside settings and clock."""
    parts.keys = dict(data["keys"])
    parts.world.limits = Limits.from_data(data["limits"])
    parts.active_policies = Policies.from_data(data["policies"])
    parts.faults = FaultRegistry.from_data(Fault, data["faults"])
    parts.failing_work = parts.scheduler.failing_work = FaultRegistry.from_data(
        FailingWork, data["scheduler"]["failingWork"]
    )
    parts.scheduler.load(data["scheduler"])
    parts.world.load(data["world"])
    parts.journal = Journal.from_data(data["journal"])


def _clock_data(clock: MovableClock) -> dict[str, str]:
    now = clock.now().isoformat()
    return {"start": clock.start.isoformat(), "now": now} if isinstance(clock, VirtualClock) else {"now": now}
