"""The pytest plugin: fixtures for every test suite in an environment with genai_ports.

The fixtures of one test share one simulated world, which is new for each test. `pytest --fixtures` lists them.

Every pytest run of the environment loads this module, also one of an older pytest or without the extra `testing`. So it
is compatible with pytest 7.1, and a module is imported when the first fixture needs it. The hooks around tests, which
need a newer pytest, are in `genai_ports.testing.pytest_hooks`.
"""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oci.generative_ai import GenerativeAiClient

    from fake_server import FakeServer
    from genai_ports.api.clock import MovableClock
    from genai_ports.backends.memory import InMemoryModelRepository
    from genai_ports.backends.sdk import SdkModelRepository
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.testing.isolation.hygiene import Hygiene
    from genai_ports.testing.sandbox import Sandbox
    from genai_ports.testing.settings import SandboxSettings

OLDEST_PYTEST: Final = (8, 2)
"""The version that the fixtures need; the extra `testing` installs it."""
REAL_TIME: Final = (time.sleep, time.monotonic)
"""What a test may replace before the kit is loaded."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line and of the ini file."""
    group = parser.getgroup("genai_ports")
    group.addoption(
        "--genai-seed",
        metavar="SEED",
        help="seed of each test's world, to repeat a run; random: another one for each test. Default: see the settings",
    )
    group.addoption("--genai-contract-table", action="store_true", help="show what holds of the contract, by area")
    group.addoption("--genai-contract-markdown", metavar="FILE", help="write that table to a file, as Markdown")
    parser.addini("genai", "settings of each test's world, such as: pace=2s seed=7", type="args", default=[])
    parser.addini("genai_full_trace", "show frames of genai_ports in tracebacks", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and check the settings of the suite."""
    config.addinivalue_line("markers", "genai(pace=..., seed=..., faults=[...], ...): settings of the test's world.")
    config.addinivalue_line("markers", "needs_capability(...): a contract test that needs capabilities.")
    if config.getoption("genai_seed") == "":
        raise pytest.UsageError("--genai-seed: pass a seed, such as 7, or random")
    if config.getini("genai"):
        from genai_ports.testing.pytest_settings import settings_of_suite  # noqa: PLC0415  # loaded when used

        settings_of_suite(config)
    if pytest.version_tuple >= OLDEST_PYTEST:
        from genai_ports.testing import pytest_hooks  # noqa: PLC0415  # an older pytest cannot load it

        config.pluginmanager.register(pytest_hooks, "genai_ports_hooks")


def _check_pytest() -> None:
    """Fail a test that uses a fixture with an older pytest, under which only suites without our fixtures run."""
    if pytest.version_tuple < OLDEST_PYTEST:
        oldest = ".".join(map(str, OLDEST_PYTEST))
        text = f"the fixtures of genai_ports need pytest {oldest} or newer; this is pytest {pytest.__version__}"
        pytest.fail(f"{text}: pip install 'genai-ports[testing]'", pytrace=False)


@pytest.fixture
def genai_settings(pytestconfig: pytest.Config) -> SandboxSettings:
    """The settings of each test's world; override it for a module or a suite. The marker `genai` changes them."""
    _check_pytest()
    from genai_ports.testing.pytest_settings import settings_of_suite  # noqa: PLC0415  # loaded when used

    return settings_of_suite(pytestconfig)


@pytest.fixture
def genai_sandbox(
    request: pytest.FixtureRequest, genai_settings: SandboxSettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """The test's world and all clients of it: what the other fixtures return."""
    _check_pytest()
    from genai_ports.testing.isolation.hygiene import recorded_in  # noqa: PLC0415  # loaded when used
    from genai_ports.testing.pytest_report import set_sandbox  # noqa: PLC0415  # loaded when used
    from genai_ports.testing.pytest_settings import settings_of_test  # noqa: PLC0415  # loaded when used
    from genai_ports.testing.sandbox import Sandbox  # noqa: PLC0415  # loaded when used

    settings = settings_of_test(request.node, genai_settings)
    with recorded_in(monkeypatch):
        sandbox = Sandbox(settings, name=request.node.nodeid).__enter__()
        with closing(sandbox):  # without the check of its faults, which is part of the call
            set_sandbox(request.config, sandbox)
            yield sandbox


@pytest.fixture
def oci_hygiene(
    request: pytest.FixtureRequest, genai_settings: SandboxSettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hygiene]:
    """No OCI configuration of this machine, no proxy, no other machine. All fixtures with a world include it."""
    _check_pytest()
    from genai_ports.testing.isolation.hygiene import oci_hygiene, recorded_in  # noqa: PLC0415  # loaded when used
    from genai_ports.testing.pytest_settings import settings_of_test  # noqa: PLC0415  # loaded when used

    if "genai_sandbox" in request.fixturenames:
        yield request.getfixturevalue("genai_sandbox").oci_hygiene
        return
    settings = settings_of_test(request.node, genai_settings)
    with recorded_in(monkeypatch), oci_hygiene(request.node.nodeid, settings.allow_hosts) as hygiene:
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
def no_sleep(genai_sandbox: Sandbox) -> MovableClock:
    """In the test's own threads, `time.sleep` moves the clock of the world, which this returns, and does not sleep."""
    return genai_sandbox.no_sleep


@pytest.fixture
def oci_redirected(genai_sandbox: Sandbox) -> Simulator:
    """The test's world, to which every client of the OCI SDK in this process is redirected."""
    return genai_sandbox.oci_redirected
