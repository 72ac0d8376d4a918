"""`genai-ports show`: one resource of a running server, with its work and its timeline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from genai_ports.cli.command import Command
from genai_ports.cli.resources import find_resource
from genai_ports.cli.server_command import of_server, plain_table, print_json
from genai_ports.ocids import short

if TYPE_CHECKING:
    from genai_ports.cli.command import Json
    from genai_ports.cli.control_client import ControlClient
    from genai_ports.cli.resources import Resource

_WORK: Final = ("Operation", "Status", "Progress", "Accepted", "Finished", "OCID")


@click.command(
    cls=Command,
    examples="""genai-ports show ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaaqnwf4gya3bvmjlhzxo2r
    genai-ports show hzxo2r --json""",
)
@click.argument("ocid")
@of_server
def show(server: ControlClient, *, ocid: str, as_json: bool) -> None:
    """Show a resource with its work requests and its timeline.

    OCID is that of a resource, work request or base model, or the end of it.
    """
    found, works = find_resource(server, ocid)
    timeline = server.get("/timeline", resource=found.id)["items"]
    if as_json:
        print_json(
            {"resource": found.document, "workRequests": [each.document for each in works], "timeline": timeline}
        )
        return
    click.echo("\n\n".join((_facts(found.document), _work(works), _timeline(timeline))))


def _facts(document: Json) -> str:
    width = max(map(len, document))
    return "\n".join(f"{name:{width}}  {_shown(item)}" for name, item in document.items())


def _shown(item: Json) -> str:
    return json.dumps(item)[1:-1] if isinstance(item, str) else json.dumps(item)


def _work(works: tuple[Resource, ...]) -> str:
    rows = [(each.name, each.state, each.progress, *_times(each.document), each.id) for each in works]
    return plain_table(_WORK, rows)


def _times(work: Json) -> tuple[str, str]:
    return _second(work.get("timeAccepted", "")), _second(work.get("timeFinished", ""))


def _timeline(moments: Json) -> str:
    return "\n".join(f"{_second(moment['time'])}  {short(_shown(moment['what']))}" for moment in moments)


def _second(time: str) -> str:
    return time[:19].replace("T", " ")
