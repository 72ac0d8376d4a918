"""Relaxed reading: a scalar of another JSON type is converted to the type that the class declares.

Source: our choice, after the defaults of JSON libraries for Java.
"""

from __future__ import annotations

import re
from typing import Any, Final

from genai_ports.api.schema import Array, Map, Node, Scalar, class_of, properties

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_BOOLEANS: Final = {"true": True, "false": False}


def relaxed(cls: type, document: dict[str, Any]) -> dict[str, Any]:
    """Read `"3"` as 3 where the class has a number, 3 as `"3"` where it has a string, and `"true"` as true.

    Args:
        cls: one of the classes of `genai_ports.api`.
        document: the JSON object, as `json.loads` returns it; it is not changed.

    Returns:
        a copy with the converted values; all others are the same.

    Example:
        >>> from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
        >>> relaxed(UpdateDedicatedAiClusterDetails, {"unitCount": "3", "displayName": 5})
        {'unitCount': 3, 'displayName': '5'}
    """
    known = properties(cls)
    return {name: _relaxed(known[name], part) if name in known else part for name, part in document.items()}


def _relaxed(node: Node, item: Any) -> Any:
    if isinstance(item, dict):
        if isinstance(node, Map):
            return {name: _relaxed(node.entry, part) for name, part in item.items()}
        cls = class_of(node, item)
        return relaxed(cls, item) if cls else item
    if isinstance(item, list) and isinstance(node, Array):
        return [_relaxed(node.item, part) for part in item]
    return _scalar(node.type, item) if isinstance(node, Scalar) else item


def _scalar(kind: Any, item: Any) -> Any:
    if kind is str and isinstance(item, int | float):
        return str(item).lower() if isinstance(item, bool) else str(item)
    if not isinstance(item, str):
        return item
    if kind is bool:
        return _BOOLEANS.get(item.lower(), item)
    if kind in (int, float) and _WHOLE.fullmatch(item):
        return int(item)
    return float(item) if kind is float and _NUMBER.fullmatch(item) else item
