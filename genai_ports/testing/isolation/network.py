"""No network but loopback: connections of a test to other machines are refused, with the name of the test."""

from __future__ import annotations

import errno
import socket
from contextlib import contextmanager
from fnmatch import fnmatchcase
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.backends.loopback import address_in_numbers, is_loopback_host
from genai_ports.testing.isolation.host_names import hosts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_INTERNET: Final = (socket.AF_INET, socket.AF_INET6)


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
        if host is not None and address_in_numbers(_text(host)) is None:
            self._check(_text(host), None)

    def learn(self, host: Any, addresses: set[str]) -> None:
        """Allow the addresses of a host that was resolved."""
        if host is not None and self._is_allowed(_text(host)):
            self._addresses |= addresses

    def _check(self, host: str, port: int | str | None) -> None:
        if is_loopback_host(host) or host in self._addresses or self._is_allowed(host):
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


def _guards() -> Sequence[_Guard]:
    """Return the guard of the innermost block; none after all have ended, which can happen in another thread."""
    return _GUARDS[-1:]


def _connect(self: socket.socket, address: Any) -> Any:
    for guard in _guards():
        guard.check_connection(self.family, address)
    return _original("connect")(self, address)


def _connect_ex(self: socket.socket, address: Any) -> Any:
    try:
        for guard in _guards():
            guard.check_connection(self.family, address)
    except RefusedConnection as refusal:
        return refusal.errno
    return _original("connect_ex")(self, address)


def _sendto(self: socket.socket, *given: Any) -> Any:
    for guard in _guards():
        guard.check_connection(self.family, given[-1] if given else None)
    return _original("sendto")(self, *given)


def _getaddrinfo(host: Any, *given: Any, **named: Any) -> Any:
    return _resolve("getaddrinfo", lambda found: {str(each[4][0]) for each in found}, host, *given, **named)


def _gethostbyname(host: Any) -> Any:
    return _resolve("gethostbyname", lambda found: {found}, host)


def _gethostbyname_ex(host: Any) -> Any:
    return _resolve("gethostbyname_ex", lambda found: set(found[2]), host)


def _resolve(name: str, addresses: Callable[[Any], set[str]], host: Any, *given: Any, **named: Any) -> Any:
    guards = _guards()
    for guard in guards:
        guard.check_name(host)
    found = _original(name)(host, *given, **named)
    for guard in guards:
        guard.learn(host, addresses(found))
    return found


_OF_SOCKETS: Final = {"connect": _connect, "connect_ex": _connect_ex, "sendto": _sendto}
_OF_NAMES: Final = {
    "getaddrinfo": _getaddrinfo,
    "gethostbyname": _gethostbyname,
    "gethostbyname_ex": _gethostbyname_ex,
}
_REPLACEMENTS: Final[Mapping[str, Any]] = {**_OF_SOCKETS, **_OF_NAMES}


def _patch() -> None:
    for owner, names in ((socket.socket, _OF_SOCKETS), (socket, _OF_NAMES)):
        for name in names:
            # A test that patched the same function can have put ours back after our end; it is never an original.
            if getattr(owner, name) is not _REPLACEMENTS[name]:
                _ORIGINALS[name] = (owner, name in vars(owner), getattr(owner, name))
                setattr(owner, name, _REPLACEMENTS[name])


def _unpatch() -> None:
    for name, (owner, is_own, original) in _ORIGINALS.items():
        if getattr(owner, name) is not _REPLACEMENTS[name]:
            continue  # another plugin has put back what it had replaced before the block
        if is_own:
            setattr(owner, name, original)
        else:
            delattr(owner, name)
