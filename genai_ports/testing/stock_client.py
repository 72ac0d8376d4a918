"""For tests of code that uses the plain OCI SDK: its waits without sleeping, and its circuit breaker out of the way.

Left alone, the SDK's waiters and retries really sleep, and its default circuit breaker is one for the whole process:
ten errors that a test asked for stop every client for half a minute.
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
"""The modules of the SDK that look at the time and sleep."""


@contextmanager
def stock_clients_on(clock: Clock) -> Iterator[None]:
    """Let the plain SDK wait on a clock, with no circuit breaker.

    Inside the block `oci.wait_until`, the composite operations and the retries of every client in this process go by
    the clock, so that a virtual one makes them return at once; clients made inside the block have no circuit breaker
    unless they bring their own. What the default circuit breaker has counted before, or counts meanwhile for clients
    made before, is forgotten at both ends.

    Args:
        clock: that of the fake server which the clients talk to, such as `FakeServer.clock`.

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
    """Make the SDK's default circuit breaker forget the failures that it has counted in this process."""
    breaker = CircuitBreakerMonitor.get(DEFAULT_CIRCUIT_BREAKER_STRATEGY.name)
    if breaker is not None:
        breaker.reset()


class _Time:
    """What the SDK takes for the module `time`."""

    def __init__(self, clock: Clock) -> None:
        self.sleep = clock.sleep
        self._clock = clock

    def time(self) -> float:
        return self._clock.now().timestamp()
