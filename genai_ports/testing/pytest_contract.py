"""The contract in pytest: declared tests, declarations that do not apply, and the table of what holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from genai_ports.testing.contract_table import Result, Table, markdown, text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

_CONTRACT: Final = "genai_ports.testing.contract."
_FACTS: Final = pytest.StashKey[dict[str, Any]]()
_PLUGIN: Final = "genai_ports_contract"


def watch_contract(config: pytest.Config) -> ContractPlugin:
    """Register the plugin for contract tests, once."""
    plugin: Any = config.pluginmanager.get_plugin(_PLUGIN)
    if plugin is None:
        plugin = ContractPlugin(config)
        config.pluginmanager.register(plugin, _PLUGIN)
    found: ContractPlugin = plugin
    return found


class ContractPlugin:
    """Collects the results of contract tests. With pytest-xdist, the workers mark reports and the controller collects.

    Args:
        config: of the run.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._results: list[Result] = []

    def mark(self, items: Iterable[pytest.Item]) -> None:
        """Note what each contract test is about, and expect that tests of something declared fail."""
        from genai_ports.testing.contract.capabilities import needed_by  # noqa: PLC0415  # imports the contract
        from genai_ports.testing.contract.declarations import declaration_of  # noqa: PLC0415  # as above
        from genai_ports.testing.contract.fixtures import Fixtures  # noqa: PLC0415  # as above

        noted = []
        for item in items:
            cls = getattr(item, "cls", None)
            if not isinstance(item, pytest.Function) or cls is None or not issubclass(cls, Fixtures):
                continue
            needed = needed_by(item)
            declared = declaration_of(cls, item.name, item.originalname, needed)
            if declared:
                item.add_marker(pytest.mark.xfail(reason=declared.reason, strict=False))
            item.stash[_FACTS] = {
                "backend": item.nodeid.rpartition("::")[0].partition("[")[0],
                "area": _area(cls, item.originalname),
                "needs": [f"{each.value} ({each.name})" for each in needed],
                "key": declared.key if declared else None,
                "reason": declared.reason if declared else None,
            }
            noted.append(item.stash[_FACTS])
        some = any("[" in argument for argument in self._config.args)
        covered = Counter((facts["backend"], facts["key"]) for facts in noted)
        for facts in noted:
            facts["covered"] = 0 if some else covered[facts["backend"], facts["key"]]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Add what the test is about to its report."""
        report = yield
        facts = item.stash.get(_FACTS, None)
        if facts and (report.when == "call" or not report.passed):
            report.genai_contract = facts
            if report.passed:
                vars(report).pop("wasxfail", None)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect a result."""
        facts = getattr(report, "genai_contract", None)
        if facts:
            outcome = "held" if report.passed else "failed" if report.failed else "declared"
            self._results.append(Result(name=report.nodeid.rpartition("::")[2], outcome=outcome, **facts))

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Count a declared test as declared."""
        if hasattr(report, "genai_contract") and report.skipped:
            return "declared", "d", "DECLARED"
        return None

    @property
    def tables(self) -> Sequence[Table]:
        """One table for each backend."""
        backends = dict.fromkeys(result.backend for result in self._results)
        return [Table(backend, [each for each in self._results if each.backend == backend]) for backend in backends]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run with a declaration that does not apply, and write the table."""
        if hasattr(self._config, "workerinput"):
            return
        tables = self.tables
        if session.exitstatus == pytest.ExitCode.OK and any(table.stale for table in tables):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        path = self._config.getoption("genai_contract_markdown")
        if path and tables:
            Path(path).write_text("\n".join(map(markdown, tables)), encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show one line for each backend, and the tables on request."""
        tables = self.tables
        if not tables:
            return
        terminalreporter.section("contract")
        for table in tables:
            terminalreporter.line(table.summary, red=bool(table.failed or table.stale))
            for declaration in table.stale:
                terminalreporter.line(f"  {declaration} is declared, but holds: remove it", red=True)
            if self._config.getoption("genai_contract_table"):
                terminalreporter.line(text(table))


def _area(cls: type, name: str) -> str:
    """Return the area of behaviour that a test belongs to: the module of the contract that has it."""
    modules = [each.__module__ for each in cls.__mro__ if name in vars(each) and each.__module__.startswith(_CONTRACT)]
    return modules[-1].rpartition(".")[2].replace("_", " ") if modules else "tests of your own"
