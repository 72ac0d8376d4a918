"""Running the suite of a certification: pytest in this process, without the plugins and options of its surroundings."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import pytest

from genai_ports.api.kinds import DEDICATED_AI_CLUSTER
from genai_ports.testing.certify.certified_backend import CertifiedRepository
from genai_ports.testing.certify.clean_up import delete_made
from genai_ports.testing.pytest_contract import ContractPlugin

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from genai_ports.testing.certify.run import Run

_SUITE: Final = Path(__file__).with_name("suite.py")
_LONGEST: Final = 300


@dataclass
class TestRun:
    """The result of one test.

    Args:
        name: its name, with its parameters in brackets.
        outcome: `held`, `differs` or `declared`.
        why: the difference, or the reason why it did not run.
        rules: the rules of refusals that it has checked, each with whether the refusal was the expected one.
        created: how many resources of each kind it created, by the title of the kind.
        seconds: how long it took, on the clock of the backend.
        unit_hours: of clusters.
    """

    __test__ = False

    name: str
    outcome: str = "declared"
    why: str | None = "it did not finish"
    rules: Mapping[str, bool] = field(default_factory=dict)
    created: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    unit_hours: float = 0


class SuiteFailed(Exception):
    """pytest could not run the suite."""


class CertifyPlugin:
    """Connects the suite to a run, and collects the results.

    Args:
        run: what the tests share.
        cannot: what the endpoint lacks, by the name of the capability.
        without: the names of tests that do not run, each with the reason.
        on_result: called with each result.
    """

    def __init__(
        self,
        run: Run,
        cannot: Mapping[str, str],
        without: Mapping[str, str],
        on_result: Callable[[TestRun], object],
    ) -> None:
        self._run = run
        self._cannot = cannot
        self._without = without
        self._on_result = on_result
        self.results: dict[str, TestRun] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        """Let failed assertions of the contract show their values."""
        pytest.register_assert_rewrite("genai_ports.testing.contract")
        config.option.verbose = 0  # an option of the terminal plugin, which is off; assertions of pytest 8.2 read it
        config.addinivalue_line("markers", "needs_capability(...): a contract test that needs capabilities.")

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Expect that tests of what the endpoint lacks fail."""
        ContractPlugin(config).mark(items)

    def pytest_pycollect_makeitem(self, name: str, obj: Any) -> None:
        """Declare what the endpoint lacks."""
        if name == "TestEndpoint":
            from genai_ports.testing.contract import Capability  # noqa: PLC0415  # after pytest has begun to rewrite

            obj.cannot = {Capability[each]: why for each, why in self._cannot.items()}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Do not run a test that would do something out of scope."""
        if item.name in self._without:
            pytest.xfail(self._without[item.name])

    @pytest.fixture
    def certified(self, request: pytest.FixtureRequest) -> Iterator[CertifiedRepository]:
        """The repository of a test; what the test created is deleted."""
        repository = CertifiedRepository(self._run)
        clock = self._run.backend.clock
        started = clock.now()
        yield repository
        result = self._result(request.node.name)
        backend = repository.certified
        result.rules = repository.rules
        result.created = Counter(made.kind.title for made in backend.made.values())
        delete_made(self._run, backend.made.values())
        result.seconds = (clock.now() - started).total_seconds()
        units = sum(made.units for made in backend.made.values() if made.kind is DEDICATED_AI_CLUSTER)
        result.unit_hours = units * result.seconds / 3600

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Collect a result."""
        report = yield
        result = self._result(item.name)
        if report.failed:
            result.outcome, result.why = "differs", _difference(report)
        elif report.skipped and result.outcome != "differs":
            result.outcome, result.why = "declared", report.wasxfail.removeprefix("reason: ")
        elif report.when == "call":
            result.outcome, result.why = "held", None
        if report.when == "teardown":
            self._on_result(result)
        return report

    def _result(self, name: str) -> TestRun:
        return self.results.setdefault(name, TestRun(name))


def run_suite(
    run: Run,
    cannot: Mapping[str, str],
    *,
    without: Mapping[str, str],
    only: str | None,
    on_result: Callable[[TestRun], object] = lambda _: None,
) -> tuple[Sequence[TestRun], bool]:
    """Run the contract.

    Args:
        run: what the tests share.
        cannot: what the endpoint lacks, by the name of the capability.
        without: the names of tests that do not run, each with the reason.
        only: an expression that selects tests, as for `pytest -k`; None for all.
        on_result: called with each result.

    Returns:
        The results, and whether the run was interrupted.

    Raises:
        SuiteFailed: pytest could not run it.
    """
    plugin = CertifyPlugin(run, cannot, without, on_result)
    arguments = [str(_SUITE), "-c", os.devnull, f"--rootdir={_SUITE.parent}", "--noconftest", "--import-mode=importlib"]
    arguments += ["-p", "no:terminal", "-p", "no:cacheprovider", "--capture=no"]
    if only:
        arguments += ["-k", only]
    with patch.dict(os.environ, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}):
        status = pytest.main(arguments, plugins=[plugin])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise SuiteFailed(f"pytest ended with {status!r}; does --only select a test?")
    return [*plugin.results.values()], status == pytest.ExitCode.INTERRUPTED


def _difference(report: Any) -> str:
    """Return what a failed test says, in a few lines."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash else str(report.longrepr)
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(lines[:4])[:_LONGEST]
