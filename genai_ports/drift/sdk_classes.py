"""What the SDK's model classes say of themselves: attributes with types, constants, and their variants."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.names import snake
from genai_ports.drift.description import ATTRIBUTE, CLASS, VALUE, VARIANT, Place, attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from genai_ports.drift.description import Description

_NAMES: Final = re.compile(r"\w+")
_REQUIRED: Final = "**[Required]**"


def describe_classes(classes: Mapping[str, Any], names: Iterable[str]) -> Description:
    """Describe classes of the SDK, and the classes that they lead to.

    Args:
        classes: the SDK's classes by name.
        names: which to begin with; those that the SDK does not have are left out.

    Returns:
        classes with their attributes and the values that these may have; of polymorphic ones their variants.
    """
    found: dict[Place, str] = {}
    waiting = {*names} & classes.keys()
    while waiting:
        name = waiting.pop()
        found |= _places(classes[name], name)
        mentioned = {other for place, told in found.items() if place.path[0] == name for other in _NAMES.findall(told)}
        waiting |= {other for other in mentioned & classes.keys() if Place(CLASS, (other,)) not in found}
    return found


def _places(cls: Any, name: str) -> Iterator[tuple[Place, str]]:
    yield Place(CLASS, (name,)), ""
    if "get_subtype" in vars(cls):
        told_by = _discriminator(cls)
        for tag in _constants(cls, snake(told_by)):
            yield Place(VARIANT, (name, tag)), cls.get_subtype({told_by: tag})
        return
    blank = cls()
    for attribute_name, annotation in blank.swagger_types.items():
        wire = blank.attribute_map[attribute_name]
        required = _REQUIRED in (getattr(cls, attribute_name).__doc__ or "")
        yield Place(ATTRIBUTE, (name, wire)), attribute(name, annotation, required=required)
        for each in _constants(cls, attribute_name):
            yield Place(VALUE, (name, wire, each)), ""


def _discriminator(cls: Any) -> str:
    """Find the property that tells the variants of a class apart, by what the class looks at."""
    looked_at: defaultdict[str, str] = defaultdict(str)
    cls.get_subtype(looked_at)
    return next(iter(looked_at), "")


def _constants(cls: Any, attribute_name: str) -> list[str]:
    """List the values that a class has constants of its own for: what it inherits are tags of variants."""
    prefix = f"{attribute_name.upper()}_"
    return [each for constant, each in vars(cls).items() if constant.startswith(prefix)]
