"""The operations that are served: their rows, and how the HTTP binding reads and writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.api.enums import SortOrder, values
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.names import camel, snake
from genai_ports.drift.description import Part, Place, argument, keyword
from genai_ports.drift.served_classes import describe_class, describe_collection
from genai_ports.wire.http import NEXT_PAGE, REQUEST_ID, RESPONSE_HEADERS
from genai_ports.wire.requests import query_parameters
from genai_ports.wire.routes import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from genai_ports.api.kind import Operation
    from genai_ports.drift.description import Description

_TARGET: Final = "{target}"
_TYPES: Final = {"capability": "list[str], multi", "limit": "int"}
"""The query parameters that are not a string; a list has its collection format."""


def describe_served() -> Description:
    """Describe the operations that are served, and the classes of their requests and responses."""
    found: dict[Place, str] = {}
    for operation in OPERATIONS.values():
        found |= _places(operation)
        found |= _classes(operation)
    return found


def _places(operation: Operation) -> Iterator[tuple[Place, str]]:
    name = operation.name
    target = operation.kind.target
    path = path_of(operation)
    yield Place(Part.OPERATION, (name,)), f"{operation.verb.method} {path.replace(_TARGET, f'{{{target}}}')}"
    if _TARGET in path:
        yield Place(Part.PATH_PARAMETER, (name, target)), argument("str", 1)
    for parameter in query_parameters(operation):
        yield Place(Part.QUERY_PARAMETER, (name, parameter)), _form(parameter)
    for parameter, allowed in _allowed(operation).items():
        yield from ((Place(Part.VALUE, (name, parameter, each)), "") for each in allowed)
    for header in (REQUEST_ID, *operation.verb.request_headers):
        yield Place(Part.REQUEST_HEADER, (name, header)), keyword("str", header.replace("-", "_"))
    if operation.details:
        position = 2 if _TARGET in path else 1
        yield Place(Part.BODY, (name, Part.BODY)), argument(_name(operation.details, operation.sdk_request), position)
    if operation.result:
        yield Place(Part.RESPONSE, (name, Part.RESPONSE)), _name(operation.result, operation.sdk_response)
    for header in _response_headers(operation):
        yield Place(Part.RESPONSE_HEADER, (name, header)), ""


def _name(cls: type, sdk_name: str | None) -> str:
    return sdk_name or cls.__name__


def _form(parameter: str) -> str:
    """Return the type of a query parameter, and how the SDK's methods take it."""
    if parameter == "compartmentId":
        return argument("str", 1)
    return keyword(_TYPES.get(parameter, "str"), snake(parameter))


def _allowed(operation: Operation) -> Mapping[str, tuple[str, ...]]:
    """Map the query parameters that take certain values only to those values."""
    if not operation.is_list:
        return {}
    filters = {camel(name): allowed for name, allowed in operation.filters.items()}
    return {**filters, "sortBy": operation.sort_keys, "sortOrder": values(SortOrder)}


def _response_headers(operation: Operation) -> Iterator[str]:
    """Name the response headers that begin with `opc-`: the SDK documents no others."""
    yield REQUEST_ID
    if operation.is_list:
        yield NEXT_PAGE
    if operation.operation_type:
        yield RESPONSE_HEADERS["work_request_id"]


def _classes(operation: Operation) -> Description:
    found: dict[Place, str] = {}
    if operation.details:
        found |= describe_class(operation.details, operation.sdk_request)
    if operation.result:
        found |= describe_class(operation.result)
    if operation.is_list and operation.result:
        found |= describe_collection(str(operation.sdk_response), operation.result)
    return found
