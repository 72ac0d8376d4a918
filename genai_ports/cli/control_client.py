"""A client of the control paths of a running fake server, for the commands that look at its worlds and change them."""

from __future__ import annotations

import json
import ssl
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from fake_server.routes import CONTROL, TOKEN_VARIABLE, control_headers
from genai_ports.backends.connect import VARIABLE
from genai_ports.backends.urls import is_loopback, server_url
from genai_ports.cli.command import TLS_DIRECTORY
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.throwaway import tenancy_ocid
from genai_ports.wire.http import RULE

if TYPE_CHECKING:
    from genai_ports.cli.command import Json

DEFAULT_URL: Final = "http://127.0.0.1:8080"
"""Where `genai-ports serve` listens by default."""
_SECONDS: Final = 60.0
_TOKEN_RULE: Final = "control-token"  # noqa: S105  # the name of a rule


class ControlClient:
    """A client of one server.

    Args:
        url: the root URL, such as `http://127.0.0.1:8080`; its query may name a tenancy, as for `connect`.
        tenancy: the OCID of a tenancy, or a short name as for `connect`; default: that of the URL, or the usual one.
        control_token: the control token of the server; default: that of the environment.

    Raises:
        ConfigurationError: the URL is not one of a server, or the tenancy is malformed.
    """

    def __init__(self, url: str, *, tenancy: str | None = None, control_token: str | None = None) -> None:
        parts = urlsplit(url)
        self.url = server_url(parts._replace(query="").geturl())
        named = tenancy or next(iter(parse_qs(parts.query).get("tenancy", ())), None)
        self.tenancy = tenancy_ocid(named) if named else None
        self._headers = control_headers(control_token)

    def get(self, path: str, **parameters: str | None) -> Json:
        """Return the document at a control path.

        Args:
            path: the path below `/_sim`.
            parameters: of the query; those that are None are left out.

        Raises:
            ConfigurationError: no fake server responds, or it requires a control token.
            InvalidInput: the server refuses the request.
        """
        return self._send("GET", path, parameters)

    def post(self, path: str, document: Json) -> Json:
        """Send a document, and return the response; see `get`."""
        return self._send("POST", path, {}, document)

    def put(self, path: str, document: Json) -> Json:
        """Replace what is at a control path; see `get`."""
        return self._send("PUT", path, {}, document)

    def delete(self, path: str) -> Json:
        """Remove what is at a control path; see `get`."""
        return self._send("DELETE", path, {})

    def _send(self, method: str, path: str, parameters: dict[str, str | None], document: Json | None = None) -> Json:
        query = urlencode({name: each for name, each in parameters.items() if each is not None})
        tenancy = urlencode({"tenancy": self.tenancy}) if self.tenancy else ""
        url = f"{self.url}{CONTROL}{path}?{'&'.join(filter(None, (query, tenancy)))}".removesuffix("?")
        body = None if document is None else json.dumps(document).encode()
        request = Request(url, body, self._headers, method=method)  # noqa: S310  # checked by server_url
        try:
            with self._opener.open(request, timeout=_SECONDS) as response:
                result: Json = json.load(response)
        except HTTPError as refusal:
            with refusal:
                raise self._refusal(refusal) from None
        except (URLError, OSError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise ConfigurationError(
                f"no server responds at {self.url} ({reason}): start one with `genai-ports serve`, or name "
                f"another with --url or {VARIABLE}"
            ) from error
        except ValueError:
            raise self._not_ours() from None
        return result

    def _refusal(self, refusal: HTTPError) -> InvalidInput | ConfigurationError:
        if refusal.headers.get(RULE) == _TOKEN_RULE:
            return ConfigurationError(
                f"the server requires its control token: set {TOKEN_VARIABLE}, or pass --control-token"
            )
        try:
            return InvalidInput(str(json.loads(refusal.read())["message"]))
        except (ValueError, TypeError, KeyError):
            return self._not_ours()

    def _not_ours(self) -> ConfigurationError:
        return ConfigurationError(f"what responds at {self.url} is not a fake server")

    @cached_property
    def _opener(self) -> OpenerDirector:
        handlers: list[Any] = [ProxyHandler({})] if is_loopback(self.url) else []
        if self.url.startswith("https:"):
            context, authority = ssl.create_default_context(), TLS_DIRECTORY / "ca.pem"
            if authority.exists():
                context.load_verify_locations(authority)
            handlers.append(HTTPSHandler(context=context))
        return build_opener(*handlers)
