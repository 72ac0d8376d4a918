"""The search for values that JSON cannot hold: they are refused by name, and nothing is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.display import display
from genai_ports.api.schema import schema_of
from genai_ports.api.shown import entry_path, shown
from genai_ports.api.strings import TEXT, surrogate_in
from genai_ports.api.value import Value
from genai_ports.api.variant import UnknownVariant
from genai_ports.errors import CannotParseRequest, InvalidParameter
from genai_ports.wire.requests import write_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.api.call import Call
    from genai_ports.wire.http import HttpRequest

_LONGEST_WRITTEN: Final = 10**4200
"""Python writes no whole number of more digits. A shorter one is sent, and the service may refuse it."""


def write_sendable(call: Call) -> HttpRequest:
    """Write a call as a request, or refuse a body that JSON cannot hold, with the messages of the simulator.

    Raises:
        InvalidParameter: the body has a value that JSON does not have; the message names it.
        CannotParseRequest: the body nests too deep.
    """
    if call.details is None:
        return write_request(call)
    name = call.operation.name
    try:
        wrong = next(unsendable(call.details), None)
        if wrong:
            raise InvalidParameter(f"{wrong}.", operation=name)
        return write_request(call)
    except RecursionError as error:
        reason = "it nests too deep, or contains itself"
        raise CannotParseRequest(f"The body cannot be written as JSON: {reason}.", operation=name) from error


def unsendable(details: Value) -> Iterator[str]:
    """Report each value in a body that JSON cannot hold: its path in JSON, and what is accepted.

    Args:
        details: the body. Whether its values have the declared types is not checked.

    Raises:
        RecursionError: the body nests deeper than the interpreter can follow.

    Example:
        >>> from genai_ports.api.model import UpdateModelDetails
        >>> list(unsendable(UpdateModelDetails(defined_tags={"a": {"b": {1}}})))
        ['definedTags.(entry 1).(entry 1) must be a value that JSON has, not set']
    """
    return _in_object(details, "")


def _in_object(given: Value, path: str) -> Iterator[str]:
    if isinstance(given, UnknownVariant):
        yield from _in_json(given.document, path)
        return
    cls: Any = type(given)
    for attribute in schema_of(cls).attributes:
        part, here = getattr(given, attribute.name), _below(path, attribute.json_name)
        yield from _in_object(part, here) if isinstance(part, Value) else _in_json(part, here)


def _in_json(given: object, path: str) -> Iterator[str]:
    if isinstance(given, Mapping):
        for position, (key, part) in enumerate(given.items(), 1):
            if not isinstance(key, str):
                yield f"{path} must be an object whose keys are strings, not {shown(key)}"
            elif surrogate := surrogate_in(key):
                yield f"{path} must be {TEXT}, not {surrogate!r}"
            else:
                yield from _in_json(part, entry_path(path, position))
    elif isinstance(given, list | tuple):
        for n, part in enumerate(given):
            yield from _in_json(part, f"{path}[{n}]")
    elif wrong := _wrong(given):
        yield f"{path} must be {wrong}"


def _wrong(given: object) -> str | None:
    """Say what a value without parts must be, and what it is; None if JSON can hold it."""
    if isinstance(given, str):
        surrogate = surrogate_in(given)
        return surrogate and f"{TEXT}, not {surrogate!r}"
    if isinstance(given, float) and not math.isfinite(given):
        return f"a finite number, not {display(given)}"
    if isinstance(given, int) and abs(given) > _LONGEST_WRITTEN:
        return "a whole number that fits in 64 bits, not a longer one"
    if given is not None and not isinstance(given, int | float):
        return f"a value that JSON has, not {type(given).__name__}"
    return None


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
