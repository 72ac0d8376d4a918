"""`genai-ports work`: steer the work that is in progress on a running server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from genai_ports.cli import choices
from genai_ports.cli.command import HELP_OPTIONS, Command, Group
from genai_ports.cli.resources import find_resource
from genai_ports.cli.server_command import of_server, print_json

if TYPE_CHECKING:
    from genai_ports.cli.control_client import ControlClient


@click.group(cls=Group, context_settings=HELP_OPTIONS)
def work() -> None:
    """Steer the work that is in progress on a running server.

    OCID is that of a resource or of its work request, or the end of it.
    """


@work.command(cls=Command, examples="genai-ports work finish hzxo2r")
@click.argument("ocid")
@of_server
def finish(server: ControlClient, *, ocid: str, as_json: bool) -> None:
    """Finish the work on a resource now."""
    _act(server, ocid, "finish", as_json=as_json)


@work.command(
    cls=Command,
    examples="""genai-ports work fail hzxo2r
    genai-ports work fail hzxo2r out-of-capacity --percent 40""",
)
@click.argument("ocid")
@click.argument("failure", required=False, shell_complete=choices.failures)
@click.option("--percent", type=float, help="At which percentage, 0 to 99; default: that of the failure, or 0.")
@click.option("--code", help="Code of the error of the work request.")
@click.option("--message", help="Message of that error, and lifecycle details of the resource.")
@of_server
def fail(server: ControlClient, *, ocid: str, as_json: bool, **given: Any) -> None:
    """Make the work on a resource fail.

    FAILURE is the name of a usual failure, such as out-of-capacity.
    """
    _act(server, ocid, "fail", as_json=as_json, **given)


@work.command(cls=Command, examples="genai-ports work progress hzxo2r 40")
@click.argument("ocid")
@click.argument("percent", type=float)
@of_server
def progress(server: ControlClient, *, ocid: str, percent: float, as_json: bool) -> None:
    """Set the percentage of the work on a resource, 0 to 99."""
    _act(server, ocid, "progress", as_json=as_json, percent=percent)


@work.command(
    cls=Command,
    examples="""genai-ports work pace hzxo2r 10m
    genai-ports work pace hzxo2r manual""",
)
@click.argument("ocid")
@click.argument("pace", shell_complete=choices.paces)
@of_server
def pace(server: ControlClient, *, ocid: str, pace: str, as_json: bool) -> None:
    """Set the pace of the work on a resource.

    PACE is such as 10m, realistic or manual. `genai-ports pace` sets that of all work.
    """
    _act(server, ocid, "pace", as_json=as_json, pace=pace)


def _act(server: ControlClient, ocid: str, action: str, *, as_json: bool, **given: Any) -> None:
    found = find_resource(server, ocid).resource
    server.post("/work", {"id": found.id, "action": action, **given})
    after = find_resource(server, found.id).resource
    if as_json:
        print_json(after.document)
    else:
        click.echo(after.line())
