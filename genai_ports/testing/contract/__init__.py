"""The contract: one test suite in two halves, which the tests of any backend can inherit.

- `PortContract`: what every backend does. It needs a `GenAi` and nothing behind it.
- `SimulatedContract`: what a backend with a simulator also does: faults, limits, policies, journal, resets.
- `Contract`: both halves.

Example, a backend over a fake server::

    class TestMyBackend(Contract):
        @pytest.fixture
        def open_harness(self) -> Iterator[OpenHarness]:
            with ExitStack() as opened:

                def open_one(**settings: Any) -> Harness:
                    server = opened.enter_context(FakeServer(settings=Settings(clock="virtual", **settings)))
                    return Harness(genai=MyBackend(server.url, clock=server.clock), simulator=server.simulator)

                yield open_one

Example, a service with no simulator::

    class TestMyService(PortContract):
        cannot = {
            Capability.PACE: "work takes as long as it takes",
            Capability.SEED: "the service chooses the identifiers",
        }

        @pytest.fixture
        def open_harness(self) -> OpenPortHarness:
            return lambda **_: PortHarness(genai=connect("https://generativeai.example.com"))
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
    """Both halves. A subclass overrides the fixture `open_harness`."""
