"""Polling a running server, for the commands that go on until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.backends.system_clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS: Final = 1.0


def wait() -> None:
    """Wait for the next round."""
    SystemClock().sleep(_SECONDS)


def rounds() -> Iterator[None]:
    """Iterate once a second, until Ctrl-C."""
    try:
        while True:
            yield
            wait()
    except KeyboardInterrupt:
        return
