"""The check for numbers, used for every argument and property that takes one."""

from __future__ import annotations

import sys
from typing import Final, TypeGuard

MAX_EXPONENT: Final = sys.float_info.max_exp


def is_number(given: object) -> TypeGuard[float]:
    """Whether a value is a number. True and False are not, and neither is an integer beyond the range of floats."""
    if isinstance(given, float):
        return True
    return isinstance(given, int) and not isinstance(given, bool) and given.bit_length() < MAX_EXPONENT
