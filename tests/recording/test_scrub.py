"""What is scrubbed has no secret, keeps the relations of ids, and what still looks like a secret is never written."""

from __future__ import annotations

import base64
import json
import random
import re
import string
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genai_ports.errors import GenAiError
from genai_ports.ocids import parse_ocid
from genai_ports.recording import Finding, UnsafeRecording, check_cassette, scrubbed
from genai_ports.recording.cassette import Cassette, Interaction, load_cassette
from genai_ports.recording.cassette_text import cassette_text
from genai_ports.recording.provenance import Provenance, load_provenance
from genai_ports.recording.saving import save_cassette, save_recording
from genai_ports.recording.scrub import SCRUBBER_VERSION
from genai_ports.recording.scrub.rules import rules
from genai_ports.recording.scrub.texts import kinds_in, scrub_text
from genai_ports.simulator.catalogue import base_models
from genai_ports.wire.http import HttpRequest, HttpResponse

LOOPBACK = "http://127.0.0.1:8080"
FAKE = Provenance(source="fake", recorded="2026-11-27")
MODELS = "/20231130/models"


def letters(alphabet, size):
    """Draw random text; hypothesis itself prefers texts of one character, which no secret is."""
    return st.integers(0, 2**64).map(lambda n: "".join(random.Random(n).choices(alphabet, k=size)))  # noqa: S311


base62 = string.ascii_letters + string.digits
base32 = string.ascii_lowercase + "234567"
pem = letters(base62 + "+/", 64).map(lambda t: f"-----BEGIN PRIVATE KEY-----\n{t}\n-----END PRIVATE KEY-----")
ocids = st.builds(
    "ocid1.{}.oc1.{}.{}".format,
    st.sampled_from(("generativeaimodel", "generativeaiendpoint", "tenancy", "user", "compartment")),
    st.sampled_from(("", "phx", "us-chicago-1")),
    letters(base32, 52).map("amaaaaaa".__add__),
)
KNOWN = {
    "hugging face": letters(base62, 34).map("hf_".__add__),
    "github": letters(base62, 36).map("ghp_".__add__),
    "aws": letters(string.ascii_uppercase + string.digits, 16).map("AKIA".__add__),
    "jwt": st.builds("eyJ{}.{}.{}".format, letters(base62, 30), letters(base62, 40), letters(base62 + "-_", 40)),
    "session token": letters(base62, 40).map("ST$".__add__),
    "e-mail": letters(string.ascii_lowercase, 9).map("{}@acme.example.org".format),
    "pem": pem,
    "ocid": ocids,
    "fingerprint": letters("0123456789abcdef", 32).map(lambda t: ":".join(re.findall("..", t))),
    "signature": letters(base62, 60).map('Signature version="1",keyId="k",signature="{}"'.format),
    "bearer": letters(base62, 30).map("Bearer {}".format),
    "password": letters(base62, 12).map("password={}".format),
    "pre-authenticated address": st.builds(
        "https://os.example/p/{}/n/jane/b/data/o/x.jsonl".format, letters(base62, 22)
    ),
    "bucket": letters(string.ascii_lowercase, 9).map("oci://{}@janespace/data.jsonl".format),
    "ip address": st.builds("10.{}.{}.{}".format, *[st.integers(100, 255)] * 3),
}
UNKNOWN = {
    "base62": letters(base62, 40),
    "hexadecimal": letters("0123456789abcdef", 32),
    "lower": letters(string.ascii_lowercase, 32),
    "base64": letters(base62 + "+/", 44),
}
known = st.one_of(*KNOWN.values())


def core(secret):
    """Return the part of a secret that must not be seen: without the words around it."""
    text = re.sub(
        r'^Signature .*signature="|^Bearer |^password=|-----[A-Z ]+-----|^ST\$|@.*|^https.*/p/|/n/.*|^oci://',
        "",
        secret,
    )
    return parse_ocid(secret).unique if parse_ocid(secret) else text.strip().strip('"')


ENCODINGS = {
    "raw": str,
    "base64": lambda t: base64.b64encode(t.encode()).decode(),
    "base64 of more": lambda t: base64.b64encode(f"the key is {t} today".encode()).decode(),
    "percent": lambda t: quote(t, safe=""),
    "every byte percent": lambda t: "".join(f"%{byte:02X}" for byte in t.encode()),
    "JSON-escaped": lambda t: "".join(f"\\u{ord(c):04x}" for c in t),
}
SENTENCES = ("{}", "the value {} is wrong", "({})", "it was <{}>.", "see\n{}\nthere")


def with_headers(text):
    return base(headers={"x-unknown": text, "authorization": text, "etag": text, "opc-retry-token": text})


def with_body(document):
    return base(body=json.dumps(document).encode())


