"""Requests: how a call is written, and what is read from requests that no client of ours writes."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports.api.call import Call, ListQuery
from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
from genai_ports.api.kinds import OPERATIONS
from genai_ports.wire.documents import MalformedBody
from genai_ports.wire.http import HttpRequest
from genai_ports.wire.requests import (
    Reading,
    RepeatedParameter,
    query_parameters,
    read_request,
    unknown_parameters,
    write_request,
)
from genai_ports.wire.routes import Route

GET = OPERATIONS["get_model"]
LIST = OPERATIONS["list_models"]
LIST_LOGS = OPERATIONS["list_work_request_logs"]
MOVE = OPERATIONS["change_model_compartment"]
UPDATE = OPERATIONS["update_dedicated_ai_cluster"]
DELETE = OPERATIONS["delete_model"]


def read(operation: Any, *query: tuple[str, str], body: bytes = b"", lenient: bool = False, **headers: str) -> Reading:
    """Read a request of an operation on the resource `a`; underscores in the names of headers are hyphens."""
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    request = HttpRequest(operation.verb.method, "", query, names, body)
    return read_request(request, Route(operation, "us-chicago-1", "a"), lenient=lenient)


def test_a_call_is_written() -> None:
    query = ListQuery(
        compartment_id="c",
        filters={"vendor": "meta", "capability": ("CHAT", "FINE_TUNE")},
        sort_by="timeCreated",
        sort_order="ASC",
        limit=5,
        page="p",
    )
    request = write_request(Call(LIST, query=query, request_id="r", if_match="e", retry_token="t"))
    pairs = (
        *(("compartmentId", "c"), ("vendor", "meta"), ("capability", "CHAT"), ("capability", "FINE_TUNE")),
        *(("limit", "5"), ("page", "p"), ("sortBy", "timeCreated"), ("sortOrder", "ASC")),
    )
    assert request == ("GET", "/20231130/models", pairs, {"opc-request-id": "r"}, b"")


def test_only_what_a_call_has_is_written() -> None:
    assert write_request(Call(LIST_LOGS, target="a", query=ListQuery())).query == ()
    details = ChangeCompartmentDetails(compartment_id="c")
    assert write_request(Call(MOVE, "us-chicago-1", "a", details, if_match="e", retry_token="t")) == (
        "POST",
        "/us-chicago-1/20231130/models/a/actions/changeCompartment",
        (),
        {"if-match": "e", "opc-retry-token": "t"},
        b'{"compartmentId":"c"}',
    )
    assert write_request(Call(GET, target="a")) == ("GET", "/20231130/models/a", (), {}, b"")


def test_the_headers_of_an_operation_are_read() -> None:
    headers = {"if_match": "e", "opc_retry_token": "t", "opc_request_id": "r", "user_agent": "u"}
    assert read(GET, **headers) == (
        Call(GET, "us-chicago-1", "a", request_id="r", user_agent="u"),
        (),
    )
    move = read(MOVE, body=b'{"compartmentId":"c"}', **headers).call
    assert (move.if_match, move.retry_token, move.details) == ("e", "t", ChangeCompartmentDetails(compartment_id="c"))


@pytest.mark.parametrize(
    ("text", "limit"),
    [("5", 5), ("-5", -5), ("9" * 19, 10**19 - 1), ("9" * 20, "9" * 20), ("five", "five"), ("", ""), ("٣", "٣")],
)
def test_a_limit_that_is_no_number_stays_text(text: str, limit: Any) -> None:
    assert read(LIST, ("limit", text)).call.query == ListQuery(limit=limit)


def test_the_parameters_of_a_list_are_read_and_others_are_skipped() -> None:
    query = (("capability", "CHAT"), ("vendor", "5"), ("page", "7"), ("x", "y"), ("capability", "FINE_TUNE"))
    filters = {"capability": ("CHAT", "FINE_TUNE"), "vendor": "5"}
    assert read(LIST, *query).call.query == ListQuery(filters=filters, page="7")
    assert read(LIST).call.query == ListQuery()
    assert read(GET, *query).call.query is None


def test_a_parameter_is_not_repeated() -> None:
    with pytest.raises(RepeatedParameter, match=r"^vendor is given 2 times$") as repeated:
        read(LIST, ("vendor", "a"), ("vendor", "b"))
    assert (repeated.value.name, repeated.value.values) == ("vendor", ("a", "b"))


def test_unknown_parameters_are_listed() -> None:
    query = (("vendor", "a"), ("vendr", "b"), ("vendr", "c"), ("hunter2", "d"), ("modelId", "e"))
    request = HttpRequest("GET", "/20231130/models", query)
    assert unknown_parameters(request, LIST) == (
        "parameter 2 (similar to vendor)",
        "parameter 3 (7 characters)",
        "modelId",
    )
    assert unknown_parameters(HttpRequest("GET", "/20231130/models"), LIST) == ()
    assert unknown_parameters(request, GET)[0] == "vendor"
    many = HttpRequest("GET", "/20231130/models", tuple((f"x{n}", "") for n in range(21)))
    assert len(unknown_parameters(many, LIST)) == 20


def test_a_list_of_a_compartment_takes_it() -> None:
    assert query_parameters(LIST)["compartmentId"] == "compartment_id"
    assert "compartmentId" not in query_parameters(LIST_LOGS)
    assert query_parameters(GET) == {}


def test_a_body_is_read() -> None:
    body = b'{"unitCount": "3", "unitCuont": 4}'
    unknown = ("property 2 (similar to unitCount)",)
    assert read(UPDATE, body=body)[0].details == UpdateDedicatedAiClusterDetails(unit_count="3")  # type: ignore[arg-type]
    assert read(UPDATE, body=body)[1] == unknown
    lenient = read(UPDATE, body=body, lenient=True)
    assert (lenient[0].details, lenient[1]) == (UpdateDedicatedAiClusterDetails(unit_count=3), unknown)
    with pytest.raises(MalformedBody, match="it is an array"):
        read(UPDATE, body=b"[]", lenient=True)


def test_the_body_of_an_operation_without_one_is_not_read() -> None:
    assert read(DELETE) == (Call(DELETE, "us-chicago-1", "a"), ())
    assert read(DELETE, body=b'{"hunter2": 1, "modelId": 2}')[1] == ("property 1 (7 characters)", "modelId")
    assert read(DELETE, body=b'{"hunter2": 1}', lenient=True)[1] == ("property 1 (7 characters)",)
    with pytest.raises(MalformedBody, match="it is an array"):
        read(DELETE, body=b"[]")
    assert read(DELETE, body=b"[]", lenient=True)[1] == ("body",)
