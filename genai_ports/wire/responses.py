"""Replies and errors as HTTP responses, both directions."""

from __future__ import annotations

import json
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.call import Reply
from genai_ports.api.snapshot import Page, ResponseMetadata
from genai_ports.api.value import replaced
from genai_ports.errors import ConnectionLost, MethodNotAllowed, error_class
from genai_ports.wire import decode, decode_page, encode
from genai_ports.wire.documents import dump
from genai_ports.wire.http import (
    ALLOW,
    NEXT_PAGE,
    REQUEST_ID,
    RESPONSE_HEADERS,
    RETRY_AFTER,
    RULE,
    HttpResponse,
)
from genai_ports.wire.retry_after import read_retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.api.kind import Operation
    from genai_ports.errors import ServiceError

_HEADERS: Final = tuple(RESPONSE_HEADERS.values())
_metadata: Final = attrgetter(*RESPONSE_HEADERS)


def dump_value(value: Any) -> bytes:
    """Write a domain value as JSON."""
    return dump(encode(value))


def write_response(reply: Reply, dump_item: Callable[[Any], bytes] = dump_value) -> HttpResponse:
    """Write the reply to a call.

    Args:
        reply: the reply.
        dump_item: writes one item of a page as JSON; a server can pass a cache.
    """
    value, response = reply.value, reply.response
    headers = {}
    for header, given in zip(_HEADERS, _metadata(response), strict=True):
        if given is not None:
            headers[header] = str(given)
    if not isinstance(value, Page):
        return HttpResponse(response.status, headers, b"" if value is None else dump_value(value))
    if value.next_page is not None:
        headers[NEXT_PAGE] = value.next_page
    write = item_writer(reply, dump_item)
    return HttpResponse(response.status, headers, b'{"items":[' + b",".join(map(write, value.items)) + b"]}")


def item_writer(reply: Reply, dump_item: Callable[[Any], bytes] = dump_value) -> Callable[[Any], bytes]:
    """Return what writes one item of a page as JSON, with the additional properties of the reply."""
    return partial(_dump_with, reply.extra) if reply.extra else dump_item


def read_response(operation: Operation, response: HttpResponse) -> Reply:
    """Read the reply to a call from a response with a status of success.

    Raises:
        ConnectionLost: the body is not the JSON object that the operation returns.
    """
    headers, status, result = response.headers, response.status, operation.result
    given: dict[str, Any] = {name: headers.get(header) for name, header in RESPONSE_HEADERS.items()}
    given["retry_after"] = read_retry_after(headers)
    metadata = ResponseMetadata(status=status, **given)
    if result is None:
        return Reply(None, metadata)
    document = _parse(operation, response)
    if not isinstance(document, dict):
        raise ConnectionLost(f"{operation.name}: the body of the response {status} is not a JSON object")
    try:
        if operation.is_list:
            items: tuple[Any, ...] = decode_page(result, document)
            return Reply(Page(items=items, next_page=headers.get(NEXT_PAGE), response=metadata), metadata)
        return Reply(replaced(decode(result, document), response=metadata), metadata)
    except RecursionError as error:
        raise unreadable(operation, error) from error


def write_error(error: ServiceError) -> HttpResponse:
    """Write an error."""
    headers = {}
    if error.request_id is not None:
        headers[REQUEST_ID] = error.request_id
    if error.rule is not None:
        headers[RULE] = error.rule
    if error.retry_after is not None:
        headers[RETRY_AFTER] = f"{error.retry_after:.0f}"
    if isinstance(error, MethodNotAllowed) and error.allowed:
        headers[ALLOW] = error.allowed
    return HttpResponse(error.status, headers, dump({"code": error.code, "message": error.message}))


def read_error(operation: Operation, response: HttpResponse) -> ServiceError:
    """Read the error from a response with another status than success.

    Raises:
        ConnectionLost: the body cannot be decoded.
    """
    document = _parse(operation, response)
    if not isinstance(document, dict):
        document = {"message": document}
    return service_error(
        operation, response.status, document.get("code"), document.get("message"), headers=response.headers
    )


def service_error(
    operation: Operation, status: int, code: object, message: object, *, headers: Mapping[str, str]
) -> ServiceError:
    """Return the error for a response. Its class follows from status and code, which may be unknown.

    Args:
        operation: the operation that was called.
        status: the HTTP status.
        code: OCI's error code; None or empty for a body without one.
        message: OCI's message; None or empty for a body without one.
        headers: names in lower case, or a mapping that ignores case.
    """
    code = str(code) if code else "Unknown"
    retry_after = read_retry_after(headers)
    return error_class(status, code)(
        str(message) if message else f"The service responded with status {status} and no message.",
        status=status,
        code=code,
        request_id=headers.get(REQUEST_ID),
        operation=operation.name,
        rule=headers.get(RULE),
        retry_after=None if retry_after is None else float(retry_after),
    )


def unreadable(operation: Operation, error: Exception) -> ConnectionLost:
    """Return the error for a response whose body cannot be decoded."""
    return ConnectionLost(f"{operation.name}: the response cannot be read: {error}")


def _parse(operation: Operation, response: HttpResponse) -> Any:
    """Read JSON leniently, raw control characters included; text that is not JSON is returned as it is."""
    try:
        text = response.body.decode()
    except UnicodeDecodeError as error:
        raise unreadable(operation, error) from error
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise unreadable(operation, error) from error
    except ValueError:
        return text


def _dump_with(extra: Mapping[str, Any], value: Any) -> bytes:
    return dump({**encode(value), **extra})
