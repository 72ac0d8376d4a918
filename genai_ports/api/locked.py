"""Locked: a base for a simulator, its parts and its clock, whose methods hold one lock."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

L = TypeVar("L", bound="Locked")
P = ParamSpec("P")
R = TypeVar("R")


class Locked:
    """A base for a simulator and for what belongs to it.

    Attributes:
        lock: the lock that methods hold while they run: the simulator's; no lock for an object outside a simulator.
    """

    lock: AbstractContextManager[object] = nullcontext()


def locked(method: Callable[Concatenate[L, P], R]) -> Callable[Concatenate[L, P], R]:
    """Make a method hold the lock of its object while it runs."""

    @wraps(method)
    def hold_lock(self: L, /, *args: P.args, **options: P.kwargs) -> R:
        with self.lock:
            return method(self, *args, **options)

    return hold_lock
