"""Domain values as plain data and back: what a snapshot of a world holds, in Oracle's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from sys import intern
from typing import Any, TypeVar

from genai_ports.api.frozen import frozen
from genai_ports.api.schema import Array, Attribute, Map, Node, Object, OneOf, Scalar, schema_of
from genai_ports.api.value import Value, blank, made
from genai_ports.api.variant import UnknownVariant, Variant
from genai_ports.simulator.state.damage import WRONG, Damaged, damage

T = TypeVar("T")


def to_data(value: Any) -> Any:
    """Write a domain value, or a part of one, as data that JSON can hold; attributes that are None are left out.

    Example:
        >>> from genai_ports.api.fine_tuning import ObjectStorageDataset
        >>> to_data(ObjectStorageDataset(namespace_name="ns", bucket_name="b", object_name="train.jsonl"))
        {'datasetType': 'OBJECT_STORAGE', 'namespaceName': 'ns', 'bucketName': 'b', 'objectName': 'train.jsonl'}
    """
    if isinstance(value, UnknownVariant):
        return to_data(value.document)
    if isinstance(value, Value):
        cls: Any = type(value)
        schema = schema_of(cls)
        written = {schema.discriminator: schema.tag} if isinstance(value, Variant) else {}
        pairs = ((each.json_name, getattr(value, each.name)) for each in schema.attributes)
        return {**written, **{name: to_data(part) for name, part in pairs if part is not None}}
    if isinstance(value, Mapping):
        return {key: to_data(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [to_data(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def from_data(cls: type[T], data: Mapping[str, Any]) -> T:
    """Read a domain value that `to_data` wrote.

    Args:
        cls: its class.
        data: what `to_data` returned.

    Raises:
        InvalidInput: the data has another form; the message says where.
    """
    target: Any = cls
    readable, required = _properties(target)
    attributes: dict[str, Any] = dict(blank(target))
    for json_name, part in data.items():
        attribute = readable.get(json_name)
        if attribute is not None:
            try:
                attributes[attribute.name] = _read(attribute.node, part)
            except WRONG as error:
                raise damage(json_name, error) from error
    for json_name in required:
        if json_name not in data:
            raise Damaged(json_name, "it is missing")
    return made(cls, attributes)


@cache
def _properties(cls: Any) -> tuple[Mapping[str, Attribute], tuple[str, ...]]:
    """Return the attributes of a class by their names in JSON, and the names of those that must be there."""
    attributes = schema_of(cls).attributes
    required = tuple(each.json_name for each in attributes if not each.is_nullable)
    return {each.json_name: each for each in attributes}, required


def _read(node: Node, data: Any) -> Any:
    match node:
        case Scalar(type=kind):
            if kind is str and data.__class__ is str:  # the usual case; a world has the same texts many times
                return intern(data)
            return datetime.fromisoformat(data) if kind is datetime else frozen(_checked(kind, data))
        case Object(cls):
            return from_data(cls, data)
        case Array(item):
            return tuple([_read(item, part) for part in _checked(list, data)])
        case Map():
            return frozen(_checked(dict, data))
        case OneOf(discriminator, variants):
            variant = variants.get(data.get(discriminator))
            return from_data(variant, data) if variant else UnknownVariant(document=frozen(data))


def _checked(kind: type, data: Any) -> Any:
    """Return a part, or refuse one of another type; a whole number is a float too."""
    accepted = (int, float) if kind is float else kind
    if isinstance(data, accepted) and not (isinstance(data, bool) and kind not in (bool, object)):
        return data
    raise TypeError
