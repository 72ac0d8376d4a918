"""The HTTP binding: what is written is read back as the same, for every operation and every error."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genai_ports import errors
from genai_ports.api.call import Call, ListQuery, Reply
from genai_ports.api.enums import SortOrder, values
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.snapshot import Page, ResponseMetadata
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE, LIST
from genai_ports.errors import ServiceError
from genai_ports.testing.requests import maybe
from genai_ports.testing.strategies import instances, json_values
from genai_ports.wire.documents import dump
from genai_ports.wire.http import HttpRequest, HttpResponse
from genai_ports.wire.requests import query_parameters, read_request, unknown_parameters, write_request
from genai_ports.wire.responses import read_error, read_response, write_error, write_response
from genai_ports.wire.routes import find_route, methods_at, path_of

if TYPE_CHECKING:
    from genai_ports.api.kind import Operation

PER_OPERATION = settings(max_examples=settings().max_examples // 4)
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)

HEADERS = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=20)
REGIONS = st.sampled_from([None, "us-chicago-1", "eu-frankfurt-1", "us-gov-phoenix-1"])
TARGETS = st.text(min_size=1, max_size=40).filter(lambda text: "/" not in text)
ERRORS = [
    cls
    for cls in vars(errors).values()
    if isinstance(cls, type) and cls is not ServiceError and issubclass(cls, ServiceError)
]


@st.composite
def calls(draw: st.DrawFn, operation: Operation) -> Call:
    """Draw a call as the repositories make them."""
    takes = operation.verb.request_headers
    return Call(
        operation,
        region=draw(REGIONS),
        target=None if operation.verb in (LIST, CREATE) else draw(TARGETS),
        details=draw(instances(operation.details)) if operation.details else None,
        query=draw(queries(operation)) if operation.is_list else None,
        if_match=draw(maybe(HEADERS)) if "if-match" in takes else None,
        retry_token=draw(maybe(HEADERS)) if "opc-retry-token" in takes else None,
        request_id=draw(maybe(HEADERS)),
    )


@st.composite
def queries(draw: st.DrawFn, operation: Operation) -> ListQuery:
    usual = {name: st.text() | st.sampled_from(allowed or ("a",)) for name, allowed in operation.filters.items()}
    several = {"capability": st.lists(st.text(), min_size=1, max_size=3).map(tuple)}
    return ListQuery(
        compartment_id=draw(st.text()) if operation.verb is LIST else None,
        filters=draw(st.fixed_dictionaries({}, optional={**usual, **(several if "capability" in usual else {})})),
        sort_by=draw(maybe(st.sampled_from(operation.sort_keys) | st.text())),
        sort_order=draw(maybe(st.sampled_from(values(SortOrder)))),
        limit=draw(maybe(st.integers(-(10**18), 10**18))),
        page=draw(maybe(st.text())),
    )


METADATA = st.builds(
    ResponseMetadata,
    status=st.integers(200, 299),
    request_id=maybe(HEADERS),
    etag=maybe(HEADERS),
    work_request_id=maybe(HEADERS),
    retry_after=maybe(st.integers(0, 86_400)),
    model_deprecation_info=maybe(HEADERS),
)


@st.composite
def replies(draw: st.DrawFn, operation: Operation) -> Reply:
    metadata, cls = draw(METADATA), operation.result
    if cls is None:
        return Reply(None, metadata)
    if not operation.is_list:
        return Reply(replaced(draw(instances(cls)), response=metadata), metadata)
    items = draw(st.lists(instances(cls), max_size=3).map(tuple))
    return Reply(Page(items=items, next_page=draw(maybe(HEADERS)), response=metadata), metadata)


def read_back(request: HttpRequest) -> Call:
    route = find_route(request.method, request.path)
    assert route
    assert unknown_parameters(request, route.operation) == ()
    call, unknown = read_request(request, route)
    assert unknown == ()
    return call


@each_operation
@PER_OPERATION
@given(data=st.data())
def test_a_call_written_as_a_request_is_read_as_the_same_call(operation: Operation, data: st.DataObject) -> None:
    call = data.draw(calls(operation))
    request = write_request(call)
    assert read_back(request) == call
    assert write_request(read_back(request)) == request


@each_operation
@PER_OPERATION
@given(data=st.data())
def test_a_reply_written_as_a_response_is_read_as_the_same_reply(operation: Operation, data: st.DataObject) -> None:
    reply = data.draw(replies(operation))
    response = write_response(reply)
    again = read_response(operation, response)
    assert again == reply
    assert getattr(again.value, "response", again.response) == reply.response
    assert write_response(again) == response


@each_operation
@PER_OPERATION
@given(data=st.data())
def test_an_error_written_as_a_response_is_read_as_the_same_error(operation: Operation, data: st.DataObject) -> None:
    cls = data.draw(st.sampled_from(ERRORS))
    error = cls(
        data.draw(st.text(min_size=1)),
        code=data.draw(st.just(cls.default_code) | st.from_regex(r"[A-Z]\w+", fullmatch=True)),
        request_id=data.draw(maybe(HEADERS)),
        operation=operation.name,
        rule=data.draw(maybe(HEADERS)),
        retry_after=data.draw(maybe(st.integers(0, 86_400).map(float))),
    )
    again = read_error(operation, write_error(error))
    assert vars(again) == vars(error)
    assert type(again) is cls or error.code != cls.default_code


@given(st.sampled_from(list(OPERATIONS.values())), st.integers(200, 599), st.binary() | json_values().map(dump))
def test_any_body_is_read_or_is_a_lost_connection(operation: Operation, status: int, body: bytes) -> None:
    response = HttpResponse(status, {}, body, "text/html")
    with suppress(errors.ConnectionLost):
        assert read_error(operation, response).message
        assert read_response(operation, response).response.status == status


@given(st.sampled_from(["retry-after", "etag", "opc-next-page"]), st.text())
def test_any_header_is_read(header: str, text: str) -> None:
    for operation in OPERATIONS.values():
        assert read_response(operation, HttpResponse(200, {header: text}, b"{}")).response.status == 200
        assert read_error(operation, HttpResponse(429, {header: text})).status == 429


# Paths.


@each_operation
@PER_OPERATION
@given(region=REGIONS, target=TARGETS)
def test_a_path_stands_for_one_operation(operation: Operation, region: str | None, target: str) -> None:
    path = path_of(operation, region=region, target=target)
    given_target = None if operation.verb in (LIST, CREATE) else target
    assert find_route(operation.verb.method, path) == (operation, region, given_target)
    assert operation.verb.method in methods_at(path)
    for other in (f"{path}/", f"{path}/x/y/z", f"/{path}", f"/Frankfurt{path}", path[1:]):
        assert find_route(operation.verb.method, other) is None
        assert methods_at(other) == ()


@given(st.sampled_from(["GET", "POST", "PATCH", ""]), st.text())
def test_any_text_is_a_path_without_an_operation(method: str, path: str) -> None:
    assert find_route(method, path) is None


@each_operation
def test_the_parameters_of_a_list_are_those_of_its_row(operation: Operation) -> None:
    names = {name for name in query_parameters(operation).values() if operation.is_list}
    attributes: set[Any] = {field.name for field in fields(ListQuery)} - {"filters"}
    own = set() if operation.verb is LIST else {"compartment_id"}
    assert names == ({*operation.filters, *attributes} - own if operation.is_list else set())
