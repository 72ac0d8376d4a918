"""Saving a cassette with its provenance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genai_ports.recording.cassette import cassette_text
from genai_ports.recording.provenance import provenance_path, provenance_text

if TYPE_CHECKING:
    from genai_ports.recording.cassette import Cassette
    from genai_ports.recording.provenance import Provenance


def save_cassette(path: Path | str, cassette: Cassette, provenance: Provenance) -> None:
    """Write a cassette, and its provenance beside it.

    Args:
        path: the file to write or replace, with the suffix `.yaml`.
        cassette: the interactions.
        provenance: where they come from.
    """
    for file, text in ((Path(path), cassette_text(cassette)), (provenance_path(path), provenance_text(provenance))):
        draft = file.with_name(f"{file.name}.draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
