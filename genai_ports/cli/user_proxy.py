"""The proxy that the environment names for HTTPS."""

from __future__ import annotations

from base64 import b64encode
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from genai_ports.errors import ConfigurationError


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
