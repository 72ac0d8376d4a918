"""The socket that a server listens on."""

from __future__ import annotations

import os
import socket

from genai_ports.errors import ConfigurationError


def listen(host: str, port: int) -> socket.socket:
    """Bind an address, before anything starts, so that a failure leaves nothing behind.

    Raises:
        ConfigurationError: the address cannot be listened on, such as a port that is taken.
    """
    if not host:
        # A socket reads it as every interface.
        raise ConfigurationError(
            "cannot listen on an empty host: name an address, such as 127.0.0.1, or 0.0.0.0 for all"
        )
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name != "nt":  # on Windows, two servers could then share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError, TypeError, ValueError) as error:
        listener.close()
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error}") from error
    return listener


def leads_to(name: str, address: str) -> bool:
    """Return whether a host name resolves to an address."""
    try:
        return any(found[4][0] == address for found in socket.getaddrinfo(name, None))
    except OSError:
        return False
