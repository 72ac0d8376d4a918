"""Checks of arguments that tests pass to a simulator: a wrong type is refused at once, not after a crash."""

from __future__ import annotations

from genai_ports.api.numbers import is_number
from genai_ports.api.strings import check_text
from genai_ports.errors import InvalidInput


def check_texts(**texts: object) -> None:
    """Refuse values that are neither a string nor None, and strings with unpaired surrogates.

    Args:
        texts: the values by the name of their argument.

    Raises:
        InvalidInput: a value is of another type, or no text.
    """
    for name, text in texts.items():
        if text is not None and not isinstance(text, str):
            raise InvalidInput(f"{name} must be a string, not {text!r}")
        check_text(name, text)


def check_percent(percent: object) -> None:
    """Refuse a percentage that unfinished work cannot have.

    Raises:
        InvalidInput: it is not a number from 0 to below 100.
    """
    if not is_number(percent) or not 0 <= percent < 100:  # noqa: PLR2004  # percent
        raise InvalidInput(f"percent must be from 0 to 99, not {percent!r}")
