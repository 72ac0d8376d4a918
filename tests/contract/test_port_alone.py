"""The first half of the contract over backends that show nothing but the port."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import ServiceError, Simulator
from genai_ports.backends.memory import MemoryBackend
from genai_ports.testing.contract import Capability, PortContract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports import Backend
    from genai_ports.api.call import Call, Reply
    from genai_ports.api.clock import Clock


class PortClock:
    """A clock that can be read and waited on, and nothing else.

    Args:
        clock: the clock behind it.
        longest: how much time may pass in one test.
    """

    def __init__(self, clock: Clock, longest: timedelta = timedelta.max) -> None:
        self.now = clock.now
        self._sleep = clock.sleep
        self._started = clock.now()
        self._longest = longest

    def sleep(self, seconds: float) -> None:
        self._sleep(seconds)
        assert self.now() - self._started < self._longest, "the test lets a day pass: it needs Capability.DAYS"


class PortBackend:
    """A backend that hides everything of another backend except the port."""

    def __init__(self, backend: Backend) -> None:
        self.send = backend.send
        self.new_retry_token = backend.new_retry_token
        self.close = backend.close
        self.default_region = backend.default_region
        self.clock: Clock = PortClock(backend.clock)


class TestPortAlone(PortContract):
    def backend(self, **settings: Any) -> Backend:
        return PortBackend(MemoryBackend(Simulator(**settings)))


class PlainBackend(PortBackend):
    """A backend with the limits of a real service: errors report no rule, and a test cannot wait for a day."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self.send = self._send
        self.clock = PortClock(backend.clock, timedelta(days=1))
        self._backend = backend

    def _send(self, call: Call) -> Reply:
        with without_rule():
            return self._backend.send(call)


@contextmanager
def without_rule() -> Iterator[None]:
    try:
        yield
    except ServiceError as error:
        error.rule = None
        raise


class TestPlainService(PortContract):
    cannot = dict.fromkeys(
        set(Capability) - {Capability.UNDER_WAY, Capability.FRESH}, "it stands for a service that tests cannot set up"
    )

    @pytest.fixture
    def opened(self) -> list[Backend]:
        return []

    def backend(self, opened: list[Backend]) -> Backend:
        assert not opened, "the test opens several worlds: it needs Capability.SEVERAL"
        opened.append(PlainBackend(MemoryBackend(Simulator(pace="420s"))))
        return opened[0]