def base(path=MODELS, query=(), headers=None, body=b"", content_type="application/json"):
    headers = headers or {}
    return Interaction(
        LOOPBACK, HttpRequest("POST", path, query, headers, body), HttpResponse(200, headers, body, content_type)
    )


PLACES = {
    "header": with_headers,
    "value": lambda t: with_body({"lifecycleDetails": t}),
    "nested value": lambda t: with_body({"items": [{"a": [{"b": t}]}]}),
    "key": lambda t: with_body({t: 1}),
    "error message": lambda t: with_body({"code": "InvalidParameter", "message": t}),
    "log line": lambda t: with_body({"items": [{"message": t, "timestamp": "2026-11-27T00:00:00Z"}]}),
    "name": lambda t: with_body({"displayName": t}),
    "tag": lambda t: with_body(
        {"freeformTags": {"owner": t, t: "x"}, "definedTags": {"Oracle-Tags": {"CreatedBy": t}}}
    ),
    "kept tag": lambda t: with_body({"freeformTags": {"genai-ports-run": t}}),
    "access token": lambda t: with_body({"dataSource": {"accessToken": t}}),
    "query": lambda t: base(query=(("other", t), ("page", t), ("displayName", t), (t, "x"))),
    "path": lambda t: base(path=f"{MODELS}/{t}"),
    "html": lambda t: base(body=f"<html><p>{t}</p></html>".encode(), content_type="text/html"),
    "cut JSON": lambda t: base(body=json.dumps({"a": {"message": t}}).encode()[:-2]),
    "cut tags": lambda t: base(body=json.dumps({"freeformTags": {"message": t}, "b": {}}).encode()[:-1]),
}


def written(interaction):
    """Save a recording in an empty directory, and return everything in the directory."""
    with tempfile.TemporaryDirectory() as directory:
        try:
            save_recording(Path(directory) / "a.yaml", [interaction], FAKE)
        finally:
            files = [file.read_bytes() for file in Path(directory).iterdir()]
        return b"".join(files)


@settings(max_examples=600)
@given(known, st.sampled_from(sorted(PLACES)), st.sampled_from(sorted(ENCODINGS)), st.sampled_from(SENTENCES))
def test_a_known_secret_is_never_written_in_any_encoding(secret, place, encoding, sentence):
    text = sentence.format(ENCODINGS[encoding](secret))
    seen = written(PLACES[place](text)).decode()
    for encode in ENCODINGS.values():
        assert encode(core(secret)).rstrip("=") not in seen
    decoded = " ".join(
        base64.b64decode(run + "=" * (-len(run) % 4)).decode("latin-1")
        for run in re.findall(r"[A-Za-z0-9+/]{16,}", seen)
        if len(run) % 4 != 1
    )
    assert core(secret) not in decoded


@settings(max_examples=300)
@given(
    st.one_of(*UNKNOWN.values()),
    st.sampled_from(("value", "nested value", "key", "error message", "log line", "kept tag", "html", "path")),
)
def test_an_unknown_secret_stops_the_writing_and_is_named_by_place_alone(secret, place):
    with tempfile.TemporaryDirectory() as directory:
        with pytest.raises(UnsafeRecording) as caught:
            save_recording(Path(directory) / "a.yaml", [PLACES[place](secret)], FAKE)
        assert list(Path(directory).iterdir()) == []
    assert isinstance(caught.value, GenAiError)
    assert "interaction 1: re" in str(caught.value)
    assert secret not in str(caught.value)


@settings(max_examples=300)
@given(known, st.sampled_from(sorted(PLACES)), st.sampled_from(sorted(ENCODINGS)))
def test_scrubbing_again_changes_nothing_and_finds_nothing(secret, place, encoding):
    once = scrubbed(Cassette((PLACES[place](f"it is {ENCODINGS[encoding](secret)} now"),)))
    assert scrubbed(once) == once
    assert check_cassette(once) == ()


@given(st.lists(ocids, min_size=2, max_size=6))
def test_pseudonyms_of_ids_are_equal_and_different_as_the_ids_are_and_have_their_form(given_):
    cassette = scrubbed(
        Cassette(
            (
                with_body({"items": [{"id": ocid} for ocid in given_]}),
                base(query=tuple(("compartmentId", ocid) for ocid in given_)),
            )
        )
    )
    first, second = cassette.interactions
    found = [item["id"] for item in json.loads(first.response.body)["items"]]
    assert [text for _, text in second.request.query] == found
    assert len(set(found)) == len(set(given_))
    for before, after in zip(map(parse_ocid, given_), map(parse_ocid, found), strict=True):
        assert after[:3] == before[:3]
        assert len(after.unique) == len(before.unique)
        assert after.unique != before.unique


