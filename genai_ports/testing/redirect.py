"""Redirecting: clients of the OCI SDK that a test cannot configure reach its simulated world, without a socket."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from oci._vendor.requests.sessions import Session

from fake_server.app import create_app
from fake_server.server import FakeServer
from genai_ports.testing.wsgi_transport import WsgiTransport
from genai_ports.wire.hosts import root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.simulator.simulator import Simulator


@contextmanager
def redirected(target: FakeServer | Simulator) -> Iterator[WsgiTransport]:
    """Redirect every client of the OCI SDK in this process to a simulated world.

    It applies to clients with any endpoint, region and credentials, whether they are made before or in the block. The
    host name of a request says its region. Requests of other services of OCI are sent as usual. Blocks can be nested:
    the inner one applies.

    Args:
        target: a simulator, which every tenancy reaches; or a fake server, with a world for each tenancy.

    Yields:
        The transport that the requests go through.

    Example:
        >>> import oci
        >>> from genai_ports import Simulator
        >>> from genai_ports.throwaway import credentials
        >>> client = oci.generative_ai.GenerativeAiClient(credentials().config("eu-frankfurt-1"))
        >>> with redirected(Simulator()) as transport:
        ...     client.list_models("ocid1.compartment.oc1..example", vendor=["meta"]).status
        200
    """
    app = target.application if isinstance(target, FakeServer) else create_app(simulator=target)
    transport = WsgiTransport(app)
    original = Session.get_adapter
    applies = True

    def get_adapter(session: Session, url: str) -> Any:
        return transport if applies and root_of(url) is not None else original(session, url)

    with patch.object(Session, "get_adapter", get_adapter):
        try:
            yield transport
        finally:
            applies = False  # a test that patched the same function can put ours back later
