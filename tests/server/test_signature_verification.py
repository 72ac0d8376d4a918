"""A server that verifies signatures: it serves only requests that a registered key has signed."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import oci
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from oci.exceptions import ServiceError
from oci.generative_ai import GenerativeAiClient, models
from oci.retry import NoneRetryStrategy
from signing import Client as Signing
from signing import clients, headers_of, public_pem
from werkzeug.http import parse_date
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from fake_server.http import ApiRequest
from fake_server.keys import checked_key_id, keys_of_config, verified_user
from fake_server.routes import TOKEN_HEADER
from fake_server.settings import MAX_BODY_BYTES
from genai_ports import InvalidInput, NotAuthenticated, SdkModelRepository
from genai_ports.api.value import replaced
from genai_ports.cli.profile import write_profile
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.tenancy import TENANCY, USER
from genai_ports.testing.stock_client import stock_clients_on
from genai_ports.testing.wsgi_transport import WsgiTransport
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fake_server.app import App
    from fake_server.signatures import SignedRequest

API = "/20231130"
COMPARTMENT = "ocid1.compartment.oc1..a"
LIST = f"{API}/models?compartmentId={COMPARTMENT}"
IMPORTS = f"{API}/importedModels"
IMPORT = {
    "compartmentId": COMPARTMENT,
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}
OTHER = "ocid1.tenancy.oc1..other"
ANN = "ocid1.user.oc1..ann"
VECTORS = json.loads((Path(__file__).parent / "data" / "signing_test_vectors.json").read_text(encoding="utf-8"))
MINE, STRANGER = clients()
CONTROL_TOKEN = "the-token-of-a-test"


@pytest.fixture
def app() -> App:
    """An app that verifies, and knows one key."""
    return create_app(Settings(clock="virtual", verify_signatures=True, keys={MINE.key_id: public_pem(MINE.key)}))


def now() -> datetime:
    return datetime.now(UTC)


def signed(
    method: str, target: str, document: Any = None, *, who: Signing = MINE, at: datetime | None = None
) -> SignedRequest:
    body = None if document is None else json.dumps(document).encode()
    return who.sign(method, target, headers_of(at or now(), body), body or b"")


def send(http: Client, request: SignedRequest) -> Any:
    return http.open(request.target, method=request.method, headers=dict(request.headers), data=request.body)


def at_home(key: Signing, user: str, tenancy: str = TENANCY) -> Signing:
    """Somebody else with the same key."""
    return Signing(f"{tenancy}/{user}/{key.key_id.rpartition('/')[2]}", key.key)


def register(http: Client, who: Signing) -> None:
    tenancy, user, _ = who.key_id.split("/")
    given = {"user": user, "publicKey": public_pem(who.key)}
    assert http.post("/_sim/keys", json=given, query_string={"tenancy": tenancy}).status_code == 200


def insides(app: App) -> str:
    """Everything that the app's worlds have in them, but the journal and the count of request ids."""
    worlds = {TENANCY: app.worlds.get(TENANCY), **app.worlds._others}
    parts = {}
    for tenancy, simulator in worlds.items():
        counts = {name: number for name, number in vars(simulator.world.ids).items() if "request" not in name}
        parts[tenancy] = (
            simulator.state(),
            simulator.faults.to_data(),
            simulator.failing_work.to_data(),
            dict(simulator.modes),
            dict(simulator.keys),
            vars(simulator.retry_tokens),
            list(simulator.limits),
            simulator.policies.members,
            counts,
            simulator.clock.now(),
        )
    return repr(parts)


# What is refused.


def tampered(request: SignedRequest, **changes: Any) -> SignedRequest:
    headers = {**request.headers, **changes.pop("headers", {})}
    return replaced(request, headers=headers, **changes)


