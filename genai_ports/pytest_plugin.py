"""The pytest plugin: fixtures for every test suite in an environment with genai_ports.

The fixtures of one test share one simulated world, which is new for each test. `pytest --fixtures` lists them.

The report of a failed test shows the last calls of each world that it used, and calls that were repeated in vain.
A module is imported when the first fixture needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeGuard

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from oci.generative_ai import GenerativeAiClient

    from fake_server import FakeServer
    from genai_ports.api.clock import MovableClock
    from genai_ports.backends.memory import InMemoryModelRepository
    from genai_ports.backends.sdk import SdkModelRepository
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.state.journal import Entry
    from genai_ports.testing.hygiene import Hygiene
    from genai_ports.testing.sandbox import Sandbox
    from genai_ports.testing.settings import SandboxSettings

_WITH_A_WORLD: Final = ("genai", "genai_server")
_CALLS_SHOWN: Final = 10


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line("markers", "genai(pace=..., seed=..., faults=[...], ...): settings of the test's world.")
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
def genai_settings() -> SandboxSettings:
    """The settings of each test's world; override it for a module or a suite. The marker `genai` changes them."""
    from genai_ports.testing.settings import SandboxSettings  # noqa: PLC0415  # loaded when used

    return SandboxSettings()


@pytest.fixture
def genai_sandbox(
    request: pytest.FixtureRequest, genai_settings: SandboxSettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """The test's world and all clients of it: what the other fixtures return."""
    from genai_ports.testing.environment import record_in  # noqa: PLC0415  # loaded when used
    from genai_ports.testing.sandbox import Sandbox  # noqa: PLC0415  # loaded when used

    record_in(monkeypatch)
    with Sandbox(_marked(request, genai_settings), name=request.node.nodeid) as sandbox:
        yield sandbox


def _marked(request: pytest.FixtureRequest, settings: SandboxSettings) -> SandboxSettings:
    """Return settings with those of the markers of a test."""
    options = {name: given for mark in request.node.iter_markers("genai") for name, given in mark.kwargs.items()}
    return settings.changed(**options)


@pytest.fixture
def oci_hygiene(
    request: pytest.FixtureRequest, genai_settings: SandboxSettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hygiene]:
    """No OCI configuration of this machine, no proxy, no other machine. All fixtures with a world include it."""
    from genai_ports.testing.environment import record_in  # noqa: PLC0415  # loaded when used
    from genai_ports.testing.hygiene import oci_hygiene  # noqa: PLC0415  # loaded when used

    if "genai_sandbox" in request.fixturenames:
        yield request.getfixturevalue("genai_sandbox").oci_hygiene
        return
    record_in(monkeypatch)
    with oci_hygiene(request.node.nodeid, _marked(request, genai_settings).allow_hosts) as hygiene:
        yield hygiene


@pytest.fixture
def genai_simulator(genai_sandbox: Sandbox) -> Simulator:
    """The simulated world of this test."""
    return genai_sandbox.genai_simulator


@pytest.fixture
def genai_clock(genai_sandbox: Sandbox) -> MovableClock:
    """The clock of the world and of its clients; `advance(seconds)` moves it."""
    return genai_sandbox.genai_clock


@pytest.fixture
def genai(genai_sandbox: Sandbox) -> InMemoryModelRepository:
    """All repositories over the test's world, in memory."""
    return genai_sandbox.genai


@pytest.fixture
def genai_server(genai_sandbox: Sandbox) -> FakeServer:
    """A fake server of the test's world, on a free loopback port. Tests use its `url`, `clock` and `simulator`."""
    return genai_sandbox.genai_server


@pytest.fixture
def genai_over_http(genai_sandbox: Sandbox) -> SdkModelRepository:
    """All repositories over that server, through the OCI SDK."""
    return genai_sandbox.genai_over_http


@pytest.fixture
def oci_config(genai_sandbox: Sandbox) -> dict[str, str]:
    """A throw-away configuration for clients of the OCI SDK."""
    return genai_sandbox.oci_config


@pytest.fixture
def oci_signer(genai_sandbox: Sandbox) -> Any:
    """A throw-away signer for clients of the OCI SDK."""
    return genai_sandbox.oci_signer


@pytest.fixture
def oci_cli_env(genai_sandbox: Sandbox) -> dict[str, str]:
    """The environment variables with which the OCI CLI, or another process, reaches the test's world."""
    return genai_sandbox.oci_cli_env


@pytest.fixture
def oci_generative_ai_client(genai_sandbox: Sandbox) -> GenerativeAiClient:
    """The client of the OCI SDK on the test's world, without a socket and without waiting."""
    return genai_sandbox.oci_generative_ai_client


@pytest.fixture
def oci_redirected(genai_sandbox: Sandbox) -> Simulator:
    """The test's world, to which every client of the OCI SDK in this process is redirected."""
    return genai_sandbox.oci_redirected
