"""What the second half of the contract needs of a backend under test: its simulator."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from genai_ports.testing.contract.port.harness import PortHarness

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from genai_ports.errors import ServiceError
    from genai_ports.simulator.simulator import Simulator


@dataclass(frozen=True, kw_only=True, slots=True)
class Harness(PortHarness):
    """A backend under test, and the simulator behind it.

    Args:
        genai: all repositories. Its clock is the simulator's, and its calls are those of `genai_ports.tenancy.USER`.
        simulator: the simulator behind it.
    """

    simulator: Simulator

    def calls(self, operation: str) -> int:
        """Count the calls of an operation that have reached the simulator."""
        return len(self.simulator.journal.query(operation=operation))

    @contextmanager
    def refuses(self, error: type[ServiceError], rule: str) -> Iterator[pytest.ExceptionInfo[ServiceError]]:
        """Check that a call is refused, with which error and by which rule, and that it changes nothing."""
        with self.changes_nothing(), PortHarness.refuses(self, error, rule) as caught:
            yield caught
        refusal = caught.value
        assert refusal.rule == rule
        entry = list(self.simulator.journal)[-1]
        assert (entry.operation, entry.status, entry.code, entry.rule, entry.request_id) == (
            refusal.operation,
            refusal.status,
            refusal.code,
            rule,
            refusal.request_id,
        )

    @contextmanager
    def changes_nothing(self) -> Iterator[None]:
        """Check that calls change nothing in the world."""
        before = self.simulator.state()
        yield
        assert self.simulator.state() == before

    @contextmanager
    def sends_nothing(self) -> Iterator[None]:
        """Check that no call reaches the simulator."""
        before = len(self.simulator.journal)
        yield
        assert len(self.simulator.journal) == before


class OpenHarness(Protocol):
    """Opens a backend over a fresh world with a virtual clock; several may be open at a time."""

    def __call__(
        self, *, seed: int = 0, pace: str = "instant", region: str = "us-chicago-1", limits: str = "generous"
    ) -> Harness:
        """Open one.

        Args:
            seed: what the identifiers, etags and page tokens of the world follow from.
            pace: how fast work finishes.
            region: where calls go that name no region.
            limits: the service limits that no test has set: `generous` for none, `strict` for 0 units.
        """
        ...