def forgeries() -> dict[str, tuple[SignedRequest, str]]:
    get, post = signed("GET", LIST), signed("POST", IMPORTS, IMPORT)
    unsigned = {name: text for name, text in post.headers.items() if name != "authorization"}
    return {
        "unsigned": (replaced(post, headers=unsigned), "signature-missing"),
        "another scheme": (tampered(post, headers={"authorization": "Bearer abc"}), "signature-malformed"),
        "no attributes": (tampered(post, headers={"authorization": "Signature x"}), "signature-malformed"),
        "another's key": (signed("POST", IMPORTS, IMPORT, who=at_home(STRANGER, USER)), "signing-key-unknown"),
        "my key's id with another's key": (
            signed("POST", IMPORTS, IMPORT, who=Signing(MINE.key_id, STRANGER.key)),
            "signature-wrong",
        ),
        "another user": (signed("POST", IMPORTS, IMPORT, who=at_home(MINE, ANN)), "signing-key-unknown"),
        "another tenancy": (signed("POST", IMPORTS, IMPORT, who=at_home(MINE, USER, OTHER)), "signing-key-unknown"),
        "too old": (signed("POST", IMPORTS, IMPORT, at=now() - timedelta(minutes=6)), "request-date"),
        "too early": (signed("POST", IMPORTS, IMPORT, at=now() + timedelta(minutes=6)), "request-date"),
        "another body": (tampered(post, body=json.dumps({**IMPORT, "displayName": "x"}).encode()), "body-digest"),
        "another body of that length": (tampered(post, body=b"x" * len(post.body)), "body-digest"),
        "another host": (tampered(post, headers={"host": "evil"}), "signature-wrong"),
        "another path": (tampered(post, target=f"{API}/models"), "signature-wrong"),
        "another region": (tampered(post, target=f"/eu-frankfurt-1{IMPORTS}"), "signature-wrong"),
        "another query": (tampered(get, target=LIST + "b"), "signature-wrong"),
        "another method": (tampered(get, method="HEAD"), "signature-wrong"),
        "a body without its digest": (signed_names("POST", "date", "(request-target)", "host"), "signed-headers"),
        "no host": (signed_names("GET", "date", "(request-target)"), "signed-headers"),
    }


def signed_names(method: str, *names: str) -> SignedRequest:
    body = json.dumps(IMPORT).encode() if method == "POST" else b""
    target = IMPORTS if method == "POST" else LIST
    return MINE.sign(method, target, headers_of(now(), body or None), body, names)


@pytest.mark.parametrize("forgery", list(forgeries()))
def test_a_wrong_signature_is_refused_by_name_and_changes_nothing(
    app: App, http: Client, world, populate, judge, *, forgery: str
) -> None:
    populate(world(app))
    world(app).faults.add(Fault(status=500, times="always"))
    world(app).set_modes("short-pages")
    request, rule = forgeries()[forgery]
    before = insides(app)
    response = send(http, request)
    if request.method != "HEAD":
        judge(response.status_code, response.headers, response.get_data(), expected=(401, "NotAuthenticated"))
    assert (response.status_code, response.headers["x-genai-ports-rule"]) == (401, rule)
    assert insides(app) == before
    assert list(app.worlds._others) == []
    [entry] = http.get("/_sim/journal").json["items"]
    assert (entry["status"], entry["code"], entry["rule"]) == (401, "NotAuthenticated", rule)


def parts_of(text: str) -> set[str]:
    """Cut a text into parts of 20 characters: a part of a secret is not to appear either."""
    return {text[at : at + 20] for at in range(0, len(text) - 19, 20)}


