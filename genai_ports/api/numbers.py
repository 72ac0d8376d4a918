"""The check for numbers, used for every argument and property that takes one."""

from __future__ import annotations

from typing import TypeGuard


def is_number(given: object) -> TypeGuard[float]:
    """Whether a value is a number. True and False are not."""
    return isinstance(given, int | float) and not isinstance(given, bool)
