"""`genai-ports drift`: the report of the differences between the installed OCI SDK and what is served."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click
from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from genai_ports.cli.command import Command
from genai_ports.cli.report import new_console
from genai_ports.drift import find_drift
from genai_ports.drift.description import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    from genai_ports.drift import Drift, Finding

_GONE: Final = "missing"


@click.command(cls=Command, examples="genai-ports drift")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def drift(ctx: click.Context, *, as_json: bool) -> None:
    """Compare the installed OCI SDK with what genai-ports serves.

    The exit status is 1 if the SDK lacks something that is served, or has it in another form. What the SDK has in
    addition is only reported.
    """
    found = find_drift()
    if as_json:
        click.echo(drift_json(found))
    else:
        show_drift(new_console(), found)
    ctx.exit(1 if found.is_failure else 0)


def drift_json(drift: Drift) -> str:
    """Return the differences as a JSON object with `version`, `additions`, `removals` and `changes`."""
    document: Any = drift
    return json.dumps(asdict(document), indent=2)


def show_drift(console: Console, drift: Drift) -> None:
    """Print what the SDK lacks or has in another form, then what it has in addition."""
    if drift.is_failure:
        gone, changed = len(drift.removals), len(drift.changes)
        title = f"oci {drift.version} differs from what is served: {gone} missing, {changed} changed"
        console.print(Text(title, "bold red"))
        console.print(_failures(drift))
    else:
        console.print(Text(f"oci {drift.version} has all that is served, in the same form.", "bold green"))
    if drift.additions:
        console.print("In the SDK, but not served:")
        console.print(Padding(_summary(drift.additions), (0, 0, 0, 2)))


def _failures(drift: Drift) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("What", "Where", "Served", "In oci"):
        table.add_column(heading, overflow="fold")
    found = (*drift.removals, *drift.changes)
    for each in found:
        if each.kind != Part.VALUE:
            installed = Text(_GONE, "red") if each.installed is None else Text(each.installed)
            table.add_row(each.kind, Text(each.name), Text(each.served or ""), installed)
    for owner, values in _by_owner(each.name for each in found if each.kind == Part.VALUE):
        table.add_row(Part.VALUE, Text(owner), Text(values), Text(_GONE, "red"))
    return table


def _summary(additions: Sequence[Finding]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for kind, group in groupby(additions, key=lambda each: each.kind):
        names = [each.name for each in group]
        shown = "\n".join(map(": ".join, _by_owner(names))) if kind == Part.VALUE else ", ".join(names)
        table.add_row(f"{kind} ({len(names)})", Text(shown, "dim"))
    return table


def _by_owner(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Group the values of each attribute, so that its name is printed once."""
    for owner, group in groupby(names, key=lambda name: name.rpartition(".")[0]):
        yield owner, ", ".join(name.rpartition(".")[2] for name in group)
