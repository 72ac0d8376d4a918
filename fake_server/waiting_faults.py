"""Faults that wait in the world of one tenancy while all calls are for the worlds of others: a usual mistake."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fake_server.log import LOG
from genai_ports.errors import ServiceError
from genai_ports.simulator.rules.paths import shown_target
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from fake_server.worlds import ServedWorlds
    from genai_ports.simulator.simulator import Simulator

_PLANS: Final = ("/faults", "/failing-work")
_CALLS: Final = 3
"""After how many calls for other worlds a fault is reported."""
_NOTICE: Final = (
    "fake_server: a fault waits in the world of %s, which nobody calls; the calls are for that of %s: name the tenancy "
    "when you add a fault"
)


class WaitingFaults:
    """Reports once, for each world, that its faults wait for calls that go elsewhere.

    Args:
        worlds: the worlds of the server.
    """

    def __init__(self, worlds: ServedWorlds) -> None:
        self._worlds = worlds
        self._missed: dict[str, int] = {}
        """How many calls went to other worlds since a fault was added, by the tenancy of the fault."""

    def control(self, method: str, path: str, tenancy: str, *, is_done: bool) -> None:
        """Notice a control request: it may have added a fault, or removed all."""
        if not is_done:
            return
        if path in _PLANS and method == "POST":
            self._missed[tenancy] = 0
        elif path in ("/reset", "/snapshot") or (path in _PLANS and method == "DELETE"):
            self._missed.pop(tenancy, None)

    def call(self, tenancy: str) -> None:
        """Notice a call for the world of a tenancy."""
        for waiting in tuple(self._missed):
            if self._world(waiting) is self._world(tenancy):
                del self._missed[waiting]
                continue
            self._missed[waiting] += 1
            if self._missed[waiting] == _CALLS:
                self._missed.pop(waiting)  # reported: later calls need not count
                LOG.warning(_NOTICE, _named(waiting), _named(tenancy))

    def _world(self, tenancy: str) -> Simulator | None:
        with suppress(ServiceError):
            return self._worlds.get(tenancy)
        return None


def _named(tenancy: str) -> str:
    return "the usual tenancy" if tenancy == TENANCY else shown_target(tenancy) or "-"
