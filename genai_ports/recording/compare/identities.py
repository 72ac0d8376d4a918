"""Identities: which OCID, etag and page token of a recording is which one of the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.recording.compare.forms import OCID

if TYPE_CHECKING:
    from re import Match


class Identities:
    """Pairs of recorded and simulated ids."""

    def __init__(self) -> None:
        self.ocids: dict[str, str] = {}
        self.etags: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def copy(self) -> Identities:
        """Return a copy that shares nothing."""
        new = Identities()
        new.ocids, new.etags, new.tokens = dict(self.ocids), dict(self.etags), dict(self.tokens)
        new.names = dict(self.names)
        return new

    def translate(self, text: str) -> str:
        """Replace the recorded OCIDs in a text by the simulated ones; those that are not known stay."""
        if text in self.names:
            return self.names[text]

        def simulated(found: Match[str]) -> str:
            return self.ocids.get(found[0], found[0])

        return OCID.sub(simulated, text) if "ocid1." in text else text

    def translate_all(self, document: Any) -> Any:
        """Replace the recorded OCIDs in a JSON value."""
        if isinstance(document, str):
            return self.translate(document)
        if isinstance(document, dict):
            return {name: self.translate_all(part) for name, part in document.items()}
        if isinstance(document, list):
            return [self.translate_all(part) for part in document]
        return document

    @staticmethod
    def pair(pairs: dict[str, str], recorded: str, simulated: str) -> bool:
        """Pair a recorded id with a simulated one; return whether that agrees with the pairs before."""
        if recorded in pairs:
            return pairs[recorded] == simulated
        if simulated in pairs.values():
            return False
        pairs[recorded] = simulated
        return True
