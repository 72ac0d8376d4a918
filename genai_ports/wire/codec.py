"""Oracle's camelCase JSON <-> the domain classes.

Reading accepts any JSON and checks no value: a wrong value stays as it is, so that validation can name it, and an
unknown property, enum value or variant does not break a list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from types import NoneType
from typing import Any, Final, TypeAlias, TypeVar, cast

from genai_ports.api.frozen import frozen
from genai_ports.api.schema import Array, Node, Object, OneOf, Scalar, schema_of
from genai_ports.api.value import Value, field_names
from genai_ports.api.variant import UnknownVariant
from genai_ports.wire.times import time_text

T = TypeVar("T")
Read: TypeAlias = Callable[[Any], Any]
Write: TypeAlias = Callable[[Any], Any]

_PLAIN: Final = frozenset({str, int, float, bool, NoneType})
"""The types that are the same in Python and in JSON."""


def encode(value: Any) -> Any:
    """Write a domain value, or a collection of them, as data for `json.dumps`.

    Args:
        value: the value. Attributes that are None are left out unless the class requires them. Attributes that
            responses carry in headers are left out. Times are written in UTC, in milliseconds.

    Returns:
        dicts, lists, strings, numbers, booleans and None. Any other value stays as it is.

    Example:
        >>> from genai_ports.api.fine_tuning import ObjectStorageDataset
        >>> encode(ObjectStorageDataset(namespace_name="ns", bucket_name="b", object_name="train.jsonl"))
        {'datasetType': 'OBJECT_STORAGE', 'namespaceName': 'ns', 'bucketName': 'b', 'objectName': 'train.jsonl'}
    """
    cls: Any = type(value)
    return _writer(cls)(value)


@cache
def _writer(cls: type) -> Write:
    if issubclass(cls, UnknownVariant):
        return lambda value: encode(value.document)
    if issubclass(cls, Value):
        return _object_writer(cls)
    if issubclass(cls, Mapping):
        return lambda value: {key: encode(item) for key, item in value.items()} if value else {}
    if issubclass(cls, tuple | list):
        return lambda value: [item if type(item) in _PLAIN else encode(item) for item in value]
    return time_text if issubclass(cls, datetime) else lambda value: value


def _object_writer(cls: type) -> Write:
    schema = schema_of(cls)
    always: dict[str, Any] = {schema.discriminator: schema.tag} if schema.discriminator else {}
    always |= {each.json_name: None for each in schema.attributes if each.is_required}
    names = tuple((each.name, each.json_name) for each in schema.attributes)

    def write(value: Any) -> dict[str, Any]:
        document, attributes = always.copy(), value.__dict__
        for name, json_name in names:
            item = attributes[name]
            if item is not None:
                kind: Any = type(item)
                document[json_name] = item if kind in _PLAIN else _writer(kind)(item)
        return document

    return write


def decode(cls: type[T], document: Mapping[str, Any]) -> T:
    """Read a JSON object as an instance of a domain class.

    Args:
        cls: one of the classes of `genai_ports.api`.
        document: the object, as `json.loads` returns it.

    Returns:
        the instance. Properties that the class does not have are dropped, and missing ones are None. A value of
        another type than the class declares stays as it is, and so does an object of an unknown variant.

    Raises:
        RecursionError: the document nests deeper than the interpreter can follow.

    Example:
        >>> from genai_ports.api.model import Model
        >>> decode(Model, {"id": "ocid1.generativeaimodel.oc1..a", "lifecycleState": "NEW", "unknownProperty": 1})
        Model(id='ocid1.generativeaimodel.oc1..a', lifecycle_state='NEW')
    """
    return cast("T", _read_object(cls, document))


def decode_page(summary_cls: type[T], document: Mapping[str, Any]) -> tuple[T, ...]:
    """Read the items of a list response, `{"items": [...]}`.

    Args:
        summary_cls: the class of the items.
        document: the body, as `json.loads` returns it.

    Returns:
        the items; none if `items` is not an array.
    """
    items = document.get("items")
    return _read_array(summary_cls, items) if isinstance(items, list) else ()


@cache
def _plan(cls: type) -> list[tuple[str, str | None, Read | None]]:
    """List the fields of a class: name, JSON name (None if it is in headers), how to read its values."""
    known = {each.name: each for each in schema_of(cls).attributes}
    in_headers = [(name, None, None) for name in field_names(cls) if name not in known]
    return [*((each.name, each.json_name, _reader(each.node)) for each in known.values()), *in_headers]


def _reader(node: Node) -> Read | None:
    """Return the function that reads a value that is not null; None if the value stays as it is."""
    match node:
        case Scalar(type=kind) if kind is datetime:
            return _read_time
        case Scalar():
            return None
        case Object(cls=cls):
            return partial(_read_object, cls)
        case OneOf():
            return _variant_reader(node)
        case Array(item=Object(cls=cls)):
            return partial(_read_array, cls)
        case _:
            return frozen


def _read_time(item: Any) -> Any:
    if not isinstance(item, str):
        return frozen(item)
    try:
        moment = datetime.fromisoformat(item.upper())  # RFC 3339 has t and z in lower case too
        return moment.astimezone(UTC) if moment.tzinfo else item
    except (ValueError, OverflowError):
        return item


def _read_object(cls: type, item: Any) -> Any:
    if not isinstance(item, dict):
        return frozen(item)
    instance: Any = object.__new__(cls)  # without `__init__`, which takes as long as everything else
    attributes, get = instance.__dict__, item.get
    for name, json_name, read in _plan(cls):
        part = get(json_name)  # None for an attribute in headers: no JSON key is None
        attributes[name] = part if read is None or part is None else read(part)
    return instance


def _variant_reader(node: OneOf) -> Read:
    discriminator, variants = node

    def read(item: Any) -> Any:
        if not isinstance(item, dict):
            return frozen(item)
        tag = item.get(discriminator)
        if isinstance(tag, str) and tag in variants:
            return _read_object(variants[tag], item)
        return UnknownVariant(document=frozen(item))

    return read


def _read_array(cls: type[T], item: Any) -> Any:
    return tuple([_read_object(cls, part) for part in item]) if isinstance(item, list) else frozen(item)
