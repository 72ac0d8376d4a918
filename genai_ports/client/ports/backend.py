"""The port below the repositories: what a backend must bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from genai_ports.api.call import Call, Reply
    from genai_ports.api.clock import Clock


class Backend(Protocol):
    """What is below the repositories: something that carries one call to the service and brings its reply."""

    @property
    def clock(self) -> Clock:
        """The clock that waits and retries go by."""
        ...

    @property
    def default_region(self) -> str:
        """The id of the region that calls go to when they name none."""
        ...

    def send(self, call: Call) -> Reply:
        """Carry out one call, once.

        Raises:
            ServiceError: the service said no.
            ConnectionLost: there was no whole answer.
        """
        ...

    def new_retry_token(self) -> str:
        """Make a retry token that was never used before."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
