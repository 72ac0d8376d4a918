"""Any bad input gets OCI's JSON error, never a 500, and does not change the world."""

from __future__ import annotations

import io
import json
import re
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from fake_server.settings import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_server import FakeServer
    from fake_server.app import App

API = "/20231130"
IMPORT = {
    "compartmentId": "ocid1.compartment.oc1..a",
    "dataSource": {
        "sourceType": "OBJECT_STORAGE_OBJECT",
        "namespaceName": "ns",
        "bucketName": "bucket",
        "prefixName": "prefix",
    },
}
CLUSTER = {
    "compartmentId": "ocid1.compartment.oc1..a",
    "type": "HOSTING",
    "unitCount": 1,
    "unitShape": "LARGE_GENERIC",
}
INVALID = (400, "InvalidParameter")
MISSING = (400, "MissingParameter")
UNPARSABLE = (400, "CannotParseRequest")
TOO_LARGE = (413, "RequestEntityTooLarge")
NOT_FOUND = (404, "NotAuthorizedOrNotFound")
NO_ROUTE = (404, "NotFound")
NO_METHOD = (405, "MethodNotAllowed")


@pytest.fixture
def refused(app: App, http: Client, world, populate, judge) -> Callable[..., dict[str, str]]:
    """Makes a request to a populated world that must be refused as expected, and must leave that world as it was."""
    simulator = world(app)
    ids = populate(simulator)

    def send(
        method: str, path: str, expected: tuple[int, str], *, rule: str | None = None, **options: Any
    ) -> dict[str, str]:
        before = simulator.state()
        response = http.open(path.format(**ids), method=method, **options)
        assert simulator.state() == before
        if rule:
            assert response.headers["x-genai-ports-rule"] == rule
        return judge(response.status_code, response.headers, response.get_data(), expected=expected)

    return send


def without(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: part for key, part in document.items() if key != name}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b" \n", id="blank"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"{'a': 1}", id="single quotes"),
        pytest.param(b'{"a": 1,}', id="trailing comma"),
        pytest.param(b'{"a": 1} {"b": 2}', id="two documents"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b'{"a": -Infinity}', id="infinity"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="array"),
        pytest.param(b'"{}"', id="string"),
        pytest.param(b"7", id="number"),
        pytest.param(b"true", id="boolean"),
        pytest.param(b'{"a": "\xff\xfe"}', id="not UTF-8"),
        pytest.param(b"\x1f\x8b\x08\x00\x00", id="compressed"),
        pytest.param(b"compartmentId=ocid1.compartment.oc1..a", id="form"),
        pytest.param(b'{"a": ' + b"1" * 5000 + b"}", id="an integer of 5000 digits"),
        pytest.param(b'{"a": "\x00"}', id="control character"),
        pytest.param(b"<?xml version='1.0'?><a/>", id="XML"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused_as_unparsable(refused, body: bytes) -> None:
    document = refused("POST", f"{API}/importedModels", UNPARSABLE, rule="body-not-json", data=body)
    assert document["message"].startswith("The body is not a JSON object: ")


@pytest.mark.parametrize("levels", [70, 400, 600, 900, 2_000, 100_000])
def test_a_body_that_nests_too_deep_is_refused_before_anything_recurses_into_it(refused, levels: int) -> None:
    deep = '{"a":' * levels + "1" + "}" * levels
    body = json.dumps(IMPORT)[:-1] + f', "definedTags": {{"ns": {{"key": {deep}}}}}}}'
    document = refused("POST", f"{API}/importedModels", UNPARSABLE, rule="body-not-json", data=body)
    assert document["message"] == "The body is not a JSON object: it nests deeper than 64 levels."
    arrays = '{"compartmentId": ' + "[" * levels + "]" * levels + "}"
    refused("POST", f"{API}/importedModels", UNPARSABLE, rule="body-not-json", data=arrays)


def test_a_body_with_many_objects_side_by_side_is_not_taken_for_a_deep_one(http: Client) -> None:
    tags = {"namespace": {"key": [{"text": "with {[{[ in it"} for _ in range(300)]}}
    response = http.post(f"{API}/importedModels", json={**IMPORT, "definedTags": tags})
    assert response.status_code == 201
    assert response.json["definedTags"] == tags


def test_a_body_of_utf_8_with_a_byte_order_mark_is_read(http: Client) -> None:
    body = json.dumps({**IMPORT, "vendor": "Zürich"}, ensure_ascii=False).encode("utf-8-sig")
    assert http.post(f"{API}/importedModels", data=body).json["vendor"] == "Zürich"


def test_a_lone_surrogate_in_a_body_is_refused(http: Client) -> None:
    refused = http.post(f"{API}/importedModels", data=json.dumps({**IMPORT, "displayName": "\ud800"}))
    assert (refused.status_code, refused.json["code"]) == (400, "InvalidParameter")
    assert refused.json["message"] == "displayName must be text without unpaired surrogates, not '\\ud800'."


def test_a_pair_of_surrogates_in_a_body_is_one_character(http: Client) -> None:
    body = json.dumps({**IMPORT, "vendor": "\U0001f600"})
    assert "\\ud83d" in body
    assert http.post(f"{API}/importedModels", data=body).json["vendor"] == "\U0001f600"


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("compartmentId", 5),
        ("compartmentId", ""),
        ("compartmentId", "ocid1.generativeaimodel.oc1..a"),
        ("compartmentId", "ocid1.compartment.oc1..a\x00"),
        ("compartmentId", "ocid1.compartment.oc1..a\r\nx-evil: 1"),
        ("type", "hosting"),
        ("type", ["HOSTING"]),
        ("unitCount", "1"),
        ("unitCount", 1.5),
        ("unitCount", True),
        ("unitCount", 0),
        ("unitCount", -(10**4000)),
        ("unitShape", {"name": "LARGE_GENERIC"}),
        ("unitShape", "LARGE_GENERIC\n"),
        ("displayName", 7),
        ("displayName", ""),
        ("displayName", "n" * 256),
        ("description", []),
        ("freeformTags", "a"),
        ("freeformTags", {"a": 1}),
        ("freeformTags", {"": "a"}),
        ("definedTags", {"namespace": "flat"}),
    ],
)
def test_a_value_of_the_wrong_type_or_range_is_refused_by_the_name_of_its_property(
    refused, prop: str, value: Any
) -> None:
    document = refused("POST", f"{API}/dedicatedAiClusters", INVALID, json={**CLUSTER, prop: value})
    assert prop in document["message"]


