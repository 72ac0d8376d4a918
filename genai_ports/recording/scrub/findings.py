"""Findings: places in a cassette that look like a secret. A finding never has the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.errors import GenAiError

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_SHOWN: Final = 20


class Finding(NamedTuple):
    """A place that looks like a secret.

    Args:
        place: such as `interaction 3: response.body: items[0].description`.
        kind: what it looks like, such as `e-mail address`.
    """

    place: str
    kind: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}"


class UnsafeRecording(GenAiError):
    """A recording has something that looks like a secret, and nothing was written. The message lists the places.

    Args:
        findings: the places.
        name: of the recording, for the message.
    """

    def __init__(self, findings: Iterable[Finding], name: str = "the recording") -> None:
        self.findings = tuple(findings)
        shown = "\n  ".join(map(str, self.findings[:_MOST_SHOWN]))
        more = len(self.findings) - _MOST_SHOWN
        rest = f"\n  and {more} more" if more > 0 else ""
        super().__init__(f"{name} was not written, because it may hold secrets; remove them at:\n  {shown}{rest}")
