"""How each kind of attribute is read and written: the hooks of one cattrs converter.

cattrs generates the code that reads or writes a class when the class is first met. Every reading hook takes whatever
JSON can hold, null included, and hands back as it came what it cannot read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from cattrs import Converter
from cattrs.fns import identity
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from genai_ports.api.frozen import frozen
from genai_ports.api.names import camel
from genai_ports.api.variant import UnknownVariant, Variant
from genai_ports.wire.shapes import (
    IN_HEADERS,
    alternatives,
    attributes,
    discriminator,
    element,
    is_value_class,
    required,
    variants,
)
from genai_ports.wire.times import time_text

Read: TypeAlias = Callable[[Any, Any], Any]
Write: TypeAlias = Callable[[Any], Any]

PRIMITIVES = (str, int, float, bool)

converter = Converter(detailed_validation=False)


def write(value: Any) -> Any:
    """Write a domain value, or a collection of them; anything else is left as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: write(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [write(item) for item in value]
    return converter.unstructure(value)


def _write_time(value: Any) -> Any:
    return time_text(value) if isinstance(value, datetime) else write(value)


def _read_time(item: Any, _: Any) -> Any:
    if not isinstance(item, str):
        return frozen(item)
    try:
        moment = datetime.fromisoformat(item.upper())  # RFC 3339 has t and z in lower case too
        return moment.astimezone(UTC) if moment.tzinfo else item
    except (ValueError, OverflowError):
        return item


for _primitive in PRIMITIVES:
    converter.register_structure_hook(_primitive, lambda item, _: item)
converter.register_structure_hook(datetime, _read_time)
converter.register_unstructure_hook(datetime, _write_time)
converter.register_unstructure_hook(UnknownVariant, lambda value: write(value.document))


@converter.register_structure_hook_factory(lambda _: True)
def _reader(annotation: Any, converter: Converter) -> Read:
    if variants(annotation):
        return _variant_reader(annotation, converter)
    [kind] = alternatives(annotation)
    if is_value_class(kind):
        return _object_reader(kind, converter)
    if is_value_class(element(kind)):
        return _array_reader(element(kind), converter)
    if kind in (*PRIMITIVES, datetime):
        return converter.get_structure_hook(kind)
    return lambda item, _: frozen(item)


def _object_reader(cls: type, converter: Converter) -> Read:
    build: Read = make_dict_structure_fn(cls, converter, **_overrides(cls))
    nothing = dict.fromkeys(required(cls))

    def read(item: Any, _: Any) -> Any:
        if not isinstance(item, dict):
            return frozen(item)
        try:
            return build(item, cls)
        except KeyError:  # a required property is missing, which is rare
            return build({**nothing, **item}, cls)

    return read


def _variant_reader(annotation: Any, converter: Converter) -> Read:
    known = variants(annotation)
    readers = {tag: converter.get_structure_hook(cls) for tag, cls in known.items()}
    [tag_property] = {discriminator(cls) for cls in known.values()}

    def read(item: Any, _: Any) -> Any:
        if not isinstance(item, dict):
            return frozen(item)
        tag = item.get(tag_property)
        if isinstance(tag, str) and tag in readers:
            return readers[tag](item, None)
        return UnknownVariant(document=frozen(item))

    return read


def _array_reader(kind: type, converter: Converter) -> Read:
    read_one = converter.get_structure_hook(kind)

    def read(item: Any, _: Any) -> Any:
        return tuple([read_one(part, kind) for part in item]) if isinstance(item, list) else frozen(item)

    return read


@converter.register_unstructure_hook_factory(is_value_class)
def _object_writer(cls: type, converter: Converter) -> Write:
    write_attributes: Write = make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=True, **_overrides(cls))
    if not issubclass(cls, Variant):
        return write_attributes
    tag = {discriminator(cls): cls.tag()}
    return lambda value: {**tag, **write_attributes(value)}


def _overrides(cls: type) -> dict[str, Any]:
    in_body = {
        name: override(rename=camel(name), unstruct_hook=_attribute_writer(annotation))
        for name, annotation in attributes(cls).items()
    }
    return dict.fromkeys(IN_HEADERS, override(omit=True)) | in_body


def _attribute_writer(annotation: Any) -> Write:
    kind = alternatives(annotation)[0]
    if kind in PRIMITIVES:
        return identity
    return _write_time if kind is datetime else write
