"""The hooks around the tests of every suite; each returns at once in a suite that does not use this library.

The report of a failed test shows what happened in each world that it touched, and skips the frames of this library.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

_REMARKS: Final = "genai_remarks"
"""The attribute of a report with the remarks of a sandbox."""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Collect the results of the contract tests that the workers of pytest-xdist run."""
    config = session.config
    if getattr(config.option, "dist", "no") != "no" and not hasattr(config, "workerinput"):
        from genai_ports.testing.pytest_contract import watch_contract  # noqa: PLC0415  # loaded when used

        watch_contract(config)  # this process collects no tests


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note what the contract tests are about, if there are any."""
    if "genai_ports.testing.contract" in sys.modules:
        from genai_ports.testing.pytest_contract import watch_contract  # noqa: PLC0415  # loaded when used

        watch_contract(config).mark(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Mark how far each world is that earlier tests have left."""
    if "genai_ports.backends.connected" in sys.modules:
        from genai_ports.testing.pytest_report import begin_test  # noqa: PLC0415  # loaded when used

        begin_test(item.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passes although its settings had no effect, or a fault of them has never applied to a call."""
    result = yield
    if any(marker.name == "genai" for marker in item.own_markers):
        from genai_ports.testing.pytest_settings import check_marker_used  # noqa: PLC0415  # loaded when used

        check_marker_used(item)
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
    from genai_ports.testing.pytest_report import (  # noqa: PLC0415  # loaded when used
        add_worlds,
        end_test,
        explain_missing,
        frames_hidden,
    )

    with frames_hidden(item, call.excinfo and call.excinfo.value):
        report = yield
    error = call.excinfo and call.excinfo.value  # known for unittest too, now
    if report.failed and not explain_missing(error, report):
        add_worlds(item, error, report)
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
