"""Connected worlds: the simulated worlds of this process that clients can reach, for the reports of failed tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from datetime import datetime

    from genai_ports.simulator.simulator import Simulator


class Connection(NamedTuple):
    """How and when a world was first connected.

    Args:
        way: what clients reach it through, in words.
        since: the time on its clock.
    """

    way: str
    since: datetime


_CONNECTIONS: Final[WeakKeyDictionary[Simulator, Connection]] = WeakKeyDictionary()


def add_connected(simulator: Simulator, way: str) -> None:
    """Remember, without keeping it alive, that clients can reach a world."""
    if simulator not in _CONNECTIONS:
        _CONNECTIONS[simulator] = Connection(way, simulator.clock.now())


def connected() -> dict[Simulator, Connection]:
    """Return the connected worlds that still exist, in the order in which they were connected."""
    # A thread may connect another world meanwhile, so this does not iterate over the dictionary itself.
    references = _CONNECTIONS.keyrefs()
    return {world: _CONNECTIONS[world] for reference in references if (world := reference()) is not None}
