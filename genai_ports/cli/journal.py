"""`genai-ports journal`: the last calls to a running server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from genai_ports.cli import choices
from genai_ports.cli.command import Command
from genai_ports.cli.poll import rounds
from genai_ports.cli.server_command import is_terminal, of_server, print_json, print_table
from genai_ports.ocids import short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from genai_ports.cli.command import Json
    from genai_ports.cli.control_client import ControlClient

_COLUMNS: Final = ("Time", "Operation", "Resource", "Region", "Status", "Rule", "Fault")
_KEPT: Final = 1000
"""How many calls a world keeps."""


@click.command(
    cls=Command,
    examples="""genai-ports journal
    genai-ports journal --status 409 --operation delete_model
    genai-ports journal --follow""",
)
@click.option("-f", "--follow", is_flag=True, help="Print new calls as they come, until Ctrl-C.")
@click.option("-n", "--last", type=click.IntRange(1, _KEPT), default=20, show_default=True, help="How many calls.")
@click.option("--operation", shell_complete=choices.operations, help="Only calls of this operation.")
@click.option("--resource", help="Only calls about this OCID.")
@click.option("--status", help="Only calls with this HTTP status, such as 409.")
@click.option("--region", shell_complete=choices.regions, help="Only calls to this region.")
@click.option("--rule", help="Only calls that this rule refused, such as not-found.")
@click.option("--code", help="Only calls with this error code, such as IncorrectState.")
@of_server
def journal(server: ControlClient, *, follow: bool, last: int, as_json: bool, **filters: str | None) -> None:
    """Show the last calls to a running server.

    Below the calls are the texts of the rules that refused some of them.
    """
    rules = _rules(server)
    found = server.get("/journal", last=str(last), **filters)
    if not follow:
        _show_all(found["items"], rules, as_json=as_json)
        return
    for n, _ in enumerate(rounds()):
        if n:
            found = server.get("/journal", after=found.get("newest"), **filters)
        for entry in found["items"]:
            _show(entry, rules, as_json=as_json)


def _rules(server: ControlClient) -> Mapping[str, str]:
    return {rule["name"]: rule["text"] for rule in server.get("/rules")["items"]}


def _show_all(entries: Sequence[Json], rules: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json({"items": entries})
        return
    print_table(_COLUMNS, [_row(each) for each in entries], empty="There are no calls.")
    behind = dict.fromkeys(entry["rule"] for entry in entries if "rule" in entry)
    if behind:
        click.echo()
    for rule in behind:
        click.echo(f"{rule}: {rules.get(rule, 'a rule of another release')}")


def _show(entry: Json, rules: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(entry))
        return
    rule = f"{entry['rule']}: {rules.get(entry['rule'], '')}" if "rule" in entry else ""
    fault = f"fault: {entry['fault']}" if "fault" in entry else ""
    time, operation, resource, region, status, *_ = _row(entry)
    click.echo("  ".join(filter(None, (time, operation, resource, region, status, rule, fault))))


def _row(entry: Json) -> tuple[str, ...]:
    resource = entry.get("resource", "")
    return (
        entry["time"][:19].replace("T", " "),
        entry["operation"],
        short(resource) if is_terminal() else resource,
        entry["region"],
        str(entry.get("status", "no response")),
        entry.get("rule", ""),
        entry.get("fault", ""),
    )
