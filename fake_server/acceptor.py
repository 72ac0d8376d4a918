"""Accepting connections: as many as the process can hold, and for a new one the one that waited longest is closed.

This uses undocumented parts of waitress: how its server accepts, and what it calls. The tests of crowds check them.
"""

from __future__ import annotations

import errno
import logging
import sys
from typing import TYPE_CHECKING, Any, Final

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from fake_server.channel import Channel
from fake_server.intake import Intake
from fake_server.limits import YOUNG_SECONDS, most_connections
from fake_server.settings import MAX_BODY_BYTES
from fake_server.tls import TlsChannel
from genai_ports.backends.system_clock import monotonic

if TYPE_CHECKING:
    from socket import socket
    from ssl import SSLContext
    from wsgiref.types import WSGIApplication

    from fake_server.dispatcher import InlineDispatcher

_NEVER: Final = sys.maxsize
"""Bytes that no buffer ever holds."""
_WAITRESS: Final[dict[str, Any]] = {
    "backlog": 1024,
    "max_request_body_size": MAX_BODY_BYTES + 1,
    "max_request_header_size": 64 * 1024,
    "clear_untrusted_proxy_headers": False,
    "ident": None,
    # At its limit, waitress makes a thread wait until the client has read; this thread would wait for itself. A channel
    # pauses by itself, so that no buffer grows, and none needs a file.
    "outbuf_high_watermark": _NEVER,
    "outbuf_overflow": _NEVER,
    "inbuf_overflow": _NEVER,
}
_OUT_OF_FILES: Final = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_ACCEPTED_AT_ONCE: Final = 64
_PAUSE_SECONDS: Final = 1.0
"""How long no connection is accepted after the machine had none left."""
_LOG: Final = logging.getLogger("fake_server")
_CROWDED: Final = "fake_server: %d connections are open; for each new one, the one that is idle longest is closed"
_FULL: Final = "fake_server: all %d connections are in use; new ones wait"
_OUT_OF: Final = "fake_server: no file descriptor is left beside those of %d connections; new ones wait"


class Acceptor(TcpWSGIServer):
    """Accepts connections on a listening socket.

    Args:
        application: a WSGI application, which also has a method `refuse` for requests that are not HTTP.
        listener: a bound socket.
        dispatcher: keeps the connections that have a request.
        sockets: where the loop finds this, and each connection.
        tls: the context of a server with TLS; default: plain HTTP.
    """

    channel_class: Any = Channel
    active_channels: Any
    socket: Any
    trigger: Any
    effective_port: Any
    is_draining = False
    """Whether the server stops: each connection is closed after its response."""

    def __init__(
        self,
        application: WSGIApplication,
        listener: socket,
        dispatcher: InlineDispatcher,
        sockets: dict[int, Any],
        *,
        tls: SSLContext | None = None,
    ) -> None:
        self.tls = tls
        if tls:
            self.channel_class = TlsChannel
        self.most = most_connections()
        self._sockets = sockets
        self._resumes_at = monotonic()
        self._said: set[str] = set()
        self.intake = Intake()
        waitress: Any = super()
        waitress.__init__(
            application,
            sockets,
            _sock=listener,
            dispatcher=dispatcher,
            adj=Adjustments(sockets=[listener], **_WAITRESS),
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        )

    def pull_trigger(self) -> None:
        """Do nothing: waitress wakes the loop after each response, but the loop itself serves, so it is awake."""

    @property
    def is_pausing(self) -> bool:
        """Whether no connection is accepted, because the machine had none left."""
        return monotonic() < self._resumes_at

    @property
    def connections(self) -> tuple[Channel, ...]:
        """The open connections."""
        return tuple(self.active_channels.values())

    def readable(self) -> bool:
        """Return whether to accept a connection."""
        return not self.is_pausing and self._has_room()

    def handle_accept(self) -> None:
        """Accept the connections that clients have opened."""
        for _ in range(_ACCEPTED_AT_ONCE):
            if not self._has_room():
                return
            try:
                connection, address = self.socket.accept()
            except OSError as error:
                if error.errno in _OUT_OF_FILES and not self._make_room():
                    self._pause()
                return
            if self._is_full():
                self._make_room()
            try:
                self.set_socket_options(connection)
            except OSError:  # the client has left already, on macOS
                connection.close()
                continue
            except BaseException:
                connection.close()
                raise
            self._serve(connection, address)

    def _serve(self, connection: socket, address: Any) -> None:
        try:
            self.channel_class(self, connection, address, self.adj, map=self._sockets)
        except OSError:  # the client has left already, before TLS
            connection.close()

    def handle_error(self) -> None:
        """Let the loop fail: a server that cannot accept serves nobody."""
        error = sys.exception()
        if error:
            raise error

    def _is_full(self) -> bool:
        return len(self.active_channels) >= self.most

    def _has_room(self) -> bool:
        has_room = not self._is_full() or self._longest_waiting() is not None
        if not has_room:
            self._say(_FULL)
        return has_room

    def _longest_waiting(self) -> Channel | None:
        """Return the connection that waits longest for its client; one that has just opened is none yet."""
        since = monotonic() - YOUNG_SECONDS
        waiting = [each for each in self.active_channels.values() if each.served_at <= since and each.is_waiting()]
        return min(waiting, key=lambda each: each.served_at, default=None)

    def _make_room(self) -> bool:
        """Close the connection that waits longest for its client; return False if none waits."""
        longest = self._longest_waiting()
        if longest is not None:
            self._say(_CROWDED)
            longest.leave()
        return longest is not None

    def _pause(self) -> None:
        self._resumes_at = monotonic() + _PAUSE_SECONDS
        self._say(_OUT_OF)

    def _say(self, text: str) -> None:
        """Log a line, once: a crowd that comes and goes would fill the log."""
        if text not in self._said:
            self._said.add(text)
            _LOG.warning(text, len(self.active_channels))
