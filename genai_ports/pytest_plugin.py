"""pytest fixtures for whoever has genai_ports installed; everything is imported when a fixture is used.

Fixtures:
    genai: a fresh simulated world in memory.
    genai_server: a fake server on a free port of the loopback address; one a session, and as new for each test.
    genai_over_http: all four repositories over that server, through the OCI SDK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_server import FakeServer
    from genai_ports.adapters.memory import InMemoryModelRepository
    from genai_ports.adapters.sdk import SdkModelRepository


@pytest.fixture
def genai() -> Iterator[InMemoryModelRepository]:
    """All four repositories over a fresh simulated world in memory."""
    from genai_ports.adapters.memory import InMemoryModelRepository  # noqa: PLC0415  # loaded when asked for

    with InMemoryModelRepository() as repository:
        yield repository


@pytest.fixture(scope="session")
def _genai_server() -> Iterator[FakeServer]:
    from fake_server import FakeServer, Settings  # noqa: PLC0415  # loaded when asked for

    with FakeServer(settings=Settings(clock="virtual")) as server:
        yield server


@pytest.fixture
def genai_server(_genai_server: FakeServer) -> FakeServer:
    """A fake server, as it was when it started: `url`, `clock` and `simulator` are what tests need of it."""
    _genai_server.reset()
    return _genai_server


@pytest.fixture
def genai_over_http(genai_server: FakeServer) -> Iterator[SdkModelRepository]:
    """All four repositories over the fake server; waits move the server's virtual clock."""
    from genai_ports.adapters.sdk import SdkModelRepository  # noqa: PLC0415  # loaded when asked for

    with SdkModelRepository(endpoint=genai_server.url, clock=genai_server.clock) as repository:
        yield repository
