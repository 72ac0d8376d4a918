"""The schema of the domain classes: their type hints, compiled once per class into a few types of nodes.

Validation, the codec, the search for unknown properties, the drift check and the test strategies match on these nodes.
A class is compiled when it is first needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NamedTuple, TypeAlias, Union, get_args, get_origin, get_type_hints

from genai_ports.api.names import camel
from genai_ports.api.value import Value
from genai_ports.api.variant import Variant

_IN_HEADERS: Final = frozenset({"response", "next_page"})
"""The attributes that a response carries in headers, not in its body."""

_SCALARS: Final = frozenset({str, int, float, bool, datetime})


class Scalar(NamedTuple):
    """A JSON value without known parts.

    Args:
        type: str, int, float, bool, datetime (in JSON a string, RFC 3339) or object (any JSON value).
        form: what a string must be, one of the constants in `genai_ports.api.strings`; default: any string.
    """

    type: type
    form: str | None = None


class Object(NamedTuple):
    """A JSON object of one domain class."""

    cls: type


class Array(NamedTuple):
    """A JSON array; in Python a tuple."""

    item: Node


class Map(NamedTuple):
    """A JSON object with any keys; in Python a mapping."""

    entry: Node


class OneOf(NamedTuple):
    """A JSON object of one of several domain classes.

    Args:
        discriminator: the JSON name of the property that says which class it is.
        variants: the classes by the value of that property.
    """

    discriminator: str
    variants: Mapping[str, type]


Node: TypeAlias = Scalar | Object | Array | Map | OneOf


class Attribute(NamedTuple):
    """An attribute of a domain class.

    Args:
        name: its name in Python, such as `display_name`.
        json_name: its name in JSON and in messages, such as `displayName`.
        is_required: whether the class has no default for it.
        is_nullable: whether its type includes None.
        node: its type.
        is_secret: whether its value is a secret: a repr does not show it.
    """

    name: str
    json_name: str
    is_required: bool
    is_nullable: bool
    node: Node
    is_secret: bool


class ClassSchema(NamedTuple):
    """What a domain class looks like in JSON.

    Args:
        attributes: its attributes in order, without those in headers and without the discriminator.
        discriminator: for variants, the JSON name of the property that says which class an object is; else None.
        tag: for variants, the value of that property; else None.
    """

    attributes: tuple[Attribute, ...]
    discriminator: str | None = None
    tag: str | None = None


@cache
def schema_of(cls: type) -> ClassSchema:
    """Compile a domain class.

    Example:
        >>> from genai_ports.api.work_request import WorkRequestError
        >>> [attribute.json_name for attribute in schema_of(WorkRequestError).attributes]
        ['code', 'message', 'timestamp']
    """
    hints = get_type_hints(cls, include_extras=True)
    attributes = tuple(
        Attribute(
            name=field.name,
            json_name=camel(field.name),
            is_required=field.default is MISSING and field.default_factory is MISSING,
            is_nullable=NoneType in get_args(hints[field.name]),
            node=node_of(hints[field.name]),
            is_secret=not field.repr,
        )
        for field in fields(cls)
        if field.name not in _IN_HEADERS
    )
    if not issubclass(cls, Variant):
        return ClassSchema(attributes=attributes)
    return ClassSchema(
        attributes=attributes,
        discriminator=camel(cls.DISCRIMINATOR),
        tag=getattr(cls, cls.DISCRIMINATOR, None),
    )


@cache
def properties(cls: type) -> Mapping[str, Node]:
    """Map the JSON names of the attributes of a domain class to their types."""
    return {attribute.json_name: attribute.node for attribute in schema_of(cls).attributes}


def node_of(hint: Any) -> Node:
    """Compile a type hint. None, where a union includes it, is left out.

    Example:
        >>> node_of(tuple[str, ...] | None)
        Array(item=Scalar(type=<class 'str'>, form=None))
    """
    members = [member for member in _members(hint) if member is not NoneType]
    variants = [member for member in members if isinstance(member, type) and issubclass(member, Variant)]
    if variants:
        return OneOf(
            discriminator=camel(variants[0].DISCRIMINATOR),
            variants={variant.tag(): variant for variant in variants},
        )
    return _single(*members) if len(members) == 1 else Scalar(type=object)


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _single(hint: Any) -> Node:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Scalar(type=args[0], form=args[1])
    if origin is tuple:
        return Array(item=node_of(args[0]))
    if origin is Mapping:
        return Map(entry=node_of(args[1]))
    if isinstance(hint, type) and issubclass(hint, Value):
        return Object(cls=hint)
    return Scalar(type=hint if hint in _SCALARS else object)


def class_of(node: Node, document: Mapping[str, Any]) -> type | None:
    """Return the class that a JSON object is read as; None if it may have any property."""
    match node:
        case Object(cls=cls):
            return cls
        case OneOf(discriminator=discriminator, variants=variants):
            tag = document.get(discriminator)
            return variants.get(tag) if isinstance(tag, str) else None
        case _:
            return None