@pytest.mark.parametrize("prop", sorted(CLUSTER))
def test_a_missing_property_is_refused_by_name(refused, prop: str) -> None:
    document = refused("POST", f"{API}/dedicatedAiClusters", MISSING, json=without(CLUSTER, prop))
    assert document["message"] == f"{prop} is required."
    document = refused("POST", f"{API}/dedicatedAiClusters", MISSING, json={**CLUSTER, prop: None})
    assert document["message"] == f"{prop} is required."


@pytest.mark.parametrize(
    ("method", "path", "body", "prop"),
    [
        ("POST", "/dedicatedAiClusters", {**CLUSTER, "unit_count": 1}, "property 5 (similar to unitCount)"),
        (
            "POST",
            "/importedModels",
            {**IMPORT, "dataSource": {**IMPORT["dataSource"], "url": "x"}},
            "dataSource.property 5 (3 characters)",
        ),
        ("POST", "/importedModels", {**IMPORT, "id": "mine"}, "id"),
        ("PUT", "/models/{model}", {"lifecycleState": "FAILED"}, "lifecycleState"),
        ("PUT", "/endpoints/{endpoint}", {"modelId": "x"}, "modelId"),
        (
            "POST",
            "/models/{model}/actions/changeCompartment",
            {"compartmentId": "x", "": 1},
            "property 2 (0 characters)",
        ),
    ],
)
def test_an_unknown_property_is_refused_by_name(
    refused, method: str, path: str, body: dict[str, Any], prop: str
) -> None:
    document = refused(method, API + path, INVALID, rule="property-unknown", json=body)
    assert document["message"].startswith(f"{prop} is not a property of ")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", MISSING),
        ("compartmentId=", INVALID),
        ("compartmentId=%00", INVALID),
        ("compartmentId=a&compartmentId=b", INVALID),
        ("compartmentid=ocid1.compartment.oc1..a", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&nonsense=1", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&compartmentId=ocid1.compartment.oc1..a", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&capability=FLY", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&capability=CHAT&capability=", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&lifecycleState=active", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&lifecycleState=UPDATING", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&sortBy=id", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&sortOrder=up", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&sortOrder=ASC&sortOrder=DESC", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&limit=0", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&limit=1001", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&limit=-1", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&limit=1.0", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&limit=%D9%A3", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&limit=%20 5", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&limit=", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&limit=" + "9" * 5000, INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&page=nonsense", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&page=%ff%fe", INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&page=" + "A" * 5000, INVALID),
        ("compartmentId=ocid1.compartment.oc1..a&workRequestId=a", INVALID),
        ("compartmentId", INVALID),
        ("=&&;%", INVALID),
    ],
)
def test_a_list_refuses_parameters_that_it_does_not_take(refused, query: str, expected: tuple[int, str]) -> None:
    refused("GET", f"{API}/models", expected, query_string=query)


