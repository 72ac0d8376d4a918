"""Names and addresses of machines: which of them lead to this machine, and which a test can allow."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from genai_ports.errors import InvalidInput

_HOST: Final = re.compile(r"[^\s/:\[\]@]+|[0-9A-Fa-f:.*?]+(?:%[^\s/]+)?")
"""A name or an IPv4 address, or an IPv6 address, with wildcards."""
_LOOPBACK_NAMES: Final = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


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
    numeric = address_in_numbers(name)
    if numeric is None:
        return False
    mapped = numeric.ipv4_mapped if isinstance(numeric, IPv6Address) else None
    address = mapped or numeric
    return address.is_loopback or address.is_unspecified


def address_in_numbers(host: str) -> Any:
    """Return an address that is written in numbers; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return ip_address(socket.inet_aton(host)) if host.isascii() and not set(host) & set(" \t\n") else None
    except OSError:
        return None
