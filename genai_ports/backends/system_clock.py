"""The machine's clock, for backends in real time. Only this module reads the time or sleeps."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from genai_ports.api.clock import step
from genai_ports.api.locked import Locked, locked

monotonic: Final = time.monotonic
"""Returns seconds that pass evenly, also if the machine's clock is set: for deadlines."""


class SystemClock(Locked):
    """Real time in whole milliseconds, like the times of the service. It can be moved forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the time, in UTC with its time zone."""
        now = datetime.now(UTC) + self._ahead
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def sleep(self, seconds: float) -> None:
        """Wait for that many seconds."""
        time.sleep(seconds)

    @locked
    def advance(self, seconds: float) -> None:
        """Move this clock forward.

        Raises:
            InvalidInput: `seconds` is negative, not finite, or moves the clock past its last time.
        """
        self._ahead += step(self.now(), seconds)

    @locked
    def reset(self) -> None:
        """Show real time again."""
        self._ahead = timedelta()
