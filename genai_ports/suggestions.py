"""Suggesting what somebody may have meant, for the end of an error message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_COMPARED = 200
"""Comparing takes time that grows with the square of the length; no name of ours is longer."""


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Suggest the known name that is nearest; nothing where none is near.

    Example:
        >>> did_you_mean("sed", ["seed", "pace"])
        '; did you mean seed?'
        >>> did_you_mean("colour", ["seed", "pace"])
        ''
    """
    from difflib import get_close_matches  # noqa: PLC0415  # only a refusal needs it

    near = get_close_matches(given[:_LONGEST_COMPARED], known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
