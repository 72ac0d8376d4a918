"""Parts: the parts of a simulator, as the modules that it is made of see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from genai_ports.api.clock import MovableClock
    from genai_ports.simulator.faults.failing_work import FailingWork
    from genai_ports.simulator.faults.fault_registry import FaultRegistry
    from genai_ports.simulator.faults.faults import Fault
    from genai_ports.simulator.rules.limits import Limits
    from genai_ports.simulator.rules.policies import Policies
    from genai_ports.simulator.settings import WorldSettings
    from genai_ports.simulator.state.journal import Journal
    from genai_ports.simulator.state.world import World
    from genai_ports.simulator.work.scheduler import Scheduler


class Parts(Protocol):
    """The parts of a simulator; `Simulator` has them. A protocol, so that no module below it imports `Simulator`."""

    lock: AbstractContextManager[object]
    settings: WorldSettings
    region: str
    clock: MovableClock
    world: World
    scheduler: Scheduler
    faults: FaultRegistry[Fault]
    failing_work: FaultRegistry[FailingWork]
    keys: dict[str, str]
    journal: Journal
    active_policies: Policies | None
    """The policies; None until `policies` is first read."""

    @property
    def limits(self) -> Limits:
        """The service limits and quotas."""
        ...

    @property
    def policies(self) -> Policies:
        """The groups of users and the statements about them."""
        ...
