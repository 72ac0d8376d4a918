"""The control paths that show what happened: the journal, the timeline of a resource, and clients in trouble."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client

from fake_server import Settings, create_app

API = "/20231130"
COMPARTMENT = "ocid1.compartment.oc1..a"
IMPORT = {
    "compartmentId": COMPARTMENT,
    "displayName": "mine",
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b", "accessToken": "hf_secret"},
}
OTHER = {"tenancy": "ocid1.tenancy.oc1..other"}


@pytest.fixture
def slow() -> Client:
    """A client of a world in which work takes 100 seconds of a virtual clock."""
    return Client(create_app(Settings(clock="virtual", pace="100s")))


def failed_import(http: Client) -> tuple[str, str]:
    """Let an import fail, and return its OCID and that of its work request."""
    http.post("/_sim/failing-work", json={"percent": 40, "code": "Broken", "message": "No such file."})
    created = http.post(f"{API}/importedModels", json=IMPORT)
    http.post("/_sim/clock", json={"advance": 200})
    return created.json["id"], created.headers["opc-work-request-id"]


def test_the_timeline_of_a_resource_is_complete(slow: Client) -> None:
    identifier, work_request = failed_import(slow)
    slow.put(f"{API}/importedModels/{identifier}", json={"displayName": "new"})
    reported = slow.get("/_sim/timeline", query_string={"resource": identifier}).json["items"]
    times = [moment["time"] for moment in reported]
    assert times == sorted(times)
    assert reported[0]["what"] == "mine was requested."
    whats = [moment["what"] for moment in reported]
    assert any("No such file." in what for what in whats)
    assert whats[-1] == "update_imported_model returned 409 Conflict by the rule state-is-final."
    assert {moment["workRequestId"] for moment in reported if "percent" in moment} == {work_request}
    assert [moment["percent"] for moment in reported if "percent" in moment][-1] == 40
    assert slow.get("/_sim/timeline", query_string={"resource": work_request}).json["items"] == reported


def test_a_fault_is_part_of_the_timeline(slow: Client) -> None:
    identifier, _ = failed_import(slow)
    slow.post("/_sim/faults", json={"operation": "get_imported_model", "status": 503})
    slow.get(f"{API}/importedModels/{identifier}")
    reported = slow.get("/_sim/timeline", query_string={"resource": identifier}).json["items"]
    assert reported[-1]["what"].startswith("get_imported_model returned 503 ServiceUnavailable")
    assert "503 ServiceUnavailable" in reported[-1]["what"]


def test_a_client_that_polls_failed_work_is_found(slow: Client) -> None:
    _, work_request = failed_import(slow)
    for _ in range(2):
        slow.get(f"{API}/workRequests/{work_request}")
    assert slow.get("/_sim/diagnosis").json == {"items": []}
    slow.get(f"{API}/workRequests/{work_request}")
    [trouble] = slow.get("/_sim/diagnosis").json["items"]
    assert (trouble["kind"], trouble["operation"], trouble["resource"]) == (
        "polls-failed-work",
        "get_work_request",
        work_request,
    )
    assert trouble["times"] == 3
    assert "FAILED is final" in trouble["advice"]


def test_a_client_that_sends_what_is_refused_again_and_again_is_found(http: Client) -> None:
    for _ in range(5):
        http.get(f"{API}/models/ocid1.nothing")
    [trouble] = http.get("/_sim/diagnosis").json["items"]
    assert (trouble["kind"], trouble["times"], trouble["status"], trouble["rule"]) == (
        "repeated-request",
        5,
        404,
        "not-found",
    )
    assert http.get("/_sim/diagnosis", query_string=OTHER).json == {"items": []}
    http.delete("/_sim/journal")
    assert http.get("/_sim/diagnosis").json == {"items": []}


def test_the_journal_shows_faults_and_calls_without_a_response(http: Client) -> None:
    http.post("/_sim/faults", json={"damage": "reset"})
    with pytest.raises(ConnectionResetError):
        http.get(f"{API}/models/ocid1.x")
    http.post("/_sim/faults", json={"status": 503, "latency": 2})
    http.get(f"{API}/models/ocid1.x")
    lost, late = http.get("/_sim/journal").json["items"]
    assert (lost["fault"], lost["resource"], "status" in lost) == ("reset", "(7 characters)", False)
    assert (late["fault"], late["status"], late["rule"]) == ("503 ServiceUnavailable, 2 s", 503, "fault")


def test_a_secret_of_a_request_appears_nowhere(slow: Client) -> None:
    identifier, _ = failed_import(slow)
    for _ in range(5):
        slow.post(f"{API}/importedModels", json={**IMPORT, "compartmentId": "nonsense"})
    paths = ["journal", "diagnosis", "state", "failing-work", f"timeline?resource={identifier}"]
    assert not any("hf_secret" in slow.get(f"/_sim/{path}").get_data(as_text=True) for path in paths)


def test_one_tenancy_sees_nothing_of_what_happened_in_another(slow: Client) -> None:
    identifier, _ = failed_import(slow)
    refused = slow.get("/_sim/timeline", query_string={"resource": identifier, **OTHER})
    assert refused.status_code == 400
    assert slow.get("/_sim/journal", query_string=OTHER).json == {"items": []}


def test_the_journal_names_the_newest_call_whichever_it_shows(http: Client) -> None:
    made = [http.get(f"{API}/models/ocid1.x").headers["opc-request-id"] for _ in range(3)]
    assert http.get("/_sim/journal?status=200").json == {"items": [], "newest": made[-1]}
    for last in (1, 2, 3, 1000):
        shown = http.get("/_sim/journal", query_string={"last": last}).json
        assert ([entry["requestId"] for entry in shown["items"]], shown["newest"]) == (made[-last:], made[-1])
    assert len(http.get("/_sim/journal").json["items"]) == 3


REFUSED: list[tuple[str, str, str, str]] = [
    *(
        ("GET", f"/_sim/journal?last={last}", "query-value", "last must be a whole number from 1 to 1000")
        for last in ("0", "1001", "00001", "", "-1", "1.5", "%C2%B2")
    ),
    *(
        ("GET", f"/_sim/journal?status={status}", "query-value", "status must be an HTTP status such as 404")
        for status in ("40", "4040", "%C2%B2%C2%B2%C2%B2", "4.4", "")
    ),
    ("GET", "/_sim/timeline", "query-missing", "resource is required"),
    ("GET", "/_sim/timeline?resource=x", "property-value", "a string of 1 character is not the OCID of a resource"),
    ("GET", "/_sim/timeline?resource=", "property-value", "an empty string is not the OCID of a resource"),
    ("GET", "/_sim/timeline?resource=x&resource=y", "query-value", "resource must be given once"),
    ("GET", "/_sim/timeline?id=x", "query-unknown", "it takes tenancy, resource"),
    ("POST", "/_sim/timeline?resource=x", "method-not-allowed", "use GET, HEAD"),
    ("GET", "/_sim/diagnosis?resource=x", "query-unknown", "it takes tenancy"),
    ("DELETE", "/_sim/diagnosis", "method-not-allowed", "use GET, HEAD"),
    (
        "GET",
        "/_sim/journal?fault=reset",
        "query-unknown",
        "it takes tenancy, operation, resource, status, region, rule",
    ),
]


@pytest.mark.parametrize(("method", "path", "rule", "says"), REFUSED)
def test_unknown_parameters_and_paths_are_refused(
    http: Client, judge, *, method: str, path: str, rule: str, says: str
) -> None:
    response: Any = http.open(path, method=method)
    document = judge(response.status_code, response.headers, response.get_data())
    assert response.headers["x-genai-ports-rule"] == rule
    assert says in document["message"]


def test_a_wrong_control_request_is_not_a_client_in_trouble(http: Client) -> None:
    for _ in range(6):
        assert http.get("/_sim/timeline?resource=nope").status_code == 400
        assert http.get("/_sim/nothing").status_code == 404
    assert http.get("/_sim/journal").json == {"items": []}
    assert http.get("/_sim/diagnosis").json == {"items": []}