@pytest.mark.parametrize("path", ["/models/{model}", "/workRequests/{work_request}"])
def test_a_get_refuses_parameters_since_it_takes_none(refused, path: str) -> None:
    refused("GET", API + path, INVALID, rule="query-unknown", query_string="compartmentId=ocid1.compartment.oc1..a")


@pytest.mark.parametrize(
    "identifier",
    [
        "x",
        "ocid1.generativeaimodel.oc1.us-chicago-1",
        "ocid1.generativeaimodel.oc1.us-chicago-1.a.b.c.d",
        "ocid1.generativeaiendpoint.oc1.us-chicago-1.a",
        "OCID1.GENERATIVEAIMODEL.OC1.US-CHICAGO-1.A",
        "%00",
        "%0d%0ax-evil:1",
        "%ff%fe",
        "%F0%9F%98%80",
        "%25%32%35",
        "%zz",
        "%",
        "..",
        "'%20OR%201=1--",
        "{id}".replace("{", "%7B").replace("}", "%7D"),
        "a" * 5000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_identifier_that_names_nothing_is_not_found(refused, method: str, identifier: str) -> None:
    refused(method, f"{API}/models/{identifier}", NOT_FOUND, rule="not-found")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/20231130",
        "/20231130/",
        "/20231130/models/",
        "/20231130/models/a/b",
        "/20231130//models",
        "/20231130/models//actions/changeCompartment",
        "/20231130/models/a%2Fb",
        "/20231130/%6Dodels%00",
        "/20231130/Models",
        "/20231130/models.json",
        "/20231130/models;a=b",
        "/20220101/models",
        "/US-CHICAGO-1/20231130/models",
        "/us-chicago-1/us-chicago-1/20231130/models",
        "/20231130/models/../../etc/passwd",
        "/_sim",
        "/_sim/",
        "/_sim/nothing",
        "/_simulator",
        "/index.html",
        "/favicon.ico",
        "/\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_a_path_that_is_no_route_is_not_found(refused, method: str, path: str) -> None:
    document = refused(method, path, NO_ROUTE, rule="unknown-route")
    assert document["message"].startswith(f"There is no operation at {method} /")


@pytest.mark.parametrize(("method", "path"), [("GET", "/models"), ("POST", "/endpoints"), ("GET", "/apikeys")])
def test_a_region_in_the_path_that_does_not_exist_is_not_found_by_name(refused, method: str, path: str) -> None:
    document = refused(method, f"/us-nowhere-1/20231130{path}", NO_ROUTE, rule="unknown-route")
    assert document["message"].endswith("; its first part is not a region.")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/models", "GET, HEAD, POST"),
        ("/models/{model}", "DELETE, GET, HEAD, PUT"),
        ("/models/{model}/actions/changeCompartment", "POST"),
        ("/workRequests", "GET, HEAD"),
        ("/workRequests/{work_request}/logs", "GET, HEAD"),
        ("/eu-frankfurt-1/20231130/endpoints", "GET, HEAD, POST"),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "M-SEARCH"])
def test_a_method_that_a_path_does_not_take_is_refused_with_those_it_takes(
    refused, method: str, path: str, allowed: str
) -> None:
    document = refused(method, path if "2023" in path else API + path, NO_METHOD, rule="method-not-allowed", data=b"{}")
    assert document["message"].endswith(f"; use {allowed}.")


@pytest.mark.parametrize("body_bytes", [MAX_BODY_BYTES + 1, 2 * MAX_BODY_BYTES])
@pytest.mark.parametrize("path", [f"{API}/importedModels", "/_sim/reset", "/_sim/faults"])
def test_a_body_over_the_limit_is_too_large(refused, path: str, body_bytes: int) -> None:
    refused("POST", path, TOO_LARGE, rule="body-too-large", data=b" " * body_bytes)


def test_a_body_as_large_as_the_limit_is_read(refused) -> None:
    refused("POST", f"{API}/importedModels", UNPARSABLE, rule="body-not-json", data=b" " * MAX_BODY_BYTES)


def wsgi(app: App, path: str, body: bytes, **environ: Any) -> tuple[int, Any, bytes]:
    """Call an app as another WSGI server would."""
    request = EnvironBuilder(path=path, method="POST").get_environ()
    request.pop("CONTENT_LENGTH", None)
    chunks, status, headers = run_wsgi_app(app, {**request, "wsgi.input": io.BytesIO(body), **environ})
    return int(status.split()[0]), headers, b"".join(chunks)


@pytest.mark.parametrize("body_bytes", [MAX_BODY_BYTES + 1, 3 * MAX_BODY_BYTES])
def test_a_stream_without_a_length_is_too_large_where_it_passes_the_limit(app: App, judge, body_bytes: int) -> None:
    for path in (f"{API}/importedModels", "/_sim/reset"):
        judge(*wsgi(app, path, b" " * body_bytes, **{"wsgi.input_terminated": True}), expected=TOO_LARGE)


