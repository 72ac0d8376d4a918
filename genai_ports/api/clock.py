"""Time as a port: whoever waits or stamps asks a clock, never the machine."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from genai_ports.api.numbers import is_number
from genai_ports.errors import InvalidInput

LAST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""How far a clock goes: what is planned for later still has a date."""


class Clock(Protocol):
    """Something that knows the time and can wait."""

    def now(self) -> datetime:
        """Tell the time, in UTC with its time zone."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed on this clock."""
        ...


def step(now: datetime, seconds: float) -> timedelta:
    """Give the step by which a clock that shows `now` moves forward, in whole milliseconds.

    Any time at all is a millisecond at least: else who waits a little, again and again, would wait for ever.

    Raises:
        InvalidInput: `seconds` is negative, not finite, or leads past the last time there is.

    Example:
        >>> step(datetime(2026, 7, 15, tzinfo=UTC), 1.5)
        datetime.timedelta(seconds=1, microseconds=500000)
    """
    if not (is_number(seconds) and 0 <= seconds < float("inf")):
        raise InvalidInput(f"seconds must be a finite number from 0, not {seconds!r}")
    with suppress(OverflowError):
        ahead = timedelta(milliseconds=max(round(seconds * 1000), 1 if seconds else 0))
        if now + ahead <= LAST:
            return ahead
    raise InvalidInput(f"seconds={seconds!r} leads past {LAST:%Y}, the last year that a clock can show")
