"""`genai-ports ls`: list the resources of a running server."""

from __future__ import annotations

import json
from itertools import chain
from textwrap import indent
from typing import TYPE_CHECKING

import click

from genai_ports.api.kinds import MODEL
from genai_ports.cli import choices
from genai_ports.cli.command import Command
from genai_ports.cli.resources import COLUMNS, list_base_models, list_resources
from genai_ports.cli.server_command import is_terminal, of_server, print_rows
from genai_ports.regions import region as known_region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from genai_ports.cli.control_client import ControlClient
    from genai_ports.cli.resources import Resource


@click.command(
    cls=Command,
    examples="""genai-ports ls
    genai-ports ls models --region eu-frankfurt-1
    genai-ports ls workRequests --json""",
)
@click.argument("kind", type=choices.KIND, required=False, metavar="[KIND]")
@click.option("--all", "with_deleted", is_flag=True, help="List deleted resources too.")
@click.option("--region", shell_complete=choices.regions, help="Only resources in a region; default: all regions.")
@of_server
def ls(server: ControlClient, *, kind: str | None, with_deleted: bool, region: str | None, as_json: bool) -> None:
    """List the resources of a running server, newest first.

    KIND is the name of a collection, such as importedModels; default: all but workRequests. `ls models` also lists
    Oracle's base models: those of --region, or of the server's own region.
    """
    found = (each for each in _all(server, kind, region) if with_deleted or not each.is_deleted)
    if as_json:
        _print_items(found)
    else:
        rows = (each.row(shortened=is_terminal()) for each in found)
        print_rows(COLUMNS, rows, empty="There are no resources.")


def _all(server: ControlClient, kind: str | None, region: str | None) -> Iterator[Resource]:
    where = known_region(region).id if region else None
    created = list_resources(server, kind, region=where)
    return chain(created, list_base_models(server, where)) if kind == MODEL.collection else created


def _print_items(found: Iterable[Resource]) -> None:
    """Print the documents as `print_json` does, one by one."""
    click.echo('{\n  "items": [', nl=False)
    separator = end = ""
    for each in found:
        text = indent(json.dumps(each.document, indent=2, ensure_ascii=False), "    ")
        click.echo(f"{separator}\n{text}", nl=False)
        separator, end = ",", "\n  "
    click.echo(f"{end}]\n}}")
