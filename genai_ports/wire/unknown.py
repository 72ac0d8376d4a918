"""The search for unknown properties in a request: a typo is refused, not dropped."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.known_names import shown_name
from genai_ports.api.schema import Array, Node, Object, class_of, properties, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_NAMES: Final = 20
"""How many unknown names of a request are found: to look for similar ones takes time."""


def unknown_fields(cls: type, document: Mapping[str, Any]) -> tuple[str, ...]:
    """List the properties of a JSON object that the class, or a class inside it, does not have.

    Args:
        cls: one of the classes of `genai_ports.api`.
        document: the object, as `json.loads` returns it.

    Returns:
        the paths of the first 20, in the document's order, with the names as `shown_name` shows them. Tags may have any
        property, and so may an object of an unknown variant.

    Example:
        >>> from genai_ports.api.work_request import WorkRequest
        >>> unknown_fields(WorkRequest, {"id": "a", "statuss": "FAILED", "resources": [{"colour": "red"}]})
        ('property 2 (similar to status)', 'resources[0].property 1 (6 characters)')
    """
    return tuple(islice(_search(Object(cls), document, ""), MOST_NAMES))


def _search(node: Node, item: Any, path: str) -> Iterator[str]:
    if isinstance(node, Array) and isinstance(item, list):
        for index, part in enumerate(item):
            yield from _search(node.item, part, f"{path}[{index}]")
    if isinstance(item, dict) and (cls := class_of(node, item)):
        known, discriminator = properties(cls), schema_of(cls).discriminator
        prefix = f"{path}." if path else ""
        for position, (name, part) in enumerate(item.items(), 1):
            if name in known:
                yield from _search(known[name], part, prefix + name)
            elif name != discriminator:
                yield prefix + shown_name(name, position, known)
