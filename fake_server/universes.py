"""Universes: one isolated world for each tenancy that signs."""

from __future__ import annotations

import re
from threading import Lock
from typing import TYPE_CHECKING, Final

from genai_ports.adapters.memory import Universe
from genai_ports.adapters.system_clock import SystemClock
from genai_ports.errors import InvalidInput
from genai_ports.simulator.clock import VirtualClock
from genai_ports.simulator.pace import parse_pace
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from fake_server.settings import Settings
    from genai_ports.domain.clock import Clock

_KEY_ID: Final = re.compile(r'keyId="(ocid1\.tenancy\.[^/"]{1,255})/')
_CLOCKS: Final = {"real": SystemClock, "virtual": VirtualClock}


def tenancy_of(authorization: str | None) -> str:
    """Tell whose universe a call is for: that of the tenancy which signed it, else the well-known one."""
    signed = _KEY_ID.search(authorization) if authorization else None
    return signed[1] if signed else TENANCY


class Universes:
    """The worlds of one server, each made when its tenancy is first heard of.

    Args:
        settings: what they start with.

    Raises:
        InvalidInput: the region, the pace or the clock is unknown.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.clock not in _CLOCKS:
            raise InvalidInput(f"clock must be real or virtual, not {settings.clock!r}")
        parse_pace(settings.pace)
        self.settings = settings
        self._lock = Lock()
        self._universes = {TENANCY: self._new(TENANCY, settings)}

    def get(self, tenancy: str) -> Universe:
        """Give the universe of a tenancy."""
        universe = self._universes.get(tenancy)
        if universe is not None:
            return universe
        with self._lock:
            if tenancy not in self._universes:
                self._universes[tenancy] = self._new(tenancy, self.settings)
            return self._universes[tenancy]

    def reset(self, tenancy: str, settings: Settings) -> None:
        """Begin a tenancy's universe anew.

        Raises:
            InvalidInput: the settings are not valid; the old universe stays.
        """
        fresh = self._new(tenancy, settings)
        with self._lock:
            self._universes[tenancy] = fresh

    def reset_all(self) -> None:
        """Begin anew with nothing but a fresh universe of the well-known tenancy."""
        fresh = self._new(TENANCY, self.settings)
        with self._lock:
            self._universes = {TENANCY: fresh}

    def _new(self, tenancy: str, settings: Settings) -> Universe:
        """Make a world; each tenancy's ids differ, so that an id never works by luck in another universe."""
        seed = settings.seed if tenancy == TENANCY else f"{settings.seed}/{tenancy}"
        clock: Clock = _CLOCKS[settings.clock]()
        return Universe(Simulator(seed=seed, region=settings.region, pace=settings.pace, clock=clock))
