"""The search for properties that nobody declared, so that a typo is refused rather than dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.api.variant import Variant
from genai_ports.wire.shapes import alternatives, discriminator, element, is_value_class, properties, variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def unknown_fields(cls: type, document: Mapping[str, Any]) -> tuple[str, ...]:
    """List the properties of a JSON object that the class, or a class inside it, does not have.

    Args:
        cls: one of the classes of `genai_ports.api`.
        document: the object, as `json.loads` gives it.

    Returns:
        their paths, in the document's order. Tags may have any property, and so may an object whose variant is not
        known.

    Example:
        >>> from genai_ports.api.work_request import WorkRequest
        >>> unknown_fields(WorkRequest, {"id": "a", "statuss": "FAILED", "resources": [{"entityTyp": "model"}]})
        ('statuss', 'resources[0].entityTyp')
    """
    return tuple(_search(cls, document, ""))


def _search(annotation: Any, item: Any, path: str) -> Iterator[str]:
    if isinstance(item, list):
        for index, part in enumerate(item):
            yield from _search(element(annotation), part, f"{path}[{index}]")
    if isinstance(item, dict) and (cls := class_of(item, annotation)):
        known = properties(cls)
        for name, part in item.items():
            here = f"{path}.{name}" if path else name
            if name in known:
                yield from _search(known[name], part, here)
            elif not (issubclass(cls, Variant) and name == discriminator(cls)):
                yield here


def class_of(document: dict[str, Any], annotation: Any) -> type | None:
    """Find the class that an object is read as; None where it may have any property."""
    if known := variants(annotation):
        return next((cls for tag, cls in known.items() if document.get(discriminator(cls)) == tag), None)
    [kind] = alternatives(annotation)
    return kind if is_value_class(kind) else None
