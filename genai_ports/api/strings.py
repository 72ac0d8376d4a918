"""Strings: the forms of those in requests, which an attribute declares by its type, and what can be sent as text."""

from __future__ import annotations

import re
from typing import Annotated, Final, TypeAlias

from genai_ports.errors import InvalidInput

COMPARTMENT = "compartment"
DISPLAY_NAME = "display name"
IDENTIFIER = "identifier"

CompartmentId: TypeAlias = Annotated[str, COMPARTMENT]
"""The OCID of a compartment or of a tenancy, which is the root compartment."""

DisplayName: TypeAlias = Annotated[str, DISPLAY_NAME]
"""1 to 255 characters, not all blank."""

Identifier: TypeAlias = Annotated[str, IDENTIFIER]
"""Any other OCID or name: a string that is not blank."""

TEXT: Final = "text without unpaired surrogates"
"""What every string must be: an unpaired surrogate has no form in UTF-8, so no file, header or log can hold it."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def surrogate_in(text: str) -> str | None:
    r"""Return the first unpaired surrogate of a string, for messages: the whole string may be long, or a secret.

    Example:
        >>> surrogate_in("Zürich"), surrogate_in("a\udfff")
        (None, '\udfff')
    """
    found = None if text.isascii() else _SURROGATE.search(text)
    return found and found[0]


def check_text(name: str, given: object) -> None:
    """Refuse a string with an unpaired surrogate; what is no string is for other checks.

    Args:
        name: what the string is, for the message.
        given: the string.

    Raises:
        InvalidInput: it has one.
    """
    if isinstance(given, str) and (surrogate := surrogate_in(given)):
        raise InvalidInput(f"{name} must be {TEXT}, not {surrogate!r}")
