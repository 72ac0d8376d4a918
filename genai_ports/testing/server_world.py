"""A world on a server that other processes use too: reset it, and no other one, by its URL."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from fake_server.routes import CONTROL, control_headers
from genai_ports.api.checks import check_texts
from genai_ports.backends.connect import VARIABLE
from genai_ports.backends.urls import is_loopback, server_url, without_user
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.tenancy import TENANCY
from genai_ports.throwaway import tenancy_ocid

if TYPE_CHECKING:
    from typing import Unpack

    from genai_ports.simulator.settings import WorldOptions


def reset_world(url: str | None = None, *, control_token: str | None = None, **settings: Unpack[WorldOptions]) -> None:
    """Replace one world of a fake server with a new one. The worlds of other tenancies stay as they are.

    Args:
        url: as for `connect`, such as `http://127.0.0.1:8080?tenancy=worker-1`; without a tenancy, the world of the
            well-known tenancy. Default: the value of the environment variable `GENAI_PORTS_URL`.
        control_token: the control token of the server. Default: the value of the environment variable
            `GENAI_PORTS_CONTROL_TOKEN`, if it is set.
        settings: settings of the new world, such as `pace="2s"`; default: those of the server.

    Raises:
        ConfigurationError: the URL is not one of a server, or no fake server responds there.
        InvalidInput: the server refuses a setting.

    Example:
        >>> from fake_server import FakeServer
        >>> with FakeServer() as server:
        ...     reset_world(f"{server.url}?tenancy=worker-1", pace="2s")
        ...     server.app.worlds.get("ocid1.tenancy.oc1..worker-1").settings.pace
        '2s'
    """
    chosen = os.environ.get(VARIABLE) if url is None else url
    check_texts(url=chosen)
    if not chosen:
        raise ConfigurationError(f"no URL: pass one, such as http://127.0.0.1:8080?tenancy=worker-1, or set {VARIABLE}")
    parts = urlsplit(chosen)
    root = server_url(parts._replace(query="").geturl())
    named = parse_qs(parts.query).get("tenancy")
    query = urlencode({"tenancy": tenancy_ocid(named[0]) if named else TENANCY})
    _post(f"{root}{CONTROL}/reset?{query}", settings, control_token)


def _post(url: str, body: Any, token: str | None) -> None:
    request = Request(url, json.dumps(body).encode(), control_headers(token), method="POST")  # noqa: S310  # checked by server_url
    opener = build_opener(*([ProxyHandler({})] if is_loopback(url) else []))
    try:
        opener.open(request, timeout=30).close()
    except HTTPError as refusal:
        with refusal:
            raise InvalidInput(_message(refusal)) from None
    except (URLError, OSError) as error:
        raise ConfigurationError(f"no server responds at {without_user(url)}: {error}") from error


def _message(refusal: HTTPError) -> str:
    text = refusal.read().decode("utf-8", "replace")
    try:
        return str(json.loads(text)["message"])
    except (ValueError, TypeError, KeyError):
        return f"{refusal.geturl()} responds {refusal.code}: it is not a fake server"
