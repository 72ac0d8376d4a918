"""`genai-ports mirror`: read real compartments into a scrubbed world file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from genai_ports.backends.sdk import SdkModelRepository
from genai_ports.cli.command import FILE, Command
from genai_ports.cli.report import new_console
from genai_ports.recording.mirror import mirror as read_compartments

if TYPE_CHECKING:
    from pathlib import Path

    from genai_ports.recording.mirror import Mirrored


@click.command(
    cls=Command,
    examples="genai-ports mirror --to world.json --compartment ocid1.compartment.oc1..a --region us-chicago-1",
)
@click.option("--to", required=True, type=FILE, help="World file to write.")
@click.option("--compartment", "compartments", required=True, multiple=True, help="OCID; repeat for more.")
@click.option("--region", "regions", required=True, multiple=True, help="Region to read; repeat for more.")
@click.option("--profile", "oci_profile", help="Profile of ~/.oci/config; default: DEFAULT.")
@click.option("--endpoint", help="Root URL of a server to read in place of the real service.")
def mirror(
    *,
    to: Path,
    compartments: tuple[str, ...],
    regions: tuple[str, ...],
    oci_profile: str | None,
    endpoint: str | None,
) -> None:
    """Read a tenancy into a scrubbed world file.

    `genai-ports serve --world` starts from the file, and so does a simulator. Only reads are sent. After an
    interruption, the same command continues where it stopped.
    """
    console = new_console()
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        SdkModelRepository(profile=oci_profile, endpoint=endpoint, region=regions[0]) as genai,
        Progress(*columns, console=console, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task("reading", total=None)
        done = read_compartments(
            genai.backend,
            to,
            compartments=compartments,
            regions=regions,
            progress=lambda number, total: bar.update(task, completed=number, total=total),
        )
    click.echo(_report(to, done))


def _report(to: Path, done: Mirrored) -> str:
    lines = [f"{done.resources} resources, base models and work requests in {to}"]
    if done.resumed:
        lines.append(f"{done.resumed} of them were read by an earlier run")
    if done.vanished:
        lines.append(f"{done.vanished} vanished while they were read, and are left out")
    lines += [f"compartment {number}: {each}" for number, each in enumerate(done.compartments, 1)]
    return "\n".join(lines)
