"""Oracle's attribute names in both spellings: `display_name` in Python, `displayName` in JSON and in messages."""

from __future__ import annotations

import re
from functools import cache, lru_cache

_HUMP = r"(?<!^)(?=[A-Z])"


@cache
def camel(name: str) -> str:
    """Convert a Python name to Oracle's spelling.

    Example:
        >>> camel("dedicated_ai_cluster_id")
        'dedicatedAiClusterId'
    """
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


@lru_cache(maxsize=1024)  # a file or a client can have any name
def snake(name: str) -> str:
    """Convert one of Oracle's names to Python's spelling.

    Example:
        >>> snake("dedicatedAiClusterId")
        'dedicated_ai_cluster_id'
    """
    return re.sub(_HUMP, "_", name).lower()