@given(st.text(string.ascii_letters + " -_.", min_size=1, max_size=300), st.text(min_size=1, max_size=20))
def test_names_are_pseudonyms_of_at_least_the_same_length(name, other):
    document = {"items": [{"displayName": name}, {"displayName": other}, {"displayName": name}]}
    [each] = scrubbed(Cassette((with_body(document),))).interactions
    first, second, third = [item["displayName"] for item in json.loads(each.response.body)["items"]]
    assert first == third
    assert (first == second) == (name == other)
    assert len(first) >= len(name)


def test_a_private_name_is_replaced_in_messages_too_and_a_word_is_not():
    create = with_body({"displayName": "Acme-merger bot"})
    word = with_body({"displayName": "cluster"})
    refused = with_body({"code": "IncorrectState", "message": "the cluster Acme-merger bot: is in use"})
    first, _, last = scrubbed(Cassette((create, word, refused))).interactions
    name = json.loads(first.response.body)["displayName"]
    assert json.loads(last.response.body)["message"] == f"the cluster {name}: is in use"


def test_a_page_token_is_the_same_in_the_response_and_in_the_next_request():
    first = base(headers={"opc-next-page": "abc-DEF_123="})
    second = base(query=(("page", "abc-DEF_123="),))
    one, two = scrubbed(Cassette((first, second))).interactions
    assert dict(two.request.query)["page"] == one.response.headers["opc-next-page"] != "abc-DEF_123="


def test_the_request_id_of_a_client_is_the_first_part_of_that_of_the_response():
    sent, own = "A1" * 16, "B2" * 16
    request = HttpRequest("GET", MODELS, (), {"opc-request-id": sent})
    response = HttpResponse(200, {"opc-request-id": f"{sent}/{own}/{own}"})
    [each] = scrubbed(Cassette((Interaction(LOOPBACK, request, response),))).interactions
    first, *rest = each.response.headers["opc-request-id"].split("/")
    assert first == each.request.headers["opc-request-id"]
    assert rest[0] == rest[1] != own
    assert len(first) == 32


def test_only_headers_that_matter_stay():
    headers = {
        "Accept": "application/json",
        "content-type": "application/json",
        "if-match": "*",
        "User-Agent": "Oracle-PythonSDK",
        "date": "Fri, 27 Nov 2026 06:00:00 GMT",
        "x-content-sha256": "47DEQpj8HBSa",
        "opc-client-info": "Oracle",
        "opc-client-retries": "true",
        "host": "example.org",
        "cookie": "a=b",
        "retry-after": "30",
        "x-genai-ports-rule": "page_token",
    }
    [each] = scrubbed(Cassette((base(headers=headers),))).interactions
    assert each.request.headers == {"accept": "application/json", "content-type": "application/json", "if-match": "*"}
    assert each.response.headers == {"retry-after": "30", "x-genai-ports-rule": "page_token"}


def test_what_everybody_knows_and_what_scenarios_name_stays():
    base_model = base_models("us-chicago-1")[0].snapshot
    document = {
        "id": base_model.id,
        "displayName": base_model.display_name,
        "description": "genai-ports: a story that people read",
        "freeformTags": {"genai-ports-recording": "fine-tune"},
        "definedTags": {"Oracle-Tags": {"CreatedOn": "2026-11-27T00:00:00.000Z"}},
        "dataSource": {"modelId": "meta-llama/Llama-3.3-70B-Instruct"},
        "lifecycleState": "ACTIVE",
        "unitShape": "LARGE_GENERIC_V2",
        "timeCreated": "2026-11-27T00:00:00.123456+00:00",
        "unitCount": 2,
        "learningRate": 0.01,
        "isContentModerationEnabled": False,
        "version": None,
    }
    [each] = scrubbed(Cassette((with_body(document),))).interactions
    assert json.loads(each.response.body) == document


def test_tags_lose_their_values_and_private_keys():
    document = {"definedTags": {"Oracle-Tags": {"CreatedBy": "jane"}, "Finance": {"CostCenter": 42}}}
    [each] = scrubbed(Cassette((with_body(document),))).interactions
    tags = json.loads(each.response.body)["definedTags"]
    assert tags.pop("Oracle-Tags") == {"CreatedBy": "scrubbed"}
    assert "Finance" not in tags
    assert list(tags.values()) != [{"CostCenter": 42}]


@pytest.mark.parametrize(
    ("path", "region", "origin"),
    [
        ("/eu-frankfurt-1/20231130/models", "", "https://generativeai.eu-frankfurt-1.oci.oraclecloud.com"),
        ("/20231130/models", "uk-gov-london-1", "https://generativeai.uk-gov-london-1.oci.oraclegovcloud.uk"),
        (
            "/20231130/models/ocid1.generativeaimodel.oc1.phx.a",
            "",
            "https://generativeai.us-phoenix-1.oci.oraclecloud.com",
        ),
        ("/20231130/models", "", "https://generativeai.us-chicago-1.oci.oraclecloud.com"),
    ],
)
def test_the_origin_is_the_endpoint_of_the_region(path, region, origin):
    interaction = Interaction(LOOPBACK, HttpRequest("GET", path), HttpResponse(200))
    [each] = scrubbed(Cassette((interaction,)), region).interactions
    assert each.origin == origin
    assert each.request.path.startswith(MODELS)


