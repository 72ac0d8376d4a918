"""Scrubbing of resources: pseudonyms as in cassettes, but names that keep their order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from genai_ports.recording.cassette import Cassette, Interaction
from genai_ports.recording.scrub import UnsafeRecording, check_cassette
from genai_ports.recording.scrub.bodies import KEPT, dump, scrub_body
from genai_ports.regions import DEFAULT_REGION, endpoint_url
from genai_ports.wire.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST: Final = 4
"""A shorter name is part of too many words to be replaced inside of texts."""


class WorldScrubber:
    """Scrubs the resources of one mirror.

    Args:
        names: the display names that users chose. Their pseudonyms sort as they do.
    """

    def __init__(self, names: Iterable[str]) -> None:
        ordered = sorted(names)
        self._names = {name: f"{KEPT}-name-{number:06}" for number, name in enumerate(ordered, 1)}
        self._used: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Scrub a text, such as an OCID."""
        found: str = json.loads(scrub_body(dump({"text": text})))["text"]
        return found

    def resource(self, data: dict[str, Any]) -> dict[str, Any]:
        """Scrub the data of a resource."""
        name = data.get("displayName")
        if name in self._names:
            data = {**data, "displayName": self._names[name]}
            if "id" in data and len(name) >= _SHORTEST:
                self._used[name] = self._names[name]
        return self._scrubbed(data)

    def texts(self, data: dict[str, Any]) -> dict[str, Any]:
        """Scrub an entry of a log, or an error."""
        return self._scrubbed(data)

    def _scrubbed(self, data: dict[str, Any]) -> dict[str, Any]:
        texts = {key: self._without_names(data[key]) for key in ("message", "lifecycleDetails") if key in data}
        found: dict[str, Any] = json.loads(scrub_body(dump({**data, **texts})))
        return found

    def _without_names(self, text: str) -> str:
        for name, pseudonym in self._used.items():
            if name in text:
                text = text.replace(name, pseudonym)
        return text

    @staticmethod
    def check(documents: Iterable[dict[str, Any]]) -> None:
        """Refuse to write what is not scrubbed, or looks like a secret.

        Raises:
            UnsafeRecording: there is such a place.
        """
        request = HttpRequest("GET", "/20231130/models")
        origin = endpoint_url(DEFAULT_REGION)
        made = (Interaction(origin, request, HttpResponse(200, {}, dump(each))) for each in documents)
        findings = check_cassette(Cassette(tuple(made)))
        if findings:
            raise UnsafeRecording(findings, "the mirror")