@pytest.mark.parametrize("environ", [{"wsgi.input_terminated": True}, {"CONTENT_LENGTH": str(2 * MAX_BODY_BYTES)}])
def test_no_more_of_a_body_is_read_than_is_needed_to_refuse_it(app: App, judge, environ: dict[str, Any]) -> None:
    body = io.BytesIO(b" " * 2 * MAX_BODY_BYTES)
    judge(*wsgi(app, f"{API}/importedModels", b"", **environ, **{"wsgi.input": body}), expected=TOO_LARGE)
    assert body.tell() == (MAX_BODY_BYTES + 1 if "wsgi.input_terminated" in environ else 0)


def test_a_stream_without_a_length_is_read_up_to_the_limit(app: App, judge) -> None:
    for path in (f"{API}/importedModels", "/_sim/reset"):
        body = b" " * MAX_BODY_BYTES
        judge(*wsgi(app, path, body, **{"wsgi.input_terminated": True}), expected=UNPARSABLE)


def test_a_stream_without_a_length_is_read_where_the_server_says_that_it_ends(app: App) -> None:
    status, _, body = wsgi(app, f"{API}/importedModels", json.dumps(IMPORT).encode(), **{"wsgi.input_terminated": True})
    assert (status, json.loads(body)["lifecycleState"]) == (201, "CREATING")
    status, _, body = wsgi(app, "/_sim/reset", b'{"region": "eu-frankfurt-1"}', **{"wsgi.input_terminated": True})
    assert (status, json.loads(body)["region"]) == (200, "eu-frankfurt-1")


def test_a_body_that_ends_before_its_length_is_unparsable_and_not_too_large(app: App, judge) -> None:
    document = judge(*wsgi(app, f"{API}/importedModels", b"{}", CONTENT_LENGTH="100"), expected=UNPARSABLE)
    assert "ends before" in document["message"]


@pytest.mark.parametrize("length", ["-1", "abc", "", "1e3", "0x10", "\u0663"])
def test_a_content_length_that_is_no_number_stands_for_no_body(app: App, judge, length: str) -> None:
    judge(*wsgi(app, f"{API}/importedModels", json.dumps(IMPORT).encode(), CONTENT_LENGTH=length), expected=UNPARSABLE)


@pytest.mark.parametrize("evil", ["a\r\nx-evil: 1", "a\nb", "\x00", "a b", "a" * 65, "a/b/c/d", "", "\xe9", "a\n"])
def test_a_request_id_that_could_break_a_header_is_refused_and_never_echoed(app: App, judge, evil: str) -> None:
    environ = EnvironBuilder(path=f"{API}/models/x").get_environ()
    chunks, status, headers = run_wsgi_app(app, {**environ, "HTTP_OPC_REQUEST_ID": evil})
    judge(int(status.split()[0]), headers, b"".join(chunks), expected=INVALID)
    assert not any(character in text for text in headers.values() for character in "\r\n\x00")
    assert "x-evil" not in headers


@pytest.mark.parametrize("query", ["\x80=a", "compartmentId=\xe9", "tenancy=\xff"])
@pytest.mark.parametrize("path", [f"{API}/models", f"{API}/models/x", "/_sim/health"])
def test_a_query_with_bytes_that_no_url_may_have_is_unparsable(app: App, judge, path: str, query: str) -> None:
    environ = {**EnvironBuilder(path=path).get_environ(), "QUERY_STRING": query}
    chunks, status, headers = run_wsgi_app(app, environ)
    judge(int(status.split()[0]), headers, b"".join(chunks), expected=UNPARSABLE)


@pytest.mark.parametrize("header", ["HTTP_IF_MATCH", "HTTP_OPC_RETRY_TOKEN", "HTTP_HOST", "HTTP_AUTHORIZATION"])
@pytest.mark.parametrize("evil", ["a\r\nx-evil: 1", "\x00", 'keyId="ocid1.tenancy.oc1..\r\nx: y/u/f"', "b" * 9000])
def test_no_header_of_a_request_adds_a_header_to_the_response(app: App, judge, header: str, evil: str) -> None:
    environ = EnvironBuilder(path=f"{API}/models/x/actions/changeCompartment", method="POST", data=b"{}").get_environ()
    chunks, status, headers = run_wsgi_app(app, {**environ, header: evil})
    judge(int(status.split()[0]), headers, b"".join(chunks))
    assert not any(character in text for text in headers.values() for character in "\r\n\x00")
    assert "x-evil" not in headers


