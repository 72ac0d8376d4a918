"""A server whose delays and deadlines go by a clock of the test, so that no test depends on speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from raw_http import Connection

    from fake_server import FakeServer

_READERS: Final = ("fake_server.channel", "fake_server.loop", "fake_server.acceptor")
"""The modules that read the time."""


class SteeredServer:
    """A server, and its time."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self._now = server._loop._checked_at

    def steer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let its time stand still."""
        for module in _READERS:
            monkeypatch.setattr(f"{module}.monotonic", lambda: self._now)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.server, name)

    def pass_time(self, seconds: float) -> None:
        """Let time pass at once."""
        self._now += seconds
        self.server._loop._server.trigger.pull_trigger()

    def serve_pending(self, connect: Callable[[FakeServer], Connection]) -> None:
        """Wait until all requests so far are served: they are served in order."""
        other = connect(self.server)
        other.send("/_sim/health")
        assert other.read_response()[0] == 200
