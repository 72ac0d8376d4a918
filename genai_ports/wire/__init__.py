"""Oracle's camelCase JSON <-> the domain classes.

Reading is total and lenient: it judges no value, so that a wrong one survives for the rules to name, and a property,
enum value or variant that nobody knows yet breaks no list.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from genai_ports.wire.unknown import unknown_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["decode", "decode_page", "encode", "unknown_fields"]

T = TypeVar("T")


@cache
def _codec() -> Any:
    """Load cattrs when the first value is read or written: a server that starts has none yet."""
    return import_module("genai_ports.wire.codec")


def encode(value: Any) -> Any:
    """Write a domain value, or a collection of them, as data that `json.dumps` takes.

    Args:
        value: what to write. Attributes that are None are left out unless the class requires them; what answers
            carry in headers is not written; times become UTC in milliseconds.

    Returns:
        dicts, lists, strings, numbers, booleans and None.

    Example:
        >>> from genai_ports.api.fine_tuning import ObjectStorageDataset
        >>> encode(ObjectStorageDataset(namespace_name="ns", bucket_name="b", object_name="train.jsonl"))
        {'datasetType': 'OBJECT_STORAGE', 'namespaceName': 'ns', 'bucketName': 'b', 'objectName': 'train.jsonl'}
    """
    return _codec().write(value)


def decode(cls: type[T], document: Mapping[str, Any]) -> T:
    """Read a JSON object as an instance of a domain class.

    Args:
        cls: one of the classes of `genai_ports.api`.
        document: the object, as `json.loads` gives it.

    Returns:
        the instance. Properties that the class does not have are dropped, missing ones are None, and a value of
        another type than the class says is kept as it came; so is an object whose variant is not known.

    Raises:
        RecursionError: the document nests deeper than the interpreter can follow.

    Example:
        >>> from genai_ports.api.model import Model
        >>> decode(Model, {"id": "ocid1.generativeaimodel.oc1..a", "lifecycleState": "NEW", "unheardOf": 1})
        Model(id='ocid1.generativeaimodel.oc1..a', lifecycle_state='NEW')
    """
    instance: T = _codec().converter.structure(document, cls)
    return instance


def decode_page(summary_cls: type[T], document: Mapping[str, Any]) -> tuple[T, ...]:
    """Read the items of a list's answer, `{"items": [...]}`; none where there is no such array.

    Args:
        summary_cls: the class of the items.
        document: the answer, as `json.loads` gives it.
    """
    items = document.get("items")
    if not isinstance(items, list):
        return ()
    read = _codec().converter.get_structure_hook(summary_cls)
    return tuple([read(item, summary_cls) for item in items])
