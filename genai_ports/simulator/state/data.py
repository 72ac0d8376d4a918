"""Domain values as plain data and back: what a snapshot of a world holds, in Oracle's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from genai_ports.api.frozen import frozen
from genai_ports.api.schema import Array, Map, Node, Object, OneOf, Scalar, schema_of
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
    attributes: dict[str, Any] = dict(blank(target))
    for each in schema_of(target).attributes:
        if each.json_name in data:
            try:
                attributes[each.name] = _read(each.node, data[each.json_name])
            except WRONG as error:
                raise damage(each.json_name, error) from error
        elif each.is_required and not each.is_nullable:
            raise Damaged(each.json_name, "it is missing")
    return made(cls, attributes)


def _read(node: Node, data: Any) -> Any:
    match node:
        case Scalar(type=kind):
            return datetime.fromisoformat(data) if kind is datetime else frozen(_checked(kind, data))
        case Object(cls):
            return from_data(cls, data)
        case Array(item):
            return tuple([_read(item, part) for part in data])
        case Map():
            return frozen(data)
        case OneOf(discriminator, variants):
            variant = variants.get(data.get(discriminator))
            return from_data(variant, data) if variant else UnknownVariant(document=frozen(data))


def _checked(kind: type, data: Any) -> Any:
    """Return a scalar, or refuse one of another type; a whole number is a float too."""
    accepted = (int, float) if kind is float else kind
    if isinstance(data, accepted) and not (isinstance(data, bool) and kind not in (bool, object)):
        return data
    raise TypeError
