"""Draining: a server that stops accepts no more connections, and finishes the responses that it can."""

from __future__ import annotations

from typing import Any

from waitress.wasyncore import dispatcher

from genai_ports.backends.system_clock import monotonic


class Drain:
    """The end of a server, from the moment at which it stops to accept connections.

    Args:
        server: of waitress.
        seconds: how long it may take.
    """

    def __init__(self, server: Any, seconds: float) -> None:
        self._channels = server.active_channels
        self._deadline = monotonic() + seconds
        server.is_draining = True
        _accept_waiting(server)
        dispatcher.close(server)  # its own method would also close what wakes the loop

    def seconds_left(self) -> float:
        """Return how long it may still take."""
        return max(0.0, self._deadline - monotonic())

    def is_done(self) -> bool:
        """Close each connection on which nothing more will happen in time; return whether none is left."""
        for channel in tuple(self._channels.values()):
            if not self._can_finish(channel):
                channel.leave()
        return not self._channels or not self.seconds_left()

    def _can_finish(self, channel: Any) -> bool:
        """Return whether a connection has a request, or a response that can be sent in time."""
        is_late = channel.held_until and (channel.held_until > self._deadline or channel.is_left_waiting())
        return not is_late and (bool(channel.request) or not channel.is_waiting())


def _accept_waiting(server: Any) -> None:
    """Accept the connections that clients have opened, and that wait: closing the listener would reset them."""
    known = None
    while known != len(server.active_channels):
        known = len(server.active_channels)
        server.handle_accept()
