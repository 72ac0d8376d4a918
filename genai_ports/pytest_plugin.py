"""The pytest plugin: fixtures for every test suite in an environment with genai_ports.

The fixtures of one test share one simulated world, which is new for each test. `pytest --fixtures` lists them.

The report of a failed test shows what happened in each world that it touched, and skips the frames of this library.
A module is imported when the first fixture needs it.
"""

from __future__ import annotations

import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from oci.generative_ai import GenerativeAiClient

    from fake_server import FakeServer
    from genai_ports.api.clock import MovableClock
    from genai_ports.backends.memory import InMemoryModelRepository
    from genai_ports.backends.sdk import SdkModelRepository
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.testing.isolation.hygiene import Hygiene
    from genai_ports.testing.pytest_contract import ContractPlugin
    from genai_ports.testing.sandbox import Sandbox
    from genai_ports.testing.settings import SandboxSettings

REAL_TIME: Final = (time.sleep, time.monotonic)
"""What a test may replace before the kit is loaded."""
_REMARKS: Final = "genai_remarks"
"""The attribute of a report with the remarks of a sandbox."""


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
    if getattr(config.option, "dist", "no") != "no" and not hasattr(config, "workerinput"):
        _watch_contract(config)  # the controller of pytest-xdist collects no tests


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note what the contract tests are about, if there are any."""
    if "genai_ports.testing.contract" in sys.modules:
        _watch_contract(config).mark(items)


def _watch_contract(config: pytest.Config) -> ContractPlugin:
    from genai_ports.testing.pytest_contract import watch_contract  # noqa: PLC0415  # loaded when used

    return watch_contract(config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Mark how far each world is that earlier tests have left."""
    if "genai_ports.backends.connected" in sys.modules:
        from genai_ports.testing.pytest_report import begin_test  # noqa: PLC0415  # loaded when used

        begin_test(item.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passes although a fault of its settings has never applied to a call."""
    result = yield
    if "genai_ports.testing.pytest_report" in sys.modules:
        from genai_ports.testing.pytest_report import check_faults_used  # noqa: PLC0415  # loaded by now

        check_faults_used(item.config)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what happened in each world to the report of a failed test, and hide the frames of the library from it."""
    if "genai_ports.backends" not in sys.modules:
        return (yield)
    from genai_ports.testing.pytest_report import add_worlds, end_test, frames_hidden  # noqa: PLC0415  # loaded when used

    with frames_hidden(item, call.excinfo and call.excinfo.value):
        report = yield
    if report.failed:
        add_worlds(item, call.excinfo and call.excinfo.value, report)
    if report.when == "teardown" and (remarks := end_test(item.config)):
        vars(report)[_REMARKS] = remarks  # pytest-xdist sends it with the report
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what the tests did beside their worlds, if there is anything: refused connections, threads left behind."""
    reports = [each for group in terminalreporter.stats.values() for each in group]
    remarks = [f"{each.nodeid}: {remark}" for each in reports for remark in getattr(each, _REMARKS, ())]
    if remarks:
        terminalreporter.section("genai_ports: remarks")
    for remark in remarks:
        terminalreporter.line(remark)


@pytest.fixture
def genai_settings(pytestconfig: pytest.Config) -> SandboxSettings:
    """The settings of each test's world; override it for a module or a suite. The marker `genai` changes them."""
    from genai_ports.testing.pytest_settings import settings_of_suite  # noqa: PLC0415  # loaded when used

    return settings_of_suite(pytestconfig)


@pytest.fixture
def genai_sandbox(
    request: pytest.FixtureRequest, genai_settings: SandboxSettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """The test's world and all clients of it: what the other fixtures return."""
    from genai_ports.testing.isolation.environment import recorded_in  # noqa: PLC0415  # loaded when used
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
    from genai_ports.testing.isolation.environment import recorded_in  # noqa: PLC0415  # loaded when used
    from genai_ports.testing.isolation.hygiene import oci_hygiene  # noqa: PLC0415  # loaded when used
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