def test_a_retry_token_or_etag_that_cannot_be_is_refused(refused) -> None:
    move = "/models/{model}/actions/changeCompartment"
    target = {"compartmentId": "ocid1.compartment.oc1..b"}
    refused("POST", API + move, INVALID, rule="header-value", json=target, headers={"opc-retry-token": "t" * 65})
    refused("POST", API + move, INVALID, rule="header-value", json=target, headers={"opc-retry-token": ""})
    refused("POST", API + move, (412, "NoEtagMatch"), json=target, headers={"if-match": '"x", *'})
    refused("DELETE", API + "/models/{model}", (412, "NoEtagMatch"), headers={"if-match": ""})


@pytest.mark.parametrize("host", ["", "a b", "[::1", "<script>", "a" * 5000, "generativeai..oci.x", "é"])
def test_a_host_that_names_no_region_leaves_the_default_region(http: Client, host: str) -> None:
    response = http.get(f"{API}/models/ocid1.x", headers={"Host": host})
    assert response.json["message"].endswith(" in us-chicago-1.")


def test_a_host_of_the_service_with_a_region_that_does_not_exist_is_refused_as_such_a_path_is(refused) -> None:
    host = {"Host": "generativeai.us-nowhere-1.oci.oraclecloud.com"}
    document = refused("GET", f"{API}/models/ocid1.x", NO_ROUTE, rule="unknown-route", headers=host)
    assert document["message"].endswith("; no region has the name in the host.")


# What clients refuse to send, over a socket.


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([line, "host: localhost", *headers, "connection: close", "", ""]).encode("latin-1") + body


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GARBAGE\r\n\r\n", id="garbage"),
        pytest.param(b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", id="TLS"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", id="SSH"),
        pytest.param(request("get /_sim/health HTTP/1.1"), id="method in lower case"),
        pytest.param(request("GET  /_sim/health HTTP/1.1"), id="two blanks"),
        pytest.param(request("GET /a b HTTP/1.1"), id="blank in the path"),
        pytest.param(request("GET /_sim/health HTTP/1"), id="half a version"),
        pytest.param(request("GET http://[::1/_sim/health HTTP/1.1"), id="broken URL"),
        pytest.param(request("GET /\xff HTTP/1.1", "no colon"), id="header without a colon"),
        pytest.param(request("GET / HTTP/1.1", "a : b"), id="blank before the colon"),
        pytest.param(request("GET / HTTP/1.1", " folded"), id="folded first header"),
        pytest.param(request("GET / HTTP/1.1", "a: b\nx-evil: c"), id="bare line feed"),
        pytest.param(request("GET / HTTP/1.1", "a: b\rx-evil: c"), id="bare carriage return"),
        pytest.param(request("GET / HTTP/1.1", "a: \x00"), id="null byte in a header"),
        pytest.param(request("POST / HTTP/1.1", "content-length: -1"), id="negative length"),
        pytest.param(request("POST / HTTP/1.1", "content-length: abc"), id="length in letters"),
        pytest.param(request("POST / HTTP/1.1", "content-length: 1", "content-length: 2"), id="two lengths"),
        pytest.param(request("POST / HTTP/1.1", "content-length: 1, 1", body=b"a"), id="a list of lengths"),
        pytest.param(request("POST / HTTP/1.1", "content-length: +1", body=b"a"), id="length with a sign"),
        pytest.param(request("POST / HTTP/1.1", "transfer-encoding: gzip"), id="another encoding"),
        pytest.param(request("POST / HTTP/1.1", "transfer-encoding: chunked, gzip"), id="chunked not last"),
        pytest.param(request("POST / HTTP/1.1", "transfer-encoding: chunked", body=b"zz\r\n"), id="broken chunk"),
        pytest.param(
            request("POST / HTTP/1.1", "transfer-encoding: chunked", body=b"1\r\nab\r\n0\r\n\r\n"), id="long chunk"
        ),
        pytest.param(request("GET / HTTP/1.1", "a: " + "b" * 400_000), id="long header"),
        pytest.param(request("GET / HTTP/1.1", *(f"a{n}: b" for n in range(50_000))), id="many headers"),
        pytest.param(request("GET /" + "a" * 400_000 + " HTTP/1.1"), id="long URL"),
        pytest.param(b"A" * 400_000, id="a first line without an end"),
    ],
)
def test_a_request_that_is_not_http_gets_one_response_and_the_connection_is_closed(
    server: FakeServer, send_raw, judge, sent: bytes
) -> None:
    before = server.simulator.state()
    [(status, headers, body)] = send_raw(sent)
    document = judge(status, headers, body, expected=UNPARSABLE)
    assert headers["connection"] == "close"
    assert "x-evil" not in headers
    assert "x-evil" not in document["message"]
    assert server.simulator.state() == before


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"GET /_sim/hea", request("POST / HTTP/1.1", "content-length: 10")])
def test_a_client_that_leaves_during_a_request_gets_no_response_and_does_no_harm(
    server: FakeServer, send_raw, sent: bytes
) -> None:
    assert send_raw(sent) == []
    assert send_raw(request("GET /_sim/health HTTP/1.1"))[0][0] == 200
    assert len(server.simulator.journal) == 0


