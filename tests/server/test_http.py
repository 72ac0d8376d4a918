"""HTTP for clients in any language: paths, regions, headers, status codes, connections."""

from __future__ import annotations

import http.client
import inspect
import json
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from oci.generative_ai import GenerativeAiClient
from werkzeug.http import parse_date
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from fake_server.channel import Channel
from genai_ports import InMemoryModelRepository
from genai_ports.api.kinds import KINDS, OPERATIONS
from genai_ports.simulator.rules.paths import shown_path
from genai_ports.tenancy import TENANCY
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_server.app import App

API = "/20231130"
COMPARTMENT = "ocid1.compartment.oc1..a"
QUERY = {"compartmentId": COMPARTMENT}
IMPORT = {
    "compartmentId": COMPARTMENT,
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}
LONG = f"ocid1.generativeaimodel.oc1.us-chicago-1.{'a' * 60}"
MOVE_HINT = "did you mean /20231130/models/{id}/actions/changeCompartment?"


def operations_of_the_sdk() -> dict[str, tuple[str, str]]:
    """Read method and path of every operation out of the source of the installed SDK's client."""
    found = {}
    for name, function in inspect.getmembers(GenerativeAiClient, inspect.isfunction):
        source = inspect.getsource(function)
        path, method = (
            re.search(rf'^ +{what} = "(.+)"$', source, re.MULTILINE) for what in ("resource_path", "method")
        )
        if path and method:
            found[name] = method[1], re.sub(r"\{\w+\}", "ocid1.x.oc1..a", path[1])
    return found


SDK = operations_of_the_sdk()
BEYOND = sorted(SDK.keys() - OPERATIONS.keys())


@pytest.fixture
def connection(server: FakeServer) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection(server.host, server.port, timeout=10)) as connection:
        yield connection


def send(connection: http.client.HTTPConnection, method: str, path: str, **options: Any) -> tuple[int, Any, bytes]:
    connection.request(method, path, **options)
    response = connection.getresponse()
    return response.status, response.headers, response.read()


def import_model(http: Client, path: str = f"{API}/importedModels", **options: Any) -> str:
    response = http.post(path, json=IMPORT, **options)
    assert response.status_code == 201
    identifier: str = response.json["id"]
    return identifier


# Operations.


def test_the_sdk_has_every_operation_that_is_simulated_and_more() -> None:
    assert SDK.keys() > OPERATIONS.keys()
    assert len(BEYOND) > 50


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_an_operation_is_served_where_the_sdk_sends_it(http: Client, operation: str) -> None:
    method, path = SDK[operation]
    for prefix in ("", "/eu-frankfurt-1"):
        http.open(prefix + API + path, method=method)
    noted = [(entry["operation"], entry["region"]) for entry in http.get("/_sim/journal").json["items"]]
    assert noted == [(operation, "us-chicago-1"), (operation, "eu-frankfurt-1")]


@pytest.mark.parametrize("operation", BEYOND)
def test_an_operation_of_the_real_service_alone_is_refused_with_501(http: Client, judge, operation: str) -> None:
    method, path = SDK[operation]
    for prefix in ("", "/eu-frankfurt-1"):
        response = http.open(prefix + API + path, method=method)
        document = judge(
            response.status_code, response.headers, response.get_data(), expected=(501, "MethodNotImplemented")
        )
        assert document["message"].endswith("exists in the real service, but is not simulated.")
        assert response.headers["x-genai-ports-rule"] == "not-simulated"


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/20231130/model", "did you mean /20231130/models?"),
        ("/20231130/Models/ocid1.x", "did you mean /20231130/models/{id}?"),
        ("/20231130/importedmodels", "did you mean /20231130/importedModels?"),
        ("/20231130/dedicatedAICluster", "did you mean /20231130/dedicatedAiClusters?"),
        ("/20231130/workRequests/x/log", "did you mean /20231130/workRequests/{id}/logs?"),
        (f"/20231130/model/{LONG}", "did you mean /20231130/models/{id}?"),
        (f"/20231130/workRequests/{LONG}/log", "did you mean /20231130/workRequests/{id}/logs?"),
        (f"/20231130/models/{LONG}/action/changeCompartment", MOVE_HINT),
        ("/20231130/models/my-model/action/changeCompartment", MOVE_HINT),
        ("/20231130/model/abc", "did you mean /20231130/models/{id}?"),
        (f"/20231130/clusters/{LONG}", "did you mean /20231130/dedicatedAiClusters/{id}?"),
        ("/eu-frankfurt-1/20231130/model", "did you mean /eu-frankfurt-1/20231130/models?"),
        (f"/eu-frankfurt-1/20231130/endpoint/{LONG}", "did you mean /eu-frankfurt-1/20231130/endpoints/{id}?"),
        (f"/eu-frankfurt-1/models/{LONG}", "did you mean /eu-frankfurt-1/20231130/models/{id}?"),
        ("/eu-frankfurt-1/somewhere/else", "paths begin with /20231130 or /REGION/20231130."),
        ("/models", "did you mean /20231130/models?"),
        (f"/models/{LONG}", "did you mean /20231130/models/{id}?"),
        ("/somewhere/else/entirely", "paths begin with /20231130 or /REGION/20231130."),
    ],
)
def test_the_error_for_an_unknown_path_suggests_the_nearest_route(http: Client, path: str, hint: str) -> None:
    response = http.get(path)
    assert (response.status_code, response.json["code"]) == (404, "NotFound")
    assert response.json["message"] == f"There is no operation at GET {shown_path(path)}; {hint}"


