"""How messages show values that a caller in Python passed: in a short form, which never raises and shows no secret.

`genai_ports.api.shown` is for requests: it names the types of JSON, and shows no text but OCIDs.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from genai_ports.api.shown import beside_noun, is_ocid, shown

_ZONES: Final = ("builtins", "datetime", "zoneinfo")
"""The modules of the time zones that are shown, None included."""
_CAPITALIZED: Final = r"[A-Z][a-z]{2,15}"
_WORD: Final = (
    rf"(?:(?:[a-z]{{1,16}}(?:{_CAPITALIZED}){{0,3}}|[A-Z]{{1,16}}|(?:{_CAPITALIZED}){{1,4}})[0-9]{{0,3}}"
    r"|[0-9]{1,6}[a-z]{0,2})"
)
"""A word or a number that a person writes. Tokens, keys and UUIDs are longer, or mix letters and digits."""
_NAME: Final = re.compile(rf"[0-9]{{1,6}}|(?=[^a-zA-Z]*[a-zA-Z]){_WORD}(?:[-_.:/]{_WORD}){{0,7}}")
_LONGEST_NAME: Final = 60
_MOST_BITS: Final = 64
_MOST_OF_NAME: Final = 60


def display(value: object) -> str:
    """Return a short form of a value that a caller passed, for the message of an error.

    Text is shown if it has the form of a name, such as a region or a setting, or of an OCID. Any other text may be a
    secret: its length is shown. What is neither text nor a number nor a time is described by its type alone, because
    its repr can be long, can hold a secret, and can raise.

    Example:
        >>> display("us-phonix-1"), display(7), display(None), display([1])
        ("'us-phonix-1'", '7', 'None', 'a value of type list')
        >>> display("hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567"), display("my secret"), display(10**5000)
        ('a string of 37 characters', 'a string of 9 characters', 'an integer of 16610 bits')
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


def named(value: object) -> str:
    """Show a value right after the word for what it is: as `display` does, a description in parentheses.

    Example:
        >>> f"mode {named('short')} does not exist", f"mode {named('stale-lists: 5')} does not exist"
        ("mode 'short' does not exist", 'mode (a string of 14 characters) does not exist')
    """
    return beside_noun(display(value))


def type_name(cls: type) -> str:
    """Return the name of a class, short and in ASCII."""
    return ascii(str(cls.__name__)[:_MOST_OF_NAME])[1:-1]


def _text(text: str) -> str:
    is_name = not text or (len(text) <= _LONGEST_NAME and _NAME.fullmatch(text))
    return repr(text) if is_name or is_ocid(text) else shown(text)