def test_a_request_without_headers_gets_a_response(send_raw) -> None:
    [(status, _, body)] = send_raw(b"GET /_sim/health HTTP/1.0\r\n\r\n")
    assert (status, json.loads(body)["status"]) == (200, "UP")


def test_an_old_request_in_chunks_is_refused_so_that_no_second_request_hides_in_it(send_raw, judge) -> None:
    hidden = b"DELETE /_sim/journal HTTP/1.1\r\n\r\n"
    sent = b"POST /_sim/reset HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + hidden
    [response] = send_raw(sent)
    judge(*response, expected=UNPARSABLE)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"displayName": 5, "displayName": "b"}', "displayName is repeated"),
        (b'{"dataSource": {"modelId": "a/b", "modelId": "a/b"}}', "modelId is repeated"),
        (b'{"displayName": 1e999}', "it has a number that is too large"),
        (b'{"freeformTags": {"a": -1e400}}', "it has a number that is too large"),
    ],
)
@pytest.mark.parametrize("path", [f"{API}/importedModels", "/_sim/reset"])
def test_a_body_that_could_be_read_in_two_ways_is_refused(refused, path: str, body: bytes, says: str) -> None:
    assert says in refused("POST", path, UNPARSABLE, rule="body-not-json", data=body)["message"]


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/models?compartmentId=ocid1.compartment.oc1..a", "list_models"),
        ("GET", "/models/ocid1.x", "get_model"),
        ("DELETE", "/importedModels/ocid1.x", "delete_imported_model"),
        ("GET", "/workRequests/ocid1.x/errors", "list_work_request_errors"),
    ],
)
def test_a_body_for_an_operation_without_one_is_refused(
    refused, http: Client, method: str, path: str, operation: str
) -> None:
    says = refused(
        method, API + path, (400, "InvalidParameter"), rule="property-unknown", data=b'{"force": true, "a": 1}'
    )["message"]
    assert says == f"property 1 (5 characters) is not a property of {operation}, which takes no body."
    refused(method, API + path, UNPARSABLE, rule="body-not-json", data=b"force=true")
    plain, empty = (http.open(API + path, method=method, data=body) for body in (b"", b"{}"))
    assert plain.status_code == empty.status_code != 400


@pytest.mark.parametrize(
    "secret",
    ["hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567", "-----BEGIN RSA PRIVATE KEY-----\nTUlJQ\n-----END RSA PRIVATE KEY-----"],
)
def test_a_secret_in_the_wrong_place_is_not_shown(http: Client, secret: str) -> None:
    source = {"sourceType": "HUGGING_FACE_MODEL", "modelId": secret}
    quoted = quote(secret, safe="")
    responses = [
        http.post(f"{API}/importedModels", json={"compartmentId": "ocid1.compartment.oc1..a", "dataSource": source}),
        http.post(f"{API}/importedModels", json={"compartmentId": secret, "dataSource": source}),
        http.post(f"{API}/importedModels", json={secret: 1}),
        http.get(f"{API}/models", query_string={"compartmentId": secret}),
        http.get(f"{API}/models/{quoted}"),
        http.get(f"{API}/{quoted}"),
        http.get(f"/_sim/{quoted}"),
        http.get("/_sim/timeline", query_string={"resource": secret}),
        http.post("/_sim/policies", json={"statements": [secret]}),
        http.post("/_sim/faults", json={"operation": secret}),
        http.post("/_sim/work", json={"id": secret, "action": "finish"}),
        http.put("/_sim/limits", json={"name": secret}),
    ]
    assert [response.status_code for response in responses] == [400, 400, 400, 400, 404, 404, 404, *[400] * 5]
    responses += [http.get(f"/_sim/{path}") for path in ("journal", "diagnosis", "state")]
    hidden = secret.splitlines()[1] if "KEY" in secret else secret
    assert not [response for response in responses if hidden in response.get_data(as_text=True)]


def test_a_huge_body_is_refused_and_the_client_can_read_why(send_raw, judge) -> None:
    for megabytes in (2, 20):
        length = megabytes * 1024 * 1024
        line = f"POST {API}/importedModels HTTP/1.1"
        [response] = send_raw(request(line, f"content-length: {length}", body=b" " * length))
        judge(*response, expected=TOO_LARGE)
        chunks = (b"100000\r\n" + b" " * 0x100000 + b"\r\n") * megabytes + b"0\r\n\r\n"
        [response] = send_raw(request(line, "transfer-encoding: chunked", body=chunks))
        judge(*response, expected=TOO_LARGE)


