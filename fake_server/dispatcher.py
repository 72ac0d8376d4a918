"""Dispatching: requests are answered on the thread that reads them, one after the other.

An answer takes microseconds, and handing it to another thread and back takes several times as long. Nothing here
waits: the worlds are behind a lock anyway, and their time is asked, never slept.
"""

from __future__ import annotations

from collections import deque
from typing import Any


class InlineDispatcher:
    """Stands where waitress has its pool of threads: keeps what is to be served until the loop comes round."""

    def __init__(self) -> None:
        self._waiting: deque[Any] = deque()

    def add_task(self, task: Any) -> None:
        """Keep a connection that has a whole request."""
        self._waiting.append(task)

    def run(self) -> None:
        """Serve every connection that waits; one that has another request comes last again."""
        while self._waiting:
            self._waiting.popleft().service()

    def shutdown(self) -> None:
        """Drop what waits."""
        self._waiting.clear()
