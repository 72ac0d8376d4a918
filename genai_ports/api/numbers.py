"""What counts as a number, wherever one is asked for."""

from __future__ import annotations

from typing import TypeGuard


def is_number(given: object) -> TypeGuard[float]:
    """Whether something is a number; True and False are none."""
    return isinstance(given, int | float) and not isinstance(given, bool)
