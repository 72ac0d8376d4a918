"""Showing what came of the demo: the timeline of both backends, and whether they agree."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from genai_ports.cli.comparing import count_values
from genai_ports.cli.timeline import clock_face, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genai_ports.cli.chronicle import Step
    from genai_ports.cli.comparing import Difference

_COLUMNS_ELSEWHERE: Final = 110
"""How wide the output is where there is no terminal to ask."""
_MOST_DIFFERENCES: Final = 20
_STYLES: Final = {"2": "green", "4": "yellow", "5": "red"}


def new_console() -> Console:
    """Make a console on stdout, which drops what the stream's encoding does not have rather than fail."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    plain = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(highlight=False, width=_COLUMNS_ELSEWHERE if plain else None)


def show_timeline(console: Console, steps: Sequence[Step], found: Sequence[Difference]) -> None:
    """Print what happened in the first backend, and where the second one differs.

    Args:
        console: where to.
        steps: the chronicle of the first.
        found: the differences between the two.
    """
    different = {difference.number for difference in found}
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("Time", "What happened", "Answer", "State", "Work request", "Same"):
        table.add_column(heading, no_wrap=heading != "What happened")
    for row in rows(steps):
        same = different.isdisjoint(row.numbers)
        table.add_row(
            Text(row.time, "cyan"),
            _titled(row.title, row.notes),
            Text(row.answer, _STYLES.get(row.answer[:1], "")),
            Text(row.state),
            Text(row.work_request, "dim"),
            Text("yes", "green") if same else Text("no", "bold red"),
        )
    console.print(table)


def _titled(title: str, notes: Sequence[str]) -> Group:
    return Group(Text(title), *(Padding(Text(note, "dim"), (0, 0, 0, 2)) for note in notes))


def show_agreement(console: Console, steps: Sequence[Step], seconds: float) -> None:
    """Print that both backends agree, and what to do next.

    Args:
        console: where to.
        steps: the chronicle of either.
        seconds: how long it all took, of real time.
    """
    passed = clock_face(steps[-1].passed)
    verdict = Text.assemble(
        ("Both backends gave the same answers", "bold green"),
        f": {len(steps):,} of them, {count_values(steps):,} values, ids and etags included.\n"
        f"{passed} of the service's time passed in {seconds:.1f} seconds of yours.",
    )
    console.print(Panel(verdict, border_style="green", expand=False))
    following = Table.grid(padding=(0, 2, 0, 0))
    for command, purpose in _NEXT.items():
        following.add_row(Text(command, "bold"), Text(purpose, "dim"))
    console.print("Next:", Padding(following, (0, 0, 0, 2)))


_NEXT: Final = {
    'connect("memory://us-chicago-1?pace=realistic")': "such a world in your tests",
    "genai-ports serve": "the same over HTTP, for any client",
    "genai-ports profile --dir D --endpoint http://127.0.0.1:8080": "lets OCI's own tools go there",
}


def show_differences(console: Console, found: Sequence[Difference]) -> None:
    """Print in what the two backends differ."""
    table = Table(title=f"The backends differ in {len(found)} values", title_style="bold red", box=SIMPLE_HEAD)
    for heading in ("Step", "What happened", "Where", "In memory", "Over HTTP"):
        table.add_column(heading, overflow="fold")
    for difference in found[:_MOST_DIFFERENCES]:
        cells = (difference.title, difference.where, difference.first, difference.second)
        table.add_row(str(difference.number), *(Text(cell) for cell in cells))
    console.print(table)
    if len(found) > _MOST_DIFFERENCES:
        console.print(f"and {len(found) - _MOST_DIFFERENCES} more")


def show_broken_off(console: Console, backend: str, error: Exception) -> None:
    """Print why the story could not be told to its end in one backend."""
    console.print(Text.assemble((f"The story broke off {backend}: ", "bold red"), str(error)))
