"""What was sent over HTTP is in the journal, also of requests that never became a call."""

from __future__ import annotations

from typing import Any

import oci
import pytest
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from genai_ports.serving.respond import respond
from genai_ports.simulator.rules.refusals import BODY_NOT_JSON
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing import Sandbox, ready
from genai_ports.wire.http import HttpRequest

API = "/20231130"
SECRET = "hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567"
IMPORT: dict[str, Any] = {
    "compartmentId": "ocid1.compartment.oc1..a",
    "displayName": "mine",
    "freeformTags": {"team": "a"},
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b", "accessToken": "short"},
}
HEADERS = {"opc-retry-token": "once", "user-agent": f"my-tool/1 {SECRET} {'x' * 200}"}


@pytest.fixture
def http() -> Client:
    return Client(create_app(Settings(clock="virtual", details=True)))


def last(http: Client, **filters: str) -> Any:
    return http.get("/_sim/journal", query_string={"details": "true", **filters}).json["items"][-1]


def test_the_journal_shows_what_was_sent_in_the_spelling_of_the_api(http: Client) -> None:
    http.post(f"{API}/importedModels", json=IMPORT, headers=HEADERS)
    shown = last(http)
    assert shown["details"] == {**IMPORT, "dataSource": {**IMPORT["dataSource"], "accessToken": "(a secret)"}}
    assert shown["retryToken"] == "once"
    assert shown["userAgent"] == f"my-tool/1 (a secret) {'x' * 200}"
    assert "query" not in shown
    assert shown["operation"] == "create_imported_model"


def test_a_long_header_is_not_kept(http: Client) -> None:
    http.get(f"{API}/models", headers={"user-agent": "x" * 256})
    assert last(http)["userAgent"] == "(not kept: 256 characters)"


def test_the_query_is_shown_as_parameters(http: Client) -> None:
    parameters = {
        "compartmentId": "ocid1.compartment.oc1..a",
        "capability": "CHAT",
        "limit": "7",
        "sortBy": "timeCreated",
    }
    http.get(f"{API}/models", query_string=parameters)
    assert last(http)["query"] == {**parameters, "capability": ["CHAT"], "limit": 7}


def test_without_the_parameter_the_journal_is_as_ever(http: Client) -> None:
    http.post(f"{API}/importedModels", json=IMPORT)
    [shown] = http.get("/_sim/journal").json["items"]
    assert {"details", "query", "userAgent", "sent"}.isdisjoint(shown)
    assert http.get("/_sim/journal?details=false").json["items"] == [shown]


def test_a_world_that_does_not_keep_it_says_how_to(http: Client) -> None:
    plain = Client(create_app(Settings(clock="virtual")))
    assert plain.get("/_sim/journal?details=true").json == {"items": []}
    plain.get(f"{API}/models")
    refused = plain.get("/_sim/journal?details=true")
    assert refused.status_code == 400
    assert (
        'start the server with --details, or the world with POST /_sim/reset {"details": true}'
        in refused.json["message"]
    )
    assert plain.post("/_sim/reset", json={"details": True}).status_code == 200
    plain.get(f"{API}/models", headers={"user-agent": "a"})
    assert last(plain)["userAgent"] == "a"


@pytest.mark.parametrize("given", ["yes", "1", ""])
def test_the_parameter_is_true_or_false(http: Client, given: str) -> None:
    assert "true or false" in http.get("/_sim/journal", query_string={"details": given}).json["message"]


@pytest.mark.parametrize(
    ("request_", "kept"),
    [
        ({"json": {**IMPORT, "colour": "red", "password": "hunter2"}}, {"displayName": "mine"}),
        ({"json": {**IMPORT, "displayName": ["hunter2"]}}, {"displayName": "(not kept)"}),
        ({"data": b'{"displayName": "hunter2"'}, None),
        ({"data": b'["hunter2"]'}, None),
        ({"data": b'{"displayName": "' + b"hunter2" * 200_000 + b'"}'}, None),
        ({"json": IMPORT, "query_string": {"hunter2": "hunter2"}}, {"displayName": "mine"}),
    ],
)
def test_of_a_refused_request_is_kept_what_could_be_read(http: Client, request_: dict[str, Any], kept: Any) -> None:
    response = http.post(f"{API}/importedModels", headers=HEADERS, **request_)
    assert 400 <= response.status_code < 500
    shown = last(http)
    assert (shown["retryToken"], shown["userAgent"][:9]) == ("once", "my-tool/1")
    assert {name: shown["details"][name] for name in kept} == kept if kept else "details" not in shown
    assert "hunter2" not in http.get("/_sim/journal?details=true").text


