"""Comparing recordings with the simulator: which rows of `docs/fidelity.md` they confirm or contradict."""

from __future__ import annotations

from pathlib import Path

from genai_ports.recording.cassette import Cassette, load_cassette
from genai_ports.recording.compare.acceptance import accept, load_accepted
from genai_ports.recording.compare.findings import Comparison, Difference, RowSummary
from genai_ports.recording.compare.playing import play
from genai_ports.recording.provenance import Provenance, load_provenance

__all__ = ["Comparison", "Difference", "RowSummary", "compare", "compare_cassette"]


def compare(path: Path | str, *, accept_file: Path | str | None = None) -> Comparison:
    """Play a cassette against a fresh simulator, and compare every response.

    Args:
        path: the cassette.
        accept_file: differences that are accepted, with reasons; default: the file beside the cassette with the suffix
            `.accepted.toml`, if there is one.

    Raises:
        ConfigurationError: a file cannot be read; the message says where.
    """
    file = Path(accept_file) if accept_file else Path(path).with_suffix(".accepted.toml")
    comparison = compare_cassette(load_cassette(path), load_provenance(path), name=str(path))
    return accept(comparison, load_accepted(file)) if accept_file or file.exists() else comparison


def compare_cassette(cassette: Cassette, provenance: Provenance, *, name: str = "the cassette") -> Comparison:
    """Play interactions against a fresh simulator, and compare every response.

    Args:
        cassette: the interactions.
        provenance: where they come from; parts that it lists as unknown are not compared.
        name: for the report.
    """
    return play(cassette, provenance, name)
