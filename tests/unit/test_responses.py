"""Responses: how replies and errors are written, and what is read from responses that a service or a proxy sends."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from genai_ports.api.call import Reply
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.snapshot import Page, ResponseMetadata
from genai_ports.api.work_request import WorkRequestLogEntry
from genai_ports.errors import ConnectionLost, MethodNotAllowed, NotFound, ServiceError, TooManyRequests
from genai_ports.wire.http import HttpResponse
from genai_ports.wire.responses import item_writer, read_error, read_response, write_error, write_response

GET = OPERATIONS["get_model"]
LIST_LOGS = OPERATIONS["list_work_request_logs"]
DELETE = OPERATIONS["delete_model"]
METADATA = ResponseMetadata(
    status=202,
    request_id="r",
    etag="e",
    work_request_id="w",
    retry_after=5,
    model_deprecation_info="old",
)
HEADERS = {
    "opc-request-id": "r",
    "etag": "e",
    "opc-work-request-id": "w",
    "retry-after": "5",
    "model-deprecation-info": "old",
}
LINE: Any = WorkRequestLogEntry(message="ü", timestamp=None)  # type: ignore[arg-type]
WRITTEN = rb'{"message":"\u00fc","timestamp":null}'


def test_a_reply_is_written() -> None:
    assert write_response(Reply(None, METADATA)) == (202, HEADERS, b"", "application/json")
    assert write_response(Reply(LINE, ResponseMetadata(status=200))) == (200, {}, WRITTEN, "application/json")


def test_a_page_is_written() -> None:
    page = Page(items=(LINE, LINE), next_page="n")
    response = write_response(Reply(page, ResponseMetadata(status=200)))
    assert response[:3] == (200, {"opc-next-page": "n"}, b'{"items":[' + WRITTEN + b"," + WRITTEN + b"]}")
    empty = write_response(Reply(Page(items=()), ResponseMetadata(status=200)))
    assert empty[:3] == (200, {}, b'{"items":[]}')


def test_an_item_is_written_with_more_properties_or_by_the_caller() -> None:
    page, metadata = Page(items=(LINE,)), ResponseMetadata(status=200)
    assert item_writer(Reply(page, metadata, {"extra": 1}))(LINE) == WRITTEN[:-1] + b',"extra":1}'
    assert write_response(Reply(page, metadata), lambda _: b"1").body == b'{"items":[1]}'


def test_the_metadata_of_a_response_are_read() -> None:
    assert read_response(DELETE, HttpResponse(202, HEADERS)) == Reply(None, METADATA)
    reply = read_response(GET, HttpResponse(202, HEADERS, b"{}"))
    assert (reply.response, reply.value.response) == (METADATA, METADATA)


def test_a_page_is_read() -> None:
    response = HttpResponse(200, {"opc-next-page": "n"}, b'{"items": [' + WRITTEN + b"]}")
    page = read_response(LIST_LOGS, response).value
    assert (page.items, page.next_page, page.response) == ((LINE,), "n", ResponseMetadata(status=200))


DEEP = b'{"items": [' + b"[" * 100_000


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "the body of the response 200 is not a JSON object"),
        (b"[]", "the body of the response 200 is not a JSON object"),
        (b"<html>", "the body of the response 200 is not a JSON object"),
        (b"\xff", "the response cannot be read: 'utf-8' codec can't decode byte 0xff"),
        (DEEP, "the response cannot be read: maximum recursion depth exceeded"),
    ],
    ids=lambda body: str(body)[:10],
)
def test_a_success_without_its_object_is_a_lost_connection(body: bytes, problem: str) -> None:
    with pytest.raises(ConnectionLost) as lost:
        read_response(LIST_LOGS, HttpResponse(200, {}, body))
    assert str(lost.value).startswith(f"list_work_request_logs: {problem}")


def test_an_object_of_any_depth_is_read_or_is_a_lost_connection() -> None:
    for levels in range(100, 1000, 20):
        body = b'{"definedTags": ' + b"[" * levels + b"]" * levels + b"}"
        with suppress(ConnectionLost):
            assert read_response(GET, HttpResponse(200, {}, body)).value.defined_tags


def test_control_characters_in_a_string_are_read() -> None:
    assert read_response(GET, HttpResponse(200, {}, b'{"id": "a\tb"}')).value.id == "a\tb"


def test_an_error_is_written() -> None:
    error = TooManyRequests("no", request_id="r", rule="some-rule", retry_after=5.4)
    headers = {"opc-request-id": "r", "x-genai-ports-rule": "some-rule", "retry-after": "5"}
    assert write_error(error)[:3] == (429, headers, b'{"code":"TooManyRequests","message":"no"}')
    assert write_error(NotFound("no"))[:2] == (404, {})


def test_the_methods_of_a_path_are_a_header() -> None:
    error = MethodNotAllowed("no")
    assert write_error(error).headers == {}
    error.allowed = "GET, POST"
    assert write_error(error).headers == {"allow": "GET, POST"}


def facts(error: ServiceError) -> tuple[Any, ...]:
    return type(error), error.status, error.code, error.message, error.operation


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"code": "NotAuthorizedOrNotFound", "message": "no"}', "NotAuthorizedOrNotFound", "no"),
        (b'{"code": 5, "message": {"a": 1}}', "5", "{'a': 1}"),
        (b"{}", "Unknown", "The service responded with status 404 and no message."),
        (b"", "Unknown", "The service responded with status 404 and no message."),
        (b"<html>", "Unknown", "<html>"),
        (b"[1]", "Unknown", "[1]"),
    ],
)
def test_an_error_is_read(body: bytes, code: str, message: str) -> None:
    error = read_error(GET, HttpResponse(404, {}, body))
    assert facts(error) == (NotFound, 404, code, message, "get_model")
    assert (error.request_id, error.rule, error.retry_after) == (None, None, None)


def test_the_headers_of_an_error_are_read() -> None:
    headers = {"opc-request-id": "r", "x-genai-ports-rule": "some-rule", "retry-after": "5"}
    error = read_error(GET, HttpResponse(429, headers, b'{"code": "TooManyRequests"}'))
    assert (error.request_id, error.rule, error.retry_after) == ("r", "some-rule", 5.0)
    assert isinstance(error.retry_after, float)


@pytest.mark.parametrize("body", [b"\xff", DEEP], ids=["no UTF-8", "deep"])
def test_an_error_that_cannot_be_read_is_a_lost_connection(body: bytes) -> None:
    with pytest.raises(ConnectionLost, match=r"^get_model: the response cannot be read: "):
        read_error(GET, HttpResponse(500, {}, body))