# Responses.


def test_a_create_returns_etag_work_request_and_the_new_resource(http: Client) -> None:
    response = http.post(f"{API}/importedModels", json=IMPORT, headers={"opc-request-id": "mine"})
    assert (response.status_code, response.content_type) == (201, "application/json")
    assert response.headers["etag"]
    assert response.headers["opc-work-request-id"].startswith("ocid1.generativeaiworkrequest.")
    assert re.fullmatch(r"mine/[0-9A-F]{32}/[0-9A-F]{32}", response.headers["opc-request-id"])
    assert response.headers["content-length"] == str(len(response.get_data()))
    work = http.get(f"{API}/workRequests/{response.headers['opc-work-request-id']}")
    assert work.json["resources"][0]["identifier"] == response.json["id"]


def test_only_unfinished_work_has_retry_after() -> None:
    http = Client(create_app(Settings(clock="virtual", pace="100s")))
    work_request = http.post(f"{API}/importedModels", json=IMPORT).headers["opc-work-request-id"]
    assert http.get(f"{API}/workRequests/{work_request}").headers["retry-after"] == "10"
    http.post("/_sim/clock", json={"advance": 100})
    assert "retry-after" not in http.get(f"{API}/workRequests/{work_request}").headers


def test_responses_without_a_body_have_no_content_type(http: Client) -> None:
    model = import_model(http)
    move = f"{API}/importedModels/{model}/actions/changeCompartment"
    http.get(f"{API}/importedModels/{model}")
    moved = http.post(move, json={"compartmentId": "ocid1.compartment.oc1..b"})
    assert (moved.status_code, moved.get_data()) == (204, b"")
    assert [name for name, _ in moved.headers] == ["opc-request-id"]
    deleted = http.delete(f"{API}/importedModels/{model}")
    assert (deleted.status_code, deleted.get_data()) == (202, b"")
    assert "Content-Type" not in deleted.headers
    assert deleted.headers["Content-Length"] == "0"
    assert deleted.headers["opc-work-request-id"]


def test_a_page_names_the_next_one_until_the_last(http: Client) -> None:
    made = {import_model(http) for _ in range(5)}
    query, sizes, seen = {**QUERY, "limit": "2"}, [], set()
    while True:
        response = http.get(f"{API}/importedModels", query_string=query)
        sizes.append(len(response.json["items"]))
        seen |= {item["id"] for item in response.json["items"]}
        if "opc-next-page" not in response.headers:
            break
        query["page"] = response.headers["opc-next-page"]
    assert (sizes, seen) == ([2, 2, 1], made)


def test_a_deprecated_base_model_is_reported_in_a_header(app: App, http: Client, populate) -> None:
    ids = populate(app.worlds.get(TENANCY))
    models = http.get(f"{API}/models", query_string={**QUERY, "limit": "1000"}).json["items"]
    now = http.get("/_sim/clock").json["time"]
    old = next(model for model in models if model.get("timeDeprecated", now) < now)
    details = {**QUERY, "modelId": old["id"], "dedicatedAiClusterId": ids["dedicated_ai_cluster"]}
    response = http.post(f"{API}/endpoints", json=details)
    assert response.status_code == 201
    assert response.headers["model-deprecation-info"].startswith(f"{old['displayName']} is deprecated since ")


