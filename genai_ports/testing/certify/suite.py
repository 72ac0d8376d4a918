"""The suite that pytest collects for a certification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.testing.contract import PortContract, PortHarness

if TYPE_CHECKING:
    from genai_ports.testing.certify.certified_backend import CertifiedRepository


class TestEndpoint(PortContract):
    """The first half of the contract. `CertifyPlugin` declares what the endpoint lacks, and has the fixture."""

    def backend(self, certified: CertifiedRepository) -> CertifiedRepository:
        """Return the repository of this test."""
        return certified

    def _harness_of(self, made: Any) -> PortHarness:
        return PortHarness(genai=made, rules=made.rules)
