"""A proxy for the programs of `genai-ports run`: it brings what they send to Generative AI to a server here.

It decrypts nothing. A tunnel to a host name of the service ends at the server, which has a certificate for that name;
any other tunnel leads where it should, or through the proxy of the user, or is refused.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from fake_server.authority import has_certificate
from genai_ports.backends.loopback import is_loopback_host
from genai_ports.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

_HOST: Final = "127.0.0.1"
_TARGET: Final = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]{1,253}):(\d{1,5})")
_END: Final = b"\r\n\r\n"
_HEAD_SECONDS: Final = 30.0
_CONNECT_SECONDS: Final = 30.0
_NEXT_SECONDS: Final = 0.25
"""After which time the next address of a host is tried."""
_PIECE: Final = 64 * 1024
_RESET: Final = struct.pack("ii", 1, 0)
"""Linger for 0 s: closing resets the connection."""
_HTTPS: Final = 443

_Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Refused(Exception):  # no error, but a response
    """A request that gets no tunnel; the text says why, and begins with the HTTP status."""


class UserProxy(NamedTuple):
    """The proxy that the environment names for HTTPS.

    Args:
        host: its host.
        port: its port.
        authorization: the header with its user and password, or nothing.
    """

    host: str
    port: int
    authorization: str

    def __repr__(self) -> str:
        return f"UserProxy({self.host!r}, {self.port})"


def user_proxy() -> UserProxy | None:
    """Return the proxy of this process's environment.

    Raises:
        ConfigurationError: it is of another kind than HTTP.
    """
    url = getproxies().get("https")
    if not url:
        return None
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host, port, parts = None, 0, urlsplit("")
    if parts.scheme != "http" or not host:
        raise ConfigurationError("the proxy in HTTPS_PROXY must be an http:// URL with a host: change or unset it")
    if parts.username is None:
        return UserProxy(host, port, "")
    secret = b64encode(f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()).decode()
    return UserProxy(host, port, f"Proxy-Authorization: Basic {secret}\r\n")


class Tunnel:
    """The proxy, on a thread of its own; a context manager.

    Args:
        port: the port of the server on this machine, which speaks TLS.
        offline: refuse every other host but this machine.
    """

    def __init__(self, port: int, *, offline: bool = False) -> None:
        self._server_port = port
        self._offline = offline
        self._user_proxy = None if offline else user_proxy()
        self.hosts: Counter[tuple[str, str]] = Counter()
        """How many tunnels there were, by what became of them and by host."""
        self._listener = socket.create_server((_HOST, 0))
        self.url = f"http://{_HOST}:{self._listener.getsockname()[1]}"
        """The URL of the proxy."""
        self._is_ready = Event()
        self._end: Callable[[], object]
        self._thread = Thread(target=self._run, name="genai-ports-tunnel", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._is_ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve_until_end())

    async def _serve_until_end(self) -> None:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        self._end = partial(loop.call_soon_threadsafe, ended.set)
        server = await asyncio.start_server(self._serve, sock=self._listener)
        self._is_ready.set()
        await ended.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = (reader, writer)
        try:
            await self._tunnel(client)
        except Refused as refused:
            with suppress(OSError):
                writer.write(_response(str(refused)))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass  # the client has left, or is no client of a proxy
        except asyncio.CancelledError:
            pass  # the end of the proxy
        finally:
            writer.close()

    async def _tunnel(self, client: _Pair) -> None:
        head = await asyncio.wait_for(client[0].readuntil(_END), _HEAD_SECONDS)
        host, port = _target(head)
        server = await self._connect(host, port)
        try:
            client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pass_on(client, server), _pass_on(server, client))
        finally:
            server[1].close()

    async def _connect(self, host: str, port: int) -> _Pair:
        """Open the connection of a tunnel.

        Raises:
            Refused: it leads to another host, and there is to be none; or nothing can be reached there.
        """
        if port == _HTTPS and has_certificate(host):
            self.hosts["simulated", host] += 1
            return await asyncio.open_connection(_HOST, self._server_port)
        if self._offline and not is_loopback_host(host):
            self.hosts["refused", host] += 1
            raise Refused(f"403 genai-ports run --offline does not let programs reach {host}")
        try:
            pair = await asyncio.wait_for(self._connect_beyond(host, port), _CONNECT_SECONDS)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            self.hosts["not reached", host] += 1
            raise Refused(f"502 {host}:{port} cannot be reached: {type(error).__name__}") from error
        self.hosts["passed through", host] += 1
        return pair

    async def _connect_beyond(self, host: str, port: int) -> _Pair:
        beyond = self._user_proxy
        if beyond is None or proxy_bypass(host):
            return await asyncio.open_connection(host, port, happy_eyeballs_delay=_NEXT_SECONDS)
        pair = await asyncio.open_connection(beyond.host, beyond.port)
        name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        pair[1].write(f"CONNECT {name} HTTP/1.1\r\nHost: {name}\r\n{beyond.authorization}\r\n".encode())
        status = (await pair[0].readuntil(_END)).split(b" ", 2)[1:2]
        if status != [b"200"]:
            pair[1].close()
            raise Refused(f"502 the proxy in HTTPS_PROXY does not connect to {host}:{port}")
        return pair


async def _pass_on(source: _Pair, target: _Pair) -> None:
    """Pass on what one side sends, and its end or its reset."""
    try:
        while data := await source[0].read(_PIECE):
            target[1].write(data)
            await target[1].drain()
        if target[1].can_write_eof():
            target[1].write_eof()
    except ConnectionResetError:
        connection = target[1].get_extra_info("socket")
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        target[1].transport.abort()
        raise


def _target(head: bytes) -> tuple[str, int]:
    """Return the host and the port of a request for a tunnel.

    Raises:
        Refused: it is another request.
    """
    method, _, rest = head.decode("latin-1").partition(" ")
    matched = _TARGET.fullmatch(rest.partition(" ")[0])
    if method != "CONNECT":
        raise Refused("403 genai-ports run passes on HTTPS alone")
    if not matched or not 0 < int(matched[2]) < 2**16:
        raise Refused("400 the target of CONNECT must be a host and a port")
    return matched[1].strip("[]").lower().removesuffix("."), int(matched[2])


def _response(text: str) -> bytes:
    status, _, reason = text.partition(" ")
    body = f"{reason}\n".encode()
    head = f"HTTP/1.1 {status} {reason}\r\ncontent-type: text/plain\r\ncontent-length: {len(body)}\r\n"
    return f"{head}connection: close\r\n\r\n".encode() + body
