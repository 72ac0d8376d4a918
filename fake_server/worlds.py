"""Worlds: one isolated world for each tenancy that signs requests."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from weakref import WeakValueDictionary

from fake_server.settings import CLOCKS
from genai_ports.api.forks import Lock
from genai_ports.api.value import narrowed
from genai_ports.backends.connected import add_connected
from genai_ports.simulator.rules.refusals import TENANCIES_LIMIT
from genai_ports.simulator.settings import WorldSettings
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from fake_server.settings import Settings
    from genai_ports.api.call import Call, Reply
    from genai_ports.api.clock import MovableClock

_WAY: Final = "a fake server"


class Worlds:
    """The worlds of one server: one for each tenancy, created at its first request with the settings of the server.

    The world of the well-known tenancy always exists. Besides it, there are `max_tenancies` at most: a new one replaces
    the least recently used world that was only read. A world that was changed stays until it is reset.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = Lock()
        self._own = self._new_world(TENANCY, settings)
        self._others: dict[str, _Kept] = {}
        self._replaced: WeakValueDictionary[str, Simulator] = WeakValueDictionary()
        """Worlds that were replaced but are still in use in this process: they come back."""

    def serving(self, tenancy: str) -> str:
        """Return the tenancy whose world handles the calls of a tenancy.

        With `one_world`, that is always the well-known one. A server that verifies signatures creates a world only for
        a tenancy with a registered key; the calls of any other go to the well-known one's, which refuses them.
        """
        if self.settings.one_world:
            return TENANCY
        if not self.settings.verify_signatures or tenancy in self._others:
            return tenancy
        has_key = any(name.startswith(f"{tenancy}/") for name in self.settings.keys)
        return tenancy if has_key else TENANCY

    def handle(self, tenancy: str, call: Call) -> Reply:
        """Carry out a call; see `Simulator.handle`."""
        return self.get(tenancy).handle(call)

    def controlled(self, _: Request, /) -> AbstractContextManager[object]:
        """Return the block in which a control request is carried out."""
        return nullcontext()

    def get(self, tenancy: str) -> Simulator:
        """Return the world of a tenancy; create it if it does not exist.

        Raises:
            LimitExceeded: the server has too many worlds that were changed.
        """
        if tenancy == TENANCY or self.settings.one_world:
            return self._own
        with self._lock:
            kept = self._others.pop(tenancy, None)
            if kept is None:
                self._make_room()
                world = self._replaced.pop(tenancy, None) or self._new_world(tenancy, self.settings)
                kept = _Kept(world, _content(world))
            self._others[tenancy] = kept  # as the most recently used
            return kept.world

    def by_tenancy(self) -> dict[str, Simulator]:
        """Map tenancies to their worlds."""
        return {TENANCY: self._own, **{name: kept.world for name, kept in self._others.items()}}

    def close(self) -> None:
        """End what belongs to the worlds; nothing here."""

    def reset(self, tenancy: str, settings: Settings) -> Simulator:
        """Replace the world of a tenancy with a new one.

        Raises:
            LimitExceeded: as for `get`.
        """
        tenancy = TENANCY if self.settings.one_world else tenancy
        return self._replace(tenancy, self._new_world(tenancy, settings), is_new=settings == self.settings)

    def put(self, tenancy: str, data: Mapping[str, Any]) -> Simulator:
        """Replace the world of a tenancy with the one in a snapshot, on a clock like that of the old one.

        Raises:
            InvalidInput: the data is not a snapshot; the old world remains.
            LimitExceeded: as for `get`.
        """
        tenancy = TENANCY if self.settings.one_world else tenancy
        return self._replace(tenancy, self._restored(tenancy, data, self._new_clock(self.settings)), is_new=False)

    def _restored(self, tenancy: str, data: Mapping[str, Any], clock: MovableClock | None) -> Simulator:
        new = Simulator.restore(data, clock=clock, details=self.settings.details)
        new.keys.update(_keys_of(tenancy, self.settings))
        add_connected(new, _WAY)
        return new

    def _replace(self, tenancy: str, new: Simulator, *, is_new: bool) -> Simulator:
        if tenancy == TENANCY:
            self._own = new
            return new
        with self._lock:
            if tenancy not in self._others:
                self._make_room()
            self._others.pop(tenancy, None)
            self._others[tenancy] = _Kept(new, _content(new) if is_new else None)
            return new

    def reset_all(self) -> None:
        """Replace the world of the well-known tenancy with a new one, and remove all others."""
        new = self._new_world(TENANCY, self.settings)
        with self._lock:
            self._own, self._others = new, {}
            self._replaced.clear()

    def _make_room(self) -> None:
        """Remove the least recently used world that was only read, if there is no room for one more.

        Raises:
            LimitExceeded: all were changed.
        """
        if len(self._others) < self.settings.max_tenancies:
            return
        for tenancy, kept in self._others.items():
            if kept.was_only_read:
                self._replaced[tenancy] = kept.world
                del self._others[tenancy]
                return
        raise TENANCIES_LIMIT(most=self.settings.max_tenancies)

    def _new_world(self, tenancy: str, settings: Settings) -> Simulator:
        """Create a world.

        Each tenancy has its own seed, so that no id exists in the worlds of two tenancies; with a world file, each
        starts from the file.
        """
        own = replace(narrowed(settings, WorldSettings), keys=_keys_of(tenancy, settings))
        if tenancy != TENANCY and own.world is None:
            own = replace(own, seed=f"{settings.seed}/{tenancy}")
        simulator = Simulator(own, clock=self._new_clock(settings))
        add_connected(simulator, _WAY)
        return simulator

    def _new_clock(self, settings: Settings) -> MovableClock | None:
        """Create a clock; None for a virtual one, which shows the time of its file or snapshot if it has one."""
        return None if settings.clock == "virtual" else CLOCKS[settings.clock]()