def test_a_client_that_never_stops_sending_after_a_refusal_is_cut_off(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_server.channel._MOST_BYTES_READ_ON", 1024)
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(b"GARBAGE\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.0 400"
        with pytest.raises(ConnectionError):
            connection.sendall(b" " * 100_000_000)


def test_an_app_that_fails_completely_responds_in_ocis_form(
    send_raw, judge, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("fake_server.app.App.__call__", None)
    [response] = send_raw(b"GET /_sim/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
    judge(*response, expected=(500, "InternalServerError"))
    assert response[1]["connection"] == "close"
    assert [record.getMessage() for record in caplog.records] == ["Exception while serving /_sim/health"]


@pytest.mark.parametrize("path", [f"{API}/importedModels", "/_sim/reset"])
def test_the_limit_of_a_body_is_the_same_over_a_socket(send_raw, judge, path: str) -> None:
    line = f"POST {path} HTTP/1.1"
    [response] = send_raw(request(line, f"content-length: {MAX_BODY_BYTES}", body=b" " * MAX_BODY_BYTES))
    judge(*response, expected=UNPARSABLE)
    [response] = send_raw(request(line, f"content-length: {MAX_BODY_BYTES + 1}", body=b" " * (MAX_BODY_BYTES + 1)))
    judge(*response, expected=TOO_LARGE)


def test_a_body_in_chunks_is_read_like_any_other(send_raw) -> None:
    body = json.dumps(IMPORT).encode()
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    line = f"POST {API}/importedModels HTTP/1.1"
    [(status, _, created)] = send_raw(request(line, "transfer-encoding: chunked", body=chunks))
    assert (status, json.loads(created)["lifecycleState"]) == (201, "CREATING")


def test_a_client_that_waits_for_leave_to_send_its_body_gets_it(send_raw) -> None:
    body = json.dumps(IMPORT).encode()
    sent = request(
        f"POST {API}/importedModels HTTP/1.1", "expect: 100-continue", f"content-length: {len(body)}", body=body
    )
    assert [status for status, _, _ in send_raw(sent)] in ([100, 201], [201])


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ((f"GET {API}/models/x HTTP/1.1",), NOT_FOUND),
        ((f"DELETE {API}/models/x HTTP/1.1", "content-length: 0"), NOT_FOUND),
        (("POST / HTTP/1.1", "content-length: abc"), UNPARSABLE),
        (("POST / HTTP/1.1", f"content-length: {'9' * 5000}"), UNPARSABLE),
        (("POST / HTTP/1.1", f"content-length: {MAX_BODY_BYTES + 1}"), TOO_LARGE),
    ],
)
def test_expect_continue_without_a_body_gets_a_response_at_once(
    server: FakeServer, connect, judge, head: tuple[str, ...], expected: tuple[int, str]
) -> None:
    connection = connect(server)
    connection.socket.sendall("\r\n".join([*head, "host: localhost", "expect: 100-continue", "", ""]).encode())
    judge(*connection.read_response(), expected=expected)


def test_a_connection_on_which_no_body_was_to_come_is_served_on(server: FakeServer, connect) -> None:
    connection = connect(server)
    for _ in range(2):
        connection.send("/_sim/health", "GET", "expect: 100-continue")
        assert connection.read_response()[0] == 200
    assert connection.read_list()


@pytest.mark.parametrize(
    ("target", "length", "says"),
    [
        ("/", "9" * 5000, "the content-length has too many digits to be read"),
        ("http://[::1/", "9" * 5000, "the URL cannot be parsed"),
        ("http://[::1/", "1", "the URL cannot be parsed"),
    ],
)
def test_the_error_says_what_part_of_a_request_cannot_be_parsed(
    send_raw, judge, target: str, length: str, says: str
) -> None:
    [response] = send_raw(request(f"POST {target} HTTP/1.1", f"content-length: {length}"))
    reported = judge(*response, expected=UNPARSABLE)["message"]
    assert reported == f"The request is not valid HTTP/1.1: {says}."


def test_a_header_given_twice_counts_as_one_list(send_raw, judge) -> None:
    line = f"GET {API}/models/x HTTP/1.1"
    [response] = send_raw(request(line, "opc-request-id: a", "opc-request-id: b"))
    assert "opc-request-id must be" in judge(*response, expected=INVALID)["message"]


HOST = "host: localhost"


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (["GET / HTTP/1.1"], "one Host header"),
        (["GET / HTTP/1.1", HOST, HOST], "one Host header"),
        (["GET / HTTP/1.0", HOST, "host: other"], "one Host header"),
        (["GET / HTTP/1.1", HOST, "a: b", " c: d"], "continues on a second line"),
        (["GET / HTTP/1.1", "host:", "\tlocalhost"], "continues on a second line"),
        (["GET / HTTP/1.1", HOST, "a: b\nc: d"], "Bare CR or LF"),
        (["GET / HTTP/1.1\nhost: localhost\n\n"], "Bare CR or LF"),
        (["GET /\rHTTP/1.1", HOST], "Start line|Bare CR"),
        (["POST / HTTP/1.1", HOST, "content-length: 2", "transfer-encoding: chunked"], "both content-length and"),
        (["POST / HTTP/1.1", HOST, "transfer-encoding: chunked", "content-length: 0"], "both content-length and"),
        (["POST / HTTP/1.1", HOST, "transfer-encoding: chunked, chunked"], "chunked, once"),
        (["POST / HTTP/1.1", HOST, "transfer-encoding: chunked", "transfer-encoding: chunked"], "chunked, once"),
        (["POST / HTTP/1.1", HOST, "transfer-encoding:"], "chunked, once"),
        (["POST / HTTP/1.0", HOST, "transfer-encoding: chunked"], "only HTTP/1.1 has"),
        (["GET / HTTP/1.2", HOST], "version must be"),
        (["GET / HTTP/2.0", HOST], "version must be"),
        (["GET /", HOST], "version must be"),
        (["GET models HTTP/1.1", HOST], "target must be a path"),
        (["CONNECT localhost:80 HTTP/1.1", HOST], "target must be a path"),
        (["GET ftp://localhost/ HTTP/1.1", HOST], "target must be a path"),
        (["GET /#a HTTP/1.1", HOST], "target must be a path"),
        (["GET /\x00 HTTP/1.1", HOST], "target must be a path"),
        (["GET http://other/ HTTP/1.1", HOST], "different hosts"),
    ],
)
def test_http_that_can_be_read_in_two_ways_is_refused(
    server: FakeServer, connect, judge, head: list[str], says: str
) -> None:
    connection = connect(server)
    connection.socket.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
    message = judge(*connection.read_response(), expected=UNPARSABLE)["message"]
    assert re.search(says, message)
    assert connection.rest() == b""


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"GET / HTTP/1.1\nhost: localhost\n\n", UNPARSABLE),
        (b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n" + b"f" * 2000, UNPARSABLE),
        (b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n" + b"f" * 9 + b"\r\n", TOO_LARGE),
    ],
)
def test_a_request_that_can_only_be_wrong_is_refused_before_it_ends(
    server: FakeServer, connect, judge, sent: bytes, expected: tuple[int, str]
) -> None:
    connection = connect(server)
    connection.socket.sendall(sent)
    judge(*connection.read_response(), expected=expected)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("named", [True, False])
