"""Worlds: one isolated world for each tenancy that signs."""

from __future__ import annotations

import re
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final

from fake_server.settings import CLOCKS
from genai_ports.api.value import narrowed
from genai_ports.backends.memory_backend import MemoryBackend
from genai_ports.simulator.settings import WorldSettings
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from fake_server.settings import Settings

_KEY_ID: Final = re.compile(r'keyId="(ocid1\.tenancy\.[^/"]{1,255})/([^/"]{1,255})')
MAX_TENANCIES: Final = 1000
"""How many worlds there are at most beside the well-known tenancy's."""


def tenancy_of(authorization: str | None) -> str:
    """Tell whose universe a call is for: that of the tenancy which signed it, else the well-known one."""
    signed = _KEY_ID.search(authorization) if authorization else None
    return signed[1] if signed else TENANCY


def user_of(authorization: str | None) -> str | None:
    """Tell who says to have signed a call; None where nobody does."""
    signed = _KEY_ID.search(authorization) if authorization else None
    return signed[2] if signed else None


class Worlds:
    """The worlds of one server, each made when its tenancy is first heard of.

    Beside the well-known tenancy's, those of the `MAX_TENANCIES` heard of last are kept, so that memory is bounded.

    Args:
        settings: what they start with.
    """

    def __init__(self, settings: Settings) -> None:
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
        """Make a world. The ids of each tenancy differ, so that none works by chance in the world of another."""
        keys = {name: pem for name, pem in settings.keys.items() if name.startswith(f"{tenancy}/")}
        seed = settings.seed if tenancy == TENANCY else f"{settings.seed}/{tenancy}"
        own = replace(narrowed(settings, WorldSettings), seed=seed, keys=keys)
        return MemoryBackend(Simulator(own, clock=CLOCKS[settings.clock]()))
