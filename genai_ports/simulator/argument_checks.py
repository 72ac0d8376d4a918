"""Checks of arguments that tests pass to a simulator."""

from __future__ import annotations

from genai_ports.api.display import display
from genai_ports.api.numbers import is_number
from genai_ports.errors import InvalidInput


def check_percent(percent: object) -> None:
    """Refuse a percentage that unfinished work cannot have.

    Raises:
        InvalidInput: it is not a number from 0 to below 100.
    """
    if not is_number(percent) or not 0 <= percent < 100:  # noqa: PLR2004  # percent
        raise InvalidInput(f"percent must be from 0 to 99, not {display(percent)}")
