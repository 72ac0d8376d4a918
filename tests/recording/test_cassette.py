"""A cassette has the file format of vcrpy: vcrpy reads what we write, and we read what vcrpy writes."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
import vcr
import yaml
from hypothesis import given
from hypothesis import strategies as st
from vcr.serialize import deserialize, serialize
from vcr.serializers import yamlserializer

from genai_ports.errors import ConfigurationError
from genai_ports.recording.cassette import Cassette, Interaction, load_cassette, parse_cassette
from genai_ports.recording.cassette_text import cassette_text
from genai_ports.recording.provenance import Provenance, load_provenance, provenance_path
from genai_ports.recording.saving import save_cassette
from genai_ports.wire.http import HttpRequest, HttpResponse

CHICAGO = "https://generativeai.us-chicago-1.oci.oraclecloud.com"
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
names = st.from_regex(r"[a-z][a-z-]{0,11}", fullmatch=True).filter(
    lambda name: name not in {"connection", "keep-alive"}
)
headers = st.dictionaries(names.filter(lambda name: not name.startswith("content")), texts, max_size=3)
bodies = st.one_of(
    st.just(b""),
    st.dictionaries(texts, st.one_of(texts, st.integers(), st.none(), st.lists(texts, max_size=2)), max_size=3).map(
        lambda document: json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    ),
    texts.map(lambda text: f"<html>{text}</html>".encode()),
    st.just(b"\xff\xfe\x00"),
)
interactions = st.builds(
    Interaction,
    st.sampled_from((CHICAGO, "http://127.0.0.1:8080")),
    st.builds(
        HttpRequest,
        st.sampled_from(("GET", "POST", "DELETE")),
        st.lists(texts.filter(lambda text: text and not set(text) & set("/?#")), min_size=1, max_size=3).map(
            lambda parts: "/" + "/".join(parts)
        ),
        st.lists(st.tuples(texts.filter(bool), texts), max_size=3).map(tuple),
        headers,
        bodies,
    ),
    st.builds(HttpResponse, st.sampled_from((200, 204, 404, 599)), headers, bodies),
)


@given(st.lists(interactions, max_size=4).map(tuple).map(Cassette))
def test_a_written_cassette_is_read_as_it_was(cassette: Cassette) -> None:
    assert parse_cassette(cassette_text(cassette)) == cassette


@given(st.lists(interactions, min_size=1, max_size=3).map(tuple).map(Cassette))
def test_vcrpy_reads_what_we_write_and_we_read_what_vcrpy_writes(cassette: Cassette) -> None:
    requests, responses = deserialize(cassette_text(cassette), yamlserializer)
    assert len(requests) == len(cassette.interactions)
    again = serialize({"requests": requests, "responses": responses}, yamlserializer)
    assert parse_cassette(again) == cassette


def test_vcrpy_plays_what_we_write(tmp_path: Any) -> None:
    from urllib.request import urlopen

    request = HttpRequest("GET", "/20231130/models", (("compartmentId", "c"),), {"accept": "application/json"})
    path = tmp_path / "one.yaml"
    save_cassette(
        path,
        Cassette((Interaction(CHICAGO, request, HttpResponse(200, {}, b'{"items":[]}')),)),
        Provenance(source="fake"),
    )
    url = f"{CHICAGO}/20231130/models?compartmentId=c"
    with vcr.use_cassette(str(path), record_mode="none") as played, urlopen(url, timeout=1) as response:  # noqa: S310
        assert json.load(response) == {"items": []}
    assert played.play_count == 1


def test_a_compressed_body_is_read() -> None:
    item: dict[str, Any] = {
        "request": {"method": "GET", "uri": f"{CHICAGO}/20231130/models", "headers": {}, "body": None},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Content-Encoding": ["gzip"], "Content-Type": ["application/json"], "Etag": ["a", "b"]},
            "body": {"string": gzip.compress(b'{ "items": [] }')},
        },
    }
    [read] = parse_cassette(yaml.dump({"interactions": [item], "version": 1})).interactions
    assert read.response == HttpResponse(200, {"etag": "a, b"}, b'{"items":[]}')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[", "is not YAML"),
        ("interactions:\n- a: 1\n- b: @x\n- c: 1\nversion: 1\n", "at line 3"),
        ("interactions: 3", "no list of interactions"),
        ("interactions: []", "version 1"),
        ("interactions:\n- 3\nversion: 1", "interaction 1: request is missing"),
        ("interactions:\n- request: {}\n  response: {}\nversion: 1", "request.uri must be text"),
        ("interactions:\n- request: {uri: 'x:', method: GET}\n  response: {}\nversion: 1", "not an http"),
        (
            "interactions:\n- request: {uri: 'http://h', method: GET}\n  response: {status: {code: x}}\nversion: 1",
            "response.status.code must be a number",
        ),
    ],
)
def test_what_is_not_a_cassette_is_refused_with_the_place(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        parse_cassette(text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Any) -> None:
    with pytest.raises(ConfigurationError, match="cannot read the cassette"):
        load_cassette(tmp_path / "none.yaml")


def test_provenance_stands_beside_the_cassette(tmp_path: Any) -> None:
    given_ = Provenance(source="fake", recorded="2026-11-27", seed="7", unknown=("request.headers",))
    save_cassette(tmp_path / "a.yaml", Cassette(()), given_)
    assert load_provenance(tmp_path / "a.yaml") == given_
    assert provenance_path(tmp_path / "a.yaml") == tmp_path / "a.provenance.json"
    assert load_provenance(tmp_path / "b.yaml").source == "unstated"


def test_the_region_comes_from_the_path_or_the_host() -> None:
    def region(origin: str, path: str) -> str | None:
        return Interaction(origin, HttpRequest("GET", path), HttpResponse(200)).region

    assert region(CHICAGO, "/20231130/models") == "us-chicago-1"
    assert region("http://127.0.0.1:80", "/eu-frankfurt-1/20231130/models") == "eu-frankfurt-1"
    assert region("http://127.0.0.1:80", "/20231130/models") is None
