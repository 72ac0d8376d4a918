"""The names of the service's properties and parameters, and how a name that a client sent is shown.

A client can send a secret as a name, so only known names are shown.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.names import camel
from genai_ports.api.schema import Array, Map, Node, Object, OneOf, Scalar, schema_of
from genai_ports.api.shown import characters

if TYPE_CHECKING:
    from collections.abc import Collection

_LONGEST_COMPARED: Final = 100


def shown_name(name: str, position: int, known: Collection[str] = (), *, what: str = "property") -> str:
    """Show the name of a property or parameter.

    Args:
        name: the name.
        position: its position in its object or query, from 1.
        known: the names that are accepted in its place.
        what: it is.

    Returns:
        the name if the service has a property or parameter with it; else its position with the most similar of the
        known names, or with its length.

    Example:
        >>> shown_name("modelId", 2), shown_name("acessToken", 2, ["accessToken"]), shown_name("hunter2", 1)
        ('modelId', 'property 2 (similar to accessToken)', 'property 1 (7 characters)')
    """
    if name in known or name in _names():
        return name
    from difflib import get_close_matches  # noqa: PLC0415  # only a refusal needs it

    near = get_close_matches(name[:_LONGEST_COMPARED], known)
    return f"{what} {position} ({f'similar to {near[0]}' if near else characters(name)})"


@cache
def _names() -> frozenset[str]:
    """Return the names of all properties and query parameters of the service."""
    classes: set[type] = set()
    parameters = {"compartmentId", "limit", "page", "sortBy", "sortOrder"}
    for operation in OPERATIONS.values():
        parameters.update(map(camel, operation.filters))
        for cls in filter(None, (operation.details, operation.result)):
            _add_classes(Object(cls), classes)
    schemas = [schema_of(cls) for cls in classes]
    discriminators = {schema.discriminator for schema in schemas if schema.discriminator}
    return frozenset({*parameters, *discriminators, *(each.json_name for s in schemas for each in s.attributes)})


def _add_classes(node: Node, found: set[type]) -> None:
    """Add the classes of a node and of its parts."""
    match node:
        case Object(cls=cls):
            if cls not in found:
                found.add(cls)
                for attribute in schema_of(cls).attributes:
                    _add_classes(attribute.node, found)
        case OneOf(variants=variants):
            for variant in variants.values():
                _add_classes(Object(variant), found)
        case Array(item=inner) | Map(entry=inner):
            _add_classes(inner, found)
        case Scalar():
            pass