def test_the_host_in_a_target_is_checked_like_the_header(send_raw, judge, version: str, *, named: bool) -> None:
    headers = ["host: attacker.example"] if named or version == "1.1" else []
    lines = [f"GET http://attacker.example/_sim/state HTTP/{version}", *headers, "connection: close", "", ""]
    [response] = send_raw("\r\n".join(lines).encode())
    assert "attacker" not in judge(*response, expected=(403, "NotAllowed"))["message"]


@pytest.mark.parametrize("path", ["/%5fsim/health", f"/{API}/models/x", f"{API}%2fmodels/x", f"{API}/%6dodels/x"])
@pytest.mark.parametrize("target", ["{}", "http://localhost{}"])
def test_a_path_that_is_a_route_only_when_it_is_decoded_is_none(send_raw, judge, path: str, target: str) -> None:
    [response] = send_raw(request(f"GET {target.format(path)} HTTP/1.1"))
    judge(*response, expected=NO_ROUTE)
    assert response[1]["x-genai-ports-rule"] == "unknown-route"


def test_an_action_cannot_hide_in_an_ocid(send_raw, judge) -> None:
    line = f"POST {API}/models/ocid1.x%2Factions%2FchangeCompartment HTTP/1.1"
    [response] = send_raw(request(line, "content-length: 2", body=b"{}"))
    judge(*response, expected=NO_ROUTE)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "latin-1"])
def test_a_body_in_another_encoding_is_refused(refused, encoding: str) -> None:
    body = json.dumps({**IMPORT, "displayName": "é"}, ensure_ascii=False).encode(encoding)
    refused("POST", f"{API}/importedModels", UNPARSABLE, rule="body-not-json", data=body)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (f"{API}/models", "GET, HEAD, POST"),
        (f"{API}/models/ocid1.x", "DELETE, GET, HEAD, PUT"),
        (f"{API}/models/ocid1.x/actions/changeCompartment", "POST"),
        ("/_sim/reset", "POST"),
        ("/_sim/snapshot", "GET, HEAD, PUT"),
    ],
)
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PATCH"])
def test_a_method_that_is_not_allowed_gets_those_that_are(http: Client, path: str, allowed: str, method: str) -> None:
    response = http.open(path, method=method)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
