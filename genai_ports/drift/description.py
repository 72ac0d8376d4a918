"""Descriptions of an API: plain maps from places to what is said of them, the same for the SDK's side and for ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

OPERATION: Final = "operation"
PATH_PARAMETER: Final = "path parameter"
QUERY_PARAMETER: Final = "query parameter"
REQUEST_HEADER: Final = "request header"
OPTION: Final = "option"
BODY: Final = "body"
ANSWER: Final = "answer"
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
    ANSWER,
    RESPONSE_HEADER,
    CLASS,
    ATTRIBUTE,
    VARIANT,
    VALUE,
)
"""In the order in which they are reported."""


class Place(NamedTuple):
    """Where something stands in the API.

    Args:
        kind: one of the kinds above.
        path: the names that lead there, from the operation or class on, such as `("list_models", "sortBy")`.
    """

    kind: str
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The path as one text."""
        return ".".join(self.path)


Description: TypeAlias = Mapping[Place, str]
"""What is said of each place: the type of an attribute, the method and path of an operation, nothing of a value."""


def argument(annotation: str, position: int) -> str:
    """Say of a parameter that the SDK's method takes it by position, counted from 1."""
    return f"{annotation}, argument {position}"


def keyword(annotation: str, name: str) -> str:
    """Say of a parameter that the SDK's method takes it by name."""
    return f"{annotation}, keyword {name}"


def attribute(cls: str, annotation: str, *, required: bool) -> str:
    """Say of what type an attribute is, and, in what clients send, whether it has to be there.

    In answers that makes no difference: they are read leniently.
    """
    return f"{annotation}, required" if required and cls.endswith("Details") else annotation
