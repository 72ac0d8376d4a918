"""Bodies are compact JSON in ASCII, and are read strictly."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports.wire.documents import MalformedBody, dump, json_type, parse_object


def test_what_is_written_is_compact_and_ascii() -> None:
    assert dump({"a": [1, None], "b": "ü\ud800"}) == rb'{"a":[1,null],"b":"\u00fc\ud800"}'


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b"{}", {}),
        (b'{"a": {"b": 1, "c": 1}, "d": [1.5, true, null, "x"]}', {"a": {"b": 1, "c": 1}, "d": [1.5, True, None, "x"]}),
        (b'\xef\xbb\xbf{"a": "\xc3\xbc"}', {"a": "ü"}),
        (b'{"a": "' + b"{[" * 100 + b'"}', {"a": "{[" * 100}),
    ],
)
def test_an_object_is_read(body: bytes, document: Any) -> None:
    assert parse_object(body) == document


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "Expecting value: line 1 column 1 (char 0)"),
        (b'{"a": ', "Expecting value: line 1 column 7 (char 6)"),
        (b'{"a": "\xff"}', "it is not UTF-8"),
        ("{}".encode("utf-16"), "it is not UTF-8"),
        (b"[]", "it is an array"),
        (b'"text"', "it is a string"),
        (b"true", "it is true or false"),
        (b"null", "it is null"),
        (b"5", "it is a number"),
        (b"5.5", "it is a number"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"a": 1e999}', "it has a number that is too large"),
        (b'{"a": {"id": 1, "modelId": 2, "id": 3}}', "id is repeated"),
        (b'{"x": 1, "hunter2": 2, "hunter2": 3, "x": 4}', "property 3 (7 characters) is repeated"),
    ],
)
def test_anything_else_is_refused_with_a_reason(body: bytes, problem: str) -> None:
    with pytest.raises(MalformedBody) as refused:
        parse_object(body)
    assert str(refused.value) == problem


@pytest.mark.parametrize(("begin", "end"), [(b'{"a":', b"}"), (b"[", b"]")])
def test_a_body_nests_up_to_64_levels(begin: bytes, end: bytes) -> None:
    def nested(levels: int) -> bytes:
        return b'{"a":' + begin * (levels - 1) + b"1" + end * (levels - 1) + b"}"

    assert parse_object(nested(64))
    for levels in (65, 100_000):
        with pytest.raises(MalformedBody, match=r"^it nests deeper than 64 levels$"):
            parse_object(nested(levels))


def test_a_flat_body_has_any_number_of_objects() -> None:
    assert len(parse_object(b'{"a": [' + b"{}," * 99 + b"[]]}")["a"]) == 100


def test_a_type_is_named_as_in_json() -> None:
    assert json_type({}) == "an object"
