"""Durations as texts: a number with its unit, such as `2s`, `10m` or `1h`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_PART: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([smhd])")
_WHOLE: Final = re.compile(rf"(?:{_PART.pattern}){{1,4}}")
_MOST: Final = timedelta(days=366)


def find_duration(text: str) -> timedelta | None:
    """Return a duration of at most 366 days; None if the text is none.

    Args:
        text: numbers with the units `s`, `m`, `h` and `d`.

    Example:
        >>> find_duration("10m"), find_duration("1h30m"), find_duration("10")
        (datetime.timedelta(seconds=600), datetime.timedelta(seconds=5400), None)
    """
    if not _WHOLE.fullmatch(text):
        return None
    found = sum((float(number) * _UNITS[unit] for number, unit in _PART.findall(text)), timedelta())
    return found if found <= _MOST else None
