"""Shape: whether a request's body has what its class requires, and values of the right types.

The codec passes wrong values through unharmed, and callers in memory may write anything: both are refused here, in
the same words, with Oracle's name of the property.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, Final, TypeAlias, Union, get_args, get_origin, get_type_hints

from genai_ports.api.names import camel
from genai_ports.api.value import Value
from genai_ports.api.variant import UnknownVariant, Variant
from genai_ports.ocids import parse_ocid
from genai_ports.simulator.rules.refusals import PROPERTY_MISSING, PROPERTY_TYPE, PROPERTY_VALUE

Check: TypeAlias = Callable[[Any, str], None]

_NAMES: Final = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    NoneType: "null",
}
_MAX_NAME, _MAX_OCID = 255, 255
_MOST_WHOLE: Final = 2**63 - 1
_MAX_TAG_KEY, _MAX_TAG_VALUE = 100, 256


def check_shape(details: Value) -> None:
    """Refuse a body that lacks a required property (MissingParameter) or has a value of the wrong type.

    Source: required attributes and types of the SDK's classes; name and tag lengths are OCI's usual ones.
    """
    cls: Any = type(details)
    _object(cls)(details, "")


def check_compartment(prop: str, given: object) -> None:
    """Refuse what is not the OCID of a compartment or of a tenancy, which is the root compartment."""
    if not is_compartment(given):
        raise PROPERTY_VALUE(property=prop, expected="the OCID of a compartment or tenancy", given=given)


def is_compartment(given: object) -> bool:
    """Whether something is the OCID of a compartment or of a tenancy."""
    return isinstance(given, str) and len(given) <= _MAX_OCID and _is_compartment(given)


@lru_cache(maxsize=1024)
def _is_compartment(text: str) -> bool:
    """Remembered, since calls name the same few compartments again and again."""
    ocid = parse_ocid(text)
    return ocid is not None and ocid.resource_type in ("compartment", "tenancy")


@cache
def _object(cls: type) -> Check:
    hints = get_type_hints(cls)
    plan = [(f.name, camel(f.name), f.default is MISSING, _check(hints[f.name], f.name)) for f in fields(cls)]

    def check(given: Any, path: str) -> None:
        if not isinstance(given, cls):
            raise PROPERTY_TYPE(property=path, expected=f"of type {cls.__name__}", given=_name(given))
        for attribute, prop, required, inner in plan:
            current = getattr(given, attribute)
            if current is not None:
                inner(current, f"{path}.{prop}" if path else prop)
            elif required:
                raise PROPERTY_MISSING(property=f"{path}.{prop}" if path else prop)

    return check


def _check(hint: Any, name: str) -> Check:
    members = [member for member in _members(hint) if member is not NoneType]
    if UnknownVariant in members:
        return _variant(tuple(member for member in members if member is not UnknownVariant))
    member = members[0]
    origin = get_origin(member)
    if origin is tuple:
        return _strings
    if origin is Mapping:
        return _defined_tags if get_origin(get_args(member)[1]) is Mapping else _freeform_tags
    if member is str:
        return _SPECIAL_STRINGS.get(name, _string)
    return _number(member) if member in (int, float, bool) else _object(member)


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _name(given: object) -> str:
    if isinstance(given, Mapping | Value):
        return "an object"
    if isinstance(given, list | tuple):
        return "an array"
    return _NAMES.get(type(given), type(given).__name__)


def _string(given: Any, path: str) -> None:
    if not isinstance(given, str):
        raise PROPERTY_TYPE(property=path, expected=_NAMES[str], given=_name(given))


def _identifier(given: Any, path: str) -> None:
    _string(given, path)
    if not given.strip():
        raise PROPERTY_VALUE(property=path, expected="an identifier", given=given)


def _display_name(given: Any, path: str) -> None:
    _string(given, path)
    if not 1 <= len(given) <= _MAX_NAME or not given.strip():
        raise PROPERTY_VALUE(property=path, expected=f"1 to {_MAX_NAME} characters, not all blank", given=given)


def _compartment(given: Any, path: str) -> None:
    _string(given, path)
    check_compartment(path, given)


_SPECIAL_STRINGS: Final[Mapping[str, Check]] = {
    "compartment_id": _compartment,
    "display_name": _display_name,
    **dict.fromkeys(
        (
            "base_model_id",
            "model_id",
            "dedicated_ai_cluster_id",
            "generative_ai_private_endpoint_id",
            "namespace_name",
            "bucket_name",
            "object_name",
        ),
        _identifier,
    ),
}


def _number(cls: type) -> Check:
    def check(given: Any, path: str) -> None:
        fits = isinstance(given, cls) or (cls is float and isinstance(given, int))
        if not fits or (cls is not bool and isinstance(given, bool)):
            raise PROPERTY_TYPE(property=path, expected=_NAMES[cls], given=_name(given))
        _bounded(given, path)

    return check


def _bounded(given: Any, path: str) -> None:
    """Refuse numbers that JSON cannot hold, and whole ones that other languages' clients cannot."""
    if isinstance(given, float) and not math.isfinite(given):
        raise PROPERTY_VALUE(property=path, expected="a finite number", given=given)
    if isinstance(given, int) and abs(given) > _MOST_WHOLE:
        raise PROPERTY_TYPE(property=path, expected="a whole number of 64 bits", given="a longer one")


