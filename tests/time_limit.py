"""The time limit of a test: one that hangs ends the run, after pytest has printed the stacks of its threads.

`faulthandler_timeout` in `pyproject.toml` prints them. The end is a signal that no test can hold up, not an exception.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

SECONDS: Final = int(os.environ.get("GENAI_PORTS_TEST_SECONDS", "600"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """End the process if a test takes longer than the limit; Windows has no such alarm."""
    if not hasattr(signal, "alarm"):
        return (yield)
    signal.alarm(SECONDS)
    try:
        return (yield)
    finally:
        signal.alarm(0)
