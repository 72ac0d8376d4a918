"""`genai-ports compare`: the report of the differences between recordings and the simulator."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from genai_ports.cli.command import FILE, Command
from genai_ports.cli.report import new_console
from genai_ports.recording.compare import compare as compare_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from genai_ports.recording.compare import Comparison, Difference

_LONGEST: Final = 60
"""How many characters of a value the table shows."""
_VERDICT_STYLES: Final = {"confirmed": "green", "contradicted": "red"}


@click.command(cls=Command, examples="genai-ports compare cassettes/mine.yaml")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--accept", "accept_file", type=FILE, help="File of accepted differences; default: beside the cassette.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def compare(ctx: click.Context, files: tuple[Path, ...], *, accept_file: Path | None, as_json: bool) -> None:
    """Compare recordings with the simulator.

    Each recorded request is sent to a fresh simulator in this process, which first gets the resources that the
    recording shows. Every difference is reported with the row of docs/fidelity.md that it bears on. The exit status is
    1 if there is a difference that is not accepted.
    """
    found = [compare_file(file, accept_file=accept_file) for file in files]
    if as_json:
        click.echo(comparisons_json(found))
    else:
        console = new_console()
        for each in found:
            show_comparison(console, each)
    ctx.exit(1 if any(each.open for each in found) else 0)


def comparisons_json(comparisons: Sequence[Comparison]) -> str:
    """Return the comparisons as a JSON object: `comparisons`, each with `differences` and `rows`."""
    found: Any = comparisons
    documents = [{**asdict(each), "open": len(each.open)} for each in found]
    return json.dumps({"comparisons": documents}, indent=2)


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Print the differences of one recording, and what it says about rows of the fidelity page."""
    accepted = len(comparison.differences) - len(comparison.open) - len(comparison.information)
    count = len(comparison.open)
    style = "bold red" if count else "bold green"
    played = f"{comparison.name}: {comparison.interactions} interactions, "
    console.print(Text(f"{played}{_counted(count, 'difference')}", style), soft_wrap=True)
    if comparison.open:
        console.print(_differences(comparison.open))
    notes = [
        (accepted, f"{_counted(accepted, 'difference')} accepted"),
        (len(comparison.information), f"{_counted(len(comparison.information), 'message')} with another text"),
        (len(comparison.not_compared), f"not compared: {', '.join(comparison.not_compared)}"),
        (len(comparison.assumed), f"assumed: {', '.join(comparison.assumed)}"),
    ]
    for number, note in notes:
        if number:
            console.print(Text(f"  {note}", "dim"), soft_wrap=True)
    for place in comparison.unused:
        console.print(Text(f"  accepted, but not found: {place}", "yellow"), soft_wrap=True)
    if any(row.verdict or row.different for row in comparison.rows):
        console.print(_rows(comparison))


def _differences(differences: Sequence[Difference]) -> Table:
    table = _table("Difference", "Place", "Recorded", "Simulated", "Row of docs/fidelity.md")
    for each in differences:
        table.add_row(each.kind, *map(Text, (each.place, _short(each.recorded), _short(each.simulated), each.row)))
    return table


def _rows(comparison: Comparison) -> Table:
    table = _table("Row of docs/fidelity.md", "Same", "Different", "Verdict")
    for row in comparison.rows:
        if row.verdict or row.different:
            verdict = Text(row.verdict or "-", _VERDICT_STYLES.get(row.verdict or "", ""))
            table.add_row(Text(row.row), str(row.same), str(row.different), verdict)
    return table


def _table(*headings: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _short(value: Any) -> str:
    if value is None:
        return "-"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
