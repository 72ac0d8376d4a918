"""The guard of a served app: it refuses the requests of web pages, and control requests without the token.

A page of any site can make a browser send requests to loopback. If its name leads first to the site, then to loopback,
the page can also read the responses. The `Host`, the `Origin` or the `Sec-Fetch-Site` of a request shows
that, or a body of a type that a form can have. A refusal repeats nothing that the client sent.
"""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from fake_server.reach import address_of, checked_token, is_wildcard
from fake_server.response import readable, send
from fake_server.routes import TOKEN_HEADER, is_control
from genai_ports.api.checks import check_instance, check_texts
from genai_ports.api.display import display
from genai_ports.errors import ConfigurationError, ServiceError
from genai_ports.simulator.rules.refusals import (
    CONTROL_BODY_TYPE,
    CONTROL_TOKEN,
    CROSS_SITE,
    HOST_NOT_ALLOWED,
    ORIGIN_NOT_ALLOWED,
)
from genai_ports.wire.hosts import HEALTH, is_service
from genai_ports.wire.http import JSON

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from genai_ports.wire.http import HttpResponse

_TOKEN_KEY: Final = f"HTTP_{TOKEN_HEADER.upper().replace('-', '_')}"
_NAME: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.IGNORECASE)
_OWN_SITE: Final = (None, "same-origin", "none")
"""The values of `Sec-Fetch-Site` without another site: not a browser, a page of this server, a URL that was typed."""
_LONGEST_HOST: Final = 253
_PORT: Final = re.compile(r"[0-9]{1,4}|[1-5][0-9]{4}")
_USUAL: Final = ("127.0.0.1", "localhost")
_READS: Final = ("GET", "HEAD")


class Served(Protocol):
    """A WSGI app that also responds to requests that are no calls."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse, /) -> Iterable[bytes]:
        """Serve one request."""
        ...

    def refuse(self, error: ServiceError, /) -> HttpResponse:
        """Respond to a request that is not a call."""
        ...


class Guard:
    """A WSGI app around another one, which passes on what is not refused.

    Args:
        app: the app.
        address: the address that the server listens on. A wildcard, such as `0.0.0.0`, stands for every address.
        allow_hosts: more names and addresses that clients may use for the server, without ports.
        control_token: what control requests must have in the header `genai-control-token`; default: nothing.

    Raises:
        ConfigurationError: a name or the token does not have the right form.
    """

    def __init__(
        self,
        app: Served,
        *,
        address: str = "127.0.0.1",
        allow_hosts: Iterable[str] = (),
        control_token: str | None = None,
    ) -> None:
        self._app = app
        self._is_wildcard = is_wildcard(address)
        self._hosts = {address, *map(_checked_name, allow_hosts)}
        self._token = None if control_token is None else checked_token(control_token).encode()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        try:
            self._check(environ)
        except ServiceError as error:
            return send(readable(self.refuse(error), environ), environ, start_response)
        return self._app(environ, start_response)

    def refuse(self, error: ServiceError) -> HttpResponse:
        """Respond to a request that is not a call."""
        return self._app.refuse(error)

    def _check(self, environ: WSGIEnvironment) -> None:
        token = environ.pop(_TOKEN_KEY, None)  # nothing below may record it
        host = environ.get("HTTP_HOST")
        if host is not None and not self._is_allowed(host):
            raise HOST_NOT_ALLOWED()
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and not _is_own(origin, host):
            raise ORIGIN_NOT_ALLOWED()
        if environ.get("HTTP_SEC_FETCH_SITE") not in _OWN_SITE:
            raise CROSS_SITE()
        path = f"/{environ['PATH_INFO'].lstrip('/')}"
        if is_control(path):
            self._check_control(environ, path, token)

    def _check_control(self, environ: WSGIEnvironment, path: str, token: str | None) -> None:
        if environ["REQUEST_METHOD"] not in _READS and not _is_json_or_empty(environ):
            raise CONTROL_BODY_TYPE()
        if self._token is None or (path == HEALTH and environ["REQUEST_METHOD"] in _READS):
            return
        if not compare_digest((token or "").encode("latin-1", "replace"), self._token):
            raise CONTROL_TOKEN(header=TOKEN_HEADER)

    def _is_allowed(self, host: str) -> bool:
        plain, _, port = host.partition(":")
        if plain in _USUAL and _PORT.fullmatch(port):
            return True  # common, and several times as fast
        name = _name_of(host)
        return name is not None and self._is_named(name)

    def _is_named(self, name: str) -> bool:
        """Return whether clients may use a name or address for the server."""
        if name in self._hosts or name == "localhost" or name.endswith(".localhost") or is_service(name):
            return True
        address = address_of(name)
        # A page can point a name of its own at any address; an address it can only use where it is served itself.
        return address is not None and bool(self._is_wildcard or address.is_loopback)


def _name_of(host: str) -> str | None:
    """Return the name or address in a Host header, in lower case; None if the header is malformed."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    name = parts.hostname
    if name is None or parts.netloc != host or parts.username is not None or not host.isascii():
        return None
    if host.startswith("["):
        return name
    name = name.removesuffix(".")
    return name if _NAME.fullmatch(name) else None


def _is_own(origin: str, host: str | None) -> bool:
    """Return whether an Origin is that of the server that a request names."""
    own = f"://{host}".lower()
    return host is not None and origin.lower() in {f"http{own}", f"https{own}"}


def _is_json_or_empty(environ: WSGIEnvironment) -> bool:
    sent = environ.get("CONTENT_TYPE", "")
    if not sent:
        return environ.get("CONTENT_LENGTH", "0") in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environ
    return bool(sent.partition(";")[0].strip().lower() == JSON)


def _checked_name(name: str) -> str:
    check_instance("each of allow_hosts", name, str, "a string")
    check_texts(_LONGEST_HOST, **{"each of allow_hosts": name})
    allowed = name.lower().removesuffix(".")
    if not _NAME.fullmatch(allowed) and address_of(allowed) is None:
        raise ConfigurationError(f"allow_hosts takes names without a port, such as fake.test, not {display(name)}")
    return allowed
