"""`genai-ports scrub`: remove secrets from cassettes, or check that they have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from genai_ports.cli.command import FILE, Command
from genai_ports.errors import ConfigurationError
from genai_ports.recording.cassette import load_cassette
from genai_ports.recording.provenance import load_provenance
from genai_ports.recording.saving import save_recording
from genai_ports.recording.scrub import check_cassette, check_provenance

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@click.command(
    cls=Command,
    examples="""genai-ports scrub --check cassettes
    genai-ports scrub mine.yaml""",
)
@click.argument("paths", nargs=-1, required=True, type=FILE)
@click.option("--check", is_flag=True, help="Change nothing; list the places that look like a secret.")
@click.option("--to", "directory", type=FILE, help="Write to this directory; default: replace the files.")
@click.pass_context
def scrub(ctx: click.Context, paths: tuple[Path, ...], directory: Path | None, *, check: bool) -> None:
    """Remove secrets and private names from cassettes.

    PATHS are cassettes of vcrpy, pytest-recording or genai-ports, or directories of them. A cassette that still looks
    like a secret is not written: the command lists the places, and the exit status is 1.
    """
    if check and directory:
        raise click.UsageError("--check writes nothing: omit --to")
    if not check:
        for path in scrub_files(paths, directory):
            click.echo(f"{path}: scrubbed")
        return
    found = check_files(paths)
    for path, places in found.items():
        for place in places:
            click.echo(f"{path}: {place}")
    click.echo(f"{len(found)} cassettes checked, {sum(map(len, found.values()))} places found")
    ctx.exit(1 if any(found.values()) else 0)


def scrub_files(paths: Iterable[Path], directory: Path | None) -> list[Path]:
    """Scrub cassettes, in place or into another directory.

    Returns:
        The files that were written.

    Raises:
        UnsafeRecording: a cassette still looks like a secret; it is not written, and neither are those after it.
    """
    written = []
    for path in cassettes_in(paths):
        target = directory / path.name if directory else path
        if directory:
            directory.mkdir(parents=True, exist_ok=True)
        save_recording(target, load_cassette(path).interactions, load_provenance(path))
        written.append(target)
    return written


def check_files(paths: Iterable[Path]) -> dict[Path, list[str]]:
    """Check cassettes and their provenance.

    Returns:
        By file, the places that are not scrubbed or look like a secret.
    """
    return {
        path: [str(each) for each in (*check_cassette(load_cassette(path)), *check_provenance(load_provenance(path)))]
        for path in cassettes_in(paths)
    }


def cassettes_in(paths: Iterable[Path]) -> list[Path]:
    """List files, and the cassettes in directories and below.

    Raises:
        ConfigurationError: there is none.
    """
    found = [file for path in paths for file in (_below(path) if path.is_dir() else [path])]
    if not found:
        raise ConfigurationError("there is no cassette (*.yaml) at these paths")
    return found


def _below(directory: Path) -> list[Path]:
    return sorted({*directory.rglob("*.yaml"), *directory.rglob("*.yml")})
