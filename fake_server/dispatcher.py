"""Dispatching: requests are served one after the other, on the thread that reads them.

A response takes microseconds; passing the request to another thread and back takes several times as long. Nothing here
waits: the worlds share one lock anyway, and a simulated world never sleeps.
"""

from __future__ import annotations

from collections import deque
from typing import Any


class InlineDispatcher:
    """Replaces the thread pool of waitress: keeps connections with a request until the loop serves them."""

    def __init__(self) -> None:
        self._waiting: deque[Any] = deque()

    def add_task(self, task: Any) -> None:
        """Add a connection that has a complete request."""
        self._waiting.append(task)

    def run(self) -> None:
        """Serve every waiting connection; one that has another request goes to the end of the queue."""
        while self._waiting:
            self._waiting.popleft().service()

    def shutdown(self) -> None:
        """Drop the waiting connections."""
        self._waiting.clear()
