"""How deep a body may nest: no deeper than everybody who walks through it can follow.

Source: our choice; everything that the service takes is far flatter, but for tags of any shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.value import Value
from genai_ports.api.variant import UnknownVariant

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_LEVELS: Final = 64
"""How many objects and arrays may stand inside of one another; the body itself is the first."""

_FLAT: Final = frozenset({str, int, float, bool, NoneType})
"""Types of nearly all parts, known at a glance."""

TOO_DEEP: Final = f"it nests deeper than {MOST_LEVELS} levels"


def nests_too_deep(body: object) -> bool:
    """Whether a body nests deeper than `MOST_LEVELS`, in JSON or as the domain class that stands for it.

    Example:
        >>> nests_too_deep({"a": [1]})
        False
        >>> body = {}
        >>> body["again"] = body
        >>> nests_too_deep(body)
        True
    """
    level = [body]
    for _ in range(MOST_LEVELS):
        # Each part once: what contains itself twice would be met twice as often on every level.
        parts = {id(part): part for whole in level for part in _parts(whole) if type(part) not in _FLAT}
        level = [*parts.values()]
        if not level:
            return False
    return any(isinstance(part, list | tuple | Value | Mapping) for part in level)


def _parts(whole: Any) -> Iterable[object]:
    if isinstance(whole, UnknownVariant):
        return whole.document.values()
    if isinstance(whole, Value):
        cls: Any = type(whole)
        return [getattr(whole, name) for name in _names(cls)]
    if isinstance(whole, Mapping):
        return whole.values()
    return whole if isinstance(whole, list | tuple) else ()


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))