def test_bytes_that_are_not_text_stop_the_writing(tmp_path):
    with pytest.raises(UnsafeRecording, match=r"interaction 1: response.body: bytes that are not text"):
        save_recording(tmp_path / "a.yaml", [base(body=b"\xff\xfe\x00")], FAKE)
    assert list(tmp_path.iterdir()) == []


def test_a_request_of_another_service_stops_the_writing(tmp_path):
    other = Interaction("https://auth.us-chicago-1.oraclecloud.com", HttpRequest("POST", "/v1/x509"), HttpResponse(200))
    with pytest.raises(UnsafeRecording, match=r"request\.uri: a request of another service"):
        save_recording(tmp_path / "a.yaml", [other], FAKE)


def test_saving_never_writes_what_is_not_scrubbed(tmp_path):
    (tmp_path / "a.yaml").write_text("before")
    with pytest.raises(UnsafeRecording, match="origin"):
        save_cassette(tmp_path / "a.yaml", Cassette((base(),)), FAKE)
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]
    assert (tmp_path / "a.yaml").read_text() == "before"


def test_the_provenance_is_scrubbed_and_checked(tmp_path):
    save_recording(tmp_path / "a.yaml", [base()], Provenance(source="unstated", note="from jane@acme.example.org"))
    found = load_provenance(tmp_path / "a.yaml")
    assert found == Provenance(source="unstated", note="from someone@example.com", scrubber=SCRUBBER_VERSION)
    with pytest.raises(UnsafeRecording, match=r"provenance.sdk"):
        save_cassette(tmp_path / "b.yaml", Cassette(()), Provenance(source="unstated", sdk="jane@acme.example.org"))
    assert not (tmp_path / "b.yaml").exists()


def test_a_draft_is_removed_if_the_disk_refuses(tmp_path, monkeypatch):
    def refuse(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        save_recording(tmp_path / "a.yaml", [base()], FAKE)
    assert list(tmp_path.iterdir()) == []


def test_a_finding_names_no_key_that_looks_secret():
    found = check_cassette(scrubbed(Cassette((with_body({"a": {"0123456789abcdef" * 2: "0123456789abcdef" * 3}}),))))
    assert Finding("interaction 1: response.body: a.<1>", "a long hexadecimal string") in found


@pytest.mark.parametrize(
    "text",
    [
        "invalid page token: repeat the query without page=",
        "Authorization failed or requested resource not found: model unknown in eu-frankfurt-1.",
        "Model meta.llama-3.3-70b-instruct is retired on 2026-07-15T00:00:00Z",
        "DedicatedAiClusterUnitShape LARGE_COHERE_V2_2 is not available",
        "12:30:45 version 15.6",
        "Basic information",
    ],
)
def test_ordinary_text_stays(text):
    assert scrub_text(text) == text
    assert kinds_in(text) == ()


def test_every_name_of_the_api_is_ordinary_text():
    for model in base_models("us-chicago-1"):
        assert kinds_in(str(model.snapshot.display_name)) == ()


def test_what_is_written_is_read_as_the_scrubbed_cassette(tmp_path):
    cassette = save_recording(tmp_path / "a.yaml", [with_body({"displayName": "mine"})], FAKE)
    assert load_cassette(tmp_path / "a.yaml") == cassette
    assert "mine" not in cassette_text(cassette)


@pytest.mark.parametrize("name", ["displayName", "display_name", "display-name", "DisplayName"])
def test_a_private_name_is_found_however_its_property_is_spelt(name):
    recorded = base(query=((name, "Jane Doe"),), body=json.dumps({name: "Jane Doe"}).encode())
    assert b"Jane" not in written(recorded)


def test_a_private_name_is_found_in_json_within_a_text():
    assert b"Jane" not in written(with_body({"details": json.dumps({"displayName": "Jane Doe"})}))


def test_an_e_mail_address_can_have_any_letters():
    assert "köln" not in written(with_body({"message": "from müller@köln.example"})).decode()


def test_the_path_before_the_version_is_dropped_as_it_can_name_a_company():
    [each] = scrubbed(Cassette((base(path="/acme-gateway/20231130/models"),))).interactions
    assert each.request.path == MODELS


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.kind)
@given(data=st.data())
@settings(max_examples=20)
def test_each_match_of_a_rule_has_one_of_its_hints(rule, data):
    text = data.draw(st.from_regex(rule.pattern, alphabet=st.characters(max_codepoint=127)))
    assert any(hint in text.lower() for hint in rule.hints)