@pytest.mark.parametrize("forgery", ["another host", "another's key", "no attributes", "too old"])
def test_no_part_of_the_signature_or_of_the_key_appears_anywhere(http: Client, forgery: str) -> None:
    request, rule = forgeries()[forgery]
    signature = signed("POST", IMPORTS, IMPORT).headers["authorization"].partition('signature="')[2].rstrip('"')
    request = tampered(request, headers={"opc-request-id": signature, "opc-retry-token": signature})
    responses = {path: http.get(f"/_sim/{path}") for path in ("journal", "state", "keys", "diagnosis", "health")}
    responses["refused"] = send(http, request)
    responses |= {path: http.get(f"/_sim/{path}") for path in ("journal", "diagnosis")}
    assert responses["refused"].headers["x-genai-ports-rule"] == rule
    assert [entry["rule"] for entry in responses["journal"].json["items"]] == [rule]
    assert {each.status_code for name, each in responses.items() if name != "refused"} == {200}
    secret = {
        *parts_of(signature),
        *parts_of(request.headers["authorization"].partition('signature="')[2].rstrip('"')),
        *(part for line in public_pem(MINE.key).splitlines()[1:-1] for part in parts_of(line)),
    }
    assert len(secret) > 20
    for name, response in responses.items():
        shown = f"{response.headers}{response.get_data(as_text=True)}"
        assert {part for part in secret if part in shown} == set(), name


def test_a_body_that_is_too_large_is_refused_before_it_is_hashed(http: Client, judge) -> None:
    body = b" " * (MAX_BODY_BYTES + 1)
    request = MINE.sign("POST", IMPORTS, headers_of(now(), body), body)
    response = send(http, request)
    judge(response.status_code, response.headers, response.get_data(), expected=(413, "RequestEntityTooLarge"))


def test_a_signed_body_that_is_not_json_is_refused_by_its_own_rule(http: Client) -> None:
    request = MINE.sign("POST", IMPORTS, headers_of(now(), b"{"), b"{")
    response = send(http, request)
    assert (response.status_code, response.headers["x-genai-ports-rule"]) == (400, "body-not-json")


def test_an_unknown_path_is_404_with_and_without_a_signature(http: Client) -> None:
    assert http.get(f"{API}/nothing").status_code == 404


# What is served.


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_request_signed_with_a_registered_key_is_served(http: Client, method: str) -> None:
    assert send(http, signed(method, LIST)).status_code == 200
    created = send(http, signed("POST", IMPORTS, IMPORT))
    assert created.status_code == 201
    assert send(http, signed("DELETE", f"{IMPORTS}/{created.json['id']}")).status_code == 202


@pytest.mark.parametrize("path", ["health", "clock", "faults", "journal", "state", "keys", "policies", "rules"])
def test_control_paths_need_no_signature(http: Client, path: str) -> None:
    assert http.get(f"/_sim/{path}").status_code == 200


def test_a_key_is_valid_from_its_registration_to_its_removal(http: Client) -> None:
    ann = at_home(STRANGER, ANN)
    assert send(http, signed("GET", LIST, who=ann)).status_code == 401
    register(http, ann)
    assert send(http, signed("GET", LIST, who=ann)).status_code == 200
    http.delete("/_sim/keys")
    assert send(http, signed("GET", LIST, who=ann)).status_code == 401
    assert send(http, signed("GET", LIST)).status_code == 401
    http.post("/_sim/reset")
    assert send(http, signed("GET", LIST)).status_code == 200


def test_an_unreadable_key_does_not_affect_other_keys(app: App, http: Client) -> None:
    app.worlds.get(TENANCY).keys["nobody's"] = "no key"
    assert send(http, signed("GET", LIST)).status_code == 200


def test_an_unreadable_key_is_an_unknown_key(app: App, http: Client) -> None:
    app.worlds.get(TENANCY).keys[MINE.key_id] = "no key"
    response = send(http, signed("GET", LIST))
    assert (response.status_code, response.headers["x-genai-ports-rule"]) == (401, "signing-key-unknown")


def test_each_tenancy_has_keys_and_a_world_of_its_own(http: Client) -> None:
    theirs = at_home(STRANGER, ANN, OTHER)
    register(http, theirs)
    assert send(http, signed("POST", IMPORTS, IMPORT, who=theirs)).status_code == 201
    listed = f"{IMPORTS}?compartmentId={COMPARTMENT}"
    assert len(send(http, signed("GET", listed, who=theirs)).json["items"]) == 1
    assert send(http, signed("GET", listed)).json["items"] == []
    assert send(http, signed("GET", listed, who=at_home(STRANGER, ANN))).status_code == 401


