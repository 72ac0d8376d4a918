"""`genai-ports clock`: the clock of a world on a running server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from genai_ports.cli.choices import duration as read_duration
from genai_ports.cli.command import Command
from genai_ports.cli.server_command import of_server, print_json

if TYPE_CHECKING:
    from genai_ports.cli.control_client import ControlClient


@click.command(
    cls=Command,
    examples="""genai-ports clock
    genai-ports clock +1h
    genai-ports clock +2d --tenancy team-a""",
)
@click.argument("duration", type=read_duration, required=False, metavar="[DURATION]")
@of_server
def clock(server: ControlClient, *, duration: float | None, as_json: bool) -> None:
    """Show the time of a world, or move its clock forward.

    DURATION is such as +30s, +10m, +1h30m or +2d. A real clock moves too, and goes on from there.
    """
    shown = server.get("/clock") if duration is None else server.post("/clock", {"advance": duration})
    if as_json:
        print_json(shown)
    else:
        click.echo(shown["time"])
