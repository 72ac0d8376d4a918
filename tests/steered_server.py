"""A server whose delays and deadlines go by a clock of the test, so that no test depends on speed."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from raw_http import Connection

    from fake_server import FakeServer

_READERS: Final = ("fake_server.channel", "fake_server.loop", "fake_server.acceptor", "fake_server.drain")
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
        """Wait until all requests so far are served: one of each connection in each round of the loop."""
        other = connect(self.server)
        is_pending = True
        while is_pending:
            other.send("/_sim/health")
            assert other.read_response()[0] == 200
            is_pending = any(each.requests and not each._is_paused for each in self._connections())

    def wait_until_delayed(self, count: int) -> None:
        """Wait until so many connections have a response that is delayed."""
        self._wait(lambda: sum(each.held_until is not None for each in self._connections()) >= count)

    def wait_until_received(self, count: int) -> None:
        """Wait until so many requests have been received that are not served yet."""
        self._wait(lambda: sum(len(each.requests) for each in self._connections()) >= count)

    def _connections(self) -> tuple[Any, ...]:
        return self.server._loop._server.connections

    @staticmethod
    def _wait(condition: Callable[[], bool]) -> None:
        for _ in range(4000):
            if condition():
                return
            sleep(0.005)
        raise AssertionError("it did not happen within 20 seconds")
