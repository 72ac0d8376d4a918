"""Responses in pieces: from which size on, and how large the pieces are."""

from __future__ import annotations

import json

import pytest

from fake_server.json_cache import JsonCache
from fake_server.response import item_dump
from fake_server.streams import STREAM, Streamed, pieces, stream_json, stream_reply
from genai_ports import InMemoryModelRepository
from genai_ports.api.call import Call, ListQuery
from genai_ports.api.kinds import OPERATIONS
from genai_ports.testing import ready
from genai_ports.wire.http import HttpResponse
from genai_ports.wire.responses import dump_value

DOCUMENTS = [
    {},
    [],
    {"a": []},
    {"a": 1, "b": [1, 2], "c": {}, "d": {"e": {"f": {"g": [1, {}]}}}},
    [*range(50)],
    [*range(51)],
    {"a": tuple(range(150)), "b": [*range(101)]},
    "text",
    None,
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_the_pieces_are_the_document(document):
    assert json.loads(b"".join(pieces(document))) == json.loads(json.dumps(document))


def test_a_piece_has_up_to_50_items():
    assert [*map(len, pieces([1] * 120))] == [1, 99, 100, 40, 1]
    assert [*pieces([1] * 50)] == [b"[", b",".join([b"1"] * 50), b"]"]


@pytest.mark.parametrize(("levels", "is_taken_apart"), [(0, True), (1, True), (3, True), (4, False)])
def test_arrays_are_taken_apart_down_to_the_third_level(levels, is_taken_apart):
    document = ["a", "b"]
    for _ in range(levels):
        document = {"name": document}
    written = [*pieces(document, lambda item: b"<" + item.encode() + b">")]
    assert (b"<a>,<b>" in written) is is_taken_apart


def environ(method="GET", stream=None):
    return {"REQUEST_METHOD": method, "QUERY_STRING": "", STREAM: stream}


def sent(streamed, method="GET", *, can_stream=True):
    """Send a response; return its head, its first part, and the pieces that follow; None for a whole response."""
    heads, rests = [], []
    body = streamed(environ(method, rests.append if can_stream else None), lambda *head: heads.append(head))
    return heads[0], b"".join(body), b"".join(rests[0]) if rests else None


def test_a_response_is_whole_up_to_its_size():
    for size, first, rest in ((9, b"123456789\n", None), (8, b"123456789", b"")):
        streamed = Streamed(HttpResponse(200), iter([b"123", b"456", b"789"]), size)
        (status, headers), *parts = sent(streamed)
        assert (status, parts) == ("200 OK", [first, rest])
        assert ("Content-Length" in dict(headers)) is (rest is None)
        assert ("Content-Type", "application/json") in headers


def test_the_pieces_that_follow_are_made_later():
    made = []

    def make():
        for piece in (b"123", b"456", b"789"):
            made.append(piece)
            yield piece

    rests = []
    body = Streamed(HttpResponse(200, {"a": "b"}), make(), 3)(environ(stream=rests.append), lambda *_: None)
    assert not isinstance(body, list)
    assert (b"".join(body), made) == (b"123456", [b"123", b"456"])
    assert b"".join(rests[0]) == b"789"


def test_without_a_way_to_stream_and_for_head_nothing_follows():
    def make():
        return Streamed(HttpResponse(200, {"a": "b"}), iter([b"123", b"456"]), 2)

    assert sent(make(), can_stream=False)[1:] == (b"123456\n", None)
    (_, headers), *parts = sent(make(), "HEAD")
    assert parts == [b"", None]
    assert headers == [("a", "b"), ("Content-Type", "application/json")]


@pytest.mark.parametrize(("count", "is_stream"), [(50, False), (51, True)])
def test_a_page_of_more_than_50_items_is_a_stream_of_the_same_json(count, is_stream):
    genai = InMemoryModelRepository()
    for _ in range(count):
        ready.imported_model(genai)
    operation = OPERATIONS["list_imported_models"]
    reply = genai.simulator.handle(Call(operation, query=ListQuery(compartment_id=ready.COMPARTMENT)))
    written = stream_reply(operation, reply, JsonCache())
    assert isinstance(written, Streamed) is is_stream
    body = sent(written)[1] if is_stream else written.body
    assert [each["id"] for each in json.loads(body)["items"]] == [each.id for each in reply.value.items]


def test_json_of_control_paths_is_a_stream_from_64_kib_on():
    for size, is_whole in ((65_536 - 2, True), (65_536 - 1, False)):
        assert (sent(stream_json("a" * size))[2] is None) is is_whole


def test_items_of_work_requests_never_enter_the_cache():
    cache = JsonCache()
    assert item_dump(OPERATIONS["list_models"], cache) == cache.dump
    assert item_dump(OPERATIONS["list_work_requests"], cache) == dump_value
