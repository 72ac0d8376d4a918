"""What the commands against a running server have in common: their options, and how they print."""

from __future__ import annotations

import json
import sys
from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from fake_server.routes import TOKEN_VARIABLE
from genai_ports.backends.connect import VARIABLE
from genai_ports.cli.control_client import DEFAULT_URL, ControlClient
from genai_ports.cli.report import new_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from genai_ports.cli.command import Json

_PART: Final = 1000
"""How many rows of a long table are printed together."""
_OPTIONS: Final = (
    click.option(
        "--url",
        envvar=VARIABLE,
        default=DEFAULT_URL,
        help=f"Root URL of the server; default: that in {VARIABLE}, or {DEFAULT_URL}.",
    ),
    click.option(
        "--tenancy", help="Tenancy whose world to use: an OCID, or a name such as team-a; default: the well-known one."
    ),
    click.option(
        "--control-token",
        envvar=TOKEN_VARIABLE,
        help=f"Control token of the server. Other users can see options: better set {TOKEN_VARIABLE}.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)


def of_server(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which server; the function gets a `ControlClient` in place of them."""

    @wraps(function)
    def run(*, url: str, tenancy: str | None, control_token: str | None, **rest: Any) -> None:
        function(ControlClient(url, tenancy=tenancy, control_token=control_token), **rest)

    decorated: Callable[..., None] = run
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def print_json(document: Json) -> None:
    """Print a document as JSON."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def is_terminal() -> bool:
    """Return whether a person reads the output."""
    return sys.stdout.isatty()


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """Print a table of any length in parts, so that it begins at once and takes little memory; see `print_table`."""
    left = iter(rows)
    print_table(columns, list(islice(left, _PART)), empty=empty)
    while part := list(islice(left, _PART)):
        if is_terminal():
            print_table(columns, part, empty=empty)
        else:
            click.echo(plain_table(columns, part).partition("\n")[2])


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
    """Print a table: with colours on a terminal, else as lines of columns that programs can split.

    Args:
        columns: the headings.
        rows: the cells of each row.
        empty: what to print on a terminal if there are no rows.
    """
    if not is_terminal():
        click.echo(plain_table(columns, rows))
    elif rows:
        console = new_console()
        console.print(rich_table(columns, rows))
    else:
        click.echo(empty)


def plain_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as lines; two spaces or more are between columns."""
    lines = [[column.upper() for column in columns], *([_one_line(cell) or "-" for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    """Return a table for a terminal."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415  # not for output that programs read
    from rich.table import Table  # noqa: PLC0415  # likewise
    from rich.text import Text  # noqa: PLC0415  # likewise

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_one_line(cell), _STYLES.get(cell, "")) for cell in row))
    return table


_STYLES: Final = {
    "ACTIVE": "green",
    "SUCCEEDED": "green",
    "CREATING": "cyan",
    "UPDATING": "cyan",
    "IN_PROGRESS": "cyan",
    "ACCEPTED": "cyan",
    "DELETING": "yellow",
    "NEEDS_ATTENTION": "yellow",
    "FAILED": "bold red",
    "DELETED": "dim",
}


def _one_line(text: str) -> str:
    """Escape what would move the cursor: a name can have any characters."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
