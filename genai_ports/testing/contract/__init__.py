"""The contract: one test suite in two halves, which the tests of any backend can inherit.

- `PortContract`: what every backend does. It needs a `GenAi` and nothing behind it.
- `SimulatedContract`: what a backend with a simulator also does: faults, limits, policies, journal, resets.
- `Contract`: both halves.

Example, a service without a simulator::

    class TestMyBackend(PortContract):
        cannot = {Capability.SEED: "the service chooses the identifiers"}

        def backend(self, **settings):
            return MyBackend(**settings)

Example, a backend with a simulator::

    class TestMemory(Contract):
        def backend(self, **settings):
            return InMemoryModelRepository(user=USER, **settings)
"""

from __future__ import annotations

from genai_ports.testing.contract.capabilities import Capability
from genai_ports.testing.contract.port import PortContract
from genai_ports.testing.contract.port.harness import OpenPortHarness, PortHarness
from genai_ports.testing.contract.simulated import SimulatedContract
from genai_ports.testing.contract.simulated.harness import Harness, OpenHarness

__all__ = [
    "Capability",
    "Contract",
    "Harness",
    "OpenHarness",
    "OpenPortHarness",
    "PortContract",
    "PortHarness",
    "SimulatedContract",
]


class Contract(PortContract, SimulatedContract):
    """Both halves. A subclass overrides the method `backend`."""
