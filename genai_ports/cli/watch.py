"""`genai-ports watch`: the resources of a running server as they change."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from genai_ports.cli.choices import KIND
from genai_ports.cli.command import Command
from genai_ports.cli.poll import rounds
from genai_ports.cli.report import new_console
from genai_ports.cli.resources import COLUMNS, list_resources
from genai_ports.cli.server_command import is_terminal, of_server, rich_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from genai_ports.cli.control_client import ControlClient
    from genai_ports.cli.resources import Resource


@click.command(
    cls=Command,
    examples="""genai-ports watch
    genai-ports watch models --until-idle""",
)
@click.argument("kind", type=KIND, required=False, metavar="[KIND]")
@click.option("--until-idle", is_flag=True, help="End when no work is in progress.")
@of_server
def watch(server: ControlClient, *, kind: str | None, until_idle: bool, as_json: bool) -> None:
    """Show the resources of a running server as they change.

    It ends at Ctrl-C. A terminal gets a table; elsewhere there is a line for each change, or an object with --json.
    """
    with _display(as_json=as_json) as show:
        for _ in rounds():
            found = tuple(list_resources(server, kind))
            show(found)
            if until_idle and not any(each.is_in_progress for each in found):
                return


@contextmanager
def _display(*, as_json: bool) -> Iterator[Callable[[Sequence[Resource]], None]]:
    if not is_terminal() or as_json:
        yield _Changes(as_json=as_json)
        return
    from rich.live import Live  # noqa: PLC0415  # not for output that programs read

    with Live(console=new_console(), auto_refresh=False, vertical_overflow="visible") as live:
        yield lambda found: live.update(rich_table(COLUMNS, [each.row(shortened=True) for each in found]), refresh=True)


class _Changes:
    """Prints what has changed since the last round."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._shown: dict[str, str] = {}

    def __call__(self, found: Sequence[Resource]) -> None:
        lines = {each.id: json.dumps(each.document) if self._as_json else each.line() for each in found}
        for identifier, line in lines.items():
            if self._shown.get(identifier) != line:
                click.echo(line)
        for identifier in self._shown.keys() - lines.keys():
            if not self._as_json:
                click.echo(f"{identifier}  removed")
        self._shown = lines
