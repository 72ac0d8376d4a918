"""`genai-ports reset`: start a world on a running server again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from genai_ports.cli import choices
from genai_ports.cli.command import Command
from genai_ports.cli.server_command import of_server, print_json

if TYPE_CHECKING:
    from genai_ports.cli.control_client import ControlClient


@click.command(
    cls=Command,
    examples="""genai-ports reset
    genai-ports reset --seed 7 --pace 10m
    genai-ports reset --tenancy team-a""",
)
@click.option("--seed", help="Seed of all generated ids and etags.")
@click.option("--region", shell_complete=choices.regions, help="Region of paths that name no region.")
@click.option("--pace", shell_complete=choices.paces, help="Speed of asynchronous work, such as 2s, 10m or realistic.")
@click.option("--limits", type=click.Choice(("generous", "strict")), help="Default service limits.")
@click.option("--mode", "modes", multiple=True, shell_complete=choices.modes, help="Enable a mode; repeat for more.")
@of_server
def reset(server: ControlClient, *, as_json: bool, modes: tuple[str, ...], **given: Any) -> None:
    """Start the world of a tenancy again.

    Its resources, faults and journal are removed. Settings that you omit are those of the server.
    """
    settings = {name: item for name, item in given.items() if item is not None}
    started = server.post("/reset", {**settings, **({"modes": list(modes)} if modes else {})})
    if as_json:
        print_json(started)
    else:
        click.echo(f"seed {started['seed']}, region {started['region']}, {started['time']}")
