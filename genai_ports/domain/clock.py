"""Time as a port: whoever waits or stamps asks a clock, never the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Clock(Protocol):
    """Something that knows the time and can wait."""

    def now(self) -> datetime:
        """Tell the time, in UTC with its time zone."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed on this clock."""
        ...
