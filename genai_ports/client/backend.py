"""The port below the client: what a backend implements."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from genai_ports import api
from genai_ports.api.call import Call, Reply


@runtime_checkable
class Backend(Protocol):
    """Sends one call to the service and returns its reply."""

    @property
    def clock(self) -> api.Clock:
        """The clock that waits and retries use."""
        ...

    @property
    def default_region(self) -> str:
        """The id of the region of calls that name none."""
        ...

    def send(self, call: Call) -> Reply:
        """Send one call, once.

        Raises:
            ServiceError: the service refused the call.
            ConnectionLost: no complete response arrived.
        """
        ...

    def new_retry_token(self) -> str:
        """Return a retry token that was never used before."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
