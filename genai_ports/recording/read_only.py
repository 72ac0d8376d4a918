"""Read-only: a backend that refuses every operation that is not a read, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.errors import GenAiError

if TYPE_CHECKING:
    from genai_ports.api.call import Call, Reply
    from genai_ports.api.clock import Clock
    from genai_ports.client.backend import Backend

_READS: Final = "GET"


class WriteRefused(GenAiError):
    """An operation that could change something was refused before it was sent."""


class ReadOnlyBackend:
    """A backend for reads only.

    Args:
        backend: sends the reads.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def clock(self) -> Clock:
        """The clock of the backend."""
        return self._backend.clock

    @property
    def default_region(self) -> str:
        """The id of the region of calls that name none."""
        return self._backend.default_region

    def send(self, call: Call) -> Reply:
        """Send a read.

        Raises:
            WriteRefused: the call is not a read; nothing was sent.
        """
        method = call.operation.verb.method
        if method != _READS:
            raise WriteRefused(f"{call.operation.name} is a {method}: only reads are sent here, so it was not sent")
        return self._backend.send(call)

    def new_retry_token(self) -> str:
        """Return a retry token of the backend."""
        return self._backend.new_retry_token()

    def close(self) -> None:
        """Close the connections of the backend."""
        self._backend.close()
