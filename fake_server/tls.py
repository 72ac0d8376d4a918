"""TLS: the connections of a server with TLS, on the same loop as those without.

This uses undocumented parts of waitress: how a channel reads and sends. The tests of TLS check them.
"""

from __future__ import annotations

import logging
import socket
import ssl
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fake_server import limits
from fake_server.channel import Channel
from fake_server.parser import TLS_HELLO

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG: Final = logging.getLogger("fake_server")
_WAITS: Final = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
_BAD_NAME: Final = "CALLBACK_FAILED"
"""The reason of a handshake that ends because Python cannot read the name of the server in it."""
_TEXT: Final = b"This port serves HTTPS: use https:// in the URL.\n"
_PLAIN_RESPONSE: Final = (
    b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n\r\n%b"
    % (len(_TEXT), _TEXT)
)


class TlsChannel(Channel):
    """One connection with TLS."""

    socket: Any
    _is_shaken = False
    """Whether the handshake is complete."""
    _is_tls = False
    """Whether the client has begun to speak TLS."""
    _waits_to_send = False

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:  # noqa: A002  # of waitress
        wrapped = server.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        super().__init__(server, wrapped, addr, adj, map=map)

    def _patience(self) -> float:
        return super()._patience() if self._is_shaken else limits.HEAD_SECONDS

    def writable(self) -> bool:
        """Return whether there is something to send now."""
        return self._waits_to_send or super().writable()

    def handle_read(self) -> None:
        """Go on with the handshake, or read a part of a request."""
        try:
            if self._is_shaken:
                self._receive()
                return
            if not self._is_tls:
                self._read_first_byte()
            if self._is_tls:
                self._shake_hands()
        except _WAITS:
            return
        except ssl.SSLError as error:
            self._report(error)
            self.leave()
        except OSError:
            self.leave()

    def handle_write(self) -> None:
        """Go on with the handshake, or send a part of a response."""
        if not self._waits_to_send:
            super().handle_write()
            return
        self._waits_to_send = False
        self.handle_read()

    def _read_first_byte(self) -> None:
        """Notice that the client begins to speak TLS; if it does not, respond in plain HTTP and close."""
        raw = socket.socket  # its own methods leave out TLS
        first = raw.recv(self.socket, 1, socket.MSG_PEEK)
        if first == TLS_HELLO:
            self._is_tls = True
            return
        if first:
            _LOG.warning("fake_server: a client speaks plain HTTP to the port of HTTPS: use https:// in its URL")
            with suppress(OSError):
                raw.send(self.socket, _PLAIN_RESPONSE)
        self._is_shaken, self.lingers = True, bool(first)
        self.handle_close()

    def _shake_hands(self) -> None:
        _hide_bad_names()
        try:
            self.socket.do_handshake()
        except ssl.SSLWantWriteError:
            self._waits_to_send = True
            raise
        self._is_shaken = True

    def _receive(self) -> None:
        data = self.recv(self.adj.recv_bytes)
        if not data:
            self.connected = False
            return
        self.received(data)

    def recv(self, buffer_size: int) -> bytes:
        """Read what has arrived. No decrypted data stays behind: it would not wake the loop."""
        data: bytes = super().recv(buffer_size)
        while data and (pending := self.socket.pending()):
            data += self.socket.recv(pending)
        return data

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002  # signature of waitress
        """Send what can be sent now, and return how much that is."""
        try:
            return int(super().send(data, do_close=do_close))
        except _WAITS:
            return 0

    def handle_close(self) -> None:
        """Close; the client learns that nothing was cut off."""
        if self._is_shaken and not self._reset and self.socket is not None:
            with suppress(OSError, ValueError):
                self.socket.unwrap()
        self._waits_to_send = False
        super().handle_close()

    def _report(self, error: ssl.SSLError) -> None:
        """Log why a handshake failed. The reason is OpenSSL's, and has nothing of what the client sent."""
        reason = (error.reason or type(error).__name__).lower().replace("_", " ")
        if error.reason == _BAD_NAME:
            reason = "the name of the server in its request is not ASCII"
        advice = "; it must trust the server's ca.pem" if "alert" in reason else ""
        _LOG.warning("fake_server: no TLS with a client: %s%s", reason, advice)


def _hide_bad_names() -> None:
    """Let Python print no traceback about a name of a server that is not ASCII: the log has a line on it.

    Python decodes the name before it calls anything of this server, and passes the error to this hook alone.
    """
    hook = sys.unraisablehook
    if getattr(hook, "func", None) is not _pass_on:
        sys.unraisablehook = partial(_pass_on, hook)


def _pass_on(hook: Callable[[sys.UnraisableHookArgs], object], error: sys.UnraisableHookArgs) -> None:
    """Pass on an error that nothing else reports, unless it is about the name of a server."""
    if not (isinstance(error.exc_value, UnicodeDecodeError) and isinstance(error.object, bytes)):
        hook(error)
