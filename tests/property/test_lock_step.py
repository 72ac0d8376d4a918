"""Memory, the SDK without a socket and the SDK over HTTP have the same results in lock-step."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from hypothesis import settings

from fake_server import FakeServer, Settings, create_app
from genai_ports import InMemoryModelRepository, SdkModelRepository
from genai_ports.tenancy import TENANCY
from genai_ports.testing.lock_step import ComparedBackend
from genai_ports.testing.state_machine import LockStep
from genai_ports.testing.wsgi_transport import WsgiTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 7


@contextmanager
def in_memory(pace: str) -> Iterator[ComparedBackend]:
    with InMemoryModelRepository(seed=SEED, pace=pace) as genai:
        yield ComparedBackend(genai, genai.simulator)


@contextmanager
def over_wsgi(pace: str) -> Iterator[ComparedBackend]:
    app = create_app(Settings(seed=SEED, pace=pace, clock="virtual"))
    simulator = app.worlds.get(TENANCY)
    with SdkModelRepository(endpoint="http://fake", transport=WsgiTransport(app), clock=simulator.clock) as genai:
        yield ComparedBackend(genai, simulator)


@contextmanager
def over_http(pace: str) -> Iterator[ComparedBackend]:
    with (
        FakeServer(settings=Settings(seed=SEED, pace=pace, clock="virtual")) as server,
        SdkModelRepository(endpoint=server.url, clock=server.clock) as genai,
    ):
        yield ComparedBackend(genai, server.simulator)


class Instant(LockStep):
    factories = (in_memory, over_http)
    pace = "instant"


class Realistic(LockStep):
    factories = (in_memory, over_http)
    pace = "realistic"


class Reads(LockStep):
    factories = (in_memory, over_http)
    pace = "reads:2"


class WithoutSocket(LockStep):
    factories = (in_memory, over_wsgi)
    pace = "realistic"


for machine in (Instant, Realistic, Reads, WithoutSocket):
    machine.TestCase.settings = settings(max_examples=settings().max_examples // 4, stateful_step_count=40)

TestInstant = Instant.TestCase
TestRealistic = Realistic.TestCase
TestReads = Reads.TestCase
TestWithoutSocket = WithoutSocket.TestCase
