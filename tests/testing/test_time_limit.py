"""The time limit of a test."""

from __future__ import annotations

import signal
import tomllib
from pathlib import Path

import pytest
import time_limit

pytest_plugins = ["pytester"]
TESTS = Path(__file__).resolve().parents[1]


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="needs the alarm of POSIX")
@pytest.mark.parametrize("hanging", ["test", "fixture"])
def test_a_test_that_hangs_ends_the_run(pytester, monkeypatch, hanging):
    monkeypatch.setenv("GENAI_PORTS_TEST_SECONDS", "1")
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    pytester.makepyfile(f"""
import threading
import pytest

@pytest.fixture(autouse=True)
def hangs():
    if "{hanging}" == "fixture":
        threading.Event().wait()

def test_hangs():
    threading.Event().wait()
""")
    assert pytester.runpytest_subprocess("-p", "time_limit").ret == -signal.SIGALRM


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="needs the alarm of POSIX")
def test_this_suite_has_the_limit():
    assert signal.alarm(time_limit.SECONDS) > 0
    stacks = tomllib.loads((TESTS.parent / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert 0 < stacks["faulthandler_timeout"] < time_limit.SECONDS
