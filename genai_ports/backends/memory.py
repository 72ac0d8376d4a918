"""In memory: the client above a simulator in this process; threads may share it."""

from __future__ import annotations

from collections.abc import Sequence

from genai_ports.api.clock import Clock
from genai_ports.backends.memory_backend import MemoryBackend
from genai_ports.client.repository import Repository
from genai_ports.client.retry import RetryPolicy
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.work.pace import Pace


class InMemoryModelRepository(Repository):
    """All four repositories over a simulated world of their own.

    Args:
        region: where calls go that name no region; an id or a three-letter code.
        seed: ids, etags and page tokens follow from it.
        pace: how fast work finishes: `instant`, `seconds`, `2s`, `realistic`, `reads:3` or `manual`.
        clock: what time it is; a virtual clock that jumps when waited on unless given.
        limits: what the limits of cluster units are that nobody has set: `generous`, for no end, or `strict`, for 0 as
            in a new tenancy.
        modes: unkind ways to answer, such as `short-pages` or `stale-lists:30`.
        simulator: a world to look into, instead of a fresh one from the arguments before.
        user: the OCID of the user whose calls these are, for the policies of the world; None for an administrator.
        retry: when a call is tried again.

    Example:
        >>> genai = InMemoryModelRepository(region="fra")
        >>> genai.default_region
        'eu-frankfurt-1'
    """

    def __init__(
        self,
        *,
        region: str = "us-chicago-1",
        seed: int | str = 0,
        pace: str | Pace = "instant",
        clock: Clock | None = None,
        limits: str = "generous",
        modes: Sequence[str] = (),
        simulator: Simulator | None = None,
        user: str | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        self.simulator = simulator or Simulator(
            seed=seed, region=region, pace=pace, clock=clock, limits=limits, modes=modes
        )
        super().__init__(MemoryBackend(self.simulator, user), retry=retry)
