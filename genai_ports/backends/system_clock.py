"""The machine's own clock, for backends that live in real time. The only place that reads or sleeps it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from genai_ports.api.clock import step


class SystemClock:
    """Real time, in whole milliseconds as the service tells it; it can be put forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Tell the time."""
        now = datetime.now(UTC) + self._ahead
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def advance(self, seconds: float) -> None:
        """Put this clock forward.

        Raises:
            InvalidInput: `seconds` is negative, not finite, or leads past the last time there is.
        """
        self._ahead += step(self.now(), seconds)

    def reset(self) -> None:
        """Show real time again."""
        self._ahead = timedelta()
