"""Between HTTP and calls: what a request asks for, and how an answer is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NoReturn

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from fake_server.settings import MAX_BODY_BYTES
from genai_ports.domain.names import camel, snake
from genai_ports.domain.operations import Call, ListQuery, Operation
from genai_ports.domain.snapshot import Page
from genai_ports.simulator.refusals import (
    BODY_NOT_JSON,
    BODY_TOO_LARGE,
    PROPERTY_UNKNOWN,
    QUERY_UNKNOWN,
    QUERY_VALUE,
)
from genai_ports.wire import decode, encode, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from genai_ports.domain.operations import Reply
    from genai_ports.errors import ServiceError

RULE_HEADER: Final = "x-genai-ports-rule"
"""Names, on an error answer, the rule that refused."""

_JSON: Final = "application/json"
_PAGING: Final = ("limit", "page", "sortBy", "sortOrder")
_LIMIT_DIGITS: Final = 9
_MOST_LEVELS: Final = 64
"""How deep a body may nest; everything the service takes is far flatter, but for tags of any shape."""


class ApiRequest(Request):
    """A request whose body is bounded; one byte more is read, to tell a body that is too large from one that fits."""

    max_content_length = MAX_BODY_BYTES + 1


def read_call(request: Request, operation: Operation, region: str | None, target: str | None) -> Call:
    """Make the call that a request stands for.

    Raises:
        ServiceError: a parameter or property is unknown, or the body is not a JSON object or too large.
    """
    headers = request.headers
    return Call(
        operation=operation,
        region=region,
        target=target,
        details=_read_details(request, operation) if operation.details else None,
        query=_read_query(request, operation),
        if_match=headers.get("if-match") if operation.takes_if_match else None,
        retry_token=headers.get("opc-retry-token") if operation.takes_retry_token else None,
        request_id=headers.get("opc-request-id"),
    )


def _read_details(request: Request, operation: Operation) -> Any:
    document = parse_json(read_body(request))
    cls = operation.details
    assert cls  # noqa: S101  # for the type checkers: only operations with details come here
    unknown = unknown_fields(cls, document)
    if unknown:
        raise PROPERTY_UNKNOWN(property=unknown[0], body=cls.__name__)
    return decode(cls, document)


def read_body(request: Request) -> bytes:
    """Read the whole body.

    Raises:
        RequestTooLarge: it is larger than `MAX_BODY_BYTES`.
        CannotParseRequest: it ends before the length that its header tells.
    """
    try:
        body = request.get_data(cache=False)
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
        document = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BODY_NOT_JSON(reason=str(error)) from None
    if not isinstance(document, dict):
        raise BODY_NOT_JSON(reason=f"it is {json_type(document)}")
    if body.count(b"{") + body.count(b"[") > _MOST_LEVELS and _nests_too_deep(document):
        raise BODY_NOT_JSON(reason=f"it nests deeper than {_MOST_LEVELS} levels")
    return document


def _nests_too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(_MOST_LEVELS):
        level = [part for whole in level for part in _parts(whole)]
    return any(isinstance(part, dict | list) for part in level)


def _parts(whole: Any) -> Iterable[Any]:
    if isinstance(whole, dict):
        return whole.values()
    return whole if isinstance(whole, list) else ()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def json_type(document: object) -> str:
    """Name the type of what JSON can hold, for messages."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(document), "a number")


def _read_query(request: Request, operation: Operation) -> ListQuery | None:
    known = query_parameters(operation)
    given = _given(request, operation, known)
    if not operation.is_list:
        return None
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
    own = ("compartmentId",) if operation.verb == "list" else ()
    return (*own, *map(camel, operation.filters), *_PAGING)


def _given(request: Request, operation: Operation, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not request.query_string:
        return {}
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        if name not in known:
            takes = ", ".join(known) or "none"
            raise QUERY_UNKNOWN(parameter=name, operation=operation.name, known=takes)
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


def write_reply(operation: Operation, reply: Reply) -> Response:
    """Write an answer."""
    answer = reply.response
    headers = {
        "opc-request-id": answer.request_id,
        "etag": answer.etag,
        "opc-work-request-id": answer.work_request_id,
        "model-deprecation-info": answer.model_deprecation_info,
        "retry-after": None if answer.retry_after is None else str(answer.retry_after),
    }
    if reply.value is None:
        return _response(answer.status, b"", headers)
    if isinstance(reply.value, Page):
        headers["opc-next-page"] = reply.value.next_page
        body = b'{"items":[' + b",".join([_item(item) for item in reply.value.items]) + b"]}"
        return _response(answer.status, body, headers)
    return _response(answer.status, dump(encode(reply.value)), headers)


def _item(item: Any) -> bytes:
    return dump(encode(item))


def write_error(error: ServiceError) -> Response:
    """Write an error, in OCI's form."""
    headers = {
        "opc-request-id": error.request_id,
        RULE_HEADER: error.rule,
        "retry-after": None if error.retry_after is None else f"{error.retry_after:g}",
    }
    return _response(error.status, dump({"code": error.code, "message": error.message}), headers)


def write_json(document: Any, status: int = 200) -> Response:
    """Write any JSON, for the control paths."""
    return _response(status, dump(document), {})


def dump(document: Any) -> bytes:
    """Write compact JSON, in ASCII so that any text survives."""
    return json.dumps(document, separators=(",", ":")).encode()


def _response(status: int, body: bytes, headers: Mapping[str, str | None]) -> Response:
    response = Response(body, status=status, content_type=_JSON if body else None)
    for name, value in headers.items():
        if value is not None:
            response.headers[name] = value
    return response
