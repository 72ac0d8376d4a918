"""Descriptions of an API: plain maps from places to their form, the same for the SDK's side and for ours."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Part(StrEnum):
    """The kinds of parts that an API has, in the order of the report."""

    OPERATION = "operation"
    PATH_PARAMETER = "path parameter"
    QUERY_PARAMETER = "query parameter"
    REQUEST_HEADER = "request header"
    OPTION = "option"
    BODY = "body"
    RESPONSE = "response"
    RESPONSE_HEADER = "response header"
    CLASS = "class"
    ATTRIBUTE = "attribute"
    VARIANT = "variant"
    VALUE = "value"


class Place(NamedTuple):
    """One place in the API.

    Args:
        kind: which part of the API is there.
        path: the names that lead there, beginning with the operation or class, such as `("list_models", "sortBy")`.
    """

    kind: Part
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
