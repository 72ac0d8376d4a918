"""The loop of a server: HTTP/1.1 with keep-alive, by waitress, on a thread of its own."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore

from fake_server.acceptor import Acceptor
from fake_server.dispatcher import InlineDispatcher
from fake_server.drain import Drain
from genai_ports.api.forks import Lock
from genai_ports.backends.system_clock import monotonic
from genai_ports.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket
    from ssl import SSLContext
    from wsgiref.types import WSGIApplication

_LOOP_SECONDS: Final = 30.0
"""How long the loop sleeps without a connection; closing wakes it."""
_CHECK_SECONDS: Final = 1.0
"""How often the deadlines of connections are checked."""
_CROWDED: Final = 0.9
"""From this part of the connections on, those are closed whose clients have left while their responses are delayed."""
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
        tls: the context of a server with TLS; default: plain HTTP.

    Raises:
        OSError: there are not enough file descriptors.
    """

    _drain_seconds: float
    """How long it may take to stop; set before the loop ends."""

    def __init__(self, application: WSGIApplication, listener: socket, *, tls: SSLContext | None = None) -> None:
        self._sockets: dict[int, Any] = {}
        self._lock = Lock()
        self._is_closing = self._is_released = False
        self._dispatcher = InlineDispatcher()
        try:
            _check_descriptors(listener)
            self._server = Acceptor(application, listener, self._dispatcher, self._sockets, tls=tls)
        except BaseException:
            wasyncore.close_all(self._sockets)
            listener.close()
            raise
        self._checked_at = monotonic()
        self.port = int(self._server.effective_port)
        self.error: BaseException | None = None
        """What ended the loop, if it failed."""
        self.on_failure: Callable[[], object] = lambda: None
        """What to call if the loop fails."""
        self.on_end: Callable[[], object] = lambda: None
        """What to call after the last response, when every connection is closed."""
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
            self._drain_seconds = (drain or _OWN_DRAIN_SECONDS) if is_own else drain
            self._is_closing = True
            if self._thread.ident is None:
                self._release()
            if not self._is_released:
                self._server.trigger.pull_trigger()
        if not is_own:
            self._join()

    def leave_to_parent(self) -> None:
        """Close the copies of a forked process, without a word to the clients."""
        self._is_closing = True
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
            wasyncore.close_all(self._sockets, ignore_all=True)
            self.on_end()

    def raise_error(self) -> None:
        """Raise what ended the loop, if it failed, once.

        Raises:
            RuntimeError: it failed.
        """
        error, self.error = self.error, None
        if error:
            raise RuntimeError(f"the server on port {self.port} stopped: its loop failed") from error

    def _serve(self) -> None:
        try:
            while not self._is_closing:
                self._serve_round(self._idle_seconds())
            if self._drain_seconds:
                self._finish(Drain(self._server, self._drain_seconds))
        except BaseException as error:
            self.error = error
            raise  # the thread shows it
        finally:
            self._is_closing = True
            self._release()
            if self.error:
                self.on_failure()

    def _finish(self, drain: Drain) -> None:
        """Finish what is in progress, until another call of `stop` ends the wait."""
        self._serve_round(0)
        while self._drain_seconds and not drain.is_done():
            self._serve_round(min(self._idle_seconds(), drain.seconds_left()))

    def _serve_round(self, idle_seconds: float) -> None:
        self._poll(idle_seconds)
        self._check(monotonic())

    def _poll(self, idle_seconds: float) -> None:
        wasyncore.loop(timeout=idle_seconds, use_poll=True, map=self._sockets, count=1)
        self._dispatcher.run()

    def _check(self, now: float) -> None:
        """Close connections that take too long, once a second."""
        if now - self._checked_at < _CHECK_SECONDS:
            return
        self._checked_at = now
        self._poll(0)  # the process may have stood still: what has arrived meanwhile is read first
        connections = self._server.connections
        is_crowded = len(connections) >= _CROWDED * self._server.most
        for channel in connections:
            if is_crowded and channel.is_left_waiting():
                channel.handle_close()
            else:
                channel.check(now)

    def _idle_seconds(self) -> float:
        """Return how long the loop may sleep: until the first delayed response is due."""
        if self._dispatcher:
            return 0.0
        connections = self._server.connections
        longest = _CHECK_SECONDS if connections or self._server.is_pausing else _LOOP_SECONDS
        held = [until for each in connections if (until := each.held_until)]
        return min(longest, max(0.0, min(held) - monotonic())) if held else longest


def _check_descriptors(listener: socket) -> None:
    """Refuse to start with too few file descriptors: waitress would lose those of the pipe that wakes its loop.

    Raises:
        OSError: there are too few.
    """
    with ExitStack() as opened:
        for _ in range(_DESCRIPTORS):
            opened.enter_context(listener.dup())
