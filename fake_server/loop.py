"""The loop of a server: HTTP/1.1 with keep-alive, by waitress, on a thread of its own."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.server import create_server

from fake_server.channel import Channel
from fake_server.dispatcher import InlineDispatcher
from fake_server.settings import MAX_BODY_BYTES
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import ConfigurationError

if TYPE_CHECKING:
    from datetime import datetime
    from socket import socket
    from wsgiref.types import WSGIApplication

_WAITRESS: Final[dict[str, Any]] = {
    "backlog": 1024,
    "connection_limit": 1000,
    "max_request_body_size": MAX_BODY_BYTES + 1,
    "max_request_header_size": 64 * 1024,
    "clear_untrusted_proxy_headers": False,
    "ident": None,
    # A limit makes a thread wait until a slow client has read earlier responses; this thread would wait for itself.
    "outbuf_high_watermark": 2**40,
}
_CLOCK: Final = SystemClock()
_LOOP_SECONDS: Final = 30.0
"""How long the loop sleeps if nothing happens; closing wakes it."""
_CROWDED: Final = 900
"""From this number of connections on, those are closed whose clients have left while their responses are delayed."""
_CROWDED_SECONDS: Final = 0.5
"""How long the loop sleeps then: a client that leaves while its response is delayed does not wake it."""


class Loop:
    """Serves an application on a listening socket, on a thread of its own.

    Args:
        application: a WSGI application, which also has a method `refuse` for requests that are not HTTP.
        listener: a bound socket; the loop closes it.
    """

    def __init__(self, application: WSGIApplication, listener: socket) -> None:
        self._sockets: dict[int, Any] = {}
        self._closing = Event()
        self._dispatcher = InlineDispatcher()
        settled = {**_WAITRESS, "_dispatcher": self._dispatcher}
        server: Any = create_server(application, map=self._sockets, sockets=[listener], **settled)
        server.channel_class = Channel
        # It wakes the loop after each response; here the loop itself serves, so it is awake.
        server.pull_trigger = lambda: None
        self._server = server
        self.port = int(server.effective_port)
        self._thread = Thread(target=self._serve, name=f"fake-server-{self.port}", daemon=True)

    def start(self) -> None:
        """Start to serve. When this returns, the server accepts connections.

        Raises:
            ConfigurationError: the loop was stopped.
        """
        if self._closing.is_set():
            raise ConfigurationError("this server is closed: create a new one")
        if not self._thread.is_alive():
            self._thread.start()

    def stop(self) -> None:
        """Stop, and close every connection and the listener."""
        self._closing.set()
        if self._thread.is_alive():
            self._server.trigger.pull_trigger()
            self._thread.join()
        self._dispatcher.shutdown()
        wasyncore.close_all(self._sockets)

    def _serve(self) -> None:
        while not self._closing.is_set():
            wasyncore.loop(timeout=self._idle_seconds(), use_poll=True, map=self._sockets, count=1)
            self._dispatcher.run()
            if len(self._sockets) >= _CROWDED:
                self._close_left()

    def _close_left(self) -> None:
        for channel in tuple(self._server.active_channels.values()):
            if channel.is_left_waiting():
                channel.handle_close()

    def _idle_seconds(self) -> float:
        """Return how long the loop may sleep: until the first delayed response is due."""
        longest = _CROWDED_SECONDS if len(self._sockets) >= _CROWDED else _LOOP_SECONDS
        held: list[datetime] = [until for each in self._server.active_channels.values() if (until := each.held_until)]
        if not held:
            return longest
        return min(longest, max(0.0, (min(held) - _CLOCK.now()).total_seconds()))
