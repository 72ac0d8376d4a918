"""Checks of what tests give to a simulator: wrong types are refused in words, and not met later as a crash."""

from __future__ import annotations

from genai_ports.api.numbers import is_number
from genai_ports.errors import InvalidInput


def check_texts(**given: object) -> None:
    """Refuse what is neither a text nor left out.

    Args:
        given: what was given, by name; None for what was left out.

    Raises:
        InvalidInput: one of them is no string.
    """
    for name, text in given.items():
        if text is not None and not isinstance(text, str):
            raise InvalidInput(f"{name} must be a string, not {text!r}")


def check_percent(percent: object) -> None:
    """Refuse what is no percentage that work can be at before its end.

    Raises:
        InvalidInput: it is no number from 0 up to, and without, 100.
    """
    if not is_number(percent) or not 0 <= percent < 100:  # noqa: PLR2004  # percent
        raise InvalidInput(f"percent must be from 0 to 99, not {percent!r}")
