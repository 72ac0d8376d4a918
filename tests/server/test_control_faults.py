"""The control paths for faults, failing work and modes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports.simulator.faults.failing_work import FAILURES
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.lists.modes import MODES

if TYPE_CHECKING:
    from fake_server.app import App

API = "/20231130"
COMPARTMENT = "ocid1.compartment.oc1..a"
IMPORT = {
    "compartmentId": COMPARTMENT,
    "displayName": "mine",
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}
CLUSTER = {"compartmentId": COMPARTMENT, "type": "HOSTING", "unitCount": 1, "unitShape": "LARGE_GENERIC"}
LIST = f"{API}/models?compartmentId={COMPARTMENT}"
OTHER = {"tenancy": "ocid1.tenancy.oc1..other"}
PATHS = ("/_sim/faults", "/_sim/failing-work", "/_sim/modes")


@pytest.fixture
def slow() -> Client:
    """A client of a world in which work takes 100 seconds of a virtual clock."""
    return Client(create_app(Settings(clock="virtual", pace="100s")))


# Faults.


@pytest.mark.parametrize(
    "fault",
    [
        {"operation": "get_model", "status": 429, "code": "TooManyRequests", "retryAfter": 3},
        {"code": "LimitExceeded", "message": "No more."},
        {"region": "us-chicago-1", "displayName": "mine", "compartmentId": COMPARTMENT, "status": 500},
        {"resource": "ocid1.x", "status": 409, "nth": 3, "every": 2},
        {"latency": 2.5},
        {"damage": "not-json", "status": 503},
        {"damage": "reset", "committed": True, "latency": 1},
    ],
)
def test_what_was_planned_is_shown_as_it_was_given(http: Client, fault: dict[str, Any]) -> None:
    shown = {"items": [{**fault, "times": 1}]}
    assert http.post("/_sim/faults", json=fault).json == shown
    assert http.get("/_sim/faults").json == shown
    http.post("/_sim/faults", json={"status": 500, "times": "always"})
    assert http.get("/_sim/faults").json["items"][1:] == [{"status": 500, "times": "always"}]


def test_what_goes_without_saying_is_not_shown(http: Client) -> None:
    usual = {"status": 500, "latency": 0, "damage": None, "committed": False, "every": 1, "times": 1, "operation": None}
    assert http.post("/_sim/faults", json=usual).json == {"items": [{"status": 500, "times": 1}]}


def test_a_test_in_the_servers_own_process_is_shown_as_such(app: App, http: Client, world) -> None:
    world(app).faults.add(Fault(status=500, when=lambda call: call.if_match == "x"))
    [shown] = http.get("/_sim/faults").json["items"]
    assert shown == {"status": 500, "when": "a function in the server's process", "times": 1}


@pytest.mark.parametrize(
    ("path", "plan", "says"),
    [
        ("/_sim/faults", {"status": 429, "retryAfter": 1.5}, "retryAfter must be whole seconds"),
        ("/_sim/faults", {"damage": "reset", "retryAfter": 1}, "cannot be combined with retryAfter="),
        (
            "/_sim/faults",
            {"operation": "get_work_request", "displayName": "display_name", "status": 500},
            "omit displayName=",
        ),
        ("/_sim/failing-work", {"operation": "get_model", "displayName": "x"}, "does not apply to get_model"),
    ],
)
def test_a_refusal_calls_a_property_what_it_is_called_here(
    http: Client, refuse, path: str, plan: dict[str, Any], says: str
) -> None:
    refuse(http, "POST", path, plan, rule="property-value", says=says)
    assert http.get(path).json == {"items": []}


def test_every_second_call_from_the_third_on_fails_until_it_is_cleared(http: Client) -> None:
    http.post("/_sim/faults", json={"operation": "list_models", "status": 503, "nth": 3, "every": 2, "times": "always"})
    assert [http.get(LIST).status_code for _ in range(7)] == [200, 200, 503, 200, 503, 200, 503]
    http.delete("/_sim/faults")
    assert [http.get(LIST).status_code for _ in range(2)] == [200, 200]


def test_latency_is_time_that_passes(http: Client) -> None:
    http.post("/_sim/faults", json={"latency": 90})
    assert http.get(LIST).status_code == 200
    assert http.get("/_sim/clock").json["time"] == "2026-07-15T00:01:30.000Z"


def test_at_the_last_time_of_the_clock_responses_are_not_delayed(http: Client) -> None:
    to_the_end = (datetime(9000, 1, 1, tzinfo=UTC) - datetime(2026, 7, 15, tzinfo=UTC)).total_seconds()
    http.post("/_sim/clock", json={"advance": to_the_end - 1})
    http.post("/_sim/faults", json={"latency": 90})
    assert http.get(LIST).status_code == 200
    assert http.get("/_sim/clock").json["time"] == "8999-12-31T23:59:59.000Z"


def test_a_committed_fault_loses_the_response_after_the_change(http: Client) -> None:
    http.post("/_sim/faults", json={"operation": "create_imported_model", "status": 500, "committed": True})
    response = http.post(f"{API}/importedModels", json=IMPORT, headers={"opc-retry-token": "mine"})
    assert (response.status_code, response.json["code"]) == (500, "InternalServerError")
    again = http.post(f"{API}/importedModels", json=IMPORT, headers={"opc-retry-token": "mine"})
    assert [model["id"] for model in http.get("/_sim/state").json["importedModels"]] == [again.json["id"]]
    [lost, replayed] = http.get("/_sim/journal?operation=create_imported_model").json["items"]
    assert lost["fault"] == "500 InternalServerError after the call was carried out"
    assert "fault" not in replayed


def test_faults_do_not_apply_to_control_paths(http: Client) -> None:
    http.post("/_sim/faults", json={"status": 500, "times": "always"})
    assert http.get("/_sim/health").status_code == 200
    assert http.get(LIST).status_code == 500


# Failing work.


def test_work_fails_as_it_was_planned(slow: Client) -> None:
    planned = {"operation": "create_imported_model", "displayName": "mine", "failure": "access-token-refused"}
    shown = {"items": [{**planned, "times": 1}]}
    assert slow.post("/_sim/failing-work", json=planned).json == shown
    assert slow.get("/_sim/failing-work").json == shown
    slow.post(f"{API}/importedModels", json={**IMPORT, "displayName": "another"})
    created = slow.post(f"{API}/importedModels", json=IMPORT)
    assert slow.get("/_sim/failing-work").json == {"items": []}
    slow.post("/_sim/clock", json={"advance": 100})
    models = slow.get(f"{API}/importedModels?compartmentId={COMPARTMENT}").json["items"]
    assert {model["displayName"]: model["lifecycleState"] for model in models} == {
        "another": "ACTIVE",
        "mine": "FAILED",
    }
    work_request = created.headers["opc-work-request-id"]
    [error] = slow.get(f"{API}/workRequests/{work_request}/errors").json["items"]
    usual = FAILURES["access-token-refused"].failure
    assert (error["code"], error["message"]) == (usual.code, usual.message)


def test_work_fails_at_a_percentage_with_an_error_of_ones_own(slow: Client) -> None:
    mine = {"percent": 40, "code": "Broken", "message": "No such file."}
    slow.post("/_sim/failing-work", json=mine)
    created = slow.post(f"{API}/importedModels", json=IMPORT)
    slow.post("/_sim/clock", json={"advance": 100})
    assert slow.get(f"{API}/workRequests/{created.headers['opc-work-request-id']}").json["percentComplete"] == 40
    failed = slow.get(f"{API}/importedModels/{created.json['id']}").json
    assert (failed["lifecycleState"], failed["lifecycleDetails"]) == ("FAILED", "No such file.")


def test_failing_work_can_be_cleared(slow: Client) -> None:
    slow.post("/_sim/failing-work", json={"percent": 0, "times": "always"})
    assert slow.delete("/_sim/failing-work").json == {"items": []}
    created = slow.post(f"{API}/importedModels", json=IMPORT)
    slow.post("/_sim/clock", json={"advance": 100})
    assert slow.get(f"{API}/importedModels/{created.json['id']}").json["lifecycleState"] == "ACTIVE"


def test_all_named_failures_are_listed(http: Client) -> None:
    failures = http.get("/_sim/failures").json["items"]
    assert [failure["name"] for failure in failures] == list(FAILURES)
    must_have = {"name", "operations", "percent", "code", "message", "evidence", "source"}
    assert all(must_have <= failure.keys() <= must_have | {"leaves"} for failure in failures)


@pytest.mark.parametrize("name", list(FAILURES))
def test_every_failure_with_a_name_can_be_planned(http: Client, name: str) -> None:
    assert http.post("/_sim/failing-work", json={"failure": name}).json == {"items": [{"failure": name, "times": 1}]}


def test_a_cluster_can_be_set_to_needs_attention(http: Client) -> None:
    cluster = http.post(f"{API}/dedicatedAiClusters", json=CLUSTER).json["id"]
    reported = {"id": cluster, "action": "needs-attention", "message": "One unit is down."}
    assert http.post("/_sim/work", json=reported).json == {}
    read = http.get(f"{API}/dedicatedAiClusters/{cluster}").json
    assert (read["lifecycleState"], read["lifecycleDetails"]) == ("NEEDS_ATTENTION", "One unit is down.")


def test_work_under_way_fails_by_name(slow: Client) -> None:
    created = slow.post(f"{API}/importedModels", json=IMPORT).json["id"]
    slow.post("/_sim/work", json={"id": created, "action": "fail", "failure": "model-architecture-not-supported"})
    slow.post("/_sim/clock", json={"advance": 100})
    details = slow.get(f"{API}/importedModels/{created}").json["lifecycleDetails"]
    assert details == FAILURES["model-architecture-not-supported"].failure.message


# Modes.


def test_modes_are_put_on_and_taken_off_again(http: Client) -> None:
    whole = http.get(f"{LIST}&limit=8").json["items"]
    put = http.put("/_sim/modes", json={"modes": ["short-pages", "stale-lists:30", "same-names"]}).json
    assert put["modes"] == ["short-pages", "stale-lists:30", "same-names:4"]
    assert http.get("/_sim/modes").json == put
    assert len(http.get(f"{LIST}&limit=8").json["items"]) == 4
    assert http.put("/_sim/modes", json={"modes": ["extra-fields"]}).json["modes"] == ["extra-fields"]
    assert "compatibleDedicatedAiClusterShapes" in http.get(LIST).json["items"][0]
    assert http.delete("/_sim/modes").json["modes"] == []
    assert http.get(f"{LIST}&limit=8").json["items"] == whole


def test_all_modes_are_listed(http: Client) -> None:
    known = http.get("/_sim/modes").json["known"]
    assert [mode["name"] for mode in known] == list(MODES)
    assert {mode["name"]: mode["default"] for mode in known if "default" in mode} == {
        mode.name: mode.default for mode in MODES.values() if mode.default
    }
    assert {mode["name"]: mode["number"] for mode in known if "number" in mode} == {
        mode.name: mode.number for mode in MODES.values() if mode.number
    }
    assert all(mode["text"] and mode["evidence"] for mode in known)


@pytest.mark.parametrize("name", list(MODES))
def test_a_server_may_begin_in_any_mode_and_begins_so_again(name: str) -> None:
    http = Client(create_app(Settings(clock="virtual", modes=(name,))))
    on = http.get("/_sim/modes").json["modes"]
    assert [text.partition(":")[0] for text in on] == [name]
    http.delete("/_sim/modes")
    http.post("/_sim/reset")
    assert http.get("/_sim/modes").json["modes"] == on
    http.post("/_sim/reset", json={"modes": ["short-pages"], "limits": "strict"})
    assert http.get("/_sim/modes").json["modes"] == ["short-pages"]
    assert http.get("/_sim/limits").json["default"] == "strict"


# Whose they are.


def test_a_fault_for_one_tenancy_applies_to_no_other(http: Client) -> None:
    http.post("/_sim/faults", json={"status": 500}, query_string=OTHER)
    http.post("/_sim/failing-work", json={"failure": "timed-out"}, query_string=OTHER)
    http.put("/_sim/modes", json={"modes": ["short-pages"]}, query_string=OTHER)
    theirs = [http.get(path, query_string=OTHER).json for path in PATHS]
    mine = [http.get(path).json for path in PATHS]
    assert [len(theirs[0]["items"]), len(theirs[1]["items"]), theirs[2]["modes"]] == [1, 1, ["short-pages"]]
    assert [mine[0]["items"], mine[1]["items"], mine[2]["modes"]] == [[], [], []]
    assert http.get(LIST).status_code == 200
    for path in PATHS:
        http.delete(path)
    assert [http.get(path, query_string=OTHER).json for path in PATHS] == theirs


# What is refused.

REFUSED: list[tuple[str, str, Any, str, str]] = [
    ("POST", "/_sim/faults", {"status": 500, "times": "forever"}, "property-value", "or 'always', not 'forever'"),
    ("POST", "/_sim/faults", {"status": 500, "times": 1.5}, "property-type", "a string or a whole number"),
    ("POST", "/_sim/faults", {"status": 500, "times": True}, "property-type", "not true or false"),
    ("POST", "/_sim/faults", {"status": 500, "nth": 0}, "property-value", "nth must be from 1 to 1000000000"),
    ("POST", "/_sim/faults", {"status": 500, "nth": "always"}, "property-type", "nth must be a whole number"),
    ("POST", "/_sim/faults", {"status": 500, "every": 0}, "property-value", "every must be from 1 to 1000000000"),
    (
        "POST",
        "/_sim/faults",
        {"status": 500, "when": "always"},
        "property-unknown",
        "(4 characters) is not a property of",
    ),
    ("POST", "/_sim/faults", {"status": 500, "retryAfter": 1.5}, "property-value", "whole seconds"),
    ("POST", "/_sim/faults", {"latency": 86401}, "property-value", "latency must be seconds from 0 to 86400"),
    ("POST", "/_sim/faults", {"latency": -1}, "property-value", "latency must be from 0"),
    ("POST", "/_sim/faults", {"latency": "2s"}, "property-type", "latency must be a number, not a string"),
    ("POST", "/_sim/faults", {"latency": True}, "property-type", "latency must be a number, not true or false"),
    ("POST", "/_sim/faults", {"damage": "burn"}, "property-value", "reset, time-out, cut, not-json, not 'burn'"),
    ("POST", "/_sim/faults", {"damage": ["reset"]}, "property-type", "damage must be a string, not an array"),
    ("POST", "/_sim/faults", {"damage": "reset", "status": 500}, "property-value", "cannot be combined with status="),
    ("POST", "/_sim/faults", {"damage": "not-json", "code": "Conflict"}, "property-value", "be combined with code="),
    ("POST", "/_sim/faults", {"damage": "reset", "committed": "yes"}, "property-type", "committed must be true or"),
    ("POST", "/_sim/faults", {"code": "TooManyRequest"}, "property-value", "did you mean TooManyRequests?"),
    ("POST", "/_sim/faults", {"status": None}, "property-value", "a fault needs a status"),
    ("POST", "/_sim/failing-work", {"failure": "nothing"}, "property-value", "failure 'nothing' does not exist"),
    ("POST", "/_sim/failing-work", {"failure": "time-out"}, "property-value", "did you mean timed-out?"),
    ("POST", "/_sim/failing-work", {"failure": ["x"]}, "property-type", "failure must be a string, not an array"),
    ("POST", "/_sim/failing-work", {"percent": 100}, "property-value", "percent must be from 0 to 99"),
    ("POST", "/_sim/failing-work", {"percent": "40"}, "property-type", "percent must be a number, not a string"),
    ("POST", "/_sim/failing-work", {"operation": "get_model"}, "property-value", "does not apply to get_model"),
    ("POST", "/_sim/failing-work", {"operation": "create"}, "property-value", "operation 'create' does not exist"),
    ("POST", "/_sim/failing-work", {"status": 500}, "property-unknown", "status is not a property of"),
    ("POST", "/_sim/failing-work", [], "body-not-json", "it is an array"),
    (
        "POST",
        "/_sim/failing-work",
        {"operation": "create_endpoint", "failure": "dataset-too-small"},
        "property-value",
        "dataset-too-small does not apply to create_endpoint",
    ),
    ("POST", "/_sim/failures", {}, "method-not-allowed", "use GET, HEAD"),
    ("PUT", "/_sim/modes", {}, "property-missing", "modes is required"),
    ("PUT", "/_sim/modes", {"modes": None}, "property-missing", "modes is required"),
    ("PUT", "/_sim/modes", {"modes": "short-pages"}, "property-type", "modes must be an array of strings"),
    ("PUT", "/_sim/modes", {"modes": [5]}, "property-type", "modes must be an array of strings"),
    ("PUT", "/_sim/modes", {"modes": ["short-page"]}, "property-value", "did you mean short-pages?"),
    ("PUT", "/_sim/modes", {"modes": ["short-pages:3"]}, "property-value", "takes no number"),
    ("PUT", "/_sim/modes", {"modes": ["stale-lists:0"]}, "property-value", "must be from 1 to 86400, not 0"),
    ("PUT", "/_sim/modes", {"modes": ["stale-lists:1", "stale-lists:2"]}, "property-value", "is repeated"),
    ("PUT", "/_sim/modes", {"mode": []}, "property-unknown", "mode is not a property of PUT /_sim/modes"),
    (
        "PUT",
        "/_sim/modes",
        {"modes": [], "mode": None},
        "property-unknown",
        "mode is not a property of PUT /_sim/modes",
    ),
    ("DELETE", "/_sim/modes", {"modes": []}, "property-unknown", "DELETE /_sim/modes, which takes none"),
    ("DELETE", "/_sim/failing-work", {"nth": 1}, "property-unknown", "DELETE /_sim/failing-work, which takes none"),
    ("POST", "/_sim/modes", {"modes": []}, "method-not-allowed", "use DELETE, GET, HEAD, PUT"),
    ("POST", "/_sim/reset", {"modes": ["short-page"]}, "property-value", "did you mean short-pages?"),
    ("POST", "/_sim/reset", {"limits": "mean"}, "property-value", "limits must be generous or strict"),
    ("POST", "/_sim/work", {"id": "x", "action": "needs-attention"}, "property-value", "only a dedicated AI cluster"),
    ("POST", "/_sim/work", {"id": "x", "action": "fail", "failure": 1}, "property-type", "failure must be a string"),
]


@pytest.mark.parametrize(("method", "path", "body", "rule", "says"), REFUSED)
def test_a_plan_that_applies_to_nothing_is_refused(
    http: Client, refuse, *, method: str, path: str, body: Any, rule: str, says: str
) -> None:
    before = [http.get(each).json for each in PATHS]
    refuse(http, method, path, body, rule=rule, says=says)
    assert [http.get(each).json for each in PATHS] == before
