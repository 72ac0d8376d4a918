"""Validation: whether a request body has the required properties, and values of the right types and forms.

The codec leaves wrong values in place, and callers in memory can pass anything. Both are refused here, in the same
words, with Oracle's name of the property.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType
from typing import Any, Final, TypeAlias

from genai_ports.api import strings
from genai_ports.api.numbers import is_number
from genai_ports.api.schema import Array, Map, Node, Object, OneOf, Scalar, schema_of
from genai_ports.api.shown import entry_path
from genai_ports.api.value import Value
from genai_ports.api.variant import UnknownVariant
from genai_ports.simulator.rules.compartment import check_compartment, is_compartment
from genai_ports.simulator.rules.refusals import PROPERTY_MISSING, PROPERTY_TYPE, PROPERTY_VALUE

Check: TypeAlias = Callable[[Any, str], None]
"""Refuses a value that is not None. Takes the value, and its path in the body for the message."""

_NAMES: Final = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    NoneType: "null",
}
_MAX_NAME: Final = 255
_MOST_WHOLE: Final = 2**63 - 1
_MAX_TAG_KEY, _MAX_TAG_VALUE = 100, 256
_MOST_TAGS: Final = 64
"""How many free-form tags a resource has at most, and how many defined tags."""


def check_shape(details: Value) -> None:
    """Refuse a body that lacks a required property or has a wrong value.

    Args:
        details: the body, an instance of one of the details classes.

    Raises:
        MissingParameter: a required property is None.
        InvalidParameter: a value has the wrong type or form.

    Source: required attributes and types of the SDK's classes; lengths of names and tags are the usual ones of OCI.
    """
    cls: Any = type(details)
    _object(cls)(details, "")


@cache
def _object(cls: type) -> Check:
    plan = [(each.name, each.json_name, each.is_required, _check(each.node)) for each in schema_of(cls).attributes]

    def check(given: Any, path: str) -> None:
        if not isinstance(given, cls):
            raise PROPERTY_TYPE(property=path, expected=f"of type {cls.__name__}", actual=_name(given))
        prefix, attributes = path + "." if path else "", given.__dict__
        for name, prop, required, inner in plan:
            current = attributes[name]
            if current is None:
                if required:
                    raise PROPERTY_MISSING(property=prefix + prop)
            else:
                inner(current, prefix + prop)

    return check


def _check(node: Node) -> Check:
    match node:
        case Scalar(type=cls, form=form):
            return _FORMS[form] if form else _SCALARS[cls]
        case Object(cls=cls):
            return _object(cls)
        case OneOf():
            return _variant(node)
        case Array():
            return _strings
        case Map(entry=Map()):
            return _defined_tags
        case Map():
            return _freeform_tags


def _name(given: object) -> str:
    if isinstance(given, Mapping | Value):
        return "an object"
    if isinstance(given, list | tuple):
        return "an array"
    return _NAMES.get(type(given), type(given).__name__)


def _string(given: Any, path: str) -> None:
    if not isinstance(given, str):
        raise PROPERTY_TYPE(property=path, expected=_NAMES[str], actual=_name(given))
    if surrogate := strings.surrogate_in(given):
        raise PROPERTY_VALUE(property=path, expected=strings.TEXT, given=surrogate)


def _identifier(given: Any, path: str) -> None:
    _string(given, path)
    if not given.strip():
        raise PROPERTY_VALUE(property=path, expected="an identifier", given=given)


def _display_name(given: Any, path: str) -> None:
    _string(given, path)
    if len(given) > _MAX_NAME or not given.strip():
        raise PROPERTY_VALUE(property=path, expected=f"1 to {_MAX_NAME} characters, not all blank", given=given)


def _compartment(given: Any, path: str) -> None:
    _string(given, path)
    if not is_compartment(given):
        check_compartment(path, given)


_FORMS: Final[Mapping[str, Check]] = {
    strings.COMPARTMENT: _compartment,
    strings.DISPLAY_NAME: _display_name,
    strings.IDENTIFIER: _identifier,
}


def _boolean(given: Any, path: str) -> None:
    if not isinstance(given, bool):
        raise PROPERTY_TYPE(property=path, expected=_NAMES[bool], actual=_name(given))


def _whole_number(given: Any, path: str) -> None:
    if not isinstance(given, int) or isinstance(given, bool):
        raise PROPERTY_TYPE(property=path, expected=_NAMES[int], actual=_name(given))
    _bounded(given, path)


def _number(given: Any, path: str) -> None:
    if not is_number(given):
        raise PROPERTY_TYPE(property=path, expected=_NAMES[float], actual=_name(given))
    _bounded(given, path)


_SCALARS: Final[Mapping[type, Check]] = {str: _string, bool: _boolean, int: _whole_number, float: _number}


def _bounded(given: Any, path: str) -> None:
    """Refuse numbers that JSON cannot hold, and whole numbers that clients in other languages cannot hold."""
    if isinstance(given, float) and not math.isfinite(given):
        raise PROPERTY_VALUE(property=path, expected="a finite number", given=given)
    if isinstance(given, int) and abs(given) > _MOST_WHOLE:
        raise PROPERTY_TYPE(property=path, expected="a whole number that fits in 64 bits", actual="a longer one")


def _strings(given: Any, path: str) -> None:
    if not isinstance(given, tuple | list):
        raise PROPERTY_TYPE(property=path, expected="an array of strings", actual=_name(given))
    for n, item in enumerate(given):
        _string(item, f"{path}[{n}]")


def _freeform_tags(given: Any, path: str) -> None:
    if not isinstance(given, Mapping):
        raise PROPERTY_TYPE(property=path, expected="an object of strings", actual=_name(given))
    _few_tags(len(given), path)
    for n, (key, tag) in enumerate(given.items(), 1):
        here = entry_path(path, n)
        _tag_key(key, path)
        _string(tag, here)
        if len(tag) > _MAX_TAG_VALUE:
            raise PROPERTY_VALUE(property=here, expected=f"{_MAX_TAG_VALUE} characters or less", given=tag)


def _defined_tags(given: Any, path: str) -> None:
    if not isinstance(given, Mapping):
        raise PROPERTY_TYPE(property=path, expected="an object of objects", actual=_name(given))
    for n, (namespace, tags) in enumerate(given.items(), 1):
        here = entry_path(path, n)
        _tag_key(namespace, path)
        if not isinstance(tags, Mapping):
            raise PROPERTY_TYPE(property=here, expected="an object", actual=_name(tags))
        for m, (key, tag) in enumerate(tags.items(), 1):
            _tag_key(key, here)
            _tag_value(tag, entry_path(here, m))
    _few_tags(sum(map(len, given.values())), path)


def _tag_value(given: Any, path: str) -> None:
    _json(given, path)
    if isinstance(given, str) and len(given) > _MAX_TAG_VALUE:
        raise PROPERTY_VALUE(property=path, expected=f"{_MAX_TAG_VALUE} characters or less", given=given)


def _few_tags(count: int, path: str) -> None:
    if count > _MOST_TAGS:
        raise PROPERTY_VALUE(property=path, expected=f"{_MOST_TAGS} tags or less", given=count)


def _json(given: Any, path: str) -> None:
    """Refuse what JSON cannot hold: no client could send it, and the caller could still change it."""
    if isinstance(given, Mapping):
        for n, (key, item) in enumerate(given.items(), 1):
            if not isinstance(key, str):
                raise PROPERTY_VALUE(property=path, expected="an object whose keys are strings", given=key)
            _string(key, path)
            _json(item, entry_path(path, n))
    elif isinstance(given, list | tuple):
        for n, item in enumerate(given):
            _json(item, f"{path}[{n}]")
    elif isinstance(given, int | float):
        _bounded(given, path)
    elif isinstance(given, str):
        _string(given, path)
    elif given is not None:
        raise PROPERTY_TYPE(property=path, expected="a value that JSON has", actual=_name(given))


def _tag_key(key: Any, path: str) -> None:
    if not isinstance(key, str) or not 1 <= len(key) <= _MAX_TAG_KEY:
        raise PROPERTY_VALUE(property=path, expected=f"keys of 1 to {_MAX_TAG_KEY} characters", given=key)
    _string(key, path)


def _variant(node: OneOf) -> Check:
    discriminator, variants = node
    checks = {each: _object(each) for each in variants.values()}
    tags, types = ", ".join(variants), " or ".join(each.__name__ for each in checks)

    def check(given: Any, path: str) -> None:
        if inner := checks.get(type(given)):
            inner(given, path)
            return
        if not isinstance(given, UnknownVariant):
            raise PROPERTY_TYPE(property=path, expected=f"of type {types}", actual=_name(given))
        prop, tag = f"{path}.{discriminator}", given.document.get(discriminator)
        if tag is None:
            raise PROPERTY_MISSING(property=prop)
        raise PROPERTY_VALUE(property=prop, expected=f"one of {tags}", given=tag)

    return check
