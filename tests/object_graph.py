"""Comparison of two objects by everything reachable from them, attribute by attribute."""

from __future__ import annotations

import functools
import types
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock, RLock

from sortedcontainers import SortedList

PLAIN = (
    str,
    bytes,
    int,
    float,
    bool,
    type(None),
    datetime,
    timedelta,
    type,
    types.ModuleType,
    types.BuiltinFunctionType,
)
OPAQUE = (type(Lock()), type(RLock()))
"""What has no state that could be left over once nobody holds it."""


def differences(one, other, skip=()):
    """List the paths at which two object graphs differ; `skip` are types that are not looked into."""
    return list(_compare(one, other, "", {*OPAQUE, *skip}, set()))


def _compare(one, other, path, skip, seen):
    if type(one) is not type(other):
        yield f"{path}: {type(one).__name__}, {type(other).__name__}"
        return
    if type(one) in skip or one is other or (id(one), id(other)) in seen:
        return
    seen.add((id(one), id(other)))
    if isinstance(one, PLAIN):
        if one != other:
            yield f"{path}: {one!r}, {other!r}"
        return
    yield from _compare_parts(_parts(one), _parts(other), path, skip, seen)


def _compare_parts(one, other, path, skip, seen):
    if one.keys() != other.keys():
        yield f"{path}: has {sorted(map(repr, one.keys() ^ other.keys()))[:3]} once only"
        return
    for name in one:
        yield from _compare(one[name], other[name], f"{path}{name}", skip, seen)


def _parts(thing):
    """Name everything that an object holds."""
    if isinstance(thing, Mapping):
        return {f"[{key!r}]": item for key, item in thing.items()}
    if isinstance(thing, set | frozenset):
        return {f"[{item!r}]": item for item in thing}
    if isinstance(thing, list | tuple | deque | SortedList):
        return {f"[{n}]": item for n, item in enumerate(thing)}
    return _of_callable(thing) or _attributes(thing)


def _of_callable(thing):
    if isinstance(thing, functools.partial):
        return {".func": thing.func, ".args": thing.args, ".keywords": thing.keywords}
    if isinstance(thing, types.MethodType):
        return {".function": thing.__func__, ".self": thing.__self__}
    if isinstance(thing, types.FunctionType):
        cells = thing.__closure__ or ()
        return {".code": thing.__code__.co_name, **{f".cell{n}": cell.cell_contents for n, cell in enumerate(cells)}}
    return None


def _attributes(thing):
    slots = {name for cls in type(thing).__mro__ for name in getattr(cls, "__slots__", ())} - {"__weakref__"}
    own = {**getattr(thing, "__dict__", {}), **{name: getattr(thing, name) for name in slots if hasattr(thing, name)}}
    return {f".{name}": item for name, item in own.items()}
