"""Rows of the log: a call or a control request is read as it was written, without its secrets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from fake_server.state.rows import read_call, read_control, write_call, write_control
from genai_ports.api.call import Call, ListQuery
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.verbs import CREATE, LIST
from genai_ports.testing.requests import maybe
from genai_ports.testing.strategies import instances
from genai_ports.wire import encode

TENANCY = "ocid1.tenancy.oc1..a"
TOKEN = "hf_planted" + "x" * 24
NAMES = st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1, max_size=20)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """Draw any call that the server reads."""
    operation = draw(st.sampled_from([*OPERATIONS.values()]))
    takes = operation.verb.request_headers
    return Call(
        operation,
        region=draw(st.sampled_from([None, "us-chicago-1", "eu-frankfurt-1"])),
        target=None if operation.verb in (LIST, CREATE) else draw(NAMES),
        details=draw(instances(operation.details)) if operation.details else None,
        query=draw(st.builds(ListQuery, page=maybe(NAMES))) if operation.is_list else None,
        if_match=draw(maybe(NAMES)) if "if-match" in takes else None,
        retry_token=draw(maybe(NAMES)) if "opc-retry-token" in takes else None,
        request_id=draw(maybe(NAMES)),
        user=draw(maybe(NAMES)),
        ignored=draw(st.lists(NAMES, max_size=2).map(tuple)),
        user_agent=draw(maybe(NAMES)),
    )


def starred(item: Any, name: str = "") -> Any:
    """Replace each character of the secrets of a document."""
    if isinstance(item, dict):
        return {name: starred(part, name) for name, part in item.items()}
    if isinstance(item, list):
        return [starred(part) for part in item]
    return "*" * len(item) if name == "accessToken" and item and item.strip() else item


@given(calls())
@settings(max_examples=40)
def test_a_call_is_read_as_it_was_written_without_its_secrets(call: Call) -> None:
    read = read_call(write_call(call))
    assert read._replace(details=None) == call._replace(details=None)
    assert encode(read.details) == starred(encode(call.details))


def control(query: str = "", body: bytes = b"", content_type: str | None = None) -> Request:
    builder = EnvironBuilder(path="/_sim/x", method="PUT", query_string=query, data=body, content_type=content_type)
    return Request(builder.get_environ())


@pytest.mark.parametrize("query", ["", "a=1", "a=1&tenancy=b", "tenancy=b&c"])
@pytest.mark.parametrize("content_type", [None, "application/json"])
def test_a_control_request_is_read_as_it_was_written_with_its_tenancy(query: str, content_type: str | None) -> None:
    body = b'{"name": "\xc3\xa9"} \xff'
    read = read_control(write_control(control(query, body, content_type), body, TENANCY))
    assert (read.method, read.path, read.content_type, read.get_data()) == ("PUT", "/_sim/x", content_type, body)
    own = [] if "tenancy" in query else [f"tenancy={TENANCY}"]
    assert read.query_string.decode() == "&".join([*filter(None, [query]), *own])


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (f'["{TOKEN}", {{"{TOKEN}": ["{TOKEN}", 5]}}]', '["(a secret)", {"(a secret)": ["(a secret)", 5]}]'),
        (f"{TOKEN} is not JSON", ""),
        ('{"name": "hf_transfer"} is not JSON', '{"name": "hf_transfer"} is not JSON'),
    ],
)
def test_a_control_request_is_kept_without_secrets(body: str, kept: str) -> None:
    read = read_control(write_control(control(body=body.encode()), body.encode(), TENANCY))
    assert read.get_data(as_text=True) == kept
