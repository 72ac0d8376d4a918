"""pytest fixtures for whoever has genai_ports installed; everything is imported when a fixture is used.

Fixtures:
    genai: a fresh simulated world in memory.
    genai_server: a fake server on a free port of the loopback address; one a session, and as new for each test.
    genai_over_http: all four repositories over that server, through the OCI SDK.

When a test that uses one of them fails, its report tells the last calls that the world saw, and clients in trouble.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeGuard

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from fake_server import FakeServer
    from genai_ports.backends.memory import InMemoryModelRepository
    from genai_ports.backends.sdk import SdkModelRepository
    from genai_ports.simulator.simulator import Simulator

_WITH_A_WORLD: Final = ("genai", "genai_server")
_CALLS_TOLD: Final = 10


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker of the contract's tests."""
    config.addinivalue_line("markers", "needs_capability(...): skip the test if the backend lacks a capability.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Add to the report of a test that failed what its world saw."""
    report = yield
    if report.when == "call" and report.failed:
        used: dict[str, Any] = getattr(item, "funcargs", {})
        for name in _WITH_A_WORLD:
            world = getattr(used.get(name), "simulator", None)
            if _is_simulator(world):
                report.sections.append((f"what the world of {name} saw last", _seen(world)))
    return report


def _is_simulator(world: Any) -> TypeGuard[Simulator]:
    """Tell a simulated world from what a fixture of somebody else's, with the same name, may have there."""
    from genai_ports.simulator.simulator import Simulator  # noqa: PLC0415  # loaded when a test has failed

    return isinstance(world, Simulator)


def _seen(simulator: Simulator) -> str:
    """Tell the last calls that reached a world, and the clients in trouble."""
    calls = [
        f"{entry.time:%H:%M:%S} {entry.operation} {entry.resource or ''}: {entry.status} {entry.rule or ''}"
        + (f" ({entry.fault})" if entry.fault else "")
        for entry in list(simulator.journal)[-_CALLS_TOLD:]
    ]
    troubles = [f"{each.kind}: {each.operation}, {each.times} times; {each.advice}" for each in simulator.troubles()]
    return "\n".join([*calls, *troubles])


@pytest.fixture
def genai() -> Iterator[InMemoryModelRepository]:
    """All four repositories over a fresh simulated world in memory."""
    from genai_ports.backends.memory import InMemoryModelRepository  # noqa: PLC0415  # loaded when asked for

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
    from genai_ports.backends.sdk import SdkModelRepository  # noqa: PLC0415  # loaded when asked for

    with SdkModelRepository(endpoint=genai_server.url, clock=genai_server.clock) as repository:
        yield repository
