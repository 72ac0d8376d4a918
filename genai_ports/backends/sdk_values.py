"""Values of the OCI SDK as values of this library and back, so that a team can migrate call by call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from oci.generative_ai import models

from genai_ports import api
from genai_ports.api.value import Value
from genai_ports.errors import InvalidInput
from genai_ports.wire import decode, encode
from genai_ports.wire.times import time_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIST: Final = re.compile(r"list\[(.+)\]")
_MAP: Final = re.compile(r"dict\(str, (.+)\)")


def from_sdk(value: Any) -> Any:
    """Convert a value of the OCI SDK to the class of this library with the same meaning.

    Args:
        value: a model of `oci.generative_ai.models`, or the `data` of a response; a list of them, or a collection.

    Returns:
        The value; a tuple for a list or a collection. Properties that this library does not have are dropped.

    Raises:
        InvalidInput: it is something else, or a model of an operation that this library does not have.

    Example:
        >>> from oci.generative_ai.models import UpdateModelDetails
        >>> from_sdk(UpdateModelDetails(display_name="new"))
        UpdateModelDetails(display_name='new')
    """
    try:
        return _from_sdk(value)
    except RecursionError:
        raise InvalidInput("from_sdk() takes a value that is not nested without end") from None


def _from_sdk(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_from_sdk(each) for each in value)
    name = type(value).__name__
    if not _is_model(value):
        hint = ": pass its data" if name == "Response" and type(value).__module__ == "oci.response" else ""
        raise InvalidInput(f"from_sdk() takes a model of oci.generative_ai.models, not a {name}{hint}")
    if name.endswith("Collection") and "items" in value.attribute_map:
        return _from_sdk(value.items or [])
    if name not in _classes():
        raise InvalidInput(f"oci.generative_ai.models.{name} has no equal in genai_ports")
    return decode(_classes()[name], _document(value))


def to_sdk(value: Any) -> Any:
    """Convert a value of this library to the class of the OCI SDK with the same meaning.

    Args:
        value: an instance of a class of `genai_ports.api`; or a list or tuple of them.

    Returns:
        A model of `oci.generative_ai.models`; a list for a list or tuple. What a response carries in headers is left
        out, since the SDK has it beside the model.

    Raises:
        InvalidInput: it is something else, an attribute has a value of a wrong type, or the installed SDK has no such
            class.

    Example:
        >>> to_sdk(api.UpdateModelDetails(display_name="new")).display_name
        'new'
    """
    try:
        return _to_sdk(value)
    except RecursionError:
        raise InvalidInput("to_sdk() takes a value that is not nested without end") from None


def _to_sdk(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_to_sdk(each) for each in value]
    cls = type(value)
    if cls not in _names():
        raise InvalidInput(f"to_sdk() takes a value of genai_ports, such as a Model, not a {cls.__name__}")
    with _naming(cls.__name__):
        document = encode(value)
    return _model(_sdk_class(_names()[cls]), document)


@cache
def _classes() -> Mapping[str, type]:
    """Return the classes of this library that the SDK has too, by name."""
    names: tuple[str, ...] = tuple(vars(api)["__all__"])
    own = [getattr(api, name) for name in names]
    classes = {each.__name__: each for each in own if issubclass(each, Value)}
    return {name: cls for name, cls in classes.items() if hasattr(models, name)}


@cache
def _names() -> Mapping[type, str]:
    return {cls: name for name, cls in _classes().items()}


def _is_model(value: Any) -> bool:
    return type(value).__module__.startswith("oci.generative_ai.models") and hasattr(value, "attribute_map")


def _document(value: Any) -> Any:
    """Return a value of the SDK as JSON; attributes that are None are left out."""
    if hasattr(value, "attribute_map"):
        names = value.attribute_map.items()
        return {json: _document(item) for name, json in names if (item := getattr(value, name)) is not None}
    if isinstance(value, Mapping):
        return {key: _document(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_document(item) for item in value]
    return time_text(value) if isinstance(value, datetime) else value


def _model(cls: Any, document: Any) -> Any:
    """Make a model of the SDK from JSON."""
    if not isinstance(document, Mapping):
        return document
    if hasattr(cls, "get_subtype"):
        cls = _sdk_class(cls.get_subtype(document))
    model = cls()
    for name, json in model.attribute_map.items():
        if document.get(json) is not None:
            with _naming(f"{cls.__name__}.{name}"):
                setattr(model, name, _part(model.swagger_types[name], document[json]))
    return model


@contextmanager
def _naming(place: str) -> Iterator[None]:
    """Report an attribute of a wrong type as such: the SDK and the ways to write JSON expect the right types."""
    try:
        yield
    except InvalidInput:
        raise
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InvalidInput(f"to_sdk() cannot convert {place}: a value in it has not the type of the API") from None


def _part(declared: str, item: Any) -> Any:
    """Make a part of a model from JSON, by the type that the SDK declares."""
    if item is None:
        return None
    if (inside := _LIST.fullmatch(declared)) and isinstance(item, list):
        return [_part(inside[1], each) for each in item]
    if (inside := _MAP.fullmatch(declared)) and isinstance(item, Mapping):
        return {key: _part(inside[1], each) for key, each in item.items()}
    if declared == "datetime" and isinstance(item, str):
        return datetime.fromisoformat(item)
    return _model(getattr(models, declared), item) if hasattr(models, declared) else item


def _sdk_class(name: str) -> Any:
    cls = getattr(models, name, None)
    if cls is None:
        raise InvalidInput(f"the installed OCI SDK has no {name}: install a newer release of oci")
    return cls
