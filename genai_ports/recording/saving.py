"""Saving a cassette with its provenance: scrubbed, checked, and written as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from genai_ports.api.value import replaced
from genai_ports.recording.cassette import Cassette, cassette_text
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
    texts = {Path(path): cassette_text(cassette), provenance_path(path): provenance_text(provenance)}
    with ExitStack() as drafts:
        written = {_draft(file, text, drafts): file for file, text in texts.items()}
        for draft, file in written.items():
            draft.replace(file)


def _draft(file: Path, text: str, drafts: ExitStack) -> Path:
    """Write a text to a new file in the same directory, which is removed if it is still there at the end."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    draft = Path(name)
    drafts.callback(draft.unlink, missing_ok=True)
    with open(handle, "w", encoding="utf-8") as stream:  # noqa: PTH123  # an open handle
        stream.write(text)
    mask = os.umask(0)
    os.umask(mask)
    draft.chmod(0o666 & ~mask)
    return draft
