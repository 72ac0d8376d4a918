"""An immutable dict for tags, so that a caller cannot change a stored resource through a snapshot of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A dict that refuses every change; equal to a plain dict with the same entries."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("tags of a snapshot cannot be changed: pass new tags to an update")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse  # pyright: ignore[reportAssignmentType]  # none changes it

    def __hash__(self) -> int:  # type: ignore[override]  # dict has none, because it can change
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type, tuple[dict[K, V]]]:
        return type(self), (dict(self),)

    def __deepcopy__(self, _: object) -> FrozenDict[K, V]:
        return self


EMPTY: FrozenDict[Any, Any] = FrozenDict()


def frozen(document: Any) -> Any:
    """Copy JSON-like data so that it cannot change: mappings become FrozenDict, lists become tuples."""
    if isinstance(document, str):
        return document
    if isinstance(document, Mapping):
        return FrozenDict({key: frozen(item) for key, item in document.items()}) if document else EMPTY
    if isinstance(document, list | tuple):
        return tuple([frozen(item) for item in document])
    return document
