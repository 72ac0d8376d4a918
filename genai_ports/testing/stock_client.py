"""For tests of code that uses the plain OCI SDK: waits that do not sleep, and no circuit breaker.

By default the SDK's waiters and retries sleep, and one circuit breaker serves the whole process: ten planned errors of
a test stop every client for half a minute.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING
from unittest.mock import patch

import oci
from oci.base_client import CircuitBreakerMonitor
from oci.circuit_breaker import DEFAULT_CIRCUIT_BREAKER_STRATEGY, NoCircuitBreakerStrategy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.api.clock import Clock

_SLEEPERS = ("oci.waiter", "oci.retry.retry")
"""The modules of the SDK that read the time and sleep."""


@contextmanager
def stock_clients_on(clock: Clock) -> Iterator[None]:
    """Make the plain SDK wait on a clock, without a circuit breaker.

    Inside the block, `oci.wait_until`, the composite operations and the retries of every client in this process use
    the clock; with a virtual clock they return at once. Clients that are created inside the block have no circuit
    breaker by default. The failures that the default circuit breaker has counted are cleared at the start and at the
    end of the block.

    Args:
        clock: the clock of the fake server that the clients call, such as `FakeServer.clock`.

    Example:
        >>> from genai_ports.simulator.state.clock import VirtualClock
        >>> clock = VirtualClock()
        >>> with stock_clients_on(clock):
        ...     oci.waiter.time.sleep(30)
        >>> clock.now().isoformat()
        '2026-07-15T00:00:30+00:00'
    """
    time, breaker = _Time(clock), oci.circuit_breaker
    close_circuit()
    with ExitStack() as patches:
        patches.callback(close_circuit)
        for name in _SLEEPERS:
            patches.enter_context(patch.object(import_module(name), "time", time))
        patches.enter_context(patch.object(breaker, "GLOBAL_CIRCUIT_BREAKER_STRATEGY", NoCircuitBreakerStrategy()))
        yield


def close_circuit() -> None:
    """Clear the failures that the SDK's default circuit breaker has counted in this process."""
    breaker = CircuitBreakerMonitor.get(DEFAULT_CIRCUIT_BREAKER_STRATEGY.name)
    if breaker is not None:
        breaker.reset()


class _Time:
    """Replaces the module `time` in the SDK."""

    def __init__(self, clock: Clock) -> None:
        self.sleep = clock.sleep
        self._clock = clock

    def time(self) -> float:
        return self._clock.now().timestamp()
