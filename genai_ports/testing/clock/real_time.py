"""The time of the machine: reading it and sleeping, also where a test has replaced the functions."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# The plugin of pytest is loaded before a test can replace these functions; this module may be loaded in the test.
_REAL_TIME: Final = getattr(sys.modules.get("genai_ports.pytest_plugin"), "REAL_TIME", (time.sleep, time.monotonic))

really_sleep: Final[Callable[[Any], None]] = _REAL_TIME[0]


def real_monotonic() -> float:
    """Return seconds of the machine."""
    seconds: float = _REAL_TIME[1]()
    return seconds
