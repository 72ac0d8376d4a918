"""`genai-ports scrub`: remove secrets from cassettes, or check that they have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.errors import ConfigurationError
from genai_ports.recording.cassette import load_cassette
from genai_ports.recording.provenance import load_provenance
from genai_ports.recording.saving import save_recording
from genai_ports.recording.scrub import check_cassette, check_provenance

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


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
