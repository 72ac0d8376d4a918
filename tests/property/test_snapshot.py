"""A world that is written as JSON and read back between any two calls gives the same responses as one that is not."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hypothesis import settings

from genai_ports import InMemoryModelRepository
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.lock_step import ComparedBackend
from genai_ports.testing.state_machine import LockStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.api.call import Call, Reply

SEED = 7


class Restored(Simulator):
    """A simulator that becomes a restored copy of itself before each call, and keeps its clock."""

    def handle(self, call: Call) -> Reply:
        copy = type(self).restore(json.loads(json.dumps(self.snapshot())))
        for name, part in vars(copy).items():
            if name not in ("clock", "lock"):
                setattr(self, name, part)
        self.scheduler.clock = self.clock
        for part in (self.faults, self.failing_work, self.journal):
            part.lock = self.lock
        return super().handle(call)


@contextmanager
def in_memory(pace: str) -> Iterator[ComparedBackend]:
    with InMemoryModelRepository(seed=SEED, pace=pace) as genai:
        yield ComparedBackend(genai, genai.simulator)


@contextmanager
def restored(pace: str) -> Iterator[ComparedBackend]:
    with InMemoryModelRepository(simulator=Restored(seed=SEED, pace=pace)) as genai:
        yield ComparedBackend(genai, genai.simulator)


class Realistic(LockStep):
    factories = (in_memory, restored)
    pace = "realistic"


class Reads(LockStep):
    factories = (in_memory, restored)
    pace = "reads:2"


for machine in (Realistic, Reads):
    machine.TestCase.settings = settings(max_examples=settings().max_examples // 4, stateful_step_count=40)

TestRealistic = Realistic.TestCase
TestReads = Reads.TestCase
