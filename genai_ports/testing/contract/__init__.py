"""The contract: what every backend does, as one suite that the tests of any backend can inherit."""

from __future__ import annotations

from genai_ports.testing.contract.suite import Contract, Harness, OpenHarness

__all__ = ["Contract", "Harness", "OpenHarness"]
