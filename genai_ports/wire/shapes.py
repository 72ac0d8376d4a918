"""What the domain classes look like in JSON, read from their type hints: the one description of the wire.

The codec, the search for unknown fields and the test strategies all derive from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from genai_ports.api.names import camel
from genai_ports.api.value import Value
from genai_ports.api.variant import Variant

IN_HEADERS = frozenset({"response", "next_page"})
"""The attributes that answers carry in headers, never in a body."""


def attributes(cls: type) -> Mapping[str, Any]:
    """Map the attributes that a class has in JSON to their types; a discriminator is not among them."""
    types = get_type_hints(cls)
    return {f.name: types[f.name] for f in fields(cls) if f.name not in IN_HEADERS}


@cache
def properties(cls: type) -> Mapping[str, Any]:
    """Map the same attributes by their names in JSON.

    Example:
        >>> from genai_ports.api.work_request import WorkRequestError
        >>> list(properties(WorkRequestError))
        ['code', 'message', 'timestamp']
    """
    return {camel(name): annotation for name, annotation in attributes(cls).items()}


@cache
def required(cls: type) -> frozenset[str]:
    """Name the JSON properties that a class has no default for."""
    return frozenset(camel(f.name) for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING)


def discriminator(cls: type[Variant]) -> str:
    """Name the JSON property that says which variant an object is."""
    return camel(cls.DISCRIMINATOR)


def is_optional(annotation: Any) -> bool:
    """Tell whether an annotation allows None."""
    return NoneType in get_args(annotation)


def alternatives(annotation: Any) -> tuple[Any, ...]:
    """List the types that an annotation allows beside None."""
    if get_origin(annotation) not in (Union, UnionType):
        return (annotation,)
    return tuple(member for member in get_args(annotation) if member is not NoneType)


def variants(annotation: Any) -> Mapping[str, type[Variant]]:
    """Map the tags of the variants that an annotation knows to their classes; empty where it is not polymorphic.

    Example:
        >>> from genai_ports.api.fine_tuning import Dataset
        >>> variants(Dataset)
        {'OBJECT_STORAGE': <class 'genai_ports.api.fine_tuning.ObjectStorageDataset'>}
    """
    members = alternatives(annotation)
    if len(members) == 1:
        return {}
    return {member.tag(): member for member in members if issubclass(member, Variant)}


def is_value_class(annotation: Any) -> bool:
    """Tell whether an annotation is one of the domain classes."""
    return isinstance(annotation, type) and issubclass(annotation, Value)


def element(annotation: Any) -> Any:
    """Find the type of an array's elements; None where the annotation is no array."""
    kind = alternatives(annotation)[0]
    return get_args(kind)[0] if get_origin(kind) is tuple else None


def entry(annotation: Any) -> Any:
    """Find the type of the values of an object with any properties; None where the annotation is no such object.

    Example:
        >>> entry(Mapping[str, int] | None), entry(int)
        (<class 'int'>, None)
    """
    kind = alternatives(annotation)[0]
    return get_args(kind)[1] if get_origin(kind) is Mapping else None
