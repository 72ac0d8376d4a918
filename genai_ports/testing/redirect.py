"""Redirecting: clients of the OCI SDK that a test cannot configure reach its simulated world, without a socket."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from oci._vendor.requests.sessions import Session

from fake_server.app import create_app
from fake_server.server import FakeServer
from genai_ports.api.checks import check_instance
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.isolation.threads import are_left_behind, end_if_left_behind
from genai_ports.testing.wsgi_transport import WsgiTransport
from genai_ports.wire.hosts import root_of

if TYPE_CHECKING:
    from collections.abc import Iterator


_BEFORE: Final = "before"
"""The attribute of our function, after its block has ended, with the function before it.

Blocks of several threads can end in any order; the last one puts back the first function.
"""


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
    check_instance("target", target, FakeServer | Simulator, "a FakeServer or a Simulator")  # type: ignore[arg-type]
    app = target.application if isinstance(target, FakeServer) else create_app(simulator=target)
    transport = WsgiTransport(app)
    applying: WsgiTransport | None = transport
    sessions: Any = Session
    original = sessions.get_adapter

    def get_adapter(session: Session, url: str) -> Any:
        end_if_left_behind()
        return applying if applying is not None and root_of(url) is not None else original(session, url)

    sessions.get_adapter = get_adapter
    try:
        yield transport
    finally:
        applying = None  # a test that patched the same function can put ours back later
        vars(get_adapter)[_BEFORE] = original
        if sessions.get_adapter is get_adapter:
            while _BEFORE in getattr(original, "__dict__", {}):
                original = vars(original)[_BEFORE]
            if not are_left_behind():  # else it stays, so that their threads send nothing between tests
                sessions.get_adapter = original
