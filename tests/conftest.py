"""What all tests share: hypothesis profiles, and backends that are as new for each test."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from time_limit import pytest_runtest_protocol  # noqa: F401  # pytest finds it here

from genai_ports.testing.isolation.environment import is_relevant

# How wide the terminal is, or is said to be, is not to change what a command under test prints.
os.environ.pop("COLUMNS", None)

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True, derandomize=True
)
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=1000, derandomize=False)
settings.load_profile(os.environ.get("GENAI_PORTS_HYPOTHESIS", "default"))


@pytest.fixture(autouse=True)
def nothing_left_in_the_environment():
    """Check that a test leaves the variables of OCI's tools and of this library as they were."""
    before = {name: text for name, text in os.environ.items() if is_relevant(name)}
    yield
    assert {name: text for name, text in os.environ.items() if is_relevant(name)} == before
