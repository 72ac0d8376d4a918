"""The loop of a server: HTTP/1.1 with keep-alive, by waitress, on a thread of its own."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.server import create_server

from fake_server.channel import Channel
from fake_server.dispatcher import InlineDispatcher
from fake_server.drain import Drain
from fake_server.settings import MAX_BODY_BYTES
from genai_ports.api.forks import Lock
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

_JOIN_SECONDS: Final = 0.5
"""How long a wait for the thread lasts at most: on Windows, a signal is handled only after it."""
_OWN_DRAIN_SECONDS: Final = 1.0
"""How long the response of a call that stops the server may take."""
_DESCRIPTORS: Final = 3
"""How many file descriptors waitress needs to start."""


class Loop:
    """Serves an application on a listening socket, on a thread of its own.

    Args:
        application: a WSGI application, which also has a method `refuse` for requests that are not HTTP.
        listener: a socket that listens; the loop closes it.

    Raises:
        OSError: there are not enough file descriptors.
    """

    def __init__(self, application: WSGIApplication, listener: socket) -> None:
        self._sockets: dict[int, Any] = {}
        self._lock = Lock()
        self._is_closing = self._is_released = False
        self._drain_seconds = 0.0
        self._dispatcher = InlineDispatcher()
        settled = {**_WAITRESS, "_dispatcher": self._dispatcher}
        try:
            _check_descriptors(listener)
            server: Any = create_server(application, map=self._sockets, sockets=[listener], **settled)
        except BaseException:
            wasyncore.close_all(self._sockets)
            listener.close()
            raise
        server.channel_class = Channel
        server.is_draining = False
        # It wakes the loop after each response; here the loop itself serves, so it is awake.
        server.pull_trigger = lambda: None
        self._server = server
        self.port = int(server.effective_port)
        self._thread = Thread(target=self._serve, name=f"fake-server-{self.port}", daemon=True)

    def start(self) -> None:
        """Start to serve. When this returns, the server accepts connections.

        Raises:
            ConfigurationError: the loop was stopped, or no thread can be started.
        """
        with self._lock:
            if self._is_closing:
                raise ConfigurationError("this server is closed: create a new one")
            if self._thread.ident is not None:
                return
            try:
                self._thread.start()
            except RuntimeError as error:
                self.stop()
                raise ConfigurationError(f"cannot serve: {error}") from error

    def stop(self, *, drain: float = 0.0) -> None:
        """Stop, and close every connection and the listener; see `FakeServer.close`."""
        with self._lock:
            is_own = current_thread() is self._thread
            self._is_closing, self._drain_seconds = True, drain or (_OWN_DRAIN_SECONDS if is_own else 0.0)
            if self._thread.ident is None:
                self._release()
            if self._is_released:
                return
            self._server.trigger.pull_trigger()
        if not is_own:
            self._join()

    def leave_to_parent(self) -> None:
        """Close the copies of a forked process, without a word to the clients."""
        self._is_closing = True
        self._dispatcher.shutdown()
        self._server.trigger.close()
        for each in tuple(self._sockets.values()):
            each.socket.close()
        self._sockets.clear()
        self._is_released = True

    def _join(self) -> None:
        while self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def _release(self) -> None:
        with self._lock:
            self._is_released = True
            self._dispatcher.shutdown()
            wasyncore.close_all(self._sockets)

    def _serve(self) -> None:
        try:
            while not self._is_closing:
                self._serve_round(self._idle_seconds())
            if self._drain_seconds:
                self._finish(Drain(self._server, self._drain_seconds))
        finally:
            self._is_closing = True
            self._release()

    def _finish(self, drain: Drain) -> None:
        """Finish what is in progress, until another call of `stop` ends the wait."""
        self._serve_round(0)
        while self._drain_seconds and not drain.is_done():
            self._serve_round(min(self._idle_seconds(), drain.seconds_left()))

    def _serve_round(self, idle_seconds: float) -> None:
        wasyncore.loop(timeout=idle_seconds, use_poll=True, map=self._sockets, count=1)
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


def _check_descriptors(listener: socket) -> None:
    """Refuse to start with too few file descriptors: waitress would lose those of the pipe that wakes its loop.

    Raises:
        OSError: there are too few.
    """
    with ExitStack() as opened:
        for _ in range(_DESCRIPTORS):
            opened.enter_context(listener.dup())
