"""How messages show values that a caller passed: in a short form, which never raises and never shows a secret."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

_ZONES: Final = ("builtins", "datetime", "zoneinfo")
"""The modules of the time zones that are shown, None included."""
_MOST_CHARACTERS: Final = 200
_SHOWN_OF_LONGER: Final = 80
_MOST_BITS: Final = 64
_MOST_OF_NAME: Final = 60
_LOOKED_AT: Final = 2 * _MOST_CHARACTERS
_RANDOM: Final = re.compile(r"(?=[a-zA-Z]*[0-9]|[0-9]+[a-zA-Z])[a-zA-Z0-9]{16,}")
"""Letters and digits as in tokens and keys. OCIDs have them too, and are no secret."""
_OCID: Final = re.compile(r"ocid1(?:\.[a-z0-9_-]*){3,5}")
_MARKED: Final = re.compile(
    r"private key|bearer |basic |st\$|://(?!\.\.\.@)[^/]*@|passw|secret|token=|eyj", re.IGNORECASE
)


def display(value: object) -> str:
    """Return a short form of a value that a caller passed, for the message of an error.

    Text is shown as a literal; of text longer than 200 characters, the first 80. Text that may be a secret, and what
    is neither text nor a number nor a time, is described by its type alone, because its repr can be long, can hold a
    secret, and can raise.

    Example:
        >>> display("2 s"), display(7), display(None), display([1])
        ("'2 s'", '7', 'None', 'a value of type list')
        >>> display("a" * 1000)
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'... (1000 characters)"
        >>> display(10**5000), display("hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567")
        ('an integer of 16610 bits', 'a text of 37 characters that may be a secret')
    """
    if value is None or value is True or value is False:
        return str(value)
    if isinstance(value, str):
        return _text(str.__str__(value))
    if isinstance(value, int):
        bits = int.bit_length(value)
        return int.__repr__(value) if bits <= _MOST_BITS else f"an integer of {bits} bits"
    if isinstance(value, float):
        return float.__repr__(value)
    if type(value) is date or (type(value) is datetime and type(value.tzinfo).__module__ in _ZONES):
        return repr(value)
    return f"a value of type {type_name(type(value))}"


def type_name(cls: type) -> str:
    """Return the name of a class, short and in ASCII."""
    return ascii(str(cls.__name__)[:_MOST_OF_NAME])[1:-1]


def _text(text: str) -> str:
    start = text[:_LOOKED_AT]
    if _MARKED.search(start) or _RANDOM.search(_OCID.sub("", start)):
        return f"a text of {len(text)} characters that may be a secret"
    if len(text) <= _MOST_CHARACTERS:
        return repr(text)
    return f"{display(text[:_SHOWN_OF_LONGER])}... ({len(text)} characters)"
