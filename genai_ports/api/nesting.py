"""How deep a body may nest: no deeper than every client and server can read.

Source: our choice. What the service accepts is far flatter, except for tags, which can have any shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.value import Value
from genai_ports.api.variant import UnknownVariant

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_LEVELS: Final = 64
"""How many objects and arrays may be nested in each other; the body itself is the first."""

_FLAT: Final = frozenset({str, int, float, bool, NoneType})
"""The types of nearly all parts, which have no parts themselves."""

_MANY: Final = 1000
"""With so many parts on a level, it is worth while to look for those that are the same."""

TOO_DEEP: Final = f"it nests deeper than {MOST_LEVELS} levels"


def nests_too_deep(body: object) -> bool:
    """Whether a body nests deeper than `MOST_LEVELS`.

    Args:
        body: data from JSON, or a domain value.

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
        below: list[object] = []
        for whole in level:
            below += [part for part in _parts(whole) if type(part) not in _FLAT]
        if not below:
            return False
        if len(below) > _MANY:
            # Each part once: a part that contains itself twice would double on every level.
            below = [*{id(part): part for part in below}.values()]
        level = below
    return any(isinstance(part, list | tuple | Value | Mapping) for part in level)


def _parts(whole: Any) -> Iterable[object]:
    if isinstance(whole, UnknownVariant):
        return whole.document.values()
    if isinstance(whole, Value):
        return vars(whole).values()
    if isinstance(whole, Mapping):
        return whole.values()
    return whole if isinstance(whole, list | tuple) else ()
