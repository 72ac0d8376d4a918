"""`genai-ports mirror`: read real compartments into a scrubbed world file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from genai_ports.backends.sdk import SdkModelRepository
from genai_ports.recording.mirror import mirror

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console


def run_mirror(
    console: Console,
    to: Path,
    *,
    compartments: Sequence[str],
    regions: Sequence[str],
    profile: str | None,
    endpoint: str | None,
) -> str:
    """Mirror compartments with a progress bar, and return the report.

    Args:
        console: shows the progress if it is a terminal.
        to: the world file.
        compartments: the OCIDs of the compartments.
        regions: ids or codes.
        profile: a profile of `~/.oci/config`; None for `DEFAULT`.
        endpoint: the root URL of a server in place of the real service.
    """
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        SdkModelRepository(profile=profile, endpoint=endpoint, region=regions[0]) as genai,
        Progress(*columns, console=console, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task("reading", total=None)
        done = mirror(
            genai.backend,
            to,
            compartments=compartments,
            regions=regions,
            progress=lambda number, total: bar.update(task, completed=number, total=total),
        )
    lines = [f"{done.resources} resources, base models and work requests in {to}"]
    if done.resumed:
        lines.append(f"{done.resumed} of them were read by an earlier run")
    if done.vanished:
        lines.append(f"{done.vanished} vanished while they were read, and are left out")
    lines += [f"compartment {number}: {each}" for number, each in enumerate(done.compartments, 1)]
    return "\n".join(lines)
