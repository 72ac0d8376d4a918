"""`genai-ports ls`: list the resources of a running server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from genai_ports.cli.choices import KIND
from genai_ports.cli.resources import COLUMNS, read_world
from genai_ports.cli.server_command import ServerCommand, is_terminal, of_server, print_json, print_table

if TYPE_CHECKING:
    from genai_ports.cli.control_client import ControlClient


@click.command(
    cls=ServerCommand,
    examples="""genai-ports ls
    genai-ports ls models
    genai-ports ls workRequests --json""",
)
@click.argument("kind", type=KIND, required=False, metavar="[KIND]")
@click.option("--all", "with_deleted", is_flag=True, help="List deleted resources too.")
@of_server
def ls(server: ControlClient, *, kind: str | None, with_deleted: bool, as_json: bool) -> None:
    """List the resources of a running server.

    KIND is the name of a collection, such as importedModels; default: all but workRequests. Base models are not listed.
    """
    found = [each for each in read_world(server).of(kind) if with_deleted or not each.is_deleted]
    if as_json:
        print_json({"items": [each.document for each in found]})
        return
    rows = [each.row(shortened=is_terminal()) for each in found]
    print_table(COLUMNS, rows, empty="There are no resources.")
