"""From HTTP to calls: what a request asks for."""

from __future__ import annotations

import json
from collections import Counter
from math import isinf
from typing import TYPE_CHECKING, Any, Final, NoReturn

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wrappers import Request

from fake_server.settings import MAX_BODY_BYTES
from genai_ports.api.call import Call, ListQuery
from genai_ports.api.names import camel, snake
from genai_ports.api.nesting import MOST_LEVELS, TOO_DEEP, nests_too_deep
from genai_ports.api.verbs import LIST
from genai_ports.errors import CannotParseRequest
from genai_ports.simulator.rules.refusals import (
    BODY_NOT_JSON,
    BODY_TOO_LARGE,
    PROPERTY_UNKNOWN,
    QUERY_UNKNOWN,
    QUERY_VALUE,
)
from genai_ports.simulator.rules.secrets import masked
from genai_ports.wire import decode, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.kind import Operation


_PAGING: Final = ("limit", "page", "sortBy", "sortOrder")
_LIMIT_DIGITS: Final = 9
_MOST_NOTED: Final = 20
_LONGEST_NOTED: Final = 200
"""How many of the names that nobody reads the journal keeps, and how much of each."""


class ApiRequest(Request):
    """A request whose body is bounded; one byte more is read, to tell a body that is too large from one that fits."""

    max_content_length = MAX_BODY_BYTES + 1


def read_call(
    request: Request, operation: Operation, region: str | None, target: str | None, *, lenient: bool = False
) -> Call:
    """Make the call that a request stands for.

    Args:
        request: the request.
        operation: what stands at its path.
        region: where it goes; None for the default.
        target: the OCID in its path.
        lenient: whether what nobody reads is let pass, and noted in the call.

    Raises:
        ServiceError: a parameter or property is unknown, or the body is not a JSON object or too large.
    """
    headers = request.headers
    details, ignored = None, _unread_parameters(request, operation)
    if ignored and not lenient:
        takes = ", ".join(query_parameters(operation)) or "none"
        raise QUERY_UNKNOWN(parameter=ignored[0], operation=operation.name, known=takes)
    if operation.details:
        details, unread = _read_details(request, operation, lenient=lenient)
    else:
        unread = _unread_body(request, operation, lenient=lenient)
    ignored += unread
    return Call(
        operation=operation,
        region=region,
        target=target,
        details=details,
        query=_read_query(request, operation),
        if_match=headers.get("if-match") if operation.takes_if_match else None,
        retry_token=headers.get("opc-retry-token") if operation.takes_retry_token else None,
        request_id=headers.get("opc-request-id"),
        ignored=tuple(masked(name)[:_LONGEST_NOTED] for name in ignored[:_MOST_NOTED]),
    )


def _read_details(request: Request, operation: Operation, *, lenient: bool) -> tuple[Any, tuple[str, ...]]:
    """Read the body; give with it what nobody reads."""
    document = parse_json(read_body(request))
    cls = operation.details
    assert cls  # noqa: S101  # for the type checkers: only operations with details come here
    unknown = unknown_fields(cls, document)
    if not lenient and unknown:
        raise PROPERTY_UNKNOWN(property=unknown[0], body=cls.__name__)
    if lenient:
        from genai_ports.wire.relaxed import relaxed  # noqa: PLC0415  # loaded by a lenient server alone

        document = relaxed(cls, document)
    return decode(cls, document), unknown


def _unread_body(request: Request, operation: Operation, *, lenient: bool) -> tuple[str, ...]:
    """List what stands in a body that nobody reads, or refuse it."""
    if request.environ.get("CONTENT_LENGTH", "0") in ("", "0"):
        return ()
    body = read_body(request)
    try:
        unread = tuple(parse_json(body)) if body else ()
    except CannotParseRequest:
        if not lenient:
            raise
        return ("body",)
    if unread and not lenient:
        raise PROPERTY_UNKNOWN(property=unread[0], body=f"{operation.name}, which takes no body")
    return unread


def read_body(request: Request) -> bytes:
    """Read the whole body.

    Raises:
        RequestTooLarge: it is larger than `MAX_BODY_BYTES`.
        CannotParseRequest: it ends before the length that its header tells.
    """
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise BODY_TOO_LARGE(limit=MAX_BODY_BYTES) from None
    except ClientDisconnected:
        raise BODY_NOT_JSON(reason="it ends before its content-length") from None
    if len(body) > MAX_BODY_BYTES:
        raise BODY_TOO_LARGE(limit=MAX_BODY_BYTES)
    return body


def parse_json(body: bytes) -> dict[str, Any]:
    """Read a body that must be a JSON object.

    Raises:
        CannotParseRequest: it is none, or nests so deep that walking through it could overflow the stack.
    """
    try:
        document = json.loads(body, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_each_once)
    except RecursionError:
        raise BODY_NOT_JSON(reason=TOO_DEEP) from None
    except ValueError as error:
        raise BODY_NOT_JSON(reason=str(error)) from None
    if not isinstance(document, dict):
        raise BODY_NOT_JSON(reason=f"it is {json_type(document)}")
    if body.count(b"{") + body.count(b"[") > MOST_LEVELS and nests_too_deep(document):
        raise BODY_NOT_JSON(reason=TOO_DEEP)
    return document


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(f"{text[:_LONGEST_NOTED]} is no number that there is")
    return number


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        [[twice, _]] = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"{twice[:_LONGEST_NOTED]} is given twice")
    return document


def json_type(document: object) -> str:
    """Name the type of what JSON can hold, for messages."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(document), "a number")


def _read_query(request: Request, operation: Operation) -> ListQuery | None:
    if not operation.is_list:
        return None
    given = _given(request, query_parameters(operation))
    return ListQuery(
        compartment_id=given.get("compartmentId"),
        filters={snake(name): given[name] for name in given if snake(name) in operation.filters},
        sort_by=given.get("sortBy"),
        sort_order=given.get("sortOrder"),
        limit=_whole_number(given.get("limit")),
        page=given.get("page"),
    )


def query_parameters(operation: Operation) -> tuple[str, ...]:
    """List the query parameters that an operation takes, in Oracle's spelling."""
    if not operation.is_list:
        return ()
    own = ("compartmentId",) if operation.verb is LIST else ()
    return (*own, *map(camel, operation.filters), *_PAGING)


def _unread_parameters(request: Request, operation: Operation) -> tuple[str, ...]:
    if not request.query_string:
        return ()
    known = query_parameters(operation)
    return tuple(name for name in request.args if name not in known)


def _given(request: Request, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not request.query_string:
        return {}
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        if name not in known:
            continue
        if name == "capability":
            given[name] = tuple(values)
        elif len(values) == 1:
            given[name] = values[0]
        else:
            raise QUERY_VALUE(parameter=name, expected="given once", given=", ".join(values))
    return given


def _whole_number(text: str | None) -> Any:
    """Read a number; what is none is passed on, for the rule to name."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _LIMIT_DIGITS else text