@pytest.mark.parametrize(
    "path",
    [f"{API}/models", f"{API}/models/{{base_model}}", f"{API}/workRequests/{{work_request}}/logs", "/_sim/state"],
)
def test_head_has_the_status_and_headers_of_get_and_no_body(app: App, http: Client, populate, path: str) -> None:
    path = path.format(**populate(app.worlds.get(TENANCY)))
    query = QUERY if path.endswith("/models") else {}
    head, get = http.head(path, query_string=query), http.get(path, query_string=query)
    assert (head.status_code, head.get_data()) == (200, b"")
    assert {**head.headers, "opc-request-id": ""} == {**get.headers, "opc-request-id": ""}


def test_head_on_a_missing_resource_has_the_headers_of_the_error(http: Client) -> None:
    response = http.head(f"{API}/models/nothing")
    assert (response.status_code, response.get_data()) == (404, b"")
    assert response.content_type == "application/json"
    assert response.headers["x-genai-ports-rule"] == "not-found"


def test_a_header_of_a_refusal_names_its_rule(http: Client) -> None:
    model = import_model(http)
    assert "x-genai-ports-rule" not in http.get(f"{API}/importedModels/{model}").headers
    stale = http.delete(f"{API}/importedModels/{model}", headers={"if-match": "old"})
    assert (stale.status_code, stale.json["code"]) == (412, "NoEtagMatch")
    assert stale.headers["x-genai-ports-rule"] == "stale-etag"
    assert http.get(f"{API}/models").headers["x-genai-ports-rule"] == "query-missing"


def test_the_id_of_a_refused_request_begins_with_the_client_s_own(http: Client) -> None:
    for path in (f"{API}/models/nothing", f"{API}/models?nonsense=1", "/nowhere", "/_sim/nothing"):
        response = http.get(path, headers={"opc-request-id": "mine/and-more"})
        assert response.status_code in (400, 404)
        assert response.headers["opc-request-id"].startswith("mine/and-more/")
    response = http.get("/nowhere", headers={"opc-request-id": "not one"})
    assert re.fullmatch(r"[0-9A-F]{32}(/[0-9A-F]{32}){2}", response.headers["opc-request-id"])


# Regions.


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("generativeai.eu-frankfurt-1.oci.oraclecloud.com", "eu-frankfurt-1"),
        ("generativeai.EU-Frankfurt-1.oci.oraclecloud.com:443", "eu-frankfurt-1"),
        ("generativeai.eu-frankfurt-2.oci.oraclecloud.eu", "eu-frankfurt-2"),
        ("generativeai.us-ashburn-1.ds.oci.oraclecloud.com", "us-ashburn-1"),
        ("generativeai.ap-osaka-1.oci.localhost:8080", "ap-osaka-1"),
        ("inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com", "us-chicago-1"),
        ("127.0.0.1:8080", "us-chicago-1"),
    ],
)
def test_the_host_names_the_region_as_the_real_service_does(http: Client, host: str, region: str) -> None:
    model = import_model(http, headers={"Host": host})
    assert http.get(f"/{region}{API}/importedModels/{model}").status_code == 200


def test_the_path_names_the_region_and_wins_over_the_host(http: Client) -> None:
    host = {"Host": "generativeai.eu-frankfurt-1.oci.oraclecloud.com"}
    model = import_model(http, f"/ap-osaka-1{API}/importedModels", headers=host)
    assert ".ap-osaka-1." in model
    assert http.get(f"/ap-osaka-1{API}/importedModels/{model}").status_code == 200
    elsewhere = http.get(f"{API}/importedModels/{model}", headers=host)
    assert (elsewhere.status_code, elsewhere.json["code"]) == (404, "NotAuthorizedOrNotFound")
    assert http.get(f"{API}/importedModels/{model}").status_code == 404


def test_a_plain_path_is_the_default_region_also_when_that_is_named(http: Client) -> None:
    model = import_model(http)
    assert http.get(f"/us-chicago-1{API}/importedModels/{model}").status_code == 200


