"""Accepted differences: a TOML file that says which differences are known, and why."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.value import replaced
from genai_ports.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from genai_ports.recording.compare.findings import Comparison, Difference

_KEYS: Final = frozenset({"place", "kind", "reason"})


class Accepted(NamedTuple):
    """One entry of the file.

    Args:
        place: a place; `*` stands for any text.
        reason: why these differences are accepted.
        kind: the kind of the differences; None for any.
    """

    place: str
    reason: str
    kind: str | None = None

    def matches(self, difference: Difference) -> bool:
        """Whether the entry is for a difference."""
        pattern = ".*".join(map(re.escape, self.place.split("*")))
        return self.kind in (None, difference.kind) and re.fullmatch(pattern, difference.place) is not None


def load_accepted(path: Path) -> tuple[Accepted, ...]:
    """Read a file of accepted differences: tables `[[accepted]]` with `place`, `reason` and perhaps `kind`.

    Raises:
        ConfigurationError: the file cannot be read, or an entry is not complete.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"cannot read {path}: {error}") from None
    entries = document.get("accepted", [])
    if not isinstance(entries, list) or set(document) - {"accepted"}:
        raise ConfigurationError(f"{path}: use tables [[accepted]] and nothing else")
    return tuple(_read(entry, f"{path}: entry {number}") for number, entry in enumerate(entries, 1))


def accept(comparison: Comparison, accepted: tuple[Accepted, ...]) -> Comparison:
    """Give each difference the reason of the first entry that is for it, and list the entries that are for none."""
    used: set[Accepted] = set()
    differences = []
    for difference in comparison.differences:
        entry = next((each for each in accepted if each.matches(difference)), None)
        if entry is not None:
            used.add(entry)
        differences.append(replaced(difference, reason=entry.reason) if entry else difference)
    unused = tuple(each.place for each in accepted if each not in used)
    return comparison.accepting(tuple(differences), unused)


def _read(entry: object, where: str) -> Accepted:
    if not isinstance(entry, dict) or set(entry) - _KEYS or not all(isinstance(each, str) for each in entry.values()):
        raise ConfigurationError(f"{where}: use the keys {', '.join(sorted(_KEYS))} with strings")
    for name in ("place", "reason"):
        if not entry.get(name, "").strip():
            raise ConfigurationError(f"{where}: {name} is missing")
    return Accepted(**entry)
