"""How messages and the journal show what a client sent: what has the form that it should have, or its type and length.

A secret can be in any place of a request, and no list of forms finds all of them. So no other text is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from genai_ports.api.strings import surrogate_in
from genai_ports.api.value import Value

_PART: Final = r"[a-z0-9]{1,12}(?:[-_][a-z0-9]{1,12})*"
_OCID: Final = re.compile(
    rf"ocid1\.[a-z]{{1,40}}\.oc[0-9]{{1,3}}\.(?=[a-z0-9-]{{0,40}}\.)(?:{_PART})?\.(?:[a-z0-9]{{1,100}}|{_PART})"
)
"""A token has upper-case letters, or is longer than the words that people write into the OCIDs of tests."""
_MOST_SHOWN: Final = 10**9
"""Longer numbers may be the numbers of cards or accounts."""
_LONGEST_NUMBER: Final = 12


def shown(given: object) -> str:
    """Show a value that a client sent.

    Returns:
        OCIDs, short numbers, booleans, null and a lone surrogate as they are; of everything else the type, and of
        strings the length.

    Example:
        >>> shown("ocid1.compartment.oc1..example"), shown(5000), shown(None)
        ('ocid1.compartment.oc1..example', '5000', 'null')
        >>> shown("hunter2"), shown(["a"]), shown(10**30)
        ('a string of 7 characters', 'an array', 'a longer number')
    """
    if isinstance(given, str):
        return _text(given)
    if given is None or isinstance(given, bool):
        return {None: "null", True: "true", False: "false"}[given]
    if isinstance(given, int | float):
        return _number(given)
    if isinstance(given, Mapping | Value):
        return "an object"
    return "an array" if isinstance(given, list | tuple) else type(given).__name__


def beside_noun(text: str) -> str:
    """Put what describes a value in parentheses, for a place right after the word for what it is.

    Example:
        >>> f"model {beside_noun(shown('hunter2'))} was not found"
        'model (a string of 7 characters) was not found'
    """
    return f"({text})" if text.startswith(("a ", "an ")) else text


def _text(given: str) -> str:
    if is_ocid(given):
        return given
    if not given:
        return "an empty string"
    return repr(given) if given == surrogate_in(given) else f"a string of {characters(given)}"


def is_ocid(text: str) -> bool:
    """Return whether a text has the form of an OCID of Oracle's, or of one that a person wrote for a test.

    Example:
        >>> is_ocid("ocid1.tenancy.oc1..my-team"), is_ocid("ocid1.tenancy.oc1..hf_AbCdEfGhIjKlMnOpQrStUv")
        (True, False)
    """
    return _OCID.fullmatch(text) is not None


def entry_path(path: str, position: int) -> str:
    """Return the path of an entry of an object that may have any keys, such as tags: by its position, from 1.

    Example:
        >>> entry_path("freeformTags", 2)
        'freeformTags.(entry 2)'
    """
    return f"{path}.(entry {position})" if path else f"(entry {position})"


def characters(text: str) -> str:
    """Return the length of a text, in words."""
    return f"{len(text)} character{'' if len(text) == 1 else 's'}"


def _number(given: float) -> str:
    if isinstance(given, int):
        return str(int(given)) if abs(given) < _MOST_SHOWN else "a longer number"
    text = repr(float(given))
    return text if len(text) <= _LONGEST_NUMBER else "a longer number"
