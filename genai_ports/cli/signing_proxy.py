"""A signing proxy on this machine: plain HTTP comes in, and leaves signed with a profile, for the real endpoint.

Every client that reaches it acts with that profile. So it listens on loopback alone, refuses requests of web pages,
lets nothing be changed by default, and writes neither headers nor bodies to its log.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from http import HTTPStatus
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import click
from oci._vendor.requests import Session
from waitress.server import create_server
from werkzeug.wrappers import Request, Response

from fake_server.signals import stop_by_signal
from genai_ports.backends.profiles import authenticate, new_sdk_client
from genai_ports.backends.urls import is_loopback, server_url
from genai_ports.errors import ConfigurationError
from genai_ports.recording.matching import READS
from genai_ports.recording.recorder import recording
from genai_ports.regions import DEFAULT_REGION, endpoint_url, find_region
from genai_ports.regions import region as known_region
from genai_ports.wire.http import JSON, REQUEST_HEADERS
from genai_ports.wire.routes import VERSION, find_route

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOST: Final = "127.0.0.1"
_LOCAL: Final = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d+)?")
"""The `host` of requests to this machine."""
_PASSED_ON: Final = ("accept", "content-type", "user-agent", *REQUEST_HEADERS.values())
"""The headers of a client that are sent on. Its signature, its date and its digest are not: they are made anew."""
_KEPT_BACK: Final = ("connection", "content-encoding", "content-length", "keep-alive", "server", "transfer-encoding")
_SECONDS: Final = (10.0, 60.0)
_BODY_BYTES: Final = 1024 * 1024


class SigningProxy:
    """The proxy as a WSGI app.

    Args:
        signer: a signer of the OCI SDK.
        region: the id of the region of paths that name none.
        upstream: the root URL to send to; default: the real endpoint of the region.
        allow_changes: let POST, PUT and DELETE pass.
    """

    def __init__(self, signer: Any, region: str, *, upstream: str | None = None, allow_changes: bool = False) -> None:
        self._signer = signer
        self._region = region
        self._upstream = upstream
        self._allow_changes = allow_changes
        self._session = Session()
        if upstream and is_loopback(upstream):
            self._session.trust_env = False  # a proxy from the environment cannot reach this machine

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Pass one request on, or refuse it."""
        request = Request(environ)
        response = self._refused(request) or self._passed_on(request)
        route = find_route(request.method, request.path)
        click.echo(f"{request.method} {route.operation.name if route else '-'} {response.status_code}", err=True)
        return response(environ, start_response)

    def _refused(self, request: Request) -> Response | None:
        headers = request.headers
        from_page = "origin" in headers or headers.get("sec-fetch-site", "none") != "none"
        if from_page or not _LOCAL.fullmatch(headers.get("host", "")):
            return _error(HTTPStatus.FORBIDDEN, "NotAllowed", "The proxy serves tools on this machine, not web pages.")
        if f"{VERSION}/" not in request.path or ".." in request.path.split("/"):
            return _error(HTTPStatus.NOT_FOUND, "NotFound", f"The proxy passes on paths below {VERSION} alone.")
        if request.method not in READS and not self._allow_changes:
            return _error(
                HTTPStatus.FORBIDDEN, "NotAllowed", f"{request.method} could change the tenancy: use --allow-changes."
            )
        if (request.content_length or 0) > _BODY_BYTES:
            return _error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge", "The body is too large.")
        return None

    def _passed_on(self, request: Request) -> Response:
        headers = {name: request.headers[name] for name in _PASSED_ON if request.headers.get(name)}
        try:
            received = self._session.request(
                request.method,
                self._target(request),
                headers={"accept": JSON, "content-type": JSON, **headers},
                data=request.get_data() or None,
                auth=self._signer,
                timeout=_SECONDS,
                allow_redirects=False,
            )
        except OSError as error:
            return _error(HTTPStatus.BAD_GATEWAY, "BadGateway", f"No response of the service: {type(error).__name__}.")
        kept = [(name, text) for name, text in received.headers.items() if name.lower() not in _KEPT_BACK]
        return Response(received.content, received.status_code, kept)

    def _target(self, request: Request) -> str:
        """Return where a request goes, with path and query as the client sent them."""
        sent: str = request.environ["REQUEST_URI"]
        before, _, rest = sent.partition(VERSION)
        named = find_region(before.strip("/"))
        if self._upstream:
            return f"{self._upstream}{f'/{named.id}' if named else ''}{VERSION}{rest}"
        return f"{endpoint_url(named.id if named else self._region)}{VERSION}{rest}"


def _error(status: HTTPStatus, code: str, message: str) -> Response:
    return Response(json.dumps({"code": code, "message": message}), status, content_type=JSON)


def record_proxy(
    path: Path,
    listen: str,
    *,
    profile: str,
    config_file: str | None,
    region: str | None,
    upstream: str | None,
    allow_changes: bool,
) -> str:
    """Serve until SIGINT or SIGTERM, and write what passed; print `listening on URL` first.

    Args:
        path: the file to write.
        listen: a port, or host and port, of loopback.
        profile: the profile of the OCI config file that signs.
        config_file: default: `~/.oci/config`.
        region: default: that of the profile.
        upstream: the root URL to send to; default: the real endpoint of the region.
        allow_changes: let POST, PUT and DELETE pass.

    Returns:
        What was recorded, in one line.

    Raises:
        ConfigurationError: the profile cannot be used, or the address is not one of loopback.
        NothingRecorded: nothing passed.
    """
    port = _loopback_port(listen)
    signer, own_region = _signer(config_file, profile)
    chosen = known_region(region or own_region).id
    root = server_url(upstream) if upstream else None
    app = SigningProxy(signer, chosen, upstream=root, allow_changes=allow_changes)
    with recording(path) as tape:
        for url in _serving(app, port):
            click.echo(f"listening on {url}")
    return f"recorded {len(tape)} requests to {path}"


def _serving(app: SigningProxy, port: int) -> Iterator[str]:
    """Serve, yield the URL once, and stop at a signal."""
    with stop_by_signal() as wait:
        try:
            server: Any = create_server(app, host=_HOST, port=port, ident=None, max_request_body_size=_BODY_BYTES + 1)
        except (OSError, OverflowError) as error:
            raise ConfigurationError(f"cannot listen on {_HOST}:{port}: {error}") from error
        Thread(target=_run, args=(server,), daemon=True).start()
        yield f"http://{_HOST}:{server.effective_port}"
        wait()
        server.task_dispatcher.shutdown()  # first: a thread that has just served still wakes the loop
        server.close()


def _run(server: Any) -> None:
    with suppress(OSError):  # closing ends the loop like this
        server.run()


def _loopback_port(listen: str) -> int:
    host, _, port = listen.rpartition(":")
    if host not in ("", _HOST, "localhost"):
        raise ConfigurationError(
            f"--listen must be a port of {_HOST}, not {listen!r}: every client of the proxy acts with your profile"
        )
    if not (port.isascii() and port.isdigit() and int(port) < 2**16):
        raise ConfigurationError(f"--listen must be a port from 0 to 65535, not {listen!r}")
    return int(port)


def _signer(config_file: str | None, profile: str) -> tuple[Any, str]:
    """Return the signer of a profile, with a session or an API key, and its region."""
    settings, signer = authenticate(None, config_file, profile)
    signer = signer or new_sdk_client(settings).base_client.signer
    return signer, str(settings.get("region") or DEFAULT_REGION)
