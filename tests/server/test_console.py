"""The files of the console, and the control paths that it reads."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from fake_server.recorder import Recorder
from genai_ports.api.kinds import KINDS, OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMPARTMENT = "ocid1.compartment.oc1..a"
IMPORT = {
    "compartmentId": COMPARTMENT,
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FILES = sorted(file.name for file in files("fake_server.console").iterdir() if not file.name.startswith("__"))


@pytest.fixture
def slow() -> Client:
    """A client of a world in which work takes 100 seconds of a virtual clock."""
    return Client(create_app(Settings(clock="virtual", pace="100s")))


def call(http: Client, operation: str, **more: Any) -> Any:
    return http.post("/_sim/calls", json={"operation": operation, **more})


def test_a_browser_gets_the_console_and_a_client_the_404_of_the_service(http: Client) -> None:
    page = http.get("/", headers=BROWSER)
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert http.get("/", headers={"Accept": "application/json"}).status_code == 404
    assert http.get("/").json["code"] == "NotFound"
    assert http.post("/", headers=BROWSER).status_code == 404
    assert http.head("/", headers=BROWSER).get_data() == b""
    assert [entry["operation"] for entry in http.get("/_sim/journal").json["items"]] == ["/", "/", "/"]


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_the_console_is_served_with_a_strict_policy(http: Client, name: str) -> None:
    response = http.get(f"/console/{name}")
    assert response.status_code == 200
    assert "default-src 'none'; script-src 'self';" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["__init__.py", "../server.py", "", "none.js", "sub/main.js"])
def test_no_other_file_is_served(http: Client, path: str) -> None:
    assert http.get(f"/console/{path}").status_code == 404


def test_the_console_loads_nothing_from_elsewhere_and_runs_no_text() -> None:
    text = "".join((files("fake_server.console") / name).read_text() for name in FILES)
    assert not re.search(
        r"(?:https?:)?//[\w.-]+\.\w+(?<!w3\.org)/|innerHTML|outerHTML|insertAdjacent|eval\(",
        text.replace("http://www.w3.org/2000/svg", ""),
    )


def test_the_overview_shows_the_world(slow: Client) -> None:
    call(slow, "create_imported_model", details=IMPORT, region="eu-frankfurt-1")
    slow.post("/_sim/faults", json={"status": 429})
    found = slow.get("/_sim/overview").json
    assert found["counts"] == {
        **dict.fromkeys((kind.collection for kind in KINDS.values()), 0),
        "importedModels": 1,
        "workRequests": 1,
    }
    assert (found["clock"], found["pace"], found["region"]) == ("virtual", "100s", "us-chicago-1")
    assert (found["regions"], found["faults"], found["failingWork"], found["calls"]) == (["eu-frankfurt-1"], 1, 0, 1)
    assert (found["seed"], found["time"], found["troubles"]) == ("0", "2026-07-15T00:00:00.000Z", 0)
    slow.post("/_sim/failing-work", json={"percent": 5})
    slow.put("/_sim/modes", json={"modes": ["short-pages"]})
    found = slow.get("/_sim/overview").json
    assert (found["failingWork"], found["modes"]) == (1, ["short-pages"])
    assert Client(create_app()).get("/_sim/overview").json["clock"] == "real"


def test_resources_are_shown_in_pages_newest_first_with_their_progress(slow: Client) -> None:
    for name in "abc":
        call(slow, "create_imported_model", details={**IMPORT, "displayName": name})
    slow.post("/_sim/clock", json={"advance": 55})
    page = slow.get("/_sim/resources?kind=importedModels&limit=2").json
    assert [item["resource"]["displayName"] for item in page["items"]] == ["c", "b"]
    assert {item["work"]["percentComplete"] for item in page["items"]} == {50}
    assert page["hasMore"]
    last = slow.get("/_sim/resources?kind=importedModels&limit=2&offset=2").json
    assert ([item["resource"]["displayName"] for item in last["items"]], last["hasMore"]) == (["a"], False)
    assert slow.get("/_sim/resources?kind=importedModels&text=CREAT").json["items"]
    assert not slow.get("/_sim/resources?kind=importedModels&text=none").json["items"]
    assert not slow.get("/_sim/resources?kind=importedModels&region=eu-frankfurt-1").json["items"]
    works = slow.get("/_sim/resources?kind=workRequests").json["items"]
    assert [work["resource"]["percentComplete"] for work in works] == [50, 50, 50]
    assert len(slow.get("/_sim/journal?last=2").json["items"]) == 2


def test_a_page_of_resources_has_fifty_and_up_to_a_thousand(slow: Client) -> None:
    for _ in range(51):
        slow.post("/20231130/importedModels", json=IMPORT)
    pages = []
    for query in ("", "&offset=1", "&limit=1", "&limit=1000", "&limit=51", "&offset=0&limit=50", "&offset=1000000000"):
        page = slow.get(f"/_sim/resources?kind=importedModels{query}").json
        pages.append((len(page["items"]), page["hasMore"]))
    assert pages == [(50, True), (50, False), (1, True), (51, False), (51, False), (50, True), (0, False)]


def test_one_resource_is_shown_with_its_work_and_a_work_request_with_its_log(slow: Client) -> None:
    made = call(slow, "create_imported_model", details=IMPORT).json
    found = slow.get("/_sim/resource", query_string={"resource": made["body"]["id"]}).json
    assert (found["kind"], found["region"], found["resource"]) == ("importedModels", "us-chicago-1", made["body"])
    [work] = found["workRequests"]
    assert work == found["work"]
    slow.post("/_sim/clock", json={"advance": 50})
    slow.post("/_sim/work", json={"id": work["id"], "action": "fail", "code": "Broken"})
    found = slow.get("/_sim/resource", query_string={"resource": work["id"]}).json
    assert found["resource"]["status"] == "FAILED"
    assert [error["code"] for error in found["errors"]] == ["Broken"]
    assert "accepted" in found["logs"][0]["message"]
    assert "work" not in found


def test_a_deleted_resource_is_shown_until_its_time_is_over(http: Client) -> None:
    made = call(http, "create_imported_model", details=IMPORT).json["body"]["id"]
    call(http, "delete_imported_model", resource=made)
    assert http.get(f"/_sim/resource?resource={made}").json["resource"]["lifecycleState"] == "DELETED"
    http.post("/_sim/clock", json={"advance": 15 * 86400})
    assert http.get(f"/_sim/resource?resource={made}").status_code == 400
    assert http.get("/_sim/resources?kind=importedModels").json["items"] == []


def test_base_models_are_those_of_a_region(http: Client) -> None:
    listed = http.get("/20231130/models", query_string={"compartmentId": COMPARTMENT, "limit": 1000}).json["items"]
    shown = http.get("/_sim/base-models").json["items"]
    assert {item["resource"]["id"] for item in shown} == {item["id"] for item in listed}
    assert http.get("/_sim/base-models?region=eu-frankfurt-1").json["items"] != shown


def test_the_schema_has_every_kind_and_operation(http: Client) -> None:
    schema = http.get("/_sim/schema").json
    assert [kind["kind"] for kind in schema["kinds"]] == [kind.collection for kind in KINDS.values()]
    assert [each["name"] for kind in schema["kinds"] for each in kind["operations"]] == list(OPERATIONS)
    [create] = [
        each for kind in schema["kinds"] for each in kind["operations"] if each["name"] == "create_dedicated_ai_cluster"
    ]
    fields = {field["name"]: field for field in create["details"]}
    assert fields["unitCount"] == {"name": "unitCount", "isRequired": True, "type": "integer"}
    assert fields["type"]["values"] == ["HOSTING", "FINE_TUNING"]
    assert "us-chicago-1" in schema["regions"]


def test_the_schema_has_all_that_a_form_needs(http: Client) -> None:
    operations = {each["name"]: each for kind in http.get("/_sim/schema").json["kinds"] for each in kind["operations"]}
    assert {name for name, each in operations.items() if each["hasResource"]} == {
        name for name, operation in OPERATIONS.items() if "{target}" in operation.path
    }
    assert {name for name, each in operations.items() if "details" in each} == {
        name for name, operation in OPERATIONS.items() if operation.details
    }
    fields = {field["name"]: field for field in operations["create_imported_model"]["details"]}
    assert fields["displayName"] == {"name": "displayName", "isRequired": False, "type": "string"}
    tags = {"type": "map", "entry": {"type": "string"}}
    assert fields["freeformTags"] == {"name": "freeformTags", "isRequired": False, **tags}
    source = fields["dataSource"]
    assert (source["isRequired"], source["type"], source["discriminator"]) == (True, "oneOf", "sourceType")
    [token] = [field for field in source["variants"]["HUGGING_FACE_MODEL"] if field["name"] == "accessToken"]
    assert token == {"name": "accessToken", "isRequired": False, "type": "string", "isSecret": True}
    capabilities = fields["capabilities"]
    assert (capabilities["type"], capabilities["item"]) == ("array", {"type": "string"})
    assert "TEXT_TO_TEXT" in capabilities["values"]


def test_a_call_is_carried_out_as_the_service_does(http: Client) -> None:
    made = call(http, "create_imported_model", details=IMPORT, region="eu-frankfurt-1").json
    assert (made["status"], made["body"]["lifecycleState"]) == (201, "CREATING")
    assert ".eu-frankfurt-1." in made["body"]["id"]
    refused = call(http, "create_imported_model", details={**IMPORT, "colour": "red"})
    assert (refused.status_code, refused.headers["x-genai-ports-rule"]) == (400, "property-unknown")
    missing = call(http, "delete_imported_model", resource="ocid1.generativeaiimportedmodel.oc1..none")
    assert (missing.status_code, missing.headers["x-genai-ports-rule"]) == (404, "not-found")
    entries = http.get("/_sim/journal").json["items"]
    assert [(entry["operation"], entry["status"]) for entry in entries] == [
        ("create_imported_model", 201),
        ("create_imported_model", 400),
        ("delete_imported_model", 404),
    ]
    deleted = call(http, "delete_imported_model", resource=made["body"]["id"], region="eu-frankfurt-1")
    assert deleted.json["status"] == 202


def test_a_disrupted_call_says_so(http: Client) -> None:
    http.post("/_sim/faults", json={"damage": "cut"})
    assert call(http, "create_imported_model", details=IMPORT).json == {"disrupted": "cut"}
    http.post("/_sim/faults", json={"latency": 30})
    assert call(http, "create_imported_model", details=IMPORT).json["status"] == 201
    assert http.get("/_sim/overview").json["time"] == "2026-07-15T00:00:30.000Z"


REFUSED = [
    ("GET", "/_sim/resources", None, "query-missing", "kind"),
    ("GET", "/_sim/resources?kind=cars", None, "query-value", "one of models"),
    ("GET", "/_sim/resources?kind=models&limit=0", None, "query-value", "from 1 to 1000"),
    ("GET", "/_sim/resources?kind=models&limit=1001", None, "query-value", "from 1 to 1000"),
    ("GET", "/_sim/resources?kind=models&offset=-1", None, "query-value", "a whole number from 0 to 1000000000"),
    ("GET", "/_sim/resources?kind=models&offset=1000000001", None, "query-value", "from 0 to 1000000000"),
    ("GET", "/_sim/resource", None, "query-missing", "resource"),
    ("GET", "/_sim/resource?resource=ocid1.none", None, "property-value", "no resource"),
    ("GET", "/_sim/journal?last=0", None, "query-value", "from 1 to 1000"),
    ("POST", "/_sim/calls", {}, "property-missing", "operation"),
    ("POST", "/_sim/calls", {"operation": "list_models"}, "property-value", "one of"),
    ("POST", "/_sim/calls", {"operation": "get_model"}, "property-missing", "resource"),
    ("POST", "/_sim/calls", {"operation": "create_model", "region": "mars"}, "property-value", "region"),
]


@pytest.mark.parametrize("request_and_refusal", REFUSED, ids=[f"{path}, {says}" for _, path, _, _, says in REFUSED])
def test_what_these_paths_refuse(
    http: Client, refuse: Callable[..., None], request_and_refusal: tuple[Any, ...]
) -> None:
    method, path, body, rule, says = request_and_refusal
    refuse(http, method, path, body, rule=rule, says=says)


def test_the_tenancies_are_those_with_a_world(http: Client) -> None:
    other = "ocid1.tenancy.oc1..other"
    http.post(
        "/_sim/calls", json={"operation": "create_imported_model", "details": IMPORT}, query_string={"tenancy": other}
    )
    own, theirs = http.get("/_sim/tenancies").json["items"]
    assert (own["isDefault"], own["resources"], own["calls"], own.get("lastCall")) == (True, 0, 0, None)
    assert {name: number for name, number in theirs.pop("counts").items() if number} == {
        "importedModels": 1,
        "workRequests": 1,
    }
    last = {"calls": 1, "lastCall": "2026-07-15T00:00:00.000Z"}
    assert theirs == {"tenancy": other, "isDefault": False, "resources": 1, **last}
    http.post("/_sim/clock", json={"advance": 60}, query_string={"tenancy": other})
    call(http, "get_model", resource="ocid1.none")
    http.post("/_sim/calls", json={"operation": "get_model", "resource": "x"}, query_string={"tenancy": other})
    own, theirs = http.get("/_sim/tenancies").json["items"]
    assert [(each["calls"], each["lastCall"]) for each in (own, theirs)] == [
        (1, "2026-07-15T00:00:00.000Z"),
        (2, "2026-07-15T00:01:00.000Z"),
    ]


def test_a_recording_has_nothing_of_the_console(tmp_path: Path) -> None:
    recorder = Recorder(create_app(Settings(clock="virtual")), tmp_path / "tape.yaml")
    recorded = Client(recorder)
    assert recorded.get("/", headers=BROWSER).status_code == 200
    assert len(recorder.tape) == 0


def test_calls_of_the_console_are_kept_in_a_state_directory(tmp_path: Path) -> None:
    def send(server: FakeServer, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{server.url}/_sim/{path}", data, {"content-type": "application/json"})  # noqa: S310  # ours
        with urlopen(request) as response:  # noqa: S310  # ours
            return json.load(response)

    create = {"operation": "create_imported_model", "details": IMPORT}
    with FakeServer(settings=Settings(clock="virtual", pace="100s"), state=tmp_path) as server:
        first = send(server, "calls", create)["body"]["id"]
        before = send(server, "state")
    with FakeServer(state=tmp_path) as server:
        assert send(server, "state") == before
        assert send(server, "calls", create)["body"]["id"] != first
        assert send(server, "overview")["counts"]["importedModels"] == 2
