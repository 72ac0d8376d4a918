"""The virtual clock: time that stands still until somebody waits."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from genai_ports.errors import InvalidInput

EPOCH: Final = datetime(2026, 7, 15, tzinfo=UTC)
"""Where a virtual clock starts: the day on which the catalogue of base models was recorded."""

LAST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""How far a clock goes: what is planned for later still has a date."""


class VirtualClock:
    """A clock whose `sleep` returns at once and moves the time.

    Args:
        start: the first time it tells; with its time zone.

    Example:
        >>> clock = VirtualClock()
        >>> clock.sleep(90)
        >>> clock.now().isoformat()
        '2026-07-15T00:01:30+00:00'
    """

    def __init__(self, start: datetime = EPOCH) -> None:
        self._now = start

    def now(self) -> datetime:
        """Tell the time."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move the time forward, and return at once."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move the time forward.

        Raises:
            InvalidInput: `seconds` is negative, not finite, or leads past the last time there is.
        """
        self._now += step(self._now, seconds)


def step(now: datetime, seconds: float) -> timedelta:
    """Give the step by which a clock that shows `now` moves forward, in whole milliseconds.

    Raises:
        InvalidInput: `seconds` is negative, not finite, or leads past the last time there is.

    Example:
        >>> step(EPOCH, 1.5)
        datetime.timedelta(seconds=1, microseconds=500000)
    """
    if not 0 <= seconds < float("inf"):
        raise InvalidInput(f"seconds must be a finite number from 0, not {seconds!r}")
    with suppress(OverflowError):
        ahead = timedelta(milliseconds=round(seconds * 1000))
        if now + ahead <= LAST:
            return ahead
    raise InvalidInput(f"seconds={seconds!r} leads past {LAST:%Y}, the last year that a clock can show")
