"""The virtual clock: time that moves only when a caller waits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from genai_ports.api.clock import check_utc, step
from genai_ports.api.locked import Locked, locked

EPOCH: Final = datetime(2026, 7, 15, tzinfo=UTC)
"""Where a virtual clock starts: the day on which the catalogue of base models was recorded."""


class VirtualClock(Locked):
    """A clock whose `sleep` returns at once and moves the time.

    Args:
        start: the time at which it starts, in UTC.

    Raises:
        InvalidInput: `start` is not a time in UTC.

    Example:
        >>> clock = VirtualClock()
        >>> clock.sleep(90)
        >>> clock.now().isoformat()
        '2026-07-15T00:01:30+00:00'
    """

    def __init__(self, start: datetime = EPOCH) -> None:
        check_utc("start", start)
        self.start = self._now = start

    def now(self) -> datetime:
        """Return the time."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move the time forward, and return at once."""
        self.advance(seconds)

    @locked
    def advance(self, seconds: float) -> None:
        """Move the time forward.

        Raises:
            InvalidInput: `seconds` is negative, not finite, or goes beyond the last year of a clock.
        """
        self._now += step(self._now, seconds)

    @locked
    def move_to(self, time: datetime) -> None:
        """Show a time, earlier or later.

        A world never goes back: its own time stands still until its clock has come to it again.

        Raises:
            InvalidInput: it is not a time in UTC.
        """
        check_utc("time", time)
        self._now = time

    @locked
    def reset(self) -> None:
        """Go back to the start time."""
        self._now = self.start
