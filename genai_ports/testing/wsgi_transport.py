"""A transport that connects a real OCI SDK client to a WSGI app, without a socket."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from oci._vendor.requests.adapters import BaseAdapter
from oci._vendor.requests.exceptions import (
    ChunkedEncodingError,
    ConnectionError,  # noqa: A004  # of requests
    InvalidURL,
    ReadTimeout,
)
from oci._vendor.requests.models import Response
from oci._vendor.requests.structures import CaseInsensitiveDict

from genai_ports.testing.isolation.threads import end_if_left_behind
from genai_ports.wire.hosts import root_of

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from oci._vendor.requests.models import PreparedRequest


class WsgiTransport(BaseAdapter):  # type: ignore[misc]  # the SDK has no types
    """Sends the SDK's requests to a WSGI app by function calls.

    Mount it on a stock client's `client.base_client.session`, or pass it as `transport=` to `SdkModelRepository`.

    Args:
        app: the WSGI app, such as `fake_server.create_app()`.

    Example:
        >>> from fake_server import create_app
        >>> from genai_ports import SdkModelRepository
        >>> genai = SdkModelRepository(endpoint="http://fake", transport=WsgiTransport(create_app()))
        >>> genai.list_models("ocid1.compartment.oc1..example", vendor="meta").first().type
        'BASE'
    """

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self._app = app
        self.ended: str | None = None
        """The name of the test that this transport belongs to, when that test has ended; it sends nothing then."""

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """Send one request."""
        end_if_left_behind()
        if self.ended is not None:
            raise ConnectionError(
                f"{self.ended}, which this client was made for, has ended: make a client in each test", request=request
            )
        head: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
            head.update(status=status, headers=headers)

        try:
            body = self._body(_environ(request), start_response)
        except TimeoutError as error:
            raise ReadTimeout(error, request=request) from error
        except ConnectionResetError as error:
            lost = ChunkedEncodingError if head else ConnectionError  # as if the head arrives, and not all of the body
            raise lost(error, request=request) from error
        return _response(request, head, body)

    def _body(self, environ: dict[str, Any], start_response: Any) -> bytes:
        chunks = self._app(environ, start_response)
        try:
            return b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()

    def close(self) -> None:
        """Do nothing: the transport holds no resources."""


def _environ(request: Any) -> dict[str, Any]:
    if not request.url or not request.method:
        raise InvalidURL("a request needs a method and a URL")
    url = urlsplit(request.url)
    root = urlsplit(root_of(request.url) or "").path
    body = request.body or b""
    raw = body.encode() if isinstance(body, str) else body
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": root,
        "PATH_INFO": unquote(url.path.removeprefix(root), "latin-1"),
        "QUERY_STRING": url.query,
        "REQUEST_URI": f"{url.path}?{url.query}" if url.query else url.path,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(raw)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(raw),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "HTTP_HOST": url.netloc,
    }
    for name, header in request.headers.items():
        key = name.upper().replace("-", "_")
        text = header.decode("latin-1") if isinstance(header, bytes) else header
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = text
    return environ


def _response(request: Any, head: dict[str, Any], body: bytes) -> Response:
    response: Any = Response()
    status, _, response.reason = head["status"].partition(" ")
    response.status_code = int(status)
    response.headers = CaseInsensitiveDict(head["headers"])
    response.encoding = "utf-8"
    response.raw = io.BytesIO(body)
    response.url = request.url
    response.request = request
    made: Response = response
    return made
