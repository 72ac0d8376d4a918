"""Who reaches a server: this machine alone, or others; and the token that its control paths then require."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from secrets import token_urlsafe
from typing import Any, Final

from fake_server.routes import TOKEN_VARIABLE
from genai_ports.backends.loopback import address_in_numbers
from genai_ports.errors import ConfigurationError

_TOKEN: Final = re.compile(r"[!-~]{16,256}")
_OPTION: Final = f"set {TOKEN_VARIABLE} or pass --control-token"


def address_of(name: str) -> Any:
    """Return the IP address that a text is; None for a name. An IPv4 address mapped to IPv6 is the IPv4 address."""
    numeric = address_in_numbers(name)
    mapped = numeric.ipv4_mapped if isinstance(numeric, IPv6Address) else None
    return mapped or numeric


def is_loopback_address(address: str) -> bool:
    """Return whether only this machine reaches a server that listens on an address; no name but localhost is resolved.

    Example:
        >>> [is_loopback_address(each) for each in ("127.0.0.2", "::1", "localhost", "0.0.0.0", "192.0.2.7", "box")]
        [True, True, True, False, False, False]
    """
    numeric = address_of(address)
    return address == "localhost" if numeric is None else bool(numeric.is_loopback)


def is_wildcard(address: str) -> bool:
    """Return whether an address to listen on stands for every address of the machine."""
    numeric = address_of(address)
    return numeric is not None and bool(numeric.is_unspecified)


def checked_token(token: object) -> str:
    """Check a control token.

    Raises:
        ConfigurationError: it is too short, too long, or cannot be a header; the message does not show it.
    """
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise ConfigurationError("a control token must have 16 to 256 visible ASCII characters, without spaces")
    return token


def token_for(address: str, token: str | None, *, verifies: bool) -> str | None:
    """Return the control token of a server in this process.

    Args:
        address: what it listens on.
        token: its token; default: generated for a server that verifies signatures, else none.
        verifies: whether it verifies signatures.

    Raises:
        ConfigurationError: the token is malformed, or other machines reach the server and it has none.
    """
    if token is not None:
        return checked_token(token)
    if not is_loopback_address(address):
        raise ConfigurationError(
            f"other machines reach a server that listens on {address}: pass control_token= for its control paths, or "
            "listen on 127.0.0.1"
        )
    return token_urlsafe(24) if verifies else None


def check_token(address: str, token: str | None, *, verifies: bool) -> None:
    """Refuse to serve until a signal without a token, where one is required.

    Raises:
        ConfigurationError: the token is malformed, or missing.
    """
    if token is not None:
        checked_token(token)
        return
    if verifies:
        raise ConfigurationError(
            f"--verify-signatures requires a control token, because the control paths register keys: {_OPTION}"
        )
    if not is_loopback_address(address):
        raise ConfigurationError(
            f"other machines reach a server that listens on {address}, so its control paths require a token: "
            f"{_OPTION}, or listen on 127.0.0.1"
        )


def reach_of(address: str, *, encrypts: bool = False) -> str:
    """Return what listening on an address means, as lines to print; empty for loopback."""
    if is_loopback_address(address):
        return ""
    reach = (
        f"other machines reach this server on {address}: any can call the API, and with the control token the control "
        "paths.\n"
    )
    if encrypts:
        return reach
    return f"{reach}HTTP is not encrypted: others can read requests and the token on the way. Send no real secrets.\n"
