"""No network but loopback: connections of a test to other machines are refused, with the name of the test."""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_INTERNET: Final = (socket.AF_INET, socket.AF_INET6)
_HOST: Final = re.compile(r"[^\s/:\[\]@]+|[0-9A-Fa-f:.*?]+(?:%[^\s/]+)?")
"""A name or an IPv4 address, or an IPv6 address, with wildcards."""
_LOOPBACK_NAMES: Final = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


class Destination(NamedTuple):
    """Where a connection was to go.

    Args:
        host: a name or an address.
        port: the port; None if only a name was to be resolved.
    """

    host: str
    port: int | str | None

    def __str__(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"


class RefusedConnection(ConnectionRefusedError):
    """A test connects to another machine, or resolves its name."""

    def __init__(self, test: str, destination: Destination) -> None:
        message = (
            f"{test} connects to {destination}, which is not this machine: the fixture oci_redirected serves the "
            "SDK's clients of OCI Generative AI from the test's world (other services: replace the client), and the "
            f"setting allow_hosts={[destination.host]} allows the connection"
        )
        super().__init__(errno.ECONNREFUSED, message)
        self.test = test
        self.destination = destination

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.test, self.destination), vars(self)


@contextmanager
def only_loopback(test: str, allow_hosts: Sequence[str] = ()) -> Iterator[list[Destination]]:
    """Refuse connections to other machines, in all threads of this process.

    Blocks can be nested: the inner one decides.

    Args:
        test: its name, for messages.
        allow_hosts: names and addresses of other machines that can be reached; `*` and `?` are wildcards.

    Yields:
        What was refused, as it happens.

    Raises:
        InvalidInput: `allow_hosts` has something else.
    """
    guard = _Guard(test, hosts(allow_hosts))
    with _LOCK:
        if not _GUARDS:
            _patch()
        _GUARDS.append(guard)
    try:
        yield guard.refused
    finally:
        with _LOCK:
            _GUARDS.remove(guard)
            if not _GUARDS:
                _unpatch()


def hosts(given: Any) -> tuple[str, ...]:
    """Check a list of names and addresses of machines.

    Raises:
        InvalidInput: it is not one.
    """
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise InvalidInput(f"allow_hosts must be a sequence of host names and addresses, not {given!r}")
    checked = tuple(given)
    for each in checked:
        if not isinstance(each, str) or not _HOST.fullmatch(each):
            raise InvalidInput(
                f"allow_hosts has {each!r}: use names and addresses, such as db.example, without scheme, port and path"
            )
    return checked


def is_loopback(host: str) -> bool:
    """Return whether a name or an address leads to this machine, without resolving it.

    Example:
        >>> [is_loopback(host) for host in ("localhost", "127.0.0.2", "::1", "0.0.0.0", "127.1", "10.0.0.1")]
        [True, True, True, True, True, False]
    """
    name = host.lower().removesuffix(".")
    if not name or name in _LOOPBACK_NAMES or name.endswith(".localhost"):
        return True
    numeric = _address(name)
    if numeric is None:
        return False
    mapped = numeric.ipv4_mapped if isinstance(numeric, IPv6Address) else None
    address = mapped or numeric
    return address.is_loopback or address.is_unspecified


