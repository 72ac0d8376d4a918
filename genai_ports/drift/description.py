"""Descriptions of an API: plain maps from places to their form, the same for the SDK's side and for ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

OPERATION: Final = "operation"
PATH_PARAMETER: Final = "path parameter"
QUERY_PARAMETER: Final = "query parameter"
REQUEST_HEADER: Final = "request header"
OPTION: Final = "option"
BODY: Final = "body"
RESPONSE: Final = "response"
RESPONSE_HEADER: Final = "response header"
CLASS: Final = "class"
ATTRIBUTE: Final = "attribute"
VARIANT: Final = "variant"
VALUE: Final = "value"
KINDS: Final = (
    OPERATION,
    PATH_PARAMETER,
    QUERY_PARAMETER,
    REQUEST_HEADER,
    OPTION,
    BODY,
    RESPONSE,
    RESPONSE_HEADER,
    CLASS,
    ATTRIBUTE,
    VARIANT,
    VALUE,
)
"""All kinds of places, in the order of the report."""


class Place(NamedTuple):
    """One place in the API.

    Args:
        kind: one of the kinds above.
        path: the names that lead there, beginning with the operation or class, such as `("list_models", "sortBy")`.
    """

    kind: str
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The path as one text."""
        return ".".join(self.path)


Description: TypeAlias = Mapping[Place, str]
"""The form of each place: the type of an attribute, the method and path of an operation, empty text for a value."""


def argument(annotation: str, position: int) -> str:
    """Return the form of a parameter that the SDK's method takes by position, counted from 1."""
    return f"{annotation}, argument {position}"


def keyword(annotation: str, name: str) -> str:
    """Return the form of a parameter that the SDK's method takes by name."""
    return f"{annotation}, keyword {name}"


def attribute(cls: str, annotation: str, *, required: bool) -> str:
    """Return the form of an attribute: its type, and in the body of a request whether it is required.

    In responses that makes no difference: they are read leniently.
    """
    return f"{annotation}, required" if required and cls.endswith("Details") else annotation
