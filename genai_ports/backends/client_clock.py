"""The clock of clients: the machine's, unless a test lets the clients in this thread wait on the clock of its world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.backends.system_clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from genai_ports.api.clock import Clock

_MACHINE: Final = SystemClock()


def machine() -> Clock:
    """Return the machine's clock."""
    return _MACHINE


clock_of_this_thread: Callable[[], Clock] = machine
"""Returns the clock that clients in this thread wait on; the test kit replaces it."""


class ClientClock:
    """The clock of a client that has no other one."""

    def now(self) -> datetime:
        """Return the time, in UTC with its time zone."""
        return clock_of_this_thread().now()

    def sleep(self, seconds: float) -> None:
        """Wait for that many seconds."""
        clock_of_this_thread().sleep(seconds)
