"""Servers of the fake service over http and https, and clients for them."""

from __future__ import annotations

import socket
import ssl
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import oci
import trustme
from oci.base_client import OCIHTTPAdapter
from werkzeug.serving import WSGIRequestHandler, make_server

from fake_server import FakeServer, create_app
from genai_ports import SdkModelRepository
from genai_ports.tenancy import TENANCY
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fake_server import Settings
    from genai_ports.simulator.simulator import Simulator


class Trusting(OCIHTTPAdapter):  # type: ignore[misc]  # the SDK has no types
    """The SDK's own transport, which trusts one more authority."""

    def __init__(self, authority: str) -> None:
        super().__init__()
        self.authority = authority

    def send(self, request: Any, **options: Any) -> Any:
        return super().send(request, **{**options, "verify": self.authority})


class Place(NamedTuple):
    """A server of the fake service, and how to reach it."""

    url: str
    world: Simulator
    authority: str | None

    def adapter(self) -> SdkModelRepository:
        transport = Trusting(self.authority) if self.authority else None
        return SdkModelRepository(endpoint=self.url, transport=transport, clock=self.world.clock)

    def plain_client(self) -> Any:
        client = oci.generative_ai.GenerativeAiClient(credentials().config(), service_endpoint=self.url)
        client.base_client.session.trust_env = False
        if self.authority:
            client.base_client.session.verify = self.authority
        return client


@contextmanager
def served(_: Path, settings: Settings) -> Iterator[Place]:
    """Serve the fake service over http."""
    with FakeServer(settings=settings) as server:
        yield Place(server.url, server.simulator, None)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any, **__: Any) -> None: ...


@contextmanager
def served_over_tls(directory: Path, settings: Settings) -> Iterator[Place]:
    """Serve the fake service over https, with a certificate of an authority that nobody else trusts."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(directory / "authority.pem"))
    app = create_app(settings)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet, ssl_context=context)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        world = app.worlds.get(TENANCY)
        yield Place(f"https://127.0.0.1:{server.server_port}", world, str(directory / "authority.pem"))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


PLACES = {"http": served, "https": served_over_tls}
