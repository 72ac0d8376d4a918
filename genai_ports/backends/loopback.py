"""Hosts of this machine: which names and addresses lead to it, without resolving them."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

_LOOPBACK_NAMES: Final = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


def is_loopback_host(host: str) -> bool:
    """Return whether a name or an address leads to this machine, without resolving it.

    Example:
        >>> [is_loopback_host(host) for host in ("localhost", "127.0.0.2", "::1", "0.0.0.0", "127.1", "10.0.0.1")]
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
    except (OSError, ValueError):  # ValueError: a NUL
        return None
