"""A plugin for one run of pytest under coverage: a context for each test function, with its fixtures and processes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import coverage

if TYPE_CHECKING:
    import pytest


def pytest_runtest_logstart(nodeid: str) -> None:
    """Begin the context of the test, unless the test before was of the same function."""
    measuring = coverage.Coverage.current()
    function = nodeid.partition("[")[0]
    if measuring is not None and function != _last[0]:
        measuring.switch_context(function)
        os.environ["GENAI_PORTS_TEST"] = function
        _last[0] = function


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep how long a part of a test took, and whether it failed: such a test would notice everything."""
    if hasattr(report, "node"):  # in the process that collects the reports of the others
        return
    with Path(os.environ["GENAI_PORTS_REPORTS"]).open("a", encoding="utf-8") as reports:
        reports.write(json.dumps([report.nodeid.partition("[")[0], report.duration, report.failed]) + "\n")


_last = [""]
