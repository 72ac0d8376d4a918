"""Suggestions of known names that are similar to a wrong one, for the end of an error message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_COMPARED = 200
"""The time to compare grows with the square of the length; no known name is longer."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Suggest the most similar known name; return an empty text if none is similar.

    Example:
        >>> did_you_mean("sed", ["seed", "pace"])
        '; did you mean seed?'
        >>> did_you_mean("colour", ["seed", "pace"])
        ''
    """
    from difflib import get_close_matches  # noqa: PLC0415  # only a refusal needs it

    near = get_close_matches(wrong[:_LONGEST_COMPARED], known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
