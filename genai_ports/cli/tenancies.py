"""`genai-ports tenancies`: the tenancies that a running server has worlds for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from genai_ports.cli.command import Command
from genai_ports.cli.server_command import of_server, print_json, print_table

if TYPE_CHECKING:
    from genai_ports.cli.command import Json
    from genai_ports.cli.control_client import ControlClient

_COLUMNS: Final = ("Tenancy", "Resources", "Calls", "Last call")


@click.command(cls=Command, examples="genai-ports tenancies")
@of_server
def tenancies(server: ControlClient, *, as_json: bool) -> None:
    """List the tenancies that have a world on a running server.

    A client of a tenancy finds its resources in the world of that tenancy: see the option --tenancy of other commands.
    """
    found = server.get("/tenancies")
    if as_json:
        print_json(found)
    else:
        print_table(_COLUMNS, [_row(each) for each in found["items"]], empty="There are no tenancies.")


def _row(item: Json) -> tuple[str, ...]:
    counts = ", ".join(f"{number} {kind}" for kind, number in item["counts"].items() if number)
    name = f"{item['tenancy']} (default)" if item["isDefault"] else item["tenancy"]
    return name, counts, str(item["calls"]), item.get("lastCall", "")[:19].replace("T", " ")
