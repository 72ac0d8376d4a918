"""The intake of a server: what the requests that are not complete may hold together."""

from __future__ import annotations

from typing import Any

from fake_server import limits


class Intake:
    """Counts what has been received of requests that are not complete, and says from which connections to read on.

    A small request is always read. When all together hold too much, only the oldest of the larger ones goes on: it is
    complete or refused at its deadline, so the next one goes on then.
    """

    def __init__(self) -> None:
        self._held: dict[Any, int] = {}
        self._total = 0

    def count(self, channel: Any, held: int) -> None:
        """Note how many bytes a connection holds of a request that is not complete."""
        if held > limits.SMALL_REQUEST:
            self._total += held - self._held.get(channel, 0)
            self._held[channel] = held
        else:
            self.forget(channel)

    def forget(self, channel: Any) -> None:
        """Note that a connection holds no request that is not complete."""
        self._total -= self._held.pop(channel, 0)

    def takes(self, channel: Any) -> bool:
        """Return whether to read on from a connection."""
        return self._total < limits.MOST_INCOMPLETE or channel not in self._held or channel is next(iter(self._held))
