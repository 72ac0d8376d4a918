"""JSON documents as bytes: compact writing, and strict reading for requests, which must be unambiguous."""

from __future__ import annotations

import json
from math import isinf
from typing import Any, Final, NoReturn

from genai_ports.api.known_names import shown_name
from genai_ports.api.nesting import MOST_LEVELS, TOO_DEEP, nests_too_deep

_encoder: Final = json.JSONEncoder(separators=(",", ":"))
_TYPES: Final = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}


class MalformedBody(ValueError):
    """The body is not an unambiguous JSON object; the message says why."""


def dump(document: Any) -> bytes:
    """Write compact JSON in ASCII, which carries any text, unpaired surrogates included."""
    return _encoder.encode(document).encode()


def parse_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object strictly: no property twice, finite numbers, at most `MOST_LEVELS` levels.

    Raises:
        MalformedBody: the body is not such an object.
    """
    try:
        # As text: from bytes, the library would also read UTF-16 and UTF-32.
        document = json.loads(
            body.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_each_once
        )
    except RecursionError:
        raise MalformedBody(TOO_DEEP) from None
    except UnicodeDecodeError:
        raise MalformedBody("it is not UTF-8") from None
    except ValueError as error:
        raise MalformedBody(str(error)) from None
    if not isinstance(document, dict):
        raise MalformedBody(f"it is {json_type(document)}")
    if body.count(b"{") + body.count(b"[") > MOST_LEVELS and nests_too_deep(document):
        raise MalformedBody(TOO_DEEP)
    return document


def json_type(document: object) -> str:
    """Return the name of a JSON value's type, for messages."""
    return _TYPES.get(type(document), "a number")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError("it has a number that is too large")
    return number


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [name for name, _ in pairs]
        position, twice = next((n, name) for n, name in enumerate(names) if name in names[:n])
        raise ValueError(f"{shown_name(twice, position + 1)} is repeated")
    return document
