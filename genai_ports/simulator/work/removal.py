"""The removal of deleted resources, a few at a time, so no call takes long. No response shows those that are due."""

from __future__ import annotations

import heapq
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from genai_ports.api.kinds import KINDS

if TYPE_CHECKING:
    from genai_ports.simulator.state.world import World
    from genai_ports.simulator.work.due_step import DueStep

DELETED_STAYS: Final = timedelta(days=14)
"""How long a deleted resource, and with it its work requests, can still be read; the real service: 5 to 53 days."""
REMOVED_A_CALL: Final = 500
"""How many deleted resources one call removes; the next calls remove the rest, which no response shows."""


class Removal:
    """The deleted resources of a world that are still to be removed.

    Attributes:
        steps: a heap of the steps that remove them.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.steps: list[DueStep] = []

    def add(self, step: DueStep) -> None:
        """Remove a resource later."""
        heapq.heappush(self.steps, step)

    def drop(self, identifier: str) -> None:
        """Do not remove a resource later."""
        self.steps = sorted(step for step in self.steps if step.identifier != identifier)  # sorted, so still a heap

    def mark_all(self) -> None:
        """Note at all resources, of a world that was loaded, when they are removed."""
        for step in self.steps:
            self.mark(step)

    def mark(self, step: DueStep) -> None:
        """Note at a resource, and at its work requests, when they are removed."""
        record = self._world.tables[step.kind].records[step.identifier]
        record.removed_at = step.due
        for work in record.works:
            self._world.works.records[work].removed_at = step.due

    def carry_out(self, most: int | None) -> None:
        """Remove the resources that are due, in their order.

        Lists that lag behind show a removed resource for a while, so then it is removed in time.

        Args:
            most: how many at most; None for all.
        """
        world, steps = self._world, self.steps
        now, left = world.now, len(steps) if most is None or world.lags else most
        while left and steps and steps[0].due <= now:
            step = heapq.heappop(steps)
            kind = KINDS[step.kind]
            world.remove(kind, world.tables[kind.name].records[step.identifier], step.due)
            left -= 1
        world.removing = bool(steps) and steps[0].due <= now
