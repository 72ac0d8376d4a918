"""URLs of servers: the accepted form, and the form for messages."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from genai_ports.api.display import display
from genai_ports.backends.loopback import is_loopback_host
from genai_ports.errors import ConfigurationError
from genai_ports.wire.routes import VERSION

_USER: Final = r"//.*@"
_HOST: Final = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*"
"""The name of a host, or an address of IPv4 or IPv6."""


def server_url(text: str) -> str:
    """Check the root URL of a server of the API.

    Args:
        text: a scheme and a host, and optionally a port and a path.

    Returns:
        The URL without a slash and without the version `/20231130` at its end.

    Raises:
        ConfigurationError: the text is not such a URL.

    Example:
        >>> server_url("http://127.0.0.1:8080/")
        'http://127.0.0.1:8080'
    """
    if not _is_root(text):
        raise ConfigurationError(
            "the URL of a server must be one such as http://127.0.0.1:8080, with a host name or an IP address, and "
            f"neither user nor query, not {display(text)}"
        )
    return text.rstrip("/").removesuffix(VERSION).rstrip("/")


def _is_root(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and re.fullmatch(_HOST, parts.hostname or "") is not None
        and port != 0
        and not (parts.query or parts.fragment or "@" in parts.netloc)
        and text.isprintable()
        and " " not in text
    )


def is_loopback(url: str) -> bool:
    """Return whether a server is on this machine.

    Example:
        >>> [is_loopback(url) for url in ("http://127.0.0.1:8080", "http://[::1]:80", "https://127.example.com")]
        [True, True, False]
    """
    host = urlsplit(url).hostname
    return bool(host) and is_loopback_host(str(host))


def without_user(url: str) -> str:
    """Hide the user and password in a URL.

    Example:
        >>> without_user("http://me:secret@example.com/")
        'http://...@example.com/'
    """
    return re.sub(_USER, "//...@", url)
