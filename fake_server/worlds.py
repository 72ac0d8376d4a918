"""Worlds: one isolated world for each tenancy that signs."""

from __future__ import annotations

import re
from threading import Lock
from typing import TYPE_CHECKING, Final

from genai_ports.backends.memory_backend import MemoryBackend
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import InvalidInput
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fake_server.settings import Settings
    from genai_ports.api.clock import Clock

_KEY_ID: Final = re.compile(r'keyId="(ocid1\.tenancy\.[^/"]{1,255})/([^/"]{1,255})')
MAX_TENANCIES: Final = 1000
"""How many worlds there are at most beside the well-known tenancy's."""

_CLOCKS: Final = {"real": SystemClock, "virtual": VirtualClock}


def tenancy_of(authorization: str | None) -> str:
    """Tell whose universe a call is for: that of the tenancy which signed it, else the well-known one."""
    signed = _KEY_ID.search(authorization) if authorization else None
    return signed[1] if signed else TENANCY


def user_of(authorization: str | None) -> str | None:
    """Tell who says to have signed a call; None where nobody does."""
    signed = _KEY_ID.search(authorization) if authorization else None
    return signed[2] if signed else None


def _check_keys(keys: Mapping[str, str]) -> None:
    if not keys:
        return
    from fake_server.keys import checked_key_id  # noqa: PLC0415  # loads cryptography

    for name, pem in keys.items():
        checked_key_id(name, pem)


class Worlds:
    """The worlds of one server, each made when its tenancy is first heard of.

    Beside the well-known tenancy's, those of the `MAX_TENANCIES` heard of last are kept, so that memory is bounded.

    Args:
        settings: what they start with.

    Raises:
        InvalidInput: the region, the pace, the clock, the limits or a mode is unknown, or a key is none.
    """

    def __init__(self, settings: Settings) -> None:
        _check_keys(settings.keys)
        self.settings = settings
        self._lock = Lock()
        self._own = self._new(TENANCY, settings)
        self._others: dict[str, MemoryBackend] = {}

    def serving(self, tenancy: str) -> MemoryBackend:
        """Give the universe that answers a tenancy's calls.

        Where signatures are verified, it is made only for tenancies that have a key there; others are refused by the
        well-known one.
        """
        if not self.settings.verify_signatures or tenancy in self._others:
            return self.get(tenancy)
        has_key = any(name.startswith(f"{tenancy}/") for name in self.settings.keys)
        return self.get(tenancy if has_key else TENANCY)

    def get(self, tenancy: str) -> MemoryBackend:
        """Give the universe of a tenancy."""
        if tenancy == TENANCY:
            return self._own
        with self._lock:
            universe = self._others.pop(tenancy, None) or self._new(tenancy, self.settings)
            self._keep(tenancy, universe)
            return universe

    def reset(self, tenancy: str, settings: Settings) -> MemoryBackend:
        """Begin a tenancy's universe anew.

        Raises:
            InvalidInput: the settings are not valid; the old universe stays.
        """
        fresh = self._new(tenancy, settings)
        if tenancy == TENANCY:
            self._own = fresh
            return fresh
        with self._lock:
            self._others.pop(tenancy, None)
            self._keep(tenancy, fresh)
            return fresh

    def reset_all(self) -> None:
        """Begin anew with nothing but a fresh universe of the well-known tenancy."""
        fresh = self._new(TENANCY, self.settings)
        with self._lock:
            self._own, self._others = fresh, {}

    def _keep(self, tenancy: str, universe: MemoryBackend) -> None:
        """Take in a universe as the one heard of last, and forget the one not heard of for longest if need be."""
        self._others[tenancy] = universe
        if len(self._others) > MAX_TENANCIES:
            del self._others[next(iter(self._others))]

    def _new(self, tenancy: str, settings: Settings) -> MemoryBackend:
        """Make a world; each tenancy's ids differ, so that an id never works by luck in another universe."""
        if settings.clock not in _CLOCKS:
            raise InvalidInput(f"clock must be real or virtual, not {settings.clock!r}")
        seed = settings.seed if tenancy == TENANCY else f"{settings.seed}/{tenancy}"
        clock: Clock = _CLOCKS[settings.clock]()
        simulator = Simulator(
            seed=seed,
            region=settings.region,
            pace=settings.pace,
            clock=clock,
            limits=settings.limits,
            modes=settings.modes,
            keys={name: pem for name, pem in settings.keys.items() if name.startswith(f"{tenancy}/")},
        )
        return MemoryBackend(simulator)