# Connections.


def test_one_connection_carries_request_after_request(server: FakeServer, connection) -> None:
    connection.connect()
    first = connection.sock
    for _ in range(3):
        status, headers, body = send(connection, "POST", f"{API}/importedModels", body=json.dumps(IMPORT))
        assert status == 201
        assert "connection" not in headers
        status, _, _ = send(connection, "GET", f"{API}/importedModels/{json.loads(body)['id']}")
        assert status == 200
        assert send(connection, "GET", f"{API}/models/nothing")[0] == 404
        assert send(connection, "HEAD", f"{API}/models/nothing")[0] == 404
        assert send(connection, "DELETE", f"{API}/importedModels/{json.loads(body)['id']}")[0] == 202
    assert connection.sock is first
    assert len(server.simulator.journal) == 15


def test_responses_to_pipelined_requests_come_in_their_order(send_raw) -> None:
    paths = ["/_sim/health", f"{API}/models/a", "/_sim/rules", "/nowhere"]
    responses = send_raw(b"".join(f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode() for path in paths))
    assert [status for status, _, _ in responses] == [200, 404, 200, 404]
    assert "/(7 characters)" in json.loads(responses[3][2])["message"]


def test_a_connection_ends_with_connection_close_and_with_http_1_0(send_raw) -> None:
    for request in ("GET /_sim/health HTTP/1.1\r\nhost: localhost\r\nconnection: close", "GET /_sim/health HTTP/1.0"):
        [(status, headers, _)] = send_raw(f"{request}\r\n\r\nGET /_sim/rules HTTP/1.1\r\n\r\n".encode())
        assert (status, headers["connection"]) == (200, "close")
    kept = b"GET /_sim/health HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"
    assert [headers["connection"] for _, headers, _ in send_raw(2 * kept)] == ["Keep-Alive", "Keep-Alive"]


def test_a_response_is_sent_in_one_write(connection, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[bytes] = []
    send_bytes = Channel.send

    def counted(channel: Channel, data: bytes, **options: Any) -> int:
        writes.append(data)
        return int(send_bytes(channel, data, **options))

    monkeypatch.setattr(Channel, "send", counted)
    assert send(connection, "POST", f"{API}/importedModels", body=json.dumps(IMPORT))[0] == 201
    assert send(connection, "GET", f"{API}/models?compartmentId={COMPARTMENT}&limit=5")[0] == 200
    assert send(connection, "GET", f"{API}/models/nothing")[0] == 404
    assert send(connection, "HEAD", f"{API}/models/nothing")[0] == 404
    assert send(connection, "DELETE", f"{API}/models/nothing")[0] == 404
    assert [write[:12] for write in writes] == [
        b"HTTP/1.1 201",
        b"HTTP/1.1 200",
        b"HTTP/1.1 404",
        b"HTTP/1.1 404",
        b"HTTP/1.1 404",
    ]


def test_a_large_page_arrives_whole(server: FakeServer, connection) -> None:
    details = json.dumps({**IMPORT, "freeformTags": {f"key{n}": "v" * 250 for n in range(60)}})
    for _ in range(60):
        assert send(connection, "POST", f"{API}/importedModels", body=details)[0] == 201
    status, headers, body = send(connection, "GET", f"{API}/importedModels?compartmentId={COMPARTMENT}&limit=1000")
    assert (status, int(headers["content-length"])) == (200, len(body))
    assert len(body) > 900_000
    assert len(json.loads(body)["items"]) == 60


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_a_larger_page_arrives_in_pieces(server: FakeServer, connect, monkeypatch, version: str) -> None:
    monkeypatch.setattr("fake_server.streams.MOST_WHOLE", 1000)
    genai = InMemoryModelRepository(simulator=server.simulator)
    made = [ready.imported_model(genai, compartment_id=COMPARTMENT).id for _ in range(120)][::-1]
    client = connect(server)
    client.send(f"{API}/importedModels?compartmentId={COMPARTMENT}&limit=110", version=version)
    status, headers, _ = client.read_response()
    body = client.rest()
    assert (status, headers["connection"], "opc-next-page" in headers) == (200, "close", True)
    assert "content-length" not in headers
    if version == "1.1":
        assert headers["transfer-encoding"] == "chunked"
        body = b"".join(chunks(body))
    assert [item["id"] for item in json.loads(body)["items"]] == made[:110]


def chunks(body: bytes) -> Iterator[bytes]:
    """Yield the chunks of a body in HTTP's chunked transfer coding."""
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        yield body[:length]
        assert body[length : length + 2] == b"\r\n"
        body = body[length + 2 :]
        if not length:
            assert body == b""
            return


def test_no_header_names_the_software_of_the_server(connection) -> None:
    _, headers, _ = send(connection, "GET", "/_sim/health")
    assert sorted(headers.keys()) == ["Content-Length", "Content-Type", "Date"]


@pytest.mark.parametrize("path", ["/_sim/health", "/nowhere"])
def test_a_response_has_the_date_of_today(connection, path):
    sent = parse_date(send(connection, "GET", path)[1]["Date"])
    assert abs(sent - datetime.now(UTC)) < timedelta(hours=1)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.example], ids=lambda kind: kind.name)
