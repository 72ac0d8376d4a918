"""Time as a port: all code reads the time and waits through a `Clock`, never through the machine."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from genai_ports.api.checks import has_methods
from genai_ports.api.display import display
from genai_ports.api.numbers import is_number
from genai_ports.errors import InvalidInput

LAST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""The last time that a clock can show. Later times still have a date, so work due after it is no error."""


class Clock(Protocol):
    """A clock that returns the time and can wait."""

    def now(self) -> datetime:
        """Return the time, in UTC with its time zone."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait until that many seconds have passed on this clock."""
        ...


class MovableClock(Clock, Protocol):
    """The clock of a simulated world, which can be moved."""

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        Raises:
            InvalidInput: `seconds` is negative, not finite, or moves the clock past its last time.
        """
        ...


def check_clock(clock: object, *more: str) -> None:
    """Refuse at once what is not a clock, or does not show UTC.

    A time without a zone, or in another one, is not converted: a naive time may be local time or UTC, and a guess would
    shift every timestamp. All that read the clock would have to convert alike.

    Args:
        clock: the clock.
        more: the methods that it needs beside `now` and `sleep`.

    Raises:
        InvalidInput: a method is missing, or `now()` does not return a time in UTC.
    """
    needed = "now", "sleep", *more
    if not has_methods(clock, *needed):
        raise InvalidInput(f"clock must be an object with the methods {', '.join(needed)}, not {display(clock)}")
    check_utc("clock.now()", clock.now())  # type: ignore[attr-defined]  # just checked


def check_utc(name: str, shown: object) -> None:
    """Refuse what is not a time in UTC.

    Args:
        name: what it is, for the message.
        shown: the time.

    Raises:
        InvalidInput: it is no time, has no time zone, or one that is not UTC all year.
    """
    if isinstance(shown, datetime):
        if shown.tzinfo is UTC:
            return
        seasons = shown.replace(month=1, day=1), shown.replace(month=7, day=1)
        if all(each.utcoffset() == timedelta() for each in seasons):
            return
    raise InvalidInput(f"{name} must be a datetime with the time zone UTC, not {display(shown)}")


def step(now: datetime, seconds: float) -> timedelta:
    """Return how far a clock that shows `now` moves forward, in whole milliseconds.

    More than 0 seconds is at least 1 ms: otherwise a loop of very short waits would never end.

    Raises:
        InvalidInput: `seconds` is negative, not finite, or moves the clock past its last time.

    Example:
        >>> step(datetime(2026, 7, 15, tzinfo=UTC), 1.5)
        datetime.timedelta(seconds=1, microseconds=500000)
    """
    if not (is_number(seconds) and 0 <= seconds < float("inf")):
        raise InvalidInput(f"seconds must be a finite number from 0, not {display(seconds)}")
    with suppress(OverflowError):
        ahead = timedelta(milliseconds=max(round(seconds * 1000), int(seconds > 0)))
        if now + ahead <= LAST:
            return ahead
    raise InvalidInput(f"seconds={display(seconds)} moves the clock beyond {LAST:%Y}, its last year")
