"""Telling how far the installed OCI SDK is from what is served, to a person and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from genai_ports.drift.description import VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    from genai_ports.drift import Drift, Finding

_GONE: Final = "not there"


def drift_json(drift: Drift) -> str:
    """Write a drift as a JSON object with `version`, `additions`, `removals` and `changes`."""
    document: Any = drift
    return json.dumps(asdict(document), indent=2)


def show_drift(console: Console, drift: Drift) -> None:
    """Print what is gone or another, if anything is, and then what is new."""
    if drift.is_failure:
        gone, changed = len(drift.removals), len(drift.changes)
        told = f"oci {drift.version} differs from what is served: {gone} gone, {changed} changed"
        console.print(Text(told, "bold red"))
        console.print(_failures(drift))
    else:
        console.print(Text(f"oci {drift.version} has all that is served, as it is served.", "bold green"))
    if drift.additions:
        console.print("What else it has, and is not served:")
        console.print(Padding(_summary(drift.additions), (0, 0, 0, 2)))


def _failures(drift: Drift) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("What", "Where", "Served", "In oci"):
        table.add_column(heading, overflow="fold")
    found = (*drift.removals, *drift.changes)
    for each in found:
        if each.kind != VALUE:
            there = Text(_GONE, "red") if each.installed is None else Text(each.installed)
            table.add_row(each.kind, Text(each.name), Text(each.served or ""), there)
    for owner, values in _by_owner(each.name for each in found if each.kind == VALUE):
        table.add_row(VALUE, Text(owner), Text(values), Text(_GONE, "red"))
    return table


def _summary(additions: Sequence[Finding]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for kind, group in groupby(additions, key=lambda each: each.kind):
        names = [each.name for each in group]
        shown = "\n".join(map(": ".join, _by_owner(names))) if kind == VALUE else ", ".join(names)
        table.add_row(f"{kind} ({len(names)})", Text(shown, "dim"))
    return table


def _by_owner(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pair what takes certain values with these, so that its name is told once."""
    for owner, group in groupby(names, key=lambda name: name.rpartition(".")[0]):
        yield owner, ", ".join(name.rpartition(".")[2] for name in group)
