"""The forms of texts that differ each time: times, generated names, addresses, request ids."""

from __future__ import annotations

import re
from typing import Any, Final

_FORMS: Final = {
    "a time in milliseconds": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "a generated name": re.compile(r"generativeai[a-z]+\d{14}"),
    "a generated version": re.compile(r"v\d{14}"),
    "an IPv4 address": re.compile(r"\d{1,3}(?:\.\d{1,3}){3}"),
}
_SEGMENT: Final = re.compile(r"[0-9A-F]{32}")
_WHOLE: Final = re.compile(r"[0-9]+")
SCRUBBED: Final = "scrubbed-"
"""How the scrubber's pseudonyms of names begin; they are as long as the names."""
OCID: Final = re.compile(r"ocid1\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){2}\.[A-Za-z0-9_-]+")
NEW_OCID: Final = re.compile(r"amaaaaaa[a-z2-7]{52}")
TIME_NAMES: Final = frozenset(
    {"timeCreated", "timeUpdated", "timeAccepted", "timeStarted", "timeFinished", "timestamp"}
)
"""Properties whose times follow from the clock, so that only their form is compared."""


def form_of(text: str) -> str | None:
    """Return the form of a text; None for a text of no known form.

    Example:
        >>> form_of("v20251107214133"), form_of("mine")
        ('a generated version', None)
    """
    return next((name for name, form in _FORMS.items() if form.fullmatch(text)), None)


def request_id_form(text: str, from_client: str | None) -> str:
    """Describe a request id: its number of segments, and whether those of the service are 32 hexadecimal digits.

    Args:
        text: the header of a response.
        from_client: the header of its request; None if there is none, so that the first segment is the service's.
    """
    segments = text.split("/")
    first = 0 if from_client is None else len(from_client.split("/"))
    own = segments[first:] if first else segments
    regular = all(_SEGMENT.fullmatch(segment) for segment in own)
    return f"{len(segments)} segments{'' if regular else ', some of other characters'}"


def seconds_form(text: str) -> str:
    """Describe the value of `retry-after`."""
    return "whole seconds" if _WHOLE.fullmatch(text) else "another form"


def json_type(value: Any) -> str:
    """Return the JSON type of a value; whole and other numbers are of one type."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
