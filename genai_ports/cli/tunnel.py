"""A proxy for the programs of `genai-ports run`: it brings what they send to Generative AI to a server here.

It decrypts nothing. A tunnel to a host name of the service ends at the server, which has a certificate for that name;
any other tunnel leads where it should, or through the proxy of the user, or is refused. So do requests in plain HTTP,
which come only from programs that use this proxy for everything: those with Jersey, and all with `--offline`.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections import Counter
from contextlib import suppress
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn
from urllib.request import proxy_bypass

import click

from fake_server.authority import has_certificate
from genai_ports.backends.loopback import is_loopback_host
from genai_ports.cli.user_proxy import user_proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

_HOST: Final = "127.0.0.1"
_TARGET: Final = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]{1,253})(?::(\d{1,5}))?")
_PLAIN_URL: Final = re.compile(r"http://([^/?#\s]*)([^#\s]*)", re.IGNORECASE)
_OF_CONNECTION: Final = re.compile(r"(?:connection|keep-alive|proxy-[a-z-]+)\s*:", re.IGNORECASE)
"""Headers that are for the proxy, not for the server behind it."""
_END: Final = b"\r\n\r\n"
_HEAD_SECONDS: Final = 30.0
_CONNECT_SECONDS: Final = 30.0
_NEXT_SECONDS: Final = 0.25
"""After which time the next address of a host is tried."""
_PIECE: Final = 64 * 1024
_RESET: Final = struct.pack("ii", 1, 0)
"""Linger for 0 s: closing resets the connection."""
_HTTPS: Final = 443
_HTTP: Final = 80

_Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Refused(Exception):  # no error, but a response
    """A request that gets no tunnel; the text says why, and begins with the HTTP status."""


class _Target(NamedTuple):
    """Where a request leads.

    Args:
        host: the host.
        port: the port.
        head: the first bytes for the server, if the request is not for a tunnel, but for a page in plain HTTP.
    """

    host: str
    port: int
    head: bytes


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
        target = _target(head)
        server = await self._connect(target)
        try:
            if target.head:
                server[1].write(target.head)
            else:
                client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pass_on(client, server), _pass_on(server, client))
        finally:
            server[1].close()

    async def _connect(self, target: _Target) -> _Pair:
        """Open the connection to a server.

        Raises:
            Refused: it leads to another host, and there is to be none; or nothing can be reached there.
        """
        host, port, _ = target
        if port == _HTTPS and has_certificate(host):
            self.hosts["simulated", host] += 1
            return await asyncio.open_connection(_HOST, self._server_port)
        if self._offline and not is_loopback_host(host):
            self._refuse(host)
        try:
            pair = await asyncio.wait_for(self._connect_beyond(target), _CONNECT_SECONDS)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            self.hosts["not reached", host] += 1
            raise Refused(f"502 {host}:{port} cannot be reached: {type(error).__name__}") from error
        self.hosts["passed through", host] += 1
        return pair

    def _refuse(self, host: str) -> NoReturn:
        """Refuse a host; print so once, because few programs show what a proxy says.

        Raises:
            Refused: always.
        """
        message = f"genai-ports run --offline does not let programs reach {host}"
        if not self.hosts["refused", host]:
            click.echo(message, err=True)
        self.hosts["refused", host] += 1
        raise Refused(f"403 {message}")

    async def _connect_beyond(self, target: _Target) -> _Pair:
        host, port, head = target
        beyond = self._user_proxy
        if beyond is None or head or proxy_bypass(host):
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


def _target(head: bytes) -> _Target:
    """Return where a request leads.

    Raises:
        Refused: it is neither for a tunnel nor in plain HTTP, or it has no host and port.
    """
    line, *headers = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, _, rest = line.partition(" ")
    url, _, version = rest.partition(" ")
    plain = None if method == "CONNECT" else _PLAIN_URL.fullmatch(url)
    if method != "CONNECT" and not plain:
        raise Refused("403 genai-ports run passes on HTTPS and HTTP alone")
    matched = _TARGET.fullmatch(plain[1] if plain else url)
    port = int((matched and matched[2]) or (_HTTP if plain else 0))
    if not matched or not 0 < port < 2**16:
        raise Refused("400 a request to a proxy must name a host and a port")
    host = matched[1].strip("[]").lower().removesuffix(".")
    if not plain:
        return _Target(host, port, b"")
    path = plain[2] if plain[2].startswith("/") else f"/{plain[2]}"
    kept = [each for each in headers if not _OF_CONNECTION.match(each)]
    # The client may send its next request elsewhere, so each connection has one.
    return _Target(
        host, port, "\r\n".join([f"{method} {path} {version}", *kept, "connection: close", "", ""]).encode("latin-1")
    )


def _response(text: str) -> bytes:
    status, _, reason = text.partition(" ")
    body = f"{reason}\n".encode()
    head = f"HTTP/1.1 {status} {reason}\r\ncontent-type: text/plain\r\ncontent-length: {len(body)}\r\n"
    return f"{head}connection: close\r\n\r\n".encode() + body
