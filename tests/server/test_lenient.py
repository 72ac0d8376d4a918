"""Strict and lenient servers: unknown input is refused or accepted, and always recorded in the journal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from genai_ports.api.kinds import OPERATIONS
from genai_ports.testing.strategies import documents, json_values
from genai_ports.wire.relaxed import relaxed

if TYPE_CHECKING:
    from fake_server.app import App

API = "/20231130"
COMPARTMENT = "ocid1.compartment.oc1..a"
CLUSTER = {"compartmentId": COMPARTMENT, "type": "HOSTING", "unitCount": 2, "unitShape": "LARGE_GENERIC"}
CLUSTERS = f"{API}/dedicatedAiClusters"
LIST = f"{CLUSTERS}?compartmentId={COMPARTMENT}"
MODERATION = {"isEnabled": "True", "mode": "BLOCK"}


@pytest.fixture(scope="module")
def lenient_app() -> App:
    return create_app(Settings(clock="virtual", lenient=True))


@pytest.fixture
def lenient(lenient_app: App) -> Client:
    lenient_app.worlds.reset_all()
    return Client(lenient_app)


def noted(http: Client) -> dict[str, Any]:
    entry: dict[str, Any] = http.get("/_sim/journal").json["items"][-1]
    return {name: entry[name] for name in ("operation", "status", "rule", "ignored") if name in entry}


UNREAD: list[tuple[str, str, dict[str, Any] | None, str, str]] = [
    ("POST", CLUSTERS, {**CLUSTER, "colour": "red"}, "property-unknown", "property 5 (6 characters)"),
    ("POST", CLUSTERS, {**CLUSTER, "displayname": "a"}, "property-unknown", "property 5 (similar to displayName)"),
    ("POST", f"{CLUSTERS}?dryRun=true", CLUSTER, "query-unknown", "parameter 1 (6 characters)"),
    ("GET", f"{LIST}&colour=red", None, "query-unknown", "parameter 2 (6 characters)"),
    ("GET", f"{LIST}&displayname=a", None, "query-unknown", "parameter 2 (similar to displayName)"),
    ("GET", f"{LIST}&colour=red&colour=blue", None, "query-unknown", "parameter 2 (6 characters)"),
]


@pytest.mark.parametrize(("method", "path", "body", "rule", "name"), UNREAD)
def test_unknown_input_is_refused_or_accepted_and_always_in_the_journal(
    http: Client, lenient: Client, judge, *, method: str, path: str, body: Any, rule: str, name: str
) -> None:
    operation = "create_dedicated_ai_cluster" if method == "POST" else "list_dedicated_ai_clusters"
    refused = http.open(path, method=method, json=body)
    judge(refused.status_code, refused.headers, refused.get_data(), expected=(400, "InvalidParameter"))
    assert refused.headers["x-genai-ports-rule"] == rule
    assert noted(http) == {"operation": operation, "status": 400, "rule": rule}
    assert http.get("/_sim/state").json["dedicatedAiClusters"] == []
    passed = lenient.open(path, method=method, json=body)
    assert passed.status_code == OPERATIONS[operation].status
    assert noted(lenient) == {"operation": operation, "status": passed.status_code, "ignored": [name]}
    assert name not in passed.get_data(as_text=True)


@pytest.mark.parametrize(
    ("body", "ignored"),
    [
        (b'{"colour": "red"}', ["property 1 (6 characters)"]),
        (b"colour=red", ["body"]),
        (b"null", ["body"]),
        (b"[]", ["body"]),
        (b'{"hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567": 1}', ["property 1 (37 characters)"]),
    ],
)
def test_a_lenient_server_accepts_and_records_a_body_where_none_is_read(
    lenient: Client, body: bytes, ignored: list[str]
) -> None:
    assert lenient.get(LIST, data=body).status_code == 200
    assert noted(lenient) == {"operation": "list_dedicated_ai_clusters", "status": 200, "ignored": ignored}


SCALARS: list[tuple[str, Any, Any]] = [
    ("unitCount", "2", 2),
    ("displayName", 5, "5"),
    ("displayName", 1.5, "1.5"),
    ("displayName", True, "true"),
    ("description", -7, "-7"),
]


@pytest.mark.parametrize(("name", "given_", "read"), SCALARS)
def test_scalars_of_another_type_are_refused_unless_the_server_is_lenient(
    http: Client, lenient: Client, *, name: str, given_: Any, read: Any
) -> None:
    body = {**CLUSTER, name: given_}
    refused = http.post(CLUSTERS, json=body)
    assert (refused.status_code, refused.headers["x-genai-ports-rule"]) == (400, "property-type")
    assert noted(http)["rule"] == "property-type"
    assert http.get("/_sim/state").json["dedicatedAiClusters"] == []
    passed = lenient.post(CLUSTERS, json=body)
    assert (passed.status_code, passed.json[name]) == (201, read)
    assert type(passed.json[name]) is type(read)


def test_nested_scalars_are_read_leniently_too(lenient_app: App, lenient: Client, world, populate) -> None:
    ids = populate(world(lenient_app))
    body = {"contentModerationConfig": MODERATION, "unread": 1, "promptInjectionConfig": {"isEnabled": False, "x": 1}}
    response = lenient.put(f"{API}/endpoints/{ids['endpoint']}", json=body)
    assert response.status_code == 200
    assert response.json["contentModerationConfig"] == {"isEnabled": True, "mode": "BLOCK"}
    assert noted(lenient)["ignored"] == ["property 2 (6 characters)", "promptInjectionConfig.property 2 (1 character)"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"unitCount": "two"}, "property-type"),
        ({"unitCount": "1.5"}, "property-type"),
        ({"unitCount": ""}, "property-type"),
        ({"unitCount": "0"}, "property-value"),
        ({"unitCount": ["2"]}, "property-type"),
        ({"displayName": {"a": 1}}, "property-type"),
        ({"displayName": ["a"]}, "property-type"),
        ({"type": "SLEEPING"}, "property-value"),
        ({"type": 5}, "property-value"),
        ({"freeformTags": "a"}, "property-type"),
        ({"compartmentId": None}, "property-missing"),
    ],
)
def test_a_lenient_server_refuses_unreadable_values_too(
    lenient: Client, judge, change: dict[str, Any], rule: str
) -> None:
    refused = lenient.post(CLUSTERS, json={**CLUSTER, **change, "unread": 1})
    judge(refused.status_code, refused.headers, refused.get_data())
    assert refused.headers["x-genai-ports-rule"] == rule
    assert noted(lenient) == {
        "operation": "create_dedicated_ai_cluster",
        "status": 400,
        "rule": rule,
        "ignored": [f"property {len({**CLUSTER, **change}) + 1} (6 characters)"],
    }
    assert lenient.get("/_sim/state").json["dedicatedAiClusters"] == []


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("displayName=a&displayName=b", "query-value"),
        ("limit=1&limit=1", "query-value"),
        ("limit=many", "query-value"),
        ("sortOrder=UP", "query-value"),
        ("page=x", "page-token"),
    ],
)
def test_parameters_given_twice_or_wrong_are_refused_by_both(
    http: Client, lenient: Client, query: str, rule: str
) -> None:
    for client in (http, lenient):
        refused = client.get(f"{LIST}&{query}")
        assert (refused.status_code, refused.headers["x-genai-ports-rule"]) == (400, rule)
        assert noted(client)["rule"] == rule


def test_known_input_is_never_recorded_as_ignored(lenient: Client) -> None:
    lenient.post(CLUSTERS, json={**CLUSTER, "freeformTags": {"any": "tag"}, "definedTags": {"ns": {"any": "tag"}}})
    assert noted(lenient) == {"operation": "create_dedicated_ai_cluster", "status": 201}


def test_the_journal_bounds_the_ignored_names(lenient: Client) -> None:
    many = {f"unread{n}" + "x" * 1000: n for n in range(500)}
    assert lenient.post(CLUSTERS, json={**CLUSTER, **many}).status_code == 201
    ignored = noted(lenient)["ignored"]
    assert len(ignored) == 20
    assert ignored[0] == "property 5 (1007 characters)"


def test_control_paths_are_strict_on_a_lenient_server(lenient: Client) -> None:
    assert lenient.get("/_sim/health?colour=red").status_code == 400
    assert lenient.post("/_sim/clock", json={"advance": "5"}).status_code == 400


def test_a_lenient_server_serves_over_a_socket_what_the_app_serves(judge) -> None:
    import http.client

    with FakeServer(settings=Settings(clock="virtual", lenient=True)) as server:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
        connection.request("POST", CLUSTERS, json.dumps({**CLUSTER, "unitCount": "2", "colour": "red"}))
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())["unitCount"]) == (201, 2)
        connection.close()
        assert server.simulator.journal.query(status=201)[0].ignored == ("property 5 (6 characters)",)


BODIES = [operation.details for operation in OPERATIONS.values() if operation.details]

OBJECTS = st.dictionaries(st.text(max_size=5), json_values(), max_size=5)
"""What a body can be, since anything else is refused before it is read as a class."""


@given(
    case=st.sampled_from(BODIES).flatmap(lambda cls: st.tuples(st.just(cls), documents(cls) | OBJECTS)),
)
def test_lenient_reading_never_fails_and_keeps_correct_values(case: tuple[type, Any]) -> None:
    cls, document = case
    once = relaxed(cls, document)
    assert relaxed(cls, once) == once


@given(case=st.sampled_from(BODIES).flatmap(lambda cls: st.tuples(st.just(cls), documents(cls))))
def test_lenient_reading_does_not_change_a_correct_body(case: tuple[type, Any]) -> None:
    cls, document = case
    assert json.dumps(relaxed(cls, document)) == json.dumps(document)
