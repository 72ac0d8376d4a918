"""What shell completion offers: the values of options and arguments that a server knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from genai_ports.api.durations import find_duration
from genai_ports.api.kinds import KINDS, OPERATIONS, WORK_REQUEST
from genai_ports.regions import all_regions
from genai_ports.simulator.lists.modes import MODES

if TYPE_CHECKING:
    from collections.abc import Iterable

COLLECTIONS: Final = (*(kind.collection for kind in KINDS.values()), WORK_REQUEST.collection)
KIND: Final = click.Choice(COLLECTIONS)
"""A kind of resource, by the name of its collection."""
_PACES: Final = ("instant", "seconds", "2s", "10m", "1h", "realistic", "reads:3", "manual")


def duration(value: str) -> float:
    """Read a duration such as `30s`, `10m` or `1h30m`, also with a plus sign, or seconds; return the seconds.

    Raises:
        BadParameter: it is none.
    """
    text = value.removeprefix("+")
    found = find_duration(f"{text}s" if text[-1:].isdigit() else text)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a duration: use one such as 30s, 10m, 1h30m or 2d")
    return found.total_seconds()


def regions(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete a region."""
    return _starting(incomplete, (region.id for region in all_regions()))


def paces(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete a pace."""
    return _starting(incomplete, _PACES)


def modes(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete a mode."""
    return _starting(incomplete, MODES)


def operations(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of an operation."""
    return _starting(incomplete, OPERATIONS)


def failures(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a failure of work."""
    from genai_ports.simulator.faults.failing_work import FAILURES  # noqa: PLC0415  # one command needs it

    return _starting(incomplete, FAILURES)


def _starting(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
