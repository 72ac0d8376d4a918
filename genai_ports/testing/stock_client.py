"""For tests of code that uses the plain OCI SDK: waits that do not sleep, and no circuit breaker.

By default the SDK's waiters and retries sleep, and one circuit breaker serves the whole process: ten planned errors of
a test stop every client for half a minute.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import oci
from oci.circuit_breaker import NoCircuitBreakerStrategy

from genai_ports.testing.clock.shared_clock import SharedClock, load_sdk, shared
from genai_ports.testing.isolation.sdk_state import close_circuits
from genai_ports.testing.isolation.threads import OwnThreads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.api.clock import Clock


@contextmanager
def stock_clients_on(clock: Clock) -> Iterator[None]:
    """Make the plain SDK wait on a clock, without a circuit breaker. In a `Sandbox` it does so already.

    Inside the block, `oci.wait_until`, the composite operations and the retries of every client use the clock, in the
    thread that enters the block and in those that start in it; with a virtual clock they return at once. Clients of
    `genai_ports` and tenacity use it too. Clients of the SDK that are created inside the block have no circuit breaker
    by default. The failures that the default circuit breaker has counted are cleared at the start and at the end of
    the block.

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
    with shared(SharedClock(clock, OwnThreads("stock_clients_on"))), no_circuit_breaker():
        yield


@contextmanager
def no_circuit_breaker() -> Iterator[None]:
    """Let the clients that are created in this block have no circuit breaker; close all around it."""
    load_sdk()
    close_circuits()
    try:
        with patch.object(oci.circuit_breaker, "GLOBAL_CIRCUIT_BREAKER_STRATEGY", NoCircuitBreakerStrategy()):
            yield
    finally:
        close_circuits()
