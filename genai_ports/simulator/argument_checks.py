"""Checks of arguments that tests pass to a simulator."""

from __future__ import annotations

from typing import Final

from genai_ports.api.display import display
from genai_ports.api.numbers import is_number
from genai_ports.errors import InvalidInput

_MOST: Final = 10**9
"""Of a count: more than a world holds, and few enough to be added."""


def check_percent(percent: object) -> None:
    """Refuse a percentage that unfinished work cannot have.

    Raises:
        InvalidInput: it is not a number from 0 to below 100.
    """
    if not is_number(percent) or not 0 <= percent < 100:  # noqa: PLR2004  # percent
        raise InvalidInput(f"percent must be from 0 to 99, not {display(percent)}")


def check_counts(**counts: object) -> None:
    """Refuse values that are not whole numbers from 0 to 1000000000, by the names of their arguments.

    Raises:
        InvalidInput: a value is another one.
    """
    for name, given in counts.items():
        if type(given) is not int or not 0 <= given <= _MOST:
            raise InvalidInput(f"{name} must be a whole number from 0 to {_MOST}, not {display(given)}")
