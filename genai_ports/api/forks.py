"""Forks: locks, worlds and servers that a forked process can use on, or has to leave to its parent."""

from __future__ import annotations

import os
from hashlib import blake2b
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from weakref import ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_RLock: Final[Any] = type(RLock())  # typeshed does not allow a subclass of it
_Owner = TypeVar("_Owner")
_PATIENCE: Final = 1.0
"""How many seconds a fork waits for a thread that holds a lock; a call holds it for less than a millisecond."""


class Lock(_RLock):  # type: ignore[misc]  # see above
    """A re-entrant lock that a fork waits for, and that is free in the forked process. A copy of it is a new lock."""

    def __new__(cls) -> Self:
        """Create a lock."""
        lock: Self = super().__new__(cls)
        _locks.add(ref(lock, _locks.discard))
        return lock

    def __reduce__(self) -> tuple[type[Lock], tuple[()]]:
        return Lock, ()


def call_after_fork(owner: _Owner, act: Callable[[_Owner], None]) -> None:
    """Call `act` with an object in each forked process, where no other thread runs; the object is not kept alive."""
    _changes[ref(owner, _changes.pop)] = act


class _Process:
    """What this process knows of its forks.

    Attributes:
        path: which fork of which fork it is: empty for a process that was not forked, `/2/1` for the first fork of the
            second fork of one.
        forks: how many times it has forked.
    """

    def __init__(self) -> None:
        self.path = ""
        self.forks = 0
        self.turn = RLock()
        self.held: list[Any] = []

    def before(self) -> None:
        """Wait until no other thread is in a call, so that the copy is whole."""
        self.turn.acquire()
        self.held = [self.turn]
        patience = _PATIENCE
        for lock in _alive(_locks):
            if lock.acquire(timeout=patience):
                self.held.append(lock)
            else:
                patience = 0.0
        self.forks += 1

    def go_on(self) -> None:
        """Release what the fork has waited for."""
        held, self.held = self.held, []
        for lock in reversed(held):
            lock.release()

    def in_child(self) -> None:
        """Free the locks that other threads held, and change the copies."""
        held = set(map(id, self.held))
        self.go_on()
        for lock in _alive(_locks):
            if id(lock) not in held:
                lock._at_fork_reinit()  # noqa: SLF001  # as the module logging does
        self.path, self.forks = f"{self.path}/{self.forks}", 0
        for reference, act in tuple(_changes.items()):
            owner = reference()
            if owner is not None:
                act(owner)


def count_on(number: int) -> int:
    """Return the number from which the copy of a world counts on, which no other process reaches.

    It follows from the number and from which fork this process is, so that it is the same in each run.
    """
    return number + int.from_bytes(blake2b(_process.path.encode(), digest_size=6).digest())


def _alive(references: set[Any]) -> Iterable[Any]:
    return [one for reference in references.copy() if (one := reference()) is not None]


_locks: Final[set[Any]] = set()
_changes: Final[dict[Any, Callable[[Any], None]]] = {}
_process: Final = _Process()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_process.before, after_in_parent=_process.go_on, after_in_child=_process.in_child)
