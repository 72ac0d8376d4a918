"""`genai-ports fault`: faults of later calls, and failures of later work, on a running server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from genai_ports.api.names import camel
from genai_ports.cli import choices
from genai_ports.cli.command import HELP_OPTIONS, Command, Group
from genai_ports.cli.server_command import of_server, print_json, print_table

if TYPE_CHECKING:
    from genai_ports.cli.command import Json
    from genai_ports.cli.control_client import ControlClient

_PATHS: Final = ("/faults", "/failing-work")
_COLUMNS: Final = ("Operation", "What", "Times", "Where")
_WHERE: Final = ("region", "resource", "compartmentId", "displayName", "nth", "every", "when")
_ANY: Final = "any"


@click.group(cls=Group, context_settings=HELP_OPTIONS)
def fault() -> None:
    """Add, list and remove faults of later calls on a running server."""


@fault.command(
    cls=Command,
    examples="""genai-ports fault add create_model --status 429 --retry-after 5s --times 2
    genai-ports fault add --latency 30s
    genai-ports fault add delete_endpoint --damage reset --committed
    genai-ports fault add create_model --failure out-of-capacity""",
)
@click.argument("operation", required=False, shell_complete=choices.operations)
@click.option("--status", type=int, help="HTTP status of an error, 400 to 599.")
@click.option("--code", help="Code of the error, such as TooManyRequests.")
@click.option("--message", help="Message of the error; default: the usual one.")
@click.option("--retry-after", type=choices.duration, help="Time in the header retry-after, such as 5s.")
@click.option("--latency", type=choices.duration, help="Delay of the response, such as 30s.")
@click.option(
    "--damage",
    type=click.Choice(("reset", "time-out", "cut", "not-json")),
    help="How the response is lost or damaged.",
)
@click.option("--committed", is_flag=True, default=None, help="Carry out the call before its response is lost.")
@click.option("--failure", shell_complete=choices.failures, help="The work that the call starts fails in this way.")
@click.option("--percent", type=float, help="At which percentage the work fails, 0 to 99.")
@click.option("--times", help="How many calls, or always; default: 1.")
@click.option("--nth", type=int, help="Only the call with this number, from 1.")
@click.option("--every", type=int, help="Only every call whose number is a multiple.")
@click.option("--region", shell_complete=choices.regions, help="Only calls to a region.")
@click.option("--resource", help="Only calls about an OCID.")
@click.option("--compartment-id", help="Only calls for a compartment.")
@click.option("--display-name", help="Only calls about a resource of this name.")
@of_server
def add(server: ControlClient, *, as_json: bool, **given: Any) -> None:
    """Add a fault of later calls, or of their work.

    OPERATION is such as create_model; default: all calls.
    """
    properties = {camel(name): item for name, item in given.items() if item is not None}
    if properties.get("times", "").isdigit():
        properties["times"] = int(properties["times"])
    is_of_work = "failure" in properties or "percent" in properties
    added = server.post(_PATHS[is_of_work], properties)
    if as_json:
        print_json(added["items"][-1])
    else:
        _print(added["items"][-1:])


@fault.command("ls", cls=Command, examples="genai-ports fault ls")
@of_server
def list_faults(server: ControlClient, *, as_json: bool) -> None:
    """List the faults, and the failures of work, that are still to come."""
    faults, failing_work = (server.get(path)["items"] for path in _PATHS)
    if as_json:
        print_json({"faults": faults, "failingWork": failing_work})
    else:
        _print([*faults, *failing_work])


@fault.command(cls=Command, examples="genai-ports fault clear")
@of_server
def clear(server: ControlClient, *, as_json: bool) -> None:
    """Remove all faults, and all failures of later work."""
    for path in _PATHS:
        server.delete(path)
    if as_json:
        print_json({"faults": [], "failingWork": []})
    else:
        click.echo("There are no faults.")


def _print(items: list[Json]) -> None:
    print_table(_COLUMNS, [_row(each) for each in items], empty="There are no faults.")


def _row(item: Json) -> tuple[str, ...]:
    shown = {name: each for name, each in item.items() if each not in (None, False, 0)}
    operation, times = shown.pop("operation", _ANY), shown.pop("times", "")
    where = ", ".join(f"{name} {shown.pop(name)}" for name in _WHERE if name in shown)
    return operation, ", ".join(f"{name} {_number(each)}" for name, each in shown.items()), str(times), where


def _number(item: Json) -> str:
    return f"{item:g}" if isinstance(item, float) else str(item)
