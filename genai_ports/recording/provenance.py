"""Where a cassette comes from: a file beside it, so that no tool that rewrites the cassette loses it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from genai_ports.api.value import Value, value
from genai_ports.errors import ConfigurationError

SUFFIX: Final = ".provenance.json"

SERVICE: Final = "service"
"""Recorded from the real service."""
FAKE: Final = "fake"
"""Recorded from the fake server."""
PRINTED: Final = "printed"
"""Made from what a client of the real service printed; `unknown` lists what the client did not print."""
UNSTATED: Final = "unstated"
"""Recorded by somebody else, who did not say from where."""
SOURCES: Final = (SERVICE, FAKE, PRINTED, UNSTATED)


@value
class Provenance(Value):
    """Where a cassette comes from.

    Args:
        source: one of `SOURCES`.
        recorded: the day, such as `2026-11-27`.
        scenario: the name of the scenario that it holds; empty for none.
        region: the id of the region of most calls.
        seed: the seed of the fake server; empty for the real service.
        sdk: name and version of the client, such as `oci 2.189.0`.
        scrubber: the version of the scrubber that cleaned it; 0 for none.
        unknown: the parts of each interaction that were not observed, such as `request.headers`.
        note: what a reader must know, such as where an observation was published.

    Raises:
        ConfigurationError: the source is not one of `SOURCES`.
    """

    source: str
    recorded: str = ""
    scenario: str = ""
    region: str = ""
    seed: str = ""
    sdk: str = ""
    scrubber: int = 0
    unknown: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        """Check the source."""
        if self.source not in SOURCES:
            raise ConfigurationError(f"the source of a cassette must be one of {', '.join(SOURCES)}")


def provenance_path(cassette: Path | str) -> Path:
    """Return the path of the file beside a cassette.

    Example:
        >>> provenance_path("cassettes/import.yaml").name
        'import.provenance.json'
    """
    return Path(cassette).with_suffix(SUFFIX)


def load_provenance(cassette: Path | str) -> Provenance:
    """Read where a cassette comes from; the source is `unstated` if there is no file beside it.

    Args:
        cassette: the path of the cassette.

    Raises:
        ConfigurationError: the file beside the cassette cannot be read.
    """
    path = provenance_path(cassette)
    if not path.exists():
        return Provenance(source=UNSTATED)
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        document["unknown"] = tuple(document.get("unknown", ()))
        return Provenance(**document)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"cannot read {path}: {error}") from None


def provenance_text(provenance: Provenance) -> str:
    """Write a provenance as JSON, without the empty fields."""
    return json.dumps({name: given for name, given in asdict(provenance).items() if given}, indent=2) + "\n"