def test_a_tenancy_with_a_key_in_the_settings_is_served_from_the_start() -> None:
    theirs = at_home(STRANGER, ANN, OTHER)
    keys = {theirs.key_id: public_pem(theirs.key)}
    http = Client(create_app(Settings(clock="virtual", verify_signatures=True, keys=keys)))
    assert send(http, signed("GET", LIST, who=theirs)).status_code == 200
    assert send(http, signed("GET", LIST)).status_code == 401


def test_a_snapshot_leaves_a_tenancy_its_keys_of_the_settings() -> None:
    theirs = at_home(STRANGER, ANN, OTHER)
    http = Client(
        create_app(Settings(clock="virtual", verify_signatures=True, keys={theirs.key_id: public_pem(theirs.key)}))
    )
    empty = Simulator(clock=VirtualClock()).snapshot()
    assert http.put("/_sim/snapshot", json=empty, query_string={"tenancy": OTHER}).status_code == 200
    assert send(http, signed("GET", LIST, who=theirs)).status_code == 200


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({MINE.key_id: "nonsense"}, "cannot be read as one"),
        ({MINE.key_id: credentials().private_key}, "not a private key"),
        ({"mine": public_pem(MINE.key)}, "a key's id must be the OCIDs of tenancy and user"),
        ({MINE.key_id.replace("/", ",b/", 1): public_pem(MINE.key)}, "without commas, quotes and blanks"),
    ],
)
def test_a_server_does_not_start_with_an_invalid_key(keys: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as refused:
        create_app(Settings(keys=keys))
    assert credentials().private_key.splitlines()[1] not in str(refused.value)


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_a_request_signed_with_the_published_key_is_verified(
    app: App, vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key_id = VECTORS["keyId"]
    keys = app.worlds.get(key_id.split("/")[0]).keys
    keys[key_id] = VECTORS["public_key_pem"]  # it has 1024 bits, so that no server registers it
    lines = dict(line.split(": ", 1) for line in vector["signing_string"].splitlines())
    at = parse_date(vector["date"])
    assert at
    monkeypatch.setattr("fake_server.keys.CLOCK.now", lambda: at)
    method, target = lines.pop("(request-target)").split(" ")
    body = vector.get("body", "").encode()
    path, _, query = target.partition("?")
    environ = {
        "REQUEST_METHOD": method.upper(),
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "CONTENT_LENGTH": lines.get("content-length", ""),
        "CONTENT_TYPE": lines.get("content-type", ""),
        "HTTP_DATE": lines["date"],
        "HTTP_HOST": lines["host"],
        "HTTP_X_CONTENT_SHA256": lines.get("x-content-sha256", ""),
        "HTTP_AUTHORIZATION": f'Signature version="1",keyId="{key_id}",algorithm="rsa-sha256",'
        f'headers="{vector["headers"]}",signature="{vector["signature"]}"',
        "wsgi.input": io.BytesIO(body),
    }
    assert verified_user(ApiRequest(environ), body, keys) == key_id.split("/")[1]


# What OCI's own clients sign.


@pytest.fixture(params=["WSGI", "socket"])
def stock(request: pytest.FixtureRequest, app: App) -> Iterator[Callable[..., GenerativeAiClient]]:
    """Makes plain clients of a server that knows the key of this process's credentials."""
    made: list[GenerativeAiClient] = []
    server = FakeServer(settings=app._settings, control_token=CONTROL_TOKEN)

    def make(**changes: str) -> GenerativeAiClient:
        endpoint = server.url if request.param == "socket" else "http://fake"
        client = GenerativeAiClient(
            {**credentials().config(), **changes}, service_endpoint=endpoint, retry_strategy=NoneRetryStrategy()
        )
        if request.param == "WSGI":
            client.base_client.session.mount("http://", WsgiTransport(app))
        made.append(client)
        return client

    with server, stock_clients_on(server.clock):
        yield make
    for client in made:
        client.base_client.session.close()


def test_everything_that_the_stock_client_sends_verifies(stock: Callable[..., GenerativeAiClient]) -> None:
    client = stock()
    details = models.CreateImportedModelDetails(
        compartment_id=COMPARTMENT,
        vendor="Zürich, 東京 & 100 % + more/less?#",
        data_source=models.HuggingFaceModel(model_id="openai/gpt-oss-20b"),
    )
    created = client.create_imported_model(details).data
    found = client.list_imported_models(COMPARTMENT, vendor=created.vendor).data.items
    assert [model.id for model in found] == [created.id]
    assert client.get_imported_model(created.id).data.vendor == details.vendor
    changed = client.update_imported_model(created.id, models.UpdateImportedModelDetails(description="ü\u2028"))
    assert changed.status == 202
    client.get_imported_model(created.id)
    moved = models.ChangeImportedModelCompartmentDetails(compartment_id="ocid1.compartment.oc1..b")
    assert client.change_imported_model_compartment(created.id, moved).status == 204
    assert client.delete_imported_model(created.id).status == 202
    assert client.list_work_request_logs(changed.headers["opc-work-request-id"]).data.items


def test_queries_of_every_form_verify(stock: Callable[..., GenerativeAiClient]) -> None:
    client = stock()
    both = client.list_models(COMPARTMENT, capability=["CHAT", "FINE_TUNE"], sort_by="displayName", limit=5)
    assert len(both.data.items) == 5
    assert client.list_models(
        COMPARTMENT, capability=["CHAT", "FINE_TUNE"], page=both.next_page, limit=5, sort_by="displayName"
    ).data.items
    for name in ("two words", "ü", "a+b", "a%20b", "a&b=c", "?", "/", "~-._", "*'()"):
        assert client.list_models(COMPARTMENT, display_name=name).data.items == []


@pytest.mark.parametrize("identifier", ["ü b", "a%20b", "a:b@c", "(a)", "ocid1.x~y_z-0"])
def test_paths_of_every_form_verify(stock: Callable[..., GenerativeAiClient], identifier: str) -> None:
    with pytest.raises(ServiceError) as refused:
        stock().get_model(identifier)
    assert refused.value.status == 404
    assert refused.value.headers["x-genai-ports-rule"] in ("not-found", "unknown-route")


def test_a_query_that_looks_like_a_url_verifies_as_it_was_sent(http: Client) -> None:
    assert send(http, signed("GET", f"{LIST}&displayName=http://evil/x")).status_code == 200


def test_a_request_line_with_a_whole_url_verifies_by_its_path(app: App, connect) -> None:
    request = signed("GET", LIST)
    with FakeServer(settings=app._settings) as server:
        connection = connect(server)
        lines = [
            f"GET http://{request.headers['host']}{LIST} HTTP/1.1",
            *map(": ".join, request.headers.items()),
            "",
            "",
        ]
        connection.socket.sendall("\r\n".join(lines).encode())
        assert connection.read_response()[0] == 200


def test_a_client_with_an_unknown_key_gets_an_error_that_says_so(stock: Callable[..., GenerativeAiClient]) -> None:
    with pytest.raises(ServiceError) as refused:
        stock(user=ANN).list_models(COMPARTMENT)
    assert (refused.value.status, refused.value.code) == (401, "NotAuthenticated")
    assert refused.value.headers["x-genai-ports-rule"] == "signing-key-unknown"
    assert ANN in refused.value.message
    assert len(refused.value.request_id.split("/")) == 3


@pytest.mark.parametrize("region", ["", "/eu-frankfurt-1"])
def test_our_adapter_is_served_over_a_socket_where_its_key_is_registered(app: App, region: str) -> None:
    with FakeServer(settings=app._settings) as server, SdkModelRepository(endpoint=server.url + region) as genai:
        assert len(tuple(genai.list_models(COMPARTMENT, capability=["CHAT"], limit=3))) > 3
        assert tuple(genai.list_models(COMPARTMENT, display_name="ü b")) == ()


def test_our_adapter_is_served_with_no_server_in_between_where_its_key_is_registered(app: App) -> None:
    with SdkModelRepository(endpoint="http://fake", transport=WsgiTransport(app)) as genai:
        assert len(tuple(genai.list_models(COMPARTMENT, capability=["CHAT"], limit=3))) > 3
        assert tuple(genai.list_models(COMPARTMENT, display_name="ü b")) == ()


def test_our_adapter_reports_an_unknown_key() -> None:
    genai = SdkModelRepository(
        endpoint="http://fake", transport=WsgiTransport(create_app(Settings(verify_signatures=True)))
    )
    with pytest.raises(NotAuthenticated) as refused:
        genai.list_models(COMPARTMENT).first()
    assert refused.value.rule in (None, "signing-key-unknown")


@pytest.fixture
def profile(tmp_path: Path) -> dict[str, Any]:
    """A profile as the command writes it, and what `--trust` reads of it."""
    written = write_profile(tmp_path / "oci", endpoint="http://127.0.0.1:1", region="us-chicago-1")
    return {"config": oci.config.from_file(str(written.config_file)), "keys": keys_of_config(written.config_file)}


def test_a_profile_that_the_command_writes_is_trusted(profile: dict[str, Any]) -> None:
    settings = Settings(clock="virtual", verify_signatures=True, keys=profile["keys"])
    with FakeServer(settings=settings) as server:
        client = GenerativeAiClient(profile["config"], service_endpoint=server.url, retry_strategy=NoneRetryStrategy())
        assert client.list_models(COMPARTMENT, limit=1).status == 200
        client.base_client.session.close()
    assert all("PRIVATE" not in pem for pem in profile["keys"].values())


# Who may do what.


@pytest.fixture
def readers(http: Client) -> Signing:
    """A user who is a member of a group that may only read."""
    ann = at_home(STRANGER, ANN)
    register(http, ann)
    statement = "Allow group Readers to read generative-ai-family in tenancy"
    http.post("/_sim/policies", json={"user": ANN, "group": "Readers", "statements": [statement]})
    return ann


def test_a_read_only_user_reads_resources_and_creates_none(http: Client, readers: Signing) -> None:
    created = send(http, signed("POST", IMPORTS, IMPORT)).json["id"]
    assert send(http, signed("GET", f"{IMPORTS}/{created}", who=readers)).json["id"] == created
    assert send(http, signed("GET", LIST, who=readers)).status_code == 200
    attempts = [
        signed("POST", IMPORTS, IMPORT, who=readers),
        signed("PUT", f"{IMPORTS}/{created}", {"displayName": "x"}, who=readers),
        signed("DELETE", f"{IMPORTS}/{created}", who=readers),
    ]
    for attempt in attempts:
        refused = send(http, attempt)
        assert (refused.status_code, refused.json["code"]) == (404, "NotAuthorizedOrNotFound")
        assert refused.headers["x-genai-ports-rule"] == "not-permitted"
    assert send(http, signed("DELETE", f"{IMPORTS}/{created}")).status_code == 202


def test_policies_of_one_tenancy_do_not_apply_to_users_of_another(http: Client, readers: Signing) -> None:
    same_user_elsewhere = at_home(STRANGER, ANN, OTHER)
    register(http, same_user_elsewhere)
    assert send(http, signed("POST", IMPORTS, IMPORT, who=readers)).status_code == 404
    assert send(http, signed("POST", IMPORTS, IMPORT, who=same_user_elsewhere)).status_code == 201


def test_a_read_only_user_gets_not_found_from_the_stock_sdk(stock: Callable[..., GenerativeAiClient], app: App) -> None:
    client = stock()
    endpoint = client.base_client.endpoint
    policies = {
        "user": USER,
        "group": "Readers",
        "statements": ["Allow group Readers to read generative-ai-family in tenancy"],
    }
    client.base_client.session.post(
        endpoint.removesuffix(API) + "/_sim/policies", json=policies, headers={TOKEN_HEADER: CONTROL_TOKEN}
    )
    assert client.list_models(COMPARTMENT).status == 200
    details = models.CreateImportedModelDetails(
        compartment_id=COMPARTMENT, data_source=models.HuggingFaceModel(model_id="openai/gpt-oss-20b")
    )
    with pytest.raises(ServiceError) as refused:
        client.create_imported_model(details)
    assert (refused.value.status, refused.value.code) == (404, "NotAuthorizedOrNotFound")


def test_a_server_that_does_not_verify_accepts_any_user() -> None:
    http = Client(create_app(Settings(clock="virtual")))
    http.post("/_sim/policies", json={"user": ANN, "group": "Nobodies"})
    forged = {"Authorization": f'Signature version="1",keyId="{TENANCY}/{ANN}/aa:bb",signature="forged"'}
    assert http.get(LIST, headers=forged).status_code == 404
    assert http.get(LIST, headers={"Authorization": forged["Authorization"].replace(ANN, USER)}).status_code == 200


# Which keys are registered, and what a signature does not prevent.

N = 2**2047 + 1
WEAK = {
    "1024 bits": (lambda: VECTORS["public_key_pem"], "must have 2048 to 16384 bits, not 1024"),
    "2047 bits": (lambda: _public(2**2046 + 1, 65_537), "must have 2048 to 16384 bits, not 2047"),
    "16385 bits": (lambda: _public(2**16_384 + 1, 65_537), "must have 2048 to 16384 bits, not 16385"),
    "exponent 3": (lambda: _public(N, 3), "an exponent from 65537"),
    "exponent below": (lambda: _public(N, 65_535), "an exponent from 65537"),
    "exponent above": (lambda: _public(N, 2**64 + 1), "an exponent from 65537"),
    "huge exponent": (lambda: _public(N, 2**2046 + 1), "an exponent from 65537"),
    "even modulus": (lambda: _public(N + 1, 65_537), "must have an odd modulus"),
    "two keys": (lambda: credentials().public_key * 2, "must be one RSA public key in PEM"),
    "text before": (lambda: f"hello\n{credentials().public_key}", "must be one RSA public key in PEM"),
    "text after": (lambda: f"{credentials().public_key}hello", "must be one RSA public key in PEM"),
    "NUL": (lambda: f"{credentials().public_key}\0", "must be one RSA public key in PEM"),
}


def _public(modulus: int, exponent: int) -> str:
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize("name", WEAK)
def test_a_weak_or_malformed_key_is_refused_with_the_reason(app: App, http: Client, name: str) -> None:
    make, reason = WEAK[name]
    refused = http.post("/_sim/keys", json={"user": "ocid1.user.oc1..ann", "publicKey": make()})
    assert (refused.status_code, reason in refused.json["message"]) == (400, True), refused.json
    assert list(app.worlds.get(TENANCY).keys) == [MINE.key_id]
    with pytest.raises(InvalidInput, match=reason):
        Settings(keys={credentials().key_id: make()})


@pytest.mark.parametrize(("bits", "exponent"), [(2048, 65_537), (2048, 2**64 - 1), (16_384, 65_537)])
def test_the_weakest_and_the_strongest_key_are_accepted(bits: int, exponent: int) -> None:
    assert checked_key_id(MINE.key_id, _public(2 ** (bits - 1) + 1, exponent)) == MINE.key_id


def test_equal_requests_within_a_second_have_one_signature_so_that_a_replay_is_served(http: Client) -> None:
    at = now()
    assert signed("POST", IMPORTS, IMPORT, at=at) == signed("POST", IMPORTS, IMPORT, at=at)
    sent = signed("GET", LIST, at=at)
    assert [send(http, sent).status_code for _ in range(2)] == [200, 200]