def test_the_example_of_a_kind_is_refused_only_for_what_it_refers_to(kind):
    response = Client(create_app()).post(f"/20231130/{kind.collection}", json=kind.example)
    code = None if response.status_code == 201 else response.json["code"]
    assert code == ("RelatedResourceNotAuthorizedOrNotFound" if kind.references else None)


# A defect of the server.


SECRET = "hf_secret"


@pytest.fixture
def broken(app: App, monkeypatch: pytest.MonkeyPatch) -> App:
    """A world whose engine has a bug, with a secret in the message of the exception."""

    def fail(*_: Any) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(app.worlds.get(TENANCY).scheduler, "settle", fail)
    return app


def test_a_defect_is_a_500_in_ocis_form_without_the_secret(
    broken: App, judge, capsys: pytest.CaptureFixture[str]
) -> None:
    details = {**IMPORT, "dataSource": {**IMPORT["dataSource"], "accessToken": SECRET}}
    response = Client(broken).post(f"{API}/importedModels", json=details)
    document = judge(response.status_code, response.headers, response.get_data(), expected=(500, "InternalServerError"))
    assert document["message"] == "Internal Server Error"
    assert "x-genai-ports-rule" not in response.headers
    printed = capsys.readouterr().err
    assert printed.startswith("fake_server: internal error, KeyError at:\n")
    assert "simulator.py" in printed
    assert SECRET not in printed


def test_a_defect_in_a_control_path_is_a_500_too(broken: App, judge, capsys: pytest.CaptureFixture[str]) -> None:
    response = Client(broken).get("/_sim/state")
    judge(response.status_code, response.headers, response.get_data(), expected=(500, "InternalServerError"))
    assert "KeyError" in capsys.readouterr().err
    assert Client(broken).get("/_sim/health").status_code == 200


def test_a_defect_keeps_the_connection_and_the_other_worlds(
    server: FakeServer, connection, judge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server.simulator.scheduler, "settle", None)
    status, headers, body = send(connection, "GET", f"{API}/models?compartmentId={COMPARTMENT}")
    judge(status, headers, body, expected=(500, "InternalServerError"))
    other = {"authorization": 'Signature keyId="ocid1.tenancy.oc1..other/u/f"'}
    assert send(connection, "GET", f"{API}/models?compartmentId={COMPARTMENT}", headers=other)[0] == 200
    assert send(connection, "POST", "/_sim/reset")[0] == 200
    assert send(connection, "GET", f"{API}/models?compartmentId={COMPARTMENT}")[0] == 200
    assert "TypeError" in capsys.readouterr().err


def test_a_reset_in_the_middle_of_a_call_lets_the_call_finish_in_the_old_world(
    server: FakeServer, connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = server.simulator
    settle = old.scheduler.settle

    def reset_meanwhile(*most: int) -> None:
        if server.simulator is old:
            server.reset()
        settle(*most)

    monkeypatch.setattr(old.scheduler, "settle", reset_meanwhile)
    status, _, body = send(connection, "POST", f"{API}/importedModels", body=json.dumps(IMPORT))
    assert status == 201
    assert server.simulator is not old
    assert [model.id for model in old.state()["importedModels"]] == [json.loads(body)["id"]]
    assert server.simulator.state()["importedModels"] == ()
