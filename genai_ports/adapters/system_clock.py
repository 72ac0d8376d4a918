"""The machine's own clock, for backends that live in real time. The only place that reads or sleeps it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """Real time, in whole milliseconds as the service tells it."""

    def now(self) -> datetime:
        """Tell the time."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)
