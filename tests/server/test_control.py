"""The control paths of a world as a whole, and what every control path refuses."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.simulator.rules.refusals import REFUSALS
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_server.app import App
    from genai_ports.simulator.simulator import Simulator

API = "/20231130"
OTHER = "ocid1.tenancy.oc1..other"
THIRD = "ocid1.tenancy.oc1..third"
IMPORT = {
    "compartmentId": "ocid1.compartment.oc1..a",
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}
QUERY = {"compartmentId": "ocid1.compartment.oc1..a"}


def signed(tenancy: str) -> dict[str, str]:
    key = f"{tenancy}/ocid1.user.oc1..u/aa:bb"
    return {"Authorization": f'Signature version="1",keyId="{key}",algorithm="rsa-sha256",headers="date",signature="x"'}


def names(http: Client, **options: Any) -> list[str]:
    response = http.get(f"{API}/importedModels", query_string=QUERY, **options)
    assert response.status_code == 200
    return [item["displayName"] for item in response.json["items"]]


@pytest.fixture
def slow() -> Client:
    """A client of a world in which work takes 100 seconds of a virtual clock."""
    return Client(create_app(Settings(clock="virtual", pace="100s", seed=3)))


def import_model(http: Client, **options: Any) -> str:
    response = http.post(f"{API}/importedModels", json=IMPORT, **options)
    assert response.status_code == 201
    identifier: str = response.json["id"]
    return identifier


def state_of(http: Client, identifier: str) -> tuple[str, str]:
    model = http.get(f"{API}/importedModels/{identifier}").json
    return model["lifecycleState"], model["lifecycleDetails"]


def test_health_shows_status_region_and_time(http: Client) -> None:
    response = http.get("/_sim/health")
    assert (response.status_code, response.content_type) == (200, "application/json")
    assert response.json == {"status": "UP", "region": "us-chicago-1", "seed": "0", "time": "2026-07-15T00:00:00.000Z"}


def test_head_on_a_control_path_is_a_get_without_a_body(http: Client) -> None:
    response = http.head("/_sim/health")
    assert (response.status_code, response.get_data()) == (200, b"")
    assert response.headers["content-length"] == str(len(http.get("/_sim/health").get_data()))


def test_the_clock_is_put_forward_and_work_gets_on_with_it(slow: Client) -> None:
    model = import_model(slow)
    assert slow.post("/_sim/clock", json={"advance": 99.5}).json == {"time": "2026-07-15T00:01:39.500Z"}
    assert state_of(slow, model)[0] == "CREATING"
    slow.post("/_sim/clock", json={"advance": 0.5})
    assert state_of(slow, model)[0] == "ACTIVE"
    assert slow.get("/_sim/clock").json == {"time": "2026-07-15T00:01:40.000Z"}


def test_no_time_may_pass(slow: Client) -> None:
    assert slow.post("/_sim/clock", json={"advance": 0}).json == {"time": "2026-07-15T00:00:00.000Z"}


def test_an_unknown_name_is_shown_by_its_place(slow: Client) -> None:
    parameters = slow.get("/_sim/clock?tenancy=ocid1.tenancy.oc1..a&hunter2=1")
    assert parameters.json["message"].startswith("parameter 2 (7 characters) is not a parameter of GET /_sim/clock")
    properties = slow.post("/_sim/clock", json={"advance": 1, "hunter2": 1})
    assert properties.json["message"].startswith("property 2 (7 characters) is not a property of POST /_sim/clock")


def test_at_the_end_of_time_everything_still_works(slow: Client) -> None:
    to_the_end = (datetime(9000, 1, 1, tzinfo=UTC) - datetime(2026, 7, 15, tzinfo=UTC)).total_seconds()
    assert slow.post("/_sim/clock", json={"advance": to_the_end}).json == {"time": "9000-01-01T00:00:00.000Z"}
    model = import_model(slow)
    slow.post("/_sim/work", json={"id": model, "action": "finish"})
    assert slow.delete(f"{API}/importedModels/{model}").status_code == 202
    slow.post("/_sim/work", json={"id": model, "action": "finish"})
    assert state_of(slow, model)[0] == "DELETED"
    assert slow.post("/_sim/clock", json={"advance": 0.001}).status_code == 400


def test_a_real_clock_can_be_put_forward_too() -> None:
    http = Client(create_app(Settings(pace="100s")))
    model = import_model(http)
    http.post("/_sim/clock", json={"advance": 100})
    assert state_of(http, model)[0] == "ACTIVE"


def test_a_fault_applies_to_the_planned_number_of_calls(http: Client) -> None:
    fault = {"operation": "get_model", "status": 429, "code": "TooManyRequests", "times": 2, "retryAfter": 3}
    planned = http.post("/_sim/faults", json=fault)
    assert planned.json == {"items": [fault]}
    for left in ([1], []):
        response = http.get(f"{API}/models/x")
        assert (response.status_code, response.json["code"], response.headers["retry-after"]) == (
            429,
            "TooManyRequests",
            "3",
        )
        assert response.headers["x-genai-ports-rule"] == "fault"
        assert [item["times"] for item in http.get("/_sim/faults").json["items"]] == left
    assert http.get(f"{API}/models/x").status_code == 404


def test_a_fault_of_no_operation_hits_the_next_call_whichever_it_is(http: Client) -> None:
    http.post("/_sim/faults", json={"operation": None, "status": 503, "code": "ServiceUnavailable", "message": "Down."})
    response = http.get(f"{API}/endpoints", query_string=QUERY)
    assert (response.status_code, response.json) == (503, {"code": "ServiceUnavailable", "message": "Down."})
    assert names(http) == []


def test_a_status_that_has_no_phrase_can_be_a_fault_too(http: Client) -> None:
    http.post("/_sim/faults", json={"status": 599, "code": "Odd"})
    assert http.get(f"{API}/models/x").status == "599 Unknown"


def test_faults_can_be_cleared(http: Client) -> None:
    http.post("/_sim/faults", json={"status": 500, "code": "InternalServerError", "times": 9})
    assert http.delete("/_sim/faults").json == {"items": []}
    assert names(http) == []


def test_the_journal_shows_calls_with_their_outcomes_and_can_be_filtered(http: Client) -> None:
    model = import_model(http, headers={"opc-request-id": "mine"})
    http.get(f"{API}/models/nothing")
    entries = http.get("/_sim/journal").json["items"]
    assert [(entry["operation"], entry["status"]) for entry in entries] == [
        ("create_imported_model", 201),
        ("get_model", 404),
    ]
    assert re.fullmatch("[0-9A-F]{32}/[0-9A-F]{32}", entries[0]["requestId"])
    assert entries[0].keys() == {"time", "operation", "region", "resource", "status", "requestId"}
    assert (entries[1]["resource"], entries[1]["code"], entries[1]["rule"]) == (
        "(7 characters)",
        "NotAuthorizedOrNotFound",
        "not-found",
    )
    http.get(f"{API}/importedModels/{model}")
    assert len(http.get("/_sim/journal", query_string={"resource": model}).json["items"]) == 2
    assert len(http.get("/_sim/journal?operation=get_model&status=404").json["items"]) == 1
    assert http.get("/_sim/journal?operation=get_model&status=200").json["items"] == []
    assert http.delete("/_sim/journal").json == {"items": []}


def test_head_takes_what_get_takes(http: Client) -> None:
    assert http.head("/_sim/journal?operation=get_model").status_code == 200
    assert http.head("/_sim/state?operation=get_model").status_code == 400
    assert http.head("/_sim/clock", json={"advance": 1}).headers["x-genai-ports-rule"] == "property-unknown"


def test_the_journal_shows_what_is_known_about_refused_requests(http: Client) -> None:
    http.get("/eu-frankfurt-1/20231130/models?nonsense=1")
    http.get("/nothing")
    http.patch("/" + "a" * 5000)
    noted = [
        (entry["operation"], entry["region"], entry["status"], entry["rule"])
        for entry in http.get("/_sim/journal").json["items"]
    ]
    assert noted == [
        ("list_models", "eu-frankfurt-1", 400, "query-unknown"),
        ("/(7 characters)", "us-chicago-1", 404, "unknown-route"),
        ("/(5000 characters)", "us-chicago-1", 404, "unknown-route"),
    ]


@pytest.mark.parametrize(
    ("method", "rest", "sent", "rule"),
    [
        ("PUT", "", {"json": {"displayNam": "x"}}, "property-unknown"),
        ("PUT", "", {"data": "{bad"}, "body-not-json"),
        ("GET", "?x=1", {}, "query-unknown"),
        ("PUT", "", {"json": {"displayName": 5}}, "property-type"),
        ("POST", "/actions/changeCompartment", {"json": {"a": 1}}, "property-unknown"),
    ],
)
def test_the_journal_and_the_timeline_know_whom_a_refused_request_was_about(
    http: Client, method: str, rest: str, sent: dict[str, Any], rule: str
) -> None:
    model = http.post(f"{API}/importedModels", json=IMPORT).json["id"]
    http.open(f"{API}/importedModels/{model}{rest}", method=method, **sent)
    *_, entry = http.get("/_sim/journal", query_string={"resource": model}).json["items"]
    assert (entry["status"], entry["rule"]) == (400, rule)
    *_, moment = http.get("/_sim/timeline", query_string={"resource": model}).json["items"]
    assert moment["what"].endswith(f"by the rule {rule}.")


def test_refused_control_requests_change_no_later_response(http: Client) -> None:
    fresh = Client(create_app(Settings(clock="virtual")))
    refused = [http.get("/_sim/timeline?resource=nothing"), http.post("/_sim/clock", json={"advance": -1})]
    refused.append(http.get("/_sim/nothing"))
    assert [response.status_code for response in refused] == [400, 400, 404]
    assert all(response.headers["opc-request-id"] for response in refused)
    path = f"{API}/models?compartmentId={IMPORT['compartmentId']}&limit=1"
    ids = [client.get(path).headers["opc-request-id"] for client in (http, fresh)]
    assert ids[0] == ids[1]
    assert ids[0] not in [response.headers["opc-request-id"] for response in refused]


def test_an_access_token_is_nowhere_to_be_seen(http: Client) -> None:
    source = {**IMPORT["dataSource"], "accessToken": "hf_secret"}
    created = http.post(f"{API}/importedModels", json={**IMPORT, "dataSource": source})
    assert created.status_code == 201
    broken = http.post(f"{API}/importedModels", json={**IMPORT, "dataSource": {**source, "accessToken": ["hf_secret"]}})
    assert broken.status_code == 400
    seen = [created, broken, *(http.get(f"/_sim/{path}") for path in ("journal", "state", "faults"))]
    assert not any("hf_secret" in response.get_data(as_text=True) for response in seen)


def test_the_state_lists_every_resource_and_work_request_of_the_world(
    app: App, http: Client, populate: Callable[[Simulator], dict[str, str]]
) -> None:
    ids = populate(app.worlds.get(TENANCY))
    state = http.get("/_sim/state").json
    assert {kind: len(items) for kind, items in state.items()} == {
        **{kind.collection: 1 for kind in RESOURCE_KINDS},
        "dedicatedAiClusters": 2,
        "workRequests": len(RESOURCE_KINDS) + 1,
    }
    assert state["models"][0]["id"] == ids["model"]
    assert state.keys() == app.worlds.get(TENANCY).state().keys()


def test_work_is_finished_moved_on_failed_and_paced_by_hand(slow: Client) -> None:
    finished, moved, failed, paced = (import_model(slow) for _ in range(4))

    def work(identifier: str, **action: Any) -> None:
        response = slow.post("/_sim/work", json={"id": identifier, **action})
        assert (response.status_code, response.json) == (200, {})

    work(finished, action="finish")
    work(moved, action="progress", percent=60)
    work(failed, action="fail", percent=30, code="Broken", message="No such file.")
    work(paced, action="pace", pace="1000s")
    assert state_of(slow, finished)[0] == "ACTIVE"
    slow.post("/_sim/clock", json={"advance": 200})
    assert state_of(slow, moved)[0] == "CREATING"
    assert state_of(slow, failed) == ("FAILED", "No such file.")
    assert state_of(slow, paced)[0] == "CREATING"
    slow.post("/_sim/clock", json={"advance": 1000})
    assert state_of(slow, paced)[0] == "ACTIVE"
    listed = slow.get(f"{API}/workRequests", query_string={**QUERY, "resourceId": moved}).json["items"]
    assert [item["percentComplete"] for item in listed] == [60]


def test_work_named_by_its_ocid_fails_with_a_default_message(slow: Client) -> None:
    created = slow.post(f"{API}/importedModels", json=IMPORT)
    work_request = created.headers["opc-work-request-id"]
    slow.post("/_sim/work", json={"id": work_request, "action": "fail", "percent": 0})
    slow.post("/_sim/clock", json={"advance": 100})
    errors = slow.get(f"{API}/workRequests/{work_request}/errors").json["items"]
    assert [(error["code"], error["message"]) for error in errors] == [
        ("InternalError", "This failure was requested by a test.")
    ]


def test_all_rules_are_listed_with_their_sources(http: Client) -> None:
    rules = http.get("/_sim/rules").json["items"]
    assert [rule["name"] for rule in rules] == list(REFUSALS)
    assert all(rule.keys() == {"name", "status", "code", "text", "evidence", "source"} for rule in rules)


def test_a_reset_restores_the_settings_that_the_server_started_with(http: Client) -> None:
    first = import_model(http)
    http.post("/_sim/faults", json={"status": 500, "code": "InternalServerError", "operation": "create_model"})
    http.post("/_sim/clock", json={"advance": 5})
    response = http.post("/_sim/reset")
    assert (response.status_code, response.json) == (
        200,
        {"status": "UP", "region": "us-chicago-1", "seed": "0", "time": "2026-07-15T00:00:00.000Z"},
    )
    assert names(http) == []
    assert http.get("/_sim/faults").json == {"items": []}
    assert import_model(http) == first


def test_a_reset_takes_settings_of_its_own_which_the_next_reset_forgets(http: Client) -> None:
    started = import_model(http)
    given = {"region": "fra", "seed": 9, "pace": "manual", "clock": "virtual"}
    assert http.post("/_sim/reset", json=given).json["region"] == "eu-frankfurt-1"
    other = import_model(http)
    assert ".eu-frankfurt-1." in other
    assert state_of(http, other)[0] == "CREATING"
    http.post("/_sim/reset", json={})
    assert import_model(http) == started


@pytest.mark.parametrize("seed", [9, "9"])
def test_a_seed_is_the_same_as_a_number_and_as_text(http: Client, seed: int | str) -> None:
    http.post("/_sim/reset", json={"seed": seed})
    same = Client(create_app(Settings(seed=9)))
    assert import_model(http) == import_model(same)


def test_tenancies_see_nothing_of_each_other(http: Client) -> None:
    mine, others = import_model(http), import_model(http, headers=signed(OTHER))
    assert mine != others
    assert len(names(http)) == len(names(http, headers=signed(OTHER))) == 1
    assert names(http, headers=signed(THIRD)) == []
    assert http.get(f"{API}/importedModels/{mine}", headers=signed(OTHER)).status_code == 404
    assert http.get(f"{API}/importedModels/{others}").status_code == 404
    assert len(http.get("/_sim/journal", headers=signed(OTHER)).json["items"]) == 3


def test_unsigned_calls_those_of_the_well_known_tenancy_and_of_odd_signers_share_a_world(http: Client) -> None:
    model = import_model(http)
    signers = [
        {},
        signed(TENANCY),
        {"Authorization": "Bearer abc"},
        {"Authorization": 'Signature keyId="ST$eyJhbGciOi.eyJz.dWI",signature="x"'},
        {"Authorization": 'Signature keyId="nonsense/user/key"'},
    ]
    for headers in signers:
        assert http.get(f"{API}/importedModels/{model}", headers=headers).status_code == 200


def test_a_tenancy_is_named_by_parameter_too_and_only_its_world_is_acted_on(http: Client) -> None:
    import_model(http)
    import_model(http, headers=signed(OTHER))
    http.post("/_sim/clock", query_string={"tenancy": OTHER}, json={"advance": 60})
    http.post("/_sim/faults", query_string={"tenancy": OTHER}, json={"status": 503, "code": "X", "times": 5})
    assert http.get("/_sim/clock").json["time"] == "2026-07-15T00:00:00.000Z"
    assert http.get("/_sim/clock", headers=signed(OTHER)).json["time"] == "2026-07-15T00:01:00.000Z"
    assert http.get("/_sim/clock", headers=signed(OTHER), query_string={"tenancy": TENANCY}).json["time"] == (
        "2026-07-15T00:00:00.000Z"
    )
    assert len(names(http)) == 1
    assert http.get(f"{API}/models/x", headers=signed(OTHER)).status_code == 503
    http.post("/_sim/reset", query_string={"tenancy": OTHER})
    assert names(http, headers=signed(OTHER)) == []
    assert len(names(http)) == 1


def test_a_tenancy_has_ids_of_its_own_that_follow_from_the_seed(http: Client) -> None:
    others = import_model(http, headers=signed(OTHER))
    third = import_model(http, headers=signed(THIRD))
    assert len({import_model(http), others, third}) == 3
    again = Client(create_app(Settings(clock="virtual")))
    assert import_model(again, headers=signed(OTHER)) == others


def test_all_worlds_are_reset_at_once(app: App, http: Client) -> None:
    import_model(http)
    import_model(http, headers=signed(OTHER))
    app.worlds.reset_all()
    assert names(http) == names(http, headers=signed(OTHER)) == []


@pytest.mark.parametrize("body", [b"", b"{}", b" { } "])
def test_an_empty_object_is_the_same_as_no_body(http: Client, body: bytes) -> None:
    assert http.get("/_sim/clock", data=body).status_code == 200
    assert http.delete("/_sim/faults", data=body).status_code == 200
    assert http.post("/_sim/reset", data=body).status_code == 200


def test_the_pace_of_a_world_is_that_of_all_its_work(slow: Client) -> None:
    call = {"operation": "create_imported_model", "details": IMPORT}
    running = slow.post("/_sim/calls", json=call).json["body"]["id"]
    slow.post("/_sim/clock", json={"advance": 50})
    assert slow.put("/_sim/pace", json={"pace": "10s"}).json == slow.get("/_sim/pace").json == {"pace": "10s"}
    assert slow.get("/_sim/overview").json["pace"] == "10s"
    new = slow.post("/_sim/calls", json=call).json["body"]["id"]
    for seconds, state in ((9, "CREATING"), (1, "ACTIVE")):
        slow.post("/_sim/clock", json={"advance": seconds})
        models = slow.get("/_sim/state").json["importedModels"]
        assert {each["id"]: each["lifecycleState"] for each in models} == dict.fromkeys((running, new), state)
    slow.post("/_sim/reset")
    assert slow.get("/_sim/pace").json == {"pace": "100s"}


REFUSED: list[tuple[str, str, Any, str, str]] = [
    ("GET", "/_sim/nothing", None, "unknown-route", "/_sim/reset, /_sim/health"),
    ("GET", "/_sim/health/", None, "unknown-route", "There is no operation at GET /_sim/"),
    ("POST", "/_sim/health", {}, "method-not-allowed", "use GET, HEAD"),
    ("GET", "/_sim/reset", None, "method-not-allowed", "use POST"),
    ("PUT", "/_sim/faults", {}, "method-not-allowed", "use DELETE, GET, HEAD, POST"),
    ("OPTIONS", "/_sim/state", None, "method-not-allowed", "use GET, HEAD"),
    ("GET", "/_sim/health?region=fra", None, "query-unknown", "region is not a parameter of GET /_sim/health"),
    ("GET", "/_sim/state?operation=get_model", None, "query-unknown", "it takes tenancy"),
    ("DELETE", "/_sim/journal?operation=list_models", None, "query-unknown", "DELETE /_sim/journal; it takes tenancy"),
    ("DELETE", "/_sim/faults?operation=list_models", None, "query-unknown", "DELETE /_sim/faults; it takes tenancy"),
    ("GET", f"/_sim/health?tenancy={OTHER}&tenancy={THIRD}", None, "query-value", "tenancy must be given once"),
    ("GET", "/_sim/journal?status=404&status=409", None, "query-value", "status must be given once"),
    ("GET", "/_sim/health?tenancy=other", None, "query-value", "tenancy must be the OCID of a tenancy"),
    ("GET", "/_sim/health?tenancy=", None, "query-value", "tenancy must be the OCID of a tenancy"),
    ("GET", "/_sim/health?tenancy=ocid1.user.oc1..u", None, "query-value", "tenancy must be the OCID of a tenancy"),
    ("GET", "/_sim/journal?status=ok", None, "query-value", "status must be an HTTP status"),
    ("GET", "/_sim/journal?status=" + "9" * 5000, None, "query-value", "status must be an HTTP status"),
    ("GET", "/_sim/journal?status=%D9%A4%D9%A0%D9%A4", None, "query-value", "status must be an HTTP status"),
    (
        "GET",
        "/_sim/clock",
        {"advance": 1},
        "property-unknown",
        "property 1 (7 characters) is not a property of GET /_sim/clock, which takes",
    ),
    ("DELETE", "/_sim/faults", {"operation": "x"}, "property-unknown", "DELETE /_sim/faults, which takes none"),
    ("DELETE", "/_sim/journal", {"operation": None}, "property-unknown", "DELETE /_sim/journal, which takes none"),
    ("DELETE", "/_sim/faults", ["x"], "body-not-json", "it is an array"),
    ("GET", "/_sim/state", "x", "body-not-json", "it is a string"),
    ("POST", "/_sim/reset", [], "body-not-json", "it is an array"),
    (
        "POST",
        "/_sim/reset",
        {"speed": "2s"},
        "property-unknown",
        "which takes region, seed, pace, limits, modes, details, clock",
    ),
    ("POST", "/_sim/reset", {"region": "nowhere"}, "property-value", "nowhere"),
    ("POST", "/_sim/reset", {"region": 1}, "property-type", "region must be a string, not a number"),
    ("POST", "/_sim/reset", {"pace": "slowly"}, "property-value", "unknown pace 'slowly'"),
    ("POST", "/_sim/reset", {"pace": ["2s"]}, "property-type", "pace must be a string, not an array"),
    ("POST", "/_sim/reset", {"clock": "sundial"}, "property-value", "clock must be real or virtual, not 'sundial'"),
    ("POST", "/_sim/reset", {"seed": 1.5}, "property-type", "seed must be a string or a whole number, not a number"),
    ("POST", "/_sim/reset", {"seed": True}, "property-type", "not true or false"),
    ("POST", "/_sim/clock", None, "property-missing", "advance is required"),
    ("PUT", "/_sim/pace", None, "property-missing", "pace is required"),
    ("PUT", "/_sim/pace", {"pace": "soon"}, "property-value", "unknown pace 'soon'"),
    ("POST", "/_sim/clock", {"advance": None}, "property-missing", "advance is required"),
    ("POST", "/_sim/clock", {"advance": "60"}, "property-type", "advance must be a number, not a string"),
    ("POST", "/_sim/clock", {"advance": {}}, "property-type", "advance must be a number, not an object"),
    ("POST", "/_sim/clock", {"advance": -1}, "property-value", "advance must be from 0 to"),
    ("POST", "/_sim/clock", {"advance": -0.5}, "property-value", "advance must be from 0 to"),
    ("POST", "/_sim/clock", {"advance": 1e300}, "property-value", "advance must be from 0 to"),
    ("POST", "/_sim/clock", {"advance": 10**400}, "property-value", "advance must be from 0 to"),
    ("POST", "/_sim/clock", {"advance": 1e12 + 1}, "property-value", "advance must be from 0 to 1e+12"),
    ("POST", "/_sim/clock", {"advance": 1e12}, "property-value", "moves the clock beyond 9000"),
    ("POST", "/_sim/faults", {}, "property-value", "a fault needs a status, a code, a damage or a latency"),
    ("POST", "/_sim/faults", {"code": "Odd"}, "property-value", "'Odd' has no known status"),
    ("POST", "/_sim/faults", {"status": "500", "code": "X"}, "property-type", "status must be a whole number"),
    ("POST", "/_sim/faults", {"status": 500, "code": 5}, "property-type", "code must be a string, not a number"),
    ("POST", "/_sim/faults", {"status": 200, "code": "X"}, "property-value", "status must be from 400 to 599"),
    (
        "POST",
        "/_sim/faults",
        {"status": 500, "code": "X", "times": 0},
        "property-value",
        "times must be from 1 to 10",
    ),
    ("POST", "/_sim/faults", {"status": 500, "code": "X", "operation": "get_modell"}, "property-value", "get_model?"),
    ("POST", "/_sim/faults", {"status": 500, "code": "X", "operation": ["a"]}, "property-type", "operation must be"),
    ("POST", "/_sim/faults", {"status": 500, "code": "X", "retryAfter": -1}, "property-value", "retryAfter must be"),
    ("POST", "/_sim/faults", {"status": 500, "code": "X", "retryAfter": 10**400}, "property-value", "retryAfter must"),
    ("POST", "/_sim/faults", {"status": 500, "code": "X", "retry_after": 1}, "property-unknown", "retryAfter"),
    ("POST", "/_sim/work", {}, "property-missing", "id is required"),
    ("POST", "/_sim/work", {"id": "x"}, "property-missing", "action is required"),
    ("POST", "/_sim/work", {"id": "x", "action": "stop"}, "property-value", "one of finish, fail, progress, pace"),
    ("POST", "/_sim/work", {"id": ["x"], "action": "finish"}, "property-type", "id must be a string, not an array"),
    ("POST", "/_sim/work", {"id": "x", "action": "finish"}, "property-value", "no work is in progress on 'x'"),
    *(
        (
            "POST",
            "/_sim/work",
            {"id": "{id}", "action": action, name: given},
            "property-unknown",
            f"{name} is not {says}",
        )
        for action, name, given, says in (
            ("finish", "percent", 30, "a property of the action finish, which takes id, action."),
            ("finish", "failure", "nope", "a property of the action finish, which takes id, action."),
            ("progress", "code", "Broken", "a property of the action progress, which takes id, action, percent."),
            ("pace", "percent", 30, "a property of the action pace, which takes id, action, pace."),
            (
                "fail",
                "pace",
                "2s",
                "a property of the action fail, which takes id, action, failure, percent, code, mes",
            ),
            ("needs-attention", "code", "X", "a property of the action needs-attention, which takes id, action, mess"),
        )
    ),
    ("POST", "/_sim/work", {"id": "{id}", "action": "progress"}, "property-missing", "percent is required"),
    ("POST", "/_sim/work", {"id": "{id}", "action": "progress", "percent": 100}, "property-value", "from 0 to 99"),
    ("POST", "/_sim/work", {"id": "{id}", "action": "fail", "percent": 100}, "property-value", "from 0 to 99"),
    ("POST", "/_sim/work", {"id": "{id}", "action": "fail", "code": 1}, "property-type", "code must be a string"),
    ("POST", "/_sim/work", {"id": "{id}", "action": "pace"}, "property-missing", "pace is required"),
    ("POST", "/_sim/work", {"id": "{id}", "action": "pace", "pace": "2"}, "property-value", "unknown pace '2'"),
]


@pytest.mark.parametrize(("method", "path", "body", "rule", "says"), REFUSED)
def test_a_control_path_refuses_by_name_what_it_does_not_take(
    slow: Client, judge, *, method: str, path: str, body: Any, rule: str, says: str
) -> None:
    model = import_model(slow)
    if isinstance(body, dict) and body.get("id") == "{id}":
        body = {**body, "id": model}
    before = [slow.get(f"/_sim/{what}").json for what in ("state", "faults", "clock", "journal")]
    response = slow.open(path, method=method, json=body) if body is not None else slow.open(path, method=method)
    document = judge(response.status_code, response.headers, response.get_data())
    assert response.headers["x-genai-ports-rule"] == rule
    assert says in document["message"]
    assert [slow.get(f"/_sim/{what}").json for what in ("state", "faults", "clock", "journal")] == before
