"""A simulator as a backend: plain calls under one lock, for a client in this process and for the server."""

from __future__ import annotations

from contextlib import suppress
from threading import RLock
from typing import TYPE_CHECKING

from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.state.clock import VirtualClock

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from genai_ports.api.call import Call, Reply
    from genai_ports.api.clock import Clock
    from genai_ports.errors import ServiceError
    from genai_ports.simulator.simulator import Simulator


class MemoryBackend:
    """A simulator behind a lock: one world that threads, and the server's connections, share.

    Args:
        simulator: the world; nobody else may use it without `lock`.
        user: the OCID of who makes the calls that are sent; None for nobody in particular.
    """

    def __init__(self, simulator: Simulator, user: str | None = None) -> None:
        self.simulator = simulator
        self.user = user
        # One lock for all who look into the same world, so that they take turns.
        self.lock: AbstractContextManager[object] = vars(simulator).setdefault("guard", RLock())
        self.clock: Clock = simulator.clock
        if isinstance(simulator.clock, VirtualClock):
            self.clock = _LockedClock(simulator.clock, self.lock)

    @property
    def default_region(self) -> str:
        """Where calls go that name no region."""
        return self.simulator.region

    def handle(self, call: Call) -> Reply:
        """Carry out one call, alone.

        Raises:
            ServiceError: the service says no.
            DisruptedResponse: the answer was planned to come late, broken or not at all.
        """
        with self.lock:
            return self.simulator.handle(call)

    def send(self, call: Call) -> Reply:
        """Carry out one call, and let its caller feel what was planned to befall the answer."""
        try:
            return self.handle(call if self.user is None else call._replace(user=self.user))
        except DisruptedResponse as disrupted:
            self.clock.sleep(self.let_pass(disrupted.delay))
            return disrupted.deliver()

    def let_pass(self, seconds: float) -> float:
        """Let time pass where it is virtual, and tell how many real seconds are still to be waited for."""
        if not isinstance(self.simulator.clock, VirtualClock):
            return seconds
        with suppress(InvalidInput):  # at the end of time no more passes
            self.clock.sleep(seconds)
        return 0

    def refuse(
        self,
        error: ServiceError,
        operation: str | None,
        *,
        region: str | None = None,
        resource: str | None = None,
        request_id: str | None = None,
    ) -> ServiceError:
        """Answer a request that never became a call."""
        with self.lock:
            return self.simulator.refuse(error, operation, region=region, resource=resource, request_id=request_id)

    def new_retry_token(self) -> str:
        """Make one: the world is this process's own."""
        with self.lock:
            return self.simulator.retry_tokens.new()

    def close(self) -> None:
        """Nothing to let go of."""


class _LockedClock:
    """A virtual clock that several threads wait on: each wait moves it on, none moves it back."""

    def __init__(self, clock: VirtualClock, lock: AbstractContextManager[object]) -> None:
        self._clock = clock
        self._lock = lock

    def now(self) -> datetime:
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._clock.advance(seconds)
