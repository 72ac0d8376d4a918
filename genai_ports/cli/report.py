"""Print what the demo did; columns are dropped before anything wraps."""

from __future__ import annotations

import os
import sys
from datetime import timedelta  # noqa: TC003
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genai_ports.testing.lock_step import Difference

_WIDTH_WITHOUT_TERMINAL: Final = 110
_COLUMNS: Final = ("Time", "Step", "Responses", "State", "Calls")
_DROPPED_FIRST: Final = ("Calls", "Time", "State", "Responses")
_MOST_FIELDS: Final = 5

_NEXT: Final = {
    "Next, in a test:": ('connect("memory://us-chicago-1?pace=realistic")',),
    "Next, for a client in any language:": (
        "genai-ports serve",
        "genai-ports profile --dir oci-profile --endpoint http://127.0.0.1:8080",
    ),
}


class Row(NamedTuple):
    """One step of the scenario.

    Args:
        time: the simulated time at its end, since the start of the scenario.
        title: what the step does.
        responses: the statuses of its responses in order, without those of polls and other reads of one resource.
        state: the lifecycle state of its resource at its end; empty for a list or an error.
        calls: the number of requests that one client sent, retries and polls included.
    """

    time: timedelta
    title: str
    responses: str
    state: str
    calls: int


def new_console() -> Console:
    """Make a console on stdout; characters that the encoding of stdout lacks are replaced."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    has_width = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if has_width else _WIDTH_WITHOUT_TERMINAL)


def step_table(console: Console, rows: Sequence[Row]) -> Table:
    """Make the table of the steps with as many columns as fit the console."""
    tables = [_table(rows, _DROPPED_FIRST[:dropped]) for dropped in range(len(_DROPPED_FIRST) + 1)]
    unlimited = console.options.update(width=sys.maxsize)
    fitting = [table for table in tables if Measurement.get(console, unlimited, table).maximum <= console.width]
    return fitting[0] if fitting else tables[-1]


def _table(rows: Sequence[Row], dropped: Sequence[str]) -> Table:
    names = [name for name in _COLUMNS if name not in dropped]
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in names:
        table.add_column(name, no_wrap=True, justify="right" if name == "Calls" else "left")
    for row in rows:
        cells = _cells(row)
        table.add_row(*(cells[name] for name in names))
    return table


def _cells(row: Row) -> dict[str, Text]:
    is_smooth = all(status.startswith("2") for status in row.responses.split(", ")) and "lost" not in row.responses
    return {
        "Time": Text(str(row.time), "cyan"),
        "Step": Text(row.title),
        "Responses": Text(row.responses, "green" if is_smooth else "yellow"),
        "State": Text(row.state),
        "Calls": Text(str(row.calls), "dim"),
    }


def print_result(console: Console, rows: Sequence[Row], *, seconds: float) -> None:
    """Print that the backends agree, the `seconds` of real time, and commands to run next, which are never wrapped."""
    calls = sum(row.calls for row in rows)
    console.print()
    console.print(Text(f"Both backends returned the same {calls} responses: every field, id and etag.", "bold green"))
    console.print(f"Simulated time: {rows[-1].time}. Real time: {seconds:.1f} s.\n")
    for purpose, commands in _NEXT.items():
        console.print(purpose)
        for command in commands:
            console.print(Text(f"  {command}", "bold"), soft_wrap=True)


def print_difference(console: Console, difference: Difference) -> None:
    """Print the fields in which the first response that differs does so."""
    console.print()
    console.print(Text(f"The backends differ in {difference.what}:", "bold red"))
    for path, memory, http in difference.fields[:_MOST_FIELDS]:
        for line in (f"  {path}", f"    in memory  {memory!r}", f"    over HTTP  {http!r}"):
            console.print(Text(line), no_wrap=True, overflow="ellipsis")
    hidden = len(difference.fields) - _MOST_FIELDS
    if hidden > 0:
        console.print(f"  and {hidden} more")