class _Kept(NamedTuple):
    """A world, and what it held when it was new; None if it was not made as the settings of the server say."""

    world: Simulator
    content: tuple[object, ...] | None

    @property
    def was_only_read(self) -> bool:
        """Whether a new world differs only in its journal and its request ids."""
        if self.content is None:
            return False
        has_created = self.content[0] != self.world.world.order  # the most usual change, found at once
        return not has_created and self.content == _content(self.world)


def _content(world: Simulator) -> tuple[object, ...]:
    """Return what differs as soon as a client or a test changes a world, whatever it changes back later."""
    clock, policies = world.clock, world.active_policies
    return (
        world.world.order,
        world.settings,
        world.scheduler.steps,
        bool(world.faults),
        bool(world.failing_work),
        dict(world.modes),
        dict(world.keys),
        world.limits.to_data(),
        policies is not None and any(policies.to_data().values()),
        isinstance(clock, VirtualClock) and clock.now(),
    )


class OneWorld:
    """The worlds of a server that serves one existing world to every tenancy.

    Args:
        simulator: the world. A reset or a snapshot changes it in place.
        settings: the settings of the server; those of its worlds do not apply.
    """

    def __init__(self, simulator: Simulator, settings: Settings) -> None:
        self._world = simulator
        add_connected(simulator, _WAY)
        self._server_settings = settings

    @property
    def settings(self) -> Settings:
        """The settings of the server, with those of its world."""
        own = self._world.settings
        return replace(self._server_settings, **{each.name: getattr(own, each.name) for each in fields(own)})

    def serving(self, tenancy: str) -> str:
        """Return the tenancy whose world handles the calls of a tenancy."""
        return tenancy

    def get(self, _: str) -> Simulator:
        """Return the world."""
        return self._world

    def handle(self, _: str, call: Call) -> Reply:
        """Carry out a call; see `Simulator.handle`."""
        return self._world.handle(call)

    def controlled(self, _: Request, /) -> AbstractContextManager[object]:
        """Return the block in which a control request is carried out."""
        return nullcontext()

    def by_tenancy(self) -> dict[str, Simulator]:
        """Map the well-known tenancy to the world."""
        return {TENANCY: self._world}

    def close(self) -> None:
        """End what belongs to the worlds; nothing here."""

    def reset(self, _: str, settings: Settings) -> Simulator:
        """Start the world again, with these settings."""
        self._world.become(Simulator(narrowed(settings, WorldSettings)))
        return self._world

    def put(self, _: str, data: Mapping[str, Any]) -> Simulator:
        """Replace the state of the world with the one in a snapshot.

        Raises:
            InvalidInput: the data is not a snapshot; the old state remains.
        """
        self._world.become(Simulator.restore(data, details=self._world.settings.details))
        return self._world

    def reset_all(self) -> None:
        """Start the world again."""
        self._world.reset()


ServedWorlds: TypeAlias = Worlds | OneWorld
"""The worlds of a server."""


def _keys_of(tenancy: str, settings: Settings) -> Mapping[str, str]:
    if settings.one_world:
        return settings.keys
    return {name: pem for name, pem in settings.keys.items() if name.startswith(f"{tenancy}/")}