def _strings(given: Any, path: str) -> None:
    if not isinstance(given, tuple | list):
        raise PROPERTY_TYPE(property=path, expected="an array of strings", given=_name(given))
    for n, item in enumerate(given):
        _string(item, f"{path}[{n}]")


def _freeform_tags(given: Any, path: str) -> None:
    if not isinstance(given, Mapping):
        raise PROPERTY_TYPE(property=path, expected="an object of strings", given=_name(given))
    for key, tag in given.items():
        _tag_key(key, path)
        _string(tag, f"{path}.{key}")
        if len(tag) > _MAX_TAG_VALUE:
            raise PROPERTY_VALUE(property=f"{path}.{key}", expected=f"{_MAX_TAG_VALUE} characters or less", given=tag)


def _defined_tags(given: Any, path: str) -> None:
    if not isinstance(given, Mapping):
        raise PROPERTY_TYPE(property=path, expected="an object of objects", given=_name(given))
    for namespace, tags in given.items():
        _tag_key(namespace, path)
        if not isinstance(tags, Mapping):
            raise PROPERTY_TYPE(property=f"{path}.{namespace}", expected="an object", given=_name(tags))
        for key, tag in tags.items():
            _tag_key(key, f"{path}.{namespace}")
            _json(tag, f"{path}.{namespace}.{key}")


def _json(given: Any, path: str) -> None:
    """Refuse what JSON cannot hold: no client could send it, and its sender could still change it."""
    if isinstance(given, Mapping):
        for key, item in given.items():
            if not isinstance(key, str):
                raise PROPERTY_VALUE(property=path, expected="an object whose keys are strings", given=key)
            _json(item, f"{path}.{key}")
    elif isinstance(given, list | tuple):
        for n, item in enumerate(given):
            _json(item, f"{path}[{n}]")
    elif isinstance(given, int | float):
        _bounded(given, path)
    elif given is not None and not isinstance(given, str):
        raise PROPERTY_TYPE(property=path, expected="a value that JSON has", given=_name(given))


def _tag_key(key: Any, path: str) -> None:
    if not isinstance(key, str) or not 1 <= len(key) <= _MAX_TAG_KEY:
        raise PROPERTY_VALUE(property=path, expected=f"keys of 1 to {_MAX_TAG_KEY} characters", given=key)


def _variant(members: tuple[type[Variant], ...]) -> Check:
    discriminator = members[0].DISCRIMINATOR
    tags = ", ".join(member.tag() for member in members)
    types = " or ".join(member.__name__ for member in members)

    def check(given: Any, path: str) -> None:
        if isinstance(given, UnknownVariant):
            prop = f"{path}.{camel(discriminator)}"
            if given.document.get(camel(discriminator)) is None:
                raise PROPERTY_MISSING(property=prop)
            raise PROPERTY_VALUE(property=prop, expected=f"one of {tags}", given=given.document[camel(discriminator)])
        if not isinstance(given, members):
            raise PROPERTY_TYPE(property=path, expected=f"of type {types}", given=_name(given))
        cls: Any = type(given)
        _object(cls)(given, path)

    return check
