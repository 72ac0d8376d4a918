"""The wall clock of a server with a state directory: it stands still while a call of the log is carried out."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from genai_ports.backends.system_clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class Wall:
    """Real time that never goes back, or a time of the log."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._latest: datetime | None = None
        self._at: datetime | None = None

    def now(self) -> datetime:
        """Return the time: that of the call that is carried out, if there is one."""
        if self._at is not None:
            return self._at
        now = self._clock.now()
        self._latest = now if self._latest is None else max(now, self._latest)
        return self._latest

    @contextmanager
    def at(self, time: datetime) -> Iterator[None]:
        """Stand still at a time; later times begin there."""
        self._at, before = time, self._at
        try:
            yield
        finally:
            self._at = before
            self._latest = time if self._latest is None else max(time, self._latest)


class WallClock(SystemClock):
    """The clock of one world, which its tests can move forward.

    Args:
        wall: the wall clock of its server.
    """

    def __init__(self, wall: Wall) -> None:
        super().__init__()
        self._wall = wall

    def now(self) -> datetime:
        """Return the time, in UTC with its time zone."""
        return self._wall.now() + self._ahead
