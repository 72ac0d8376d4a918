"""The contract in memory: plain calls."""

from __future__ import annotations

from typing import Any

from genai_ports import InMemoryModelRepository
from genai_ports.tenancy import USER
from genai_ports.testing.contract import Contract


class TestMemory(Contract):
    def backend(self, **settings: Any) -> InMemoryModelRepository:
        return InMemoryModelRepository(user=USER, **settings)
