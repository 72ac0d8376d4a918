"""The socket that a server listens on."""

from __future__ import annotations

import socket
from typing import Final

from genai_ports.api.checks import check_instance, check_texts
from genai_ports.api.display import display
from genai_ports.errors import ConfigurationError

_BACKLOG: Final = 1024
_LONGEST_HOST: Final = 253
_LAST_PORT: Final = 65_535


def check_host(host: object) -> None:
    """Refuse what cannot be the name or address of a machine.

    Raises:
        InvalidInput: it is not a string.
        ConfigurationError: it is longer than names can be.
    """
    check_instance("host", host, str, "a string")
    check_texts(host=host)
    length = len(str(host))
    if length > _LONGEST_HOST:
        raise ConfigurationError(f"cannot listen on a host of {length} characters; the longest has {_LONGEST_HOST}")


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address, before anything starts, so that a failure leaves nothing behind.

    Another server can take the address as soon as this one has ended, but not before: on Windows, that needs an option
    of its own.

    Raises:
        ConfigurationError: the address cannot be listened on, such as a port that is taken.
    """
    check_host(host)
    if type(port) is not int or not 0 <= port <= _LAST_PORT:
        raise ConfigurationError(
            f"cannot listen on {host}: port must be a whole number from 0 to {_LAST_PORT}, not {display(port)}"
        )
    if not host:
        # A socket reads it as every interface.
        raise ConfigurationError(
            "cannot listen on an empty host: name an address, such as 127.0.0.1, or 0.0.0.0 for all"
        )
    listener: socket.socket | None = None
    try:
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR), 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)  # of two that bind a port at the same time, only one can listen
    except (OSError, OverflowError, TypeError, ValueError) as error:
        if listener:
            listener.close()
        raise refusal(host, port, error) from error
    return listener


def refusal(host: str, port: int, error: Exception) -> ConfigurationError:
    """Return the error for an address that cannot be listened on."""
    return ConfigurationError(f"cannot listen on {host}:{port}: {error}")


def leads_to(name: str, address: str) -> bool:
    """Return whether a host name resolves to an address."""
    try:
        return any(found[4][0] == address for found in socket.getaddrinfo(name, None))
    except OSError:
        return False
