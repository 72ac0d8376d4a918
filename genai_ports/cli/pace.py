"""`genai-ports pace`: the pace of a world on a running server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from genai_ports.cli import choices
from genai_ports.cli.command import Command
from genai_ports.cli.server_command import of_server, print_json

if TYPE_CHECKING:
    from genai_ports.cli.control_client import ControlClient


@click.command(
    cls=Command,
    examples="""genai-ports pace
    genai-ports pace 10m
    genai-ports pace manual --tenancy team-a""",
)
@click.argument("pace", required=False, shell_complete=choices.paces)
@of_server
def pace(server: ControlClient, *, pace: str | None, as_json: bool) -> None:
    """Show the pace of a world, or set that of all its work.

    PACE is instant, seconds, a time such as 2s, 10m or 1h, realistic, reads:3 or manual. It applies to new work, and to
    the work in progress, which counts from now. `genai-ports work pace` sets the pace of one resource.
    """
    shown = server.get("/pace") if pace is None else server.put("/pace", {"pace": pace})
    if as_json:
        print_json(shown)
    else:
        click.echo(shown["pace"])