def test_of_a_path_that_is_unknown_the_headers_are_kept(http: Client) -> None:
    http.put("/nowhere", headers={"if-match": "etag", **HEADERS}, data=b"anything")
    shown = last(http)
    assert (shown["operation"], shown["ifMatch"], shown["retryToken"]) == ("/(7 characters)", "etag", "once")


def test_a_call_of_which_nothing_was_kept_does_not_hide_the_others() -> None:
    old = Simulator(details=True)
    respond(old, HttpRequest("GET", "/nowhere", headers={"user-agent": "a"}))
    app = create_app(simulator=Simulator.restore(old.snapshot()))
    app.refuse(BODY_NOT_JSON(reason="no"))  # as of what is no HTTP
    http = Client(app)
    http.get(f"{API}/models", headers={"user-agent": "b"})
    items = http.get("/_sim/journal?details=true").json["items"]
    assert [item.get("userAgent") for item in items] == [None, None, "b"]


def test_a_snapshot_that_is_put_leaves_the_setting_of_the_server() -> None:
    data = Simulator(seed=7).snapshot()
    for app in (create_app(Settings(clock="virtual", details=True)), create_app(simulator=Simulator(details=True))):
        http = Client(app)
        assert http.put("/_sim/snapshot", json=data).status_code == 200
        http.get(f"{API}/models", headers={"user-agent": "a"})
        assert last(http)["userAgent"] == "a"


def test_a_repeated_parameter_leaves_the_headers(http: Client) -> None:
    http.get(f"{API}/models?compartmentId=a&compartmentId=b", headers=HEADERS)
    assert last(http)["retryToken"] == "once"


def test_a_request_that_is_refused_is_kept_without_a_server_too() -> None:
    simulator = Simulator(details=True)
    respond(simulator, HttpRequest("GET", "/nowhere", headers={"user-agent": "a"}))
    respond(simulator, HttpRequest("POST", f"{API}/importedModels", body=b'{"displayName": "mine", "colour": 1}'))
    unknown, refused = simulator.journal
    assert (unknown.user_agent, refused.details.display_name) == ("a", "mine")


def test_the_same_assertion_holds_in_memory_over_the_sdk_and_over_a_socket() -> None:
    details = oci.generative_ai.models.CreateImportedModelDetails(
        compartment_id=ready.COMPARTMENT,
        display_name="mine",
        data_source=oci.generative_ai.models.HuggingFaceModel(model_id="openai/gpt-oss-20b", access_token=SECRET),
    )
    for socket in (False, True):
        with Sandbox(socket=socket) as sandbox:
            sandbox.genai.create_imported_model(ready.imported_model_details(display_name="mine"))
            sandbox.oci_generative_ai_client.create_imported_model(details, opc_retry_token="once")
            sandbox.genai_over_http.create_imported_model(ready.imported_model_details(display_name="mine"))
            calls = sandbox.genai_simulator.journal.query(operation="create_imported_model")
            assert [call.details.display_name for call in calls] == ["mine"] * 3
            in_memory, over_sdk, over_socket = calls
            assert in_memory.user_agent is None
            assert over_sdk.user_agent.startswith("Oracle-PythonSDK")
            assert over_socket.user_agent.startswith("Oracle-PythonSDK")
            assert over_sdk.retry_token == "once"
            assert over_sdk.details.data_source.access_token == "(a secret)"


def test_a_world_file_and_details_can_be_combined(tmp_path: Any) -> None:
    from genai_ports.simulator.world_file import save_world

    save_world(tmp_path / "w.json", Simulator(seed=7).snapshot())
    with FakeServer(settings=Settings(world=tmp_path / "w.json", details=True)) as server:
        assert server.simulator.settings.details
        http = Client(server.app)
        assert http.post("/_sim/reset", json={"details": False}).status_code == 200
        assert not server.simulator.settings.details
