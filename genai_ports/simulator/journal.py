"""The journal: the last calls with their outcomes, bounded in number; nothing secret is ever in it."""

from __future__ import annotations

from collections import deque
from datetime import datetime  # noqa: TC003
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT: Final = 1000
"""How many calls a journal remembers."""


class Entry(NamedTuple):
    """One call: no body and no header but the request id, so no secret."""

    time: datetime
    operation: str
    region: str
    target: str | None
    status: int
    code: str | None
    rule: str | None
    request_id: str


class Journal:
    """The last calls of a world, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def add(self, entry: Entry) -> None:
        """Note a call."""
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget all calls."""
        self._entries.clear()

    def query(
        self, *, operation: str | None = None, target: str | None = None, status: int | None = None
    ) -> tuple[Entry, ...]:
        """List the calls that match all that is given, oldest first."""
        return tuple(
            entry
            for entry in self
            if operation in (None, entry.operation)
            and target in (None, entry.target)
            and status in (None, entry.status)
        )
