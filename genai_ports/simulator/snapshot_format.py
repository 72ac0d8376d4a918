"""The format of snapshots: its name, its version and its parts."""

from __future__ import annotations

from typing import Any, Final

from genai_ports.api.display import named
from genai_ports.errors import InvalidInput
from genai_ports.simulator.state.damage import Damaged

FORMAT: Final = "genai-ports world"
VERSION: Final = 2
"""Increases with each change that an older release cannot read."""
_PARTS: Final = ("settings", "clock", "keys", "limits", "policies", "faults", "scheduler", "world", "journal")


def check(data: Any) -> None:
    """Refuse what is not a snapshot that this version reads.

    Raises:
        InvalidInput: it is not.
    """
    found = (data.get("format"), data.get("version")) if isinstance(data, dict) else (None, None)
    if found[0] != FORMAT:
        raise InvalidInput(f"a snapshot is a dict with format={FORMAT!r}, as Simulator.snapshot() returns it")
    if found[1] != VERSION:
        is_older = found[1] in range(VERSION)
        advice = "make the world again with this release" if is_older else "upgrade genai_ports"
        raise InvalidInput(f"the snapshot has version {named(found[1])}, and this release reads {VERSION}: {advice}")
    for name in _PARTS:
        if name not in data:
            raise Damaged(name, "it is missing")
