"""The journal: the last calls with their outcomes, bounded in number; it holds no secret."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.locked import Locked, locked
from genai_ports.api.names import camel, snake
from genai_ports.simulator.state.data import to_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KEPT: Final = 1000
"""How many calls a journal keeps."""


class Entry(NamedTuple):
    """One call: no body and no header but the request id, so no secret.

    Args:
        time: when it came; a response that a fault delays arrives later.
        operation: its name; the path of a request that is not a call.
        region: the id of the region.
        resource: the OCID of the resource, or work request, that it was about or has created.
        status: the HTTP status; None if there was no response.
        code: OCI's error code.
        rule: the rule that refused it.
        request_id: the `opc-request-id` of the response.
        fault: what a fault did to it or to its response.
        request: for a call that was refused or lost, a digest of its contents: equal for equal calls.
        ignored: unknown parameters and properties that a lenient server accepted.
        showed: FAILED if that is the state in the response; None otherwise.
    """

    time: datetime
    operation: str
    region: str
    resource: str | None
    status: int | None
    code: str | None
    rule: str | None
    request_id: str
    fault: str | None = None
    request: str | None = None
    ignored: tuple[str, ...] = ()
    showed: str | None = None


class Journal(Locked):
    """The last calls of a world, oldest first."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)

    def __len__(self) -> int:
        return len(self.entries)

    @locked
    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self.entries))

    def add(self, entry: Entry) -> None:
        """Record a call. The simulator calls it under its lock."""
        self.entries.append(entry)

    @locked
    def clear(self) -> None:
        """Remove all calls."""
        self.entries.clear()

    @locked
    def to_data(self) -> list[dict[str, Any]]:
        """Return the calls as data that JSON can hold."""
        return [
            {camel(name): to_data(item) for name, item in entry._asdict().items() if item is not None}
            for entry in self.entries
        ]

    @classmethod
    def from_data(cls, data: Iterable[Mapping[str, Any]]) -> Journal:
        """Make the journal that `to_data` was called on."""
        journal = cls()
        for item in data:
            given: dict[str, Any] = {
                **dict.fromkeys(Entry._fields),
                **{snake(name): part for name, part in item.items()},
            }
            given["time"], given["ignored"] = datetime.fromisoformat(given["time"]), tuple(given["ignored"])
            journal.add(Entry(**given))
        return journal

    @locked
    def query(
        self, *, operation: str | None = None, resource: str | None = None, status: int | None = None
    ) -> tuple[Entry, ...]:
        """List the calls that match all arguments, oldest first.

        Args:
            operation: such as `create_model`.
            resource: the OCID of a resource or work request.
            status: the HTTP status of the response.
        """
        return tuple(
            entry
            for entry in self
            if operation in (None, entry.operation)
            and resource in (None, entry.resource)
            and status in (None, entry.status)
        )
