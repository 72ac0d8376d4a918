"""The pytest plugin: fixtures for every test suite in an environment with genai_ports.

Fixtures:
    genai: all repositories in memory, over a new world for each test.
    genai_server: a fake server on a free loopback port. One server runs for the session, and is reset for each test.
    genai_over_http: all repositories over that server, through the OCI SDK.

The report of a failed test shows the last calls of each world that it used, and calls that were repeated in vain.
A module is imported when the first fixture needs it.
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
    from genai_ports.simulator.state.journal import Entry

_WITH_A_WORLD: Final = ("genai", "genai_server")
_CALLS_SHOWN: Final = 10


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker of the contract's tests."""
    config.addinivalue_line("markers", "needs_capability(...): skip the test if the backend lacks a capability.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Add the last calls of each world to the report of a failed test."""
    report = yield
    if report.when == "call" and report.failed:
        used: dict[str, Any] = getattr(item, "funcargs", {})
        for name in _WITH_A_WORLD:
            simulator = getattr(used.get(name), "simulator", None)
            if _is_simulator(simulator):
                report.sections.append((f"last calls of {name}", _last_calls(simulator)))
    return report


def _is_simulator(value: Any) -> TypeGuard[Simulator]:
    """Return whether a value is a simulator: another plugin may have a fixture with the same name."""
    from genai_ports.simulator.simulator import Simulator  # noqa: PLC0415  # only failed tests need it

    return isinstance(value, Simulator)


def _last_calls(simulator: Simulator) -> str:
    """Return the last calls of a world, and the calls that were repeated in vain."""
    entries = list(simulator.journal)
    calls = [_line(entry) for entry in entries[-_CALLS_SHOWN:]] or ["no calls"]
    if len(entries) > _CALLS_SHOWN:
        calls.insert(0, f"... {len(entries) - _CALLS_SHOWN} earlier calls")
    repeated = [f"{each.kind}: {each.operation}, {each.times} times. {each.advice}" for each in simulator.troubles()]
    return "\n".join([*calls, *repeated])


def _line(entry: Entry) -> str:
    """Return a line such as `00:00:05 get_model ocid1...: 404 not-found`."""
    call = " ".join(filter(None, (f"{entry.time:%H:%M:%S}", entry.operation, entry.resource)))
    fault = f"(fault: {entry.fault})" if entry.fault else None
    outcome = " ".join(filter(None, (str(entry.status or "no response"), entry.rule, fault)))
    return f"{call}: {outcome}"


@pytest.fixture
def genai() -> Iterator[InMemoryModelRepository]:
    """All repositories in memory, over a new simulated world."""
    from genai_ports.backends.memory import InMemoryModelRepository  # noqa: PLC0415  # loaded when used

    with InMemoryModelRepository() as repository:
        yield repository


@pytest.fixture(scope="session")
def _genai_server() -> Iterator[FakeServer]:
    from fake_server import FakeServer, Settings  # noqa: PLC0415  # loaded when used

    with FakeServer(settings=Settings(clock="virtual")) as server:
        yield server


@pytest.fixture
def genai_server(_genai_server: FakeServer) -> FakeServer:
    """A fake server in its initial state. Tests use its `url`, `clock` and `simulator`."""
    _genai_server.reset()
    return _genai_server


@pytest.fixture
def genai_over_http(genai_server: FakeServer) -> Iterator[SdkModelRepository]:
    """All repositories over the fake server, through the OCI SDK. Waiting moves the server's virtual clock."""
    from genai_ports.backends.sdk import SdkModelRepository  # noqa: PLC0415  # loaded when used

    with SdkModelRepository(endpoint=genai_server.url, clock=genai_server.clock) as repository:
        yield repository
