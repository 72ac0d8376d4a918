"""Relaxed reading: scalars that are written as another type, read as what they must be.

Source: our choice, after what JSON libraries for Java do unless told otherwise.
"""

from __future__ import annotations

import re
from typing import Any, Final

from genai_ports.wire.shapes import alternatives, element, entry, is_value_class, properties, variants
from genai_ports.wire.unknown import class_of

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_BOOLEANS: Final = {"true": True, "false": False}


def relaxed(annotation: Any, item: Any) -> Any:
    """Read `"3"` as 3 where a number must be, 3 as `"3"` where a string must be, `"true"` as true; else leave it be.

    Args:
        annotation: a class of `genai_ports.api`, or the type of one of its attributes.
        item: what `json.loads` gives for it.

    Example:
        >>> from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
        >>> relaxed(UpdateDedicatedAiClusterDetails, {"unitCount": "3", "displayName": 5})
        {'unitCount': 3, 'displayName': '5'}
    """
    if isinstance(item, list):
        return [relaxed(element(annotation), part) for part in item]
    if isinstance(item, dict):
        cls = class_of(item, annotation)
        known = properties(cls) if cls else dict.fromkeys(item, entry(annotation))
        return {name: relaxed(known.get(name), part) for name, part in item.items()}
    if annotation is None or variants(annotation):
        return item
    [kind] = alternatives(annotation)
    return item if is_value_class(kind) else _scalar(kind, item)


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
