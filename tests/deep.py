"""Bodies that nest too deep, or have no end."""

from __future__ import annotations

from typing import Any


def nested(levels: int) -> list[Any]:
    """Put lists into a list, so many in all."""
    lists: list[Any] = []
    for _ in range(levels - 1):
        lists = [lists]
    return lists


def without_end() -> dict[str, Any]:
    """Make an object that contains itself, twice."""
    tags: dict[str, Any] = {}
    tags.update(a=tags, b=[tags])
    return tags
