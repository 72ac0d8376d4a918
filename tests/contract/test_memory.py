"""The contract in memory: plain calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.tenancy import USER
from genai_ports.testing.contract import Contract, Harness

if TYPE_CHECKING:
    from genai_ports.testing.contract import OpenHarness


def open_in_memory(**settings: Any) -> Harness:
    genai = InMemoryModelRepository(user=USER, **settings)
    return Harness(genai=genai, simulator=genai.simulator)


class TestMemory(Contract):
    @pytest.fixture
    def open_harness(self) -> OpenHarness:
        return open_in_memory
