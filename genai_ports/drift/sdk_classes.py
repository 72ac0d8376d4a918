"""The SDK's model classes: their attributes with types, constants, and variants."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.names import snake
from genai_ports.drift.description import Part, Place, attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from genai_ports.drift.description import Description

_NAMES: Final = re.compile(r"\w+")
_REQUIRED: Final = "**[Required]**"


def describe_classes(classes: Mapping[str, Any], names: Iterable[str]) -> Description:
    """Describe those of the named classes that the SDK has, and the classes inside them."""
    found: dict[Place, str] = {}
    waiting = {*names} & classes.keys()
    while waiting:
        name = waiting.pop()
        found |= _places(classes[name], name)
        mentioned = {other for place, form in found.items() if place.path[0] == name for other in _NAMES.findall(form)}
        waiting |= {other for other in mentioned & classes.keys() if Place(Part.CLASS, (other,)) not in found}
    return found


def _places(cls: Any, name: str) -> Iterator[tuple[Place, str]]:
    yield Place(Part.CLASS, (name,)), ""
    if "get_subtype" in vars(cls):
        discriminator = _discriminator(cls)
        for tag in _constants(cls, snake(discriminator)):
            yield Place(Part.VARIANT, (name, tag)), cls.get_subtype({discriminator: tag})
        return
    blank = cls()
    for attribute_name, annotation in blank.swagger_types.items():
        wire = blank.attribute_map[attribute_name]
        required = _REQUIRED in (getattr(cls, attribute_name).__doc__ or "")
        yield Place(Part.ATTRIBUTE, (name, wire)), attribute(name, annotation, required=required)
        for each in _constants(cls, attribute_name):
            yield Place(Part.VALUE, (name, wire, each)), ""


def _discriminator(cls: Any) -> str:
    """Find the discriminator of a polymorphic class: the property that `get_subtype` reads."""
    read: defaultdict[str, str] = defaultdict(str)
    cls.get_subtype(read)
    return next(iter(read), "")


def _constants(cls: Any, attribute_name: str) -> list[str]:
    """List the values of the constants that a class defines itself: inherited ones are the tags of variants."""
    prefix = f"{attribute_name.upper()}_"
    return [each for constant, each in vars(cls).items() if constant.startswith(prefix)]
