"""How deep a body may nest: no deeper than every client and server can read.

Source: our choice. What the service accepts is far flatter, except for tags, which can have any shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.value import Value, field_names
from genai_ports.api.variant import UnknownVariant

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_LEVELS: Final = 64
"""How many objects and arrays may be nested in each other; the body itself is the first."""

_FLAT: Final = frozenset({str, int, float, bool, NoneType})
"""The types of nearly all parts, which have no parts themselves."""

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
        # Each part once: a part that contains itself twice would double on every level.
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
        return [getattr(whole, name) for name in field_names(cls)]
    if isinstance(whole, Mapping):
        return whole.values()
    return whole if isinstance(whole, list | tuple) else ()
