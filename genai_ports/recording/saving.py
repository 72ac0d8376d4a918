"""Saving a cassette with its provenance: scrubbed, checked, and written as a whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genai_ports.api.value import replaced
from genai_ports.files import write_files
from genai_ports.recording.cassette import Cassette
from genai_ports.recording.cassette_text import cassette_text
from genai_ports.recording.provenance import provenance_path, provenance_text
from genai_ports.recording.scrub import SCRUBBER_VERSION, UnsafeRecording, check_cassette, check_provenance, scrubbed
from genai_ports.recording.scrub.texts import scrub_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.provenance import Provenance


def save_recording(path: Path | str, interactions: Iterable[Interaction], provenance: Provenance) -> Cassette:
    """Scrub a recording, check it, and write it with its provenance.

    Args:
        path: the file to write or replace, with the suffix `.yaml`.
        interactions: as recorded.
        provenance: where they come from; its `region` is that of requests that name none.

    Returns:
        The cassette as written.

    Raises:
        UnsafeRecording: something still looks like a secret; nothing is written.
    """
    cassette = scrubbed(Cassette(tuple(interactions)), provenance.region)
    save_cassette(
        path,
        cassette,
        replaced(provenance, note=scrub_text(provenance.note), scrubber=SCRUBBER_VERSION),
    )
    return cassette


def save_cassette(path: Path | str, cassette: Cassette, provenance: Provenance) -> None:
    """Check a cassette, and write it with its provenance beside it.

    Args:
        path: the file to write or replace, with the suffix `.yaml`.
        cassette: the interactions, scrubbed.
        provenance: where they come from.

    Raises:
        UnsafeRecording: something is not scrubbed or looks like a secret; nothing is written.
    """
    findings = (*check_cassette(cassette), *check_provenance(provenance))
    if findings:
        raise UnsafeRecording(findings, str(path))
    write_files({Path(path): cassette_text(cassette), provenance_path(path): provenance_text(provenance)})