def _address(host: str) -> Any:
    """Return an address that is written in numbers; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return ip_address(socket.inet_aton(host)) if host.isascii() and not set(host) & set(" \t\n") else None
    except OSError:
        return None


class _Guard:
    """The rules of one block."""

    def __init__(self, test: str, allow_hosts: Sequence[str]) -> None:
        self._test = test
        self._allowed = [each.lower() for each in allow_hosts]
        self._addresses: set[str] = set()
        self.refused: list[Destination] = []

    def check_connection(self, family: int, address: Any) -> None:
        """Refuse an address of the Internet that is not this machine's.

        Raises:
            RefusedConnection: it is one.
        """
        if family in _INTERNET and isinstance(address, tuple) and address:
            self._check(_text(address[0]), address[1] if len(address) > 1 else None)

    def check_name(self, host: Any) -> None:
        """Refuse to resolve the name of another machine; an address resolves to itself.

        Raises:
            RefusedConnection: it is one.
        """
        if host is not None and _address(_text(host)) is None:
            self._check(_text(host), None)

    def learn(self, host: Any, addresses: set[str]) -> None:
        """Allow the addresses of a host that was resolved."""
        if host is not None and self._is_allowed(_text(host)):
            self._addresses |= addresses

    def _check(self, host: str, port: int | str | None) -> None:
        if is_loopback(host) or host in self._addresses or self._is_allowed(host):
            return
        destination = Destination(host, port)
        self.refused.append(destination)
        raise RefusedConnection(self._test, destination)

    def _is_allowed(self, host: str) -> bool:
        return host.lower() == socket.gethostname().lower() or any(
            fnmatchcase(host.lower(), each) for each in self._allowed
        )


_GUARDS: Final[list[_Guard]] = []
_LOCK: Final = Lock()
_ORIGINALS: Final[dict[str, tuple[Any, bool, Callable[..., Any]]]] = {}
"""By name: what has the function, whether the function is its own or inherited, and the function."""


def _text(host: Any) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)


def _original(name: str) -> Callable[..., Any]:
    return _ORIGINALS[name][2]


def _connect(self: socket.socket, address: Any) -> Any:
    if _GUARDS:
        _GUARDS[-1].check_connection(self.family, address)
    return _original("connect")(self, address)


def _connect_ex(self: socket.socket, address: Any) -> Any:
    try:
        if _GUARDS:
            _GUARDS[-1].check_connection(self.family, address)
    except RefusedConnection as refusal:
        return refusal.errno
    return _original("connect_ex")(self, address)


def _sendto(self: socket.socket, *given: Any) -> Any:
    if _GUARDS and given:
        _GUARDS[-1].check_connection(self.family, given[-1])
    return _original("sendto")(self, *given)


def _getaddrinfo(host: Any, *given: Any, **named: Any) -> Any:
    guard = _GUARDS[-1] if _GUARDS else None
    if guard:
        guard.check_name(host)
    found = _original("getaddrinfo")(host, *given, **named)
    if guard:
        guard.learn(host, {str(each[4][0]) for each in found})
    return found


def _gethostbyname(host: Any) -> Any:
    guard = _GUARDS[-1] if _GUARDS else None
    if guard:
        guard.check_name(host)
    found = _original("gethostbyname")(host)
    if guard:
        guard.learn(host, {found})
    return found


def _gethostbyname_ex(host: Any) -> Any:
    guard = _GUARDS[-1] if _GUARDS else None
    if guard:
        guard.check_name(host)
    found = _original("gethostbyname_ex")(host)
    if guard:
        guard.learn(host, set(found[2]))
    return found


_OF_SOCKETS: Final = {"connect": _connect, "connect_ex": _connect_ex, "sendto": _sendto}
_OF_NAMES: Final = {
    "getaddrinfo": _getaddrinfo,
    "gethostbyname": _gethostbyname,
    "gethostbyname_ex": _gethostbyname_ex,
}


def _patch() -> None:
    for owner, replacements in ((socket.socket, _OF_SOCKETS), (socket, _OF_NAMES)):
        for name, replacement in replacements.items():
            # A test that patched the same function can have put ours back after our end; it is never an original.
            if getattr(owner, name) is not replacement:
                _ORIGINALS[name] = (owner, name in vars(owner), getattr(owner, name))
                setattr(owner, name, replacement)


def _unpatch() -> None:
    for name, (owner, is_own, original) in _ORIGINALS.items():
        if is_own:
            setattr(owner, name, original)
        elif name in vars(owner):
            delattr(owner, name)
