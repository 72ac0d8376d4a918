"""Dispatching: requests are served one after the other, on the thread that reads them.

A response takes microseconds; passing the request to another thread and back takes several times as long. Nothing here
waits: the worlds share one lock anyway, and a simulated world never sleeps.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

_PIECES: Final = 4
"""How many pieces of long responses are sent in a round."""


class InlineDispatcher:
    """Replaces the thread pool of waitress: keeps connections with a request until the loop serves them."""

    def __init__(self) -> None:
        self._waiting: deque[Any] = deque()
        self._streaming: deque[Any] = deque()

    def __bool__(self) -> bool:
        """Whether a connection waits."""
        return bool(self._waiting or self._streaming)

    def add_task(self, task: Any) -> None:
        """Add a connection that has a complete request."""
        self._waiting.append(task)

    def add_stream(self, task: Any) -> None:
        """Add a connection with a long response: its pieces wait for the requests of others."""
        self._streaming.append(task)

    def run(self) -> None:
        """Serve one request of every waiting connection; those with another request wait for the next round."""
        for _ in range(len(self._waiting)):
            self._waiting.popleft().service()
        for _ in range(min(_PIECES, len(self._streaming))):
            self._streaming.popleft().service()
