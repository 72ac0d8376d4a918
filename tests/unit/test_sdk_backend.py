"""The SDK backend: who signs, where calls go, and how responses and errors of every sort are read."""

from __future__ import annotations

import base64
import json
import socket
import threading
from types import MappingProxyType
from urllib.parse import parse_qsl

import oci
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from deep import nested, without_end
from oci._vendor.requests.adapters import BaseAdapter
from oci._vendor.requests.exceptions import ConnectTimeout, ReadTimeout

from fake_server import FakeServer, Settings, create_app
from genai_ports import (
    NEVER,
    CannotParseRequest,
    ConfigurationError,
    Conflict,
    ConnectionLost,
    CreateImportedModelDetails,
    HuggingFaceModel,
    IncorrectState,
    InvalidInput,
    InvalidParameter,
    RetryPolicy,
    SdkModelRepository,
    ServiceError,
    TooManyRequests,
    UnknownRegion,
    UnknownVariant,
    UpdateModelDetails,
    VirtualClock,
)
from genai_ports.backends.sdk import throwaway_signer
from genai_ports.simulator.faults.faults import Fault
from genai_ports.tenancy import TENANCY
from genai_ports.testing.wsgi_transport import WsgiTransport
from genai_ports.throwaway import new_credentials, tenancy_ocid

COMPARTMENT = "ocid1.compartment.oc1..example"
MODEL = "ocid1.generativeaimodel.oc1.us-chicago-1.example"
MODEL_JSON = {"id": MODEL, "capabilities": ["CHAT"], "lifecycleState": "ACTIVE", "type": "CUSTOM"}


class Responding:
    """A WSGI app that sends one response to every request, and keeps the requests."""

    def __init__(self, status="200 OK", body=b"", headers=()):
        self.status = status
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.headers = list(headers)
        self.requests, self.bodies = [], []

    def __call__(self, environ, start_response):
        self.requests.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        start_response(self.status, self.headers)
        return [self.body]

    @property
    def urls(self):
        return [f"{r['wsgi.url_scheme']}://{r['HTTP_HOST']}{r['SCRIPT_NAME']}{r['PATH_INFO']}" for r in self.requests]


def responding(*response, retry=NEVER, **given):
    """Return a repository whose calls all get this response, and the app behind it."""
    app = Responding(*response)
    given = {"endpoint": "http://fake", "clock": VirtualClock(), **given}
    given.setdefault("region_paths", True)
    return SdkModelRepository(transport=WsgiTransport(app), retry=retry, **given), app


def error_for(status, body, headers=()):
    genai, _ = responding(status, body, headers)
    with pytest.raises(ServiceError) as raised:
        genai.get_model(MODEL)
    return raised.value


@pytest.fixture(scope="module")
def mine():
    return new_credentials()


@pytest.fixture
def config(mine):
    """A configuration of the SDK's, with the key in it."""
    return mine.config("eu-frankfurt-1")


@pytest.fixture
def profile(mine, tmp_path):
    """Write a config file with some profiles; return its path."""

    def write(**profiles):
        (tmp_path / "key.pem").write_text(mine.private_key)
        common = (
            f"user={mine.user}\ntenancy={mine.tenancy}\nfingerprint={mine.fingerprint}\nkey_file={tmp_path}/key.pem\n"
        )
        file = tmp_path / "config"
        file.write_text("".join(f"[{name}]\n{common}{more}\n" for name, more in profiles.items()))
        return str(file)

    return write


def key_id(app):
    return app.requests[-1]["HTTP_AUTHORIZATION"].split('keyId="')[1].split('"')[0]


# Who signs.


def test_calls_to_an_endpoint_are_signed_with_throw_away_credentials_of_the_well_known_tenancy():
    genai, app = responding("200 OK", MODEL_JSON)
    genai.get_model(MODEL)
    assert key_id(app).split("/")[0] == TENANCY


def test_all_repositories_of_a_process_share_one_throw_away_signer():
    assert throwaway_signer() is throwaway_signer()


def test_a_config_signs_and_says_the_region(config, mine):
    genai, app = responding("200 OK", MODEL_JSON, config=config)
    genai.get_model(MODEL)
    assert key_id(app) == f"{mine.tenancy}/{mine.user}/{mine.fingerprint}"
    assert genai.default_region == "eu-frankfurt-1"
    assert genai.backend.tenancy == mine.tenancy


def test_a_config_without_an_endpoint_goes_to_the_real_service(config):
    genai, app = responding("200 OK", MODEL_JSON, config=config, endpoint=None)
    genai.get_model(MODEL)
    assert app.urls == [f"https://generativeai.us-chicago-1.oci.oraclecloud.com/20231130/models/{MODEL}"]


def test_the_realm_of_a_region_has_a_domain_of_its_own(config):
    genai, app = responding("200 OK", MODEL_JSON, config=config, endpoint=None)
    genai.get_model(MODEL, region="ltn")
    assert app.urls == [f"https://generativeai.uk-gov-london-1.oci.oraclegovcloud.uk/20231130/models/{MODEL}"]


def test_the_default_profile_of_a_config_file_is_taken_by_default(profile):
    config_file = profile(DEFAULT="region=eu-frankfurt-1", DEV="region=uk-london-1")
    assert SdkModelRepository(config_file=config_file).default_region == "eu-frankfurt-1"
    assert SdkModelRepository(config_file=config_file, profile="DEV").default_region == "uk-london-1"


def test_a_profile_signs_calls_to_an_endpoint_too(profile, mine):
    genai, app = responding("200 OK", MODEL_JSON, config_file=profile(DEFAULT="region=eu-frankfurt-1"))
    genai.get_model(MODEL)
    assert key_id(app) == f"{mine.tenancy}/{mine.user}/{mine.fingerprint}"
    assert genai.default_region == "eu-frankfurt-1"


def test_a_region_goes_before_that_of_the_profile_and_may_be_a_code(profile):
    genai = SdkModelRepository(config_file=profile(DEFAULT="region=eu-frankfurt-1"), region="lhr")
    assert genai.default_region == "uk-london-1"


def test_a_profile_without_a_region_is_in_chicago(profile):
    assert SdkModelRepository(config_file=profile(DEFAULT="")).default_region == "us-chicago-1"


def test_a_config_that_is_not_complete_is_refused_at_once_and_what_is_missing_named(config):
    del config["user"]
    with pytest.raises(ConfigurationError, match=r"the OCI SDK refuses the configuration: .*'user': 'missing'"):
        SdkModelRepository(config=config)


def test_a_key_that_is_none_is_refused_at_once_and_not_shown(config):
    config["key_content"] = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
    with pytest.raises(ConfigurationError, match="the OCI SDK refuses the configuration: ") as refused:
        SdkModelRepository(config=config)
    assert "c2VjcmV0" not in str(refused.value)


@pytest.mark.parametrize("profile_option", ["profile", "config_file"])
@pytest.mark.parametrize("other", ["config", "signer"])
def test_a_profile_beside_a_config_or_a_signer_is_refused(config, profile_option, other):
    given = {"config": config, "signer": throwaway_signer()}
    with pytest.raises(ConfigurationError, match="pass either a profile and its file, or a config and a signer"):
        SdkModelRepository(**{profile_option: "DEV", other: given[other]})


@pytest.mark.parametrize("own", ["config", "signer", "auth", "config_file", "no endpoint"])
def test_a_tenancy_beside_other_credentials_is_refused(config, profile, own):
    given = {"config": config, "signer": throwaway_signer(), "auth": "api_key", "config_file": profile(DEFAULT="")}
    options = {own: given[own], "endpoint": "http://fake"} if own in given else {}
    with pytest.raises(ConfigurationError, match="a tenancy is for throw-away credentials: pass an endpoint, and no "):
        SdkModelRepository(tenancy="worker-1", **options)


def test_a_tenancy_signs_calls_to_an_endpoint():
    genai, app = responding("200 OK", MODEL_JSON, tenancy="worker-1")
    genai.get_model(MODEL)
    assert key_id(app).split("/")[0] == tenancy_ocid("worker-1") != TENANCY


def test_a_plain_signer_needs_no_config(mine):
    signer = oci.Signer(
        tenancy=mine.tenancy,
        user=mine.user,
        fingerprint=mine.fingerprint,
        private_key_file_location=None,
        private_key_content=mine.private_key,
    )
    genai, app = responding("200 OK", MODEL_JSON, signer=signer, endpoint=None, region="phx")
    genai.get_model(MODEL, region="phx")
    assert key_id(app) == f"{mine.tenancy}/{mine.user}/{mine.fingerprint}"
    assert app.urls == [f"https://generativeai.us-phoenix-1.oci.oraclecloud.com/20231130/models/{MODEL}"]


def test_a_signer_goes_with_a_config_that_says_the_region(config, mine):
    genai, app = responding("200 OK", MODEL_JSON, signer=throwaway_signer(), config=config)
    genai.get_model(MODEL)
    assert key_id(app).startswith(TENANCY)
    assert key_id(app) != f"{mine.tenancy}/{mine.user}/{mine.fingerprint}"
    assert genai.default_region == "eu-frankfurt-1"


def session_token():
    claims = base64.urlsafe_b64encode(json.dumps({"exp": 4102444800, "jwk": "{}"}).encode()).decode().rstrip("=")
    return f"e30.{claims}.c2ln"


def test_a_security_token_signer_needs_no_config(mine):
    token = session_token()
    signer = oci.auth.signers.SecurityTokenSigner(token, load_pem_private_key(mine.private_key.encode(), None))
    genai, app = responding("200 OK", MODEL_JSON, signer=signer)
    genai.get_model(MODEL)
    assert key_id(app) == f"ST${token}"
    assert genai.default_region == "us-chicago-1"
    assert genai.backend.tenancy is None


class OnAnInstance(oci.auth.signers.SecurityTokenSigner):
    """What an instance principal's signer is to a client: a token, and the region that it runs in."""

    region = "eu-frankfurt-1"


def test_the_signer_of_an_instance_says_the_region(mine):
    signer = OnAnInstance(session_token(), load_pem_private_key(mine.private_key.encode(), None))
    genai, app = responding("200 OK", MODEL_JSON, signer=signer, endpoint=None)
    genai.list_models(COMPARTMENT).first()
    assert genai.default_region == "eu-frankfurt-1"
    assert app.urls == ["https://generativeai.eu-frankfurt-1.oci.oraclecloud.com/20231130/models"]


def test_an_unknown_region_is_refused():
    with pytest.raises(UnknownRegion):
        SdkModelRepository(endpoint="http://fake", region="nowhere-1")


@pytest.mark.parametrize("endpoint", ["fake:8080", "http://me:secret@fake", "http://fake?x=1", "http://[fake]", ""])
def test_an_endpoint_that_is_no_url_of_a_server_is_refused(endpoint):
    with pytest.raises(ConfigurationError, match="the URL of a server must be one such as"):
        SdkModelRepository(endpoint=endpoint)


# Where calls go.


@pytest.mark.parametrize(
    ("region_paths", "region", "url"),
    [
        (True, None, "http://fake/base/20231130/models"),
        (True, "us-chicago-1", "http://fake/base/us-chicago-1/20231130/models"),
        (True, "fra", "http://fake/base/eu-frankfurt-1/20231130/models"),
        (False, "fra", "http://fake/base/20231130/models"),
    ],
)
def test_a_region_that_a_call_names_has_a_path_of_its_own_by_default(region_paths, region, url):
    genai, app = responding("200 OK", {"items": []}, endpoint="http://fake/base/", region_paths=region_paths)
    genai.list_models(COMPARTMENT, region=region).first()
    assert app.urls == [url]


def test_the_region_of_the_repository_and_that_of_an_ocid_have_paths_too():
    genai, app = responding("200 OK", {"items": []}, region="fra")
    genai.list_models(COMPARTMENT).first()
    genai.get_model(MODEL)
    assert app.urls == [
        "http://fake/eu-frankfurt-1/20231130/models",
        f"http://fake/us-chicago-1/20231130/models/{MODEL}",
    ]


@pytest.mark.parametrize(
    ("endpoint", "region_paths"),
    [
        *(("http://fake", True), ("http://fake", False), (None, None)),
        ("https://generativeai.us-chicago-1.oci.oraclecloud.com", None),
    ],
)
def test_each_region_has_one_client_that_all_calls_share(config, endpoint, region_paths):
    genai, _ = responding(config=config, endpoint=endpoint, region_paths=region_paths)
    backend = genai._backend
    assert backend.client() is backend.client()
    assert backend.client("eu-frankfurt-1") is backend.client("eu-frankfurt-1")
    assert backend.client("eu-frankfurt-1") is not backend.client("uk-london-1")


def test_closing_closes_the_connections_of_every_region():
    transport = Recording()
    genai = SdkModelRepository(endpoint="http://fake", transport=transport, region_paths=True)
    for region in (None, "eu-frankfurt-1"):
        genai._backend.client(region)
    genai.close()
    assert transport.closed == 4  # two regions, mounted for http and for https


def test_a_repository_that_was_closed_connects_again_when_it_is_used():
    genai, app = responding("200 OK", MODEL_JSON)
    with genai:
        genai.get_model(MODEL)
        before = genai._backend.client("us-chicago-1")
    genai.get_model(MODEL)
    assert len(app.requests) == 2
    assert genai._backend.client("us-chicago-1") is not before


def test_the_options_of_a_call_are_in_the_query_and_the_headers():
    genai, app = responding("200 OK", {"items": []})
    listing = genai.list_models(
        COMPARTMENT, capability=["CHAT", "FINE_TUNE"], vendor="meta", limit=5, page="p", request_id="mine"
    )
    assert listing.first() is None
    [request] = app.requests
    sent = sorted(request["QUERY_STRING"].split("&"))
    assert sent == [
        "capability=CHAT",
        "capability=FINE_TUNE",
        f"compartmentId={COMPARTMENT}",
        "limit=5",
        "page=p",
        "vendor=meta",
    ]
    assert request["HTTP_OPC_REQUEST_ID"] == "mine"


def test_if_match_and_retry_tokens_are_headers():
    genai, app = responding("204 No Content")
    genai.change_model_compartment(MODEL, COMPARTMENT, if_match="e1", retry_token="t1")
    [request] = app.requests
    assert (request["HTTP_IF_MATCH"], request["HTTP_OPC_RETRY_TOKEN"]) == ("e1", "t1")


def test_every_request_says_who_sends_it_and_that_it_is_json(config):
    genai, app = responding("200 OK", MODEL_JSON, config={**config, "additional_user_agent": "mine"})
    genai.get_model(MODEL)
    genai.update_model(MODEL, UpdateModelDetails(display_name="n"))
    for request in app.requests:
        assert request["HTTP_OPC_CLIENT_INFO"] == f"Oracle-PythonSDK/{oci.__version__}"
        assert request["HTTP_USER_AGENT"].endswith(" mine")
        assert request["HTTP_ACCEPT"] == request["CONTENT_TYPE"] == "application/json"
        assert request["HTTP_OPC_REQUEST_ID"]


@pytest.mark.parametrize("identifier", ["%2e?a=b#c;d&é", "a b", "%", "{modelId}", "a\nb", "..a", "日本"])
def test_any_identifier_is_one_part_of_the_path(identifier):
    genai, app = responding("200 OK", MODEL_JSON)
    genai.get_model(identifier)
    [request] = app.requests
    assert request["PATH_INFO"].encode("latin-1").decode() == f"/20231130/models/{identifier}"
    assert request["QUERY_STRING"] == ""


@pytest.mark.parametrize("text", ["a&b=c", "a b", "ä", "%41", "+", "a\x00b", "日本"])
def test_any_text_is_one_value_of_the_query(text):
    genai, app = responding("200 OK", {"items": []})
    genai.list_models(COMPARTMENT, display_name=text, capability=["CHAT", "CHAT"]).first()
    assert sorted(parse_qsl(app.requests[0]["QUERY_STRING"])) == [
        ("capability", "CHAT"),
        ("capability", "CHAT"),
        ("compartmentId", COMPARTMENT),
        ("displayName", text),
    ]


def test_every_create_has_a_retry_token_of_its_own():
    genai, _ = responding()
    tokens = {genai._backend.new_retry_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {32}


# Responses.


def test_the_headers_of_a_response_are_its_metadata():
    headers = [
        ("etag", "e1"),
        ("opc-request-id", "r1"),
        ("opc-work-request-id", "w1"),
        ("model-deprecation-info", "old"),
        ("retry-after", "30"),
    ]
    genai, _ = responding("200 OK", MODEL_JSON, headers)
    response = genai.get_model(MODEL).response
    assert (response.status, response.etag, response.request_id) == (200, "e1", "r1")
    assert (response.work_request_id, response.model_deprecation_info, response.retry_after) == ("w1", "old", 30)


NOT_SECONDS = ["", "soon", "0.5", "-1", "²", "٣", "1, 2", "Wed, 21 Oct 2026 07:28:00 GMT"]


@pytest.mark.parametrize("retry_after", NOT_SECONDS)
def test_a_retry_after_that_is_no_number_of_seconds_is_left_out(retry_after):
    genai, _ = responding("200 OK", MODEL_JSON, [("retry-after", retry_after)])
    assert genai.get_model(MODEL).response.retry_after is None


def test_a_response_without_a_body_is_its_metadata():
    genai, _ = responding("202 Accepted", b"", [("opc-work-request-id", "w1")])
    deleted = genai.delete_model(MODEL)
    assert (deleted.status, deleted.work_request_id, deleted.etag) == (202, "w1", None)


@pytest.mark.parametrize("body", [b"<html>sign in</html>", b"", b"[]", b'"text"'])
@pytest.mark.parametrize("call", ["get", "list"])
def test_a_success_with_a_body_that_is_not_a_json_object_is_a_lost_connection(call, body):
    genai, _ = responding("200 OK", body)
    with pytest.raises(ConnectionLost, match=r"_models?: the body of the response 200 is not a JSON object"):
        genai.get_model(MODEL) if call == "get" else genai.list_models(COMPARTMENT).first()


@pytest.mark.parametrize("status", ["200 OK", "502 Bad Gateway"])
@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_cannot_be_decoded_is_a_lost_connection(status, body):
    genai, _ = responding(status, body)
    with pytest.raises(ConnectionLost, match=r"^get_model: the response cannot be read: "):
        genai.get_model(MODEL)


def test_a_body_that_nests_too_deep_to_be_read_is_a_lost_connection():
    model = json.dumps({**MODEL_JSON, "definedTags": {"n": {"k": "deep"}}})
    genai, _ = responding("200 OK", model.replace('"deep"', "[" * 990 + "]" * 990).encode())
    with pytest.raises(ConnectionLost, match=r"^get_model: the response cannot be read: "):
        genai.get_model(MODEL)


# Errors.


def test_an_error_has_everything_that_the_service_sent():
    headers = [("opc-request-id", "r1"), ("x-genai-ports-rule", "in-use"), ("retry-after", "3")]
    error = error_for("409 Conflict", {"code": "Conflict", "message": "in use"}, headers)
    assert type(error) is Conflict
    assert (error.status, error.code, error.message) == (409, "Conflict", "in use")
    assert (error.operation, error.request_id, error.rule, error.retry_after) == ("get_model", "r1", "in-use", 3.0)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        ("409 Conflict", "IncorrectState", IncorrectState),
        ("409 Conflict", "SomethingNew", Conflict),
        ("400 Bad Request", "SomethingNew", InvalidParameter),
        ("429 Too Many", "TooManyRequests", TooManyRequests),
        ("418 Teapot", "Teapot", ServiceError),
        ("599 Strange", "Strange", ServiceError),
        ("302 Found", "Elsewhere", ServiceError),
    ],
)
def test_an_unknown_code_or_status_is_an_error_of_the_nearest_class(status, code, kind):
    error = error_for(status, {"code": code, "message": "m"})
    assert type(error) is kind
    assert (error.status, error.code) == (int(status[:3]), code)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>Bad Gateway</html>", "<html>Bad Gateway</html>"),
        (b"", "The service responded with status 502 and no message."),
        (b"{}", "The service responded with status 502 and no message."),
        (b"[1]", "[1]"),
        (b'{"code": null, "message": null}', "The service responded with status 502 and no message."),
    ],
)
def test_an_error_without_ocis_json_still_has_a_code_and_a_message(body, message):
    error = error_for("502 Bad Gateway", body)
    assert (type(error), error.status, error.code) == (ServiceError, 502, "Unknown")
    assert error.message == message


@pytest.mark.parametrize("retry_after", NOT_SECONDS)
def test_an_error_with_a_retry_after_that_is_no_number_of_seconds_has_none(retry_after):
    assert error_for("429 Too Many", {"code": "x"}, [("retry-after", retry_after)]).retry_after is None


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"sort_order": "SIDEWAYS"}, "sortOrder=SIDEWAYS"),
        ({"sort_by": "size"}, "sortBy=size"),
        ({"lifecycle_state": "NEW"}, "lifecycleState=NEW"),
        ({"capability": ["NEW"]}, "capability=NEW"),
        ({"limit": 0}, "limit=0"),
        ({"display_name": ""}, "displayName="),
    ],
)
def test_values_are_for_the_service_to_judge_and_not_for_the_sdk(options, sent):
    genai, app = responding("200 OK", {"items": []})
    assert genai.list_models(COMPARTMENT, **options).first() is None
    assert sent in app.requests[0]["QUERY_STRING"].split("&")


def test_raw_control_characters_in_a_response_are_read():
    genai, _ = responding("200 OK", json.dumps({**MODEL_JSON, "displayName": "a\tb"}).replace("\\t", "\t").encode())
    assert genai.get_model(MODEL).display_name == "a\tb"
    error = error_for("409 Conflict", b'{"code": "IncorrectState", "message": "a\tb"}')
    assert (type(error), error.message) == (IncorrectState, "a\tb")


# What cannot be sent.


@pytest.mark.parametrize("tag", [nested(990), nested(100_000), without_end()], ids=["deep", "deeper", "without end"])
def test_a_body_too_deep_to_be_written_is_refused_at_once_and_nothing_was_sent(tag):
    genai, app = responding("200 OK", MODEL_JSON, retry=None)
    began = genai.clock.now()
    with pytest.raises(CannotParseRequest) as refused:
        genai.update_model(MODEL, UpdateModelDetails(defined_tags={"n": {"k": tag}}))
    assert str(refused.value) == (
        "400 CannotParseRequest (update_model): The body cannot be written as JSON: it nests too deep, "
        "or contains itself."
    )
    assert (app.requests, genai.clock.now()) == ([], began)


@pytest.mark.parametrize(
    ("details", "message"),
    [
        (UpdateModelDetails(display_name=object()), "displayName must be a value that JSON has, not object."),
        (UpdateModelDetails(freeform_tags={1: "a"}), "freeformTags must be an object whose keys are strings, not 1."),
        (
            UpdateModelDetails(defined_tags={"n": {"k": UpdateModelDetails()}}),
            "definedTags.(entry 1).(entry 1) must be a value that JSON has, not UpdateModelDetails.",
        ),
    ],
)
def test_what_json_cannot_hold_is_refused_wherever_it_stands_and_nothing_was_sent(details, message):
    genai, app = responding("200 OK", MODEL_JSON)
    with pytest.raises(InvalidParameter) as refused:
        genai.update_model(MODEL, details)
    assert (refused.value.message, refused.value.operation) == (message, "update_model")
    assert app.requests == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            UnknownVariant(document={"sourceType": "NEW", "x": {1}}),
            "dataSource.(entry 2) must be a value that JSON has, not set.",
        ),
        (HuggingFaceModel(model_id=1e999), "dataSource.modelId must be a finite number, not inf."),
    ],
)
def test_what_json_cannot_hold_is_found_inside_of_other_objects(source, message):
    genai, app = responding("200 OK", MODEL_JSON)
    with pytest.raises(InvalidParameter) as refused:
        genai.create_imported_model(CreateImportedModelDetails(compartment_id=COMPARTMENT, data_source=source))
    assert (refused.value.message, app.requests) == (message, [])


def test_a_body_is_sent_as_compact_json_in_ascii():
    genai, app = responding("200 OK", MODEL_JSON)
    tags = MappingProxyType({"n": MappingProxyType({"k": ("Zürich", 1.5, None, {"deep": [True]})})})
    genai.update_model(MODEL, UpdateModelDetails(display_name="a", defined_tags=tags))
    [request] = app.requests
    assert request["CONTENT_TYPE"] == "application/json"
    assert app.bodies == [b'{"displayName":"a","definedTags":{"n":{"k":["Z\\u00fcrich",1.5,null,{"deep":[true]}]}}}']


# Lost connections.


class Recording(BaseAdapter):
    """A transport that raises an error, and counts calls of send() and close()."""

    def __init__(self, error=None):
        super().__init__()
        self.error = error
        self.sent = self.closed = 0

    def send(self, *_, **__):
        self.sent += 1
        raise self.error

    def close(self):
        self.closed += 1


@pytest.mark.parametrize("error", [ConnectTimeout("slow"), ReadTimeout("slow"), ConnectionError("gone"), OSError("no")])
def test_whatever_the_transport_raises_is_a_lost_connection(error):
    genai = SdkModelRepository(endpoint="http://fake", transport=Recording(error), retry=NEVER)
    with pytest.raises(ConnectionLost, match=r"^get_model: "):
        genai.get_model(MODEL)


@pytest.fixture
def listening():
    """Listen on a free port, and handle each connection with a function."""
    stopping = []

    def listen(treat):
        server = socket.create_server(("127.0.0.1", 0))

        def serve():
            try:
                while True:
                    connection, _ = server.accept()
                    with connection:
                        treat(connection)
            except OSError:
                return

        thread = threading.Thread(target=serve)
        thread.start()
        stopping.append((server, thread))
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield listen
    for server, thread in stopping:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def hang_up(connection):
    connection.recv(65536)


def hang_up_in_the_headers(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-ty")


def hang_up_in_the_body(connection):
    connection.recv(65536)
    connection.sendall(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id":')


def hang_up_in_a_chunk(connection):
    connection.recv(65536)
    connection.sendall(b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\n{"id":')


def speak_another_protocol(connection):
    connection.recv(65536)
    connection.sendall(b"220 mail.example.com ESMTP\r\n")


@pytest.mark.parametrize(
    "treat", [hang_up, hang_up_in_the_headers, hang_up_in_the_body, hang_up_in_a_chunk, speak_another_protocol]
)
def test_a_server_that_ends_the_connection_early_is_a_lost_connection(listening, treat):
    with (
        SdkModelRepository(endpoint=listening(treat), retry=NEVER) as genai,
        pytest.raises(ConnectionLost, match=r"^get_model: "),
    ):
        genai.get_model(MODEL)


def test_a_server_that_is_not_there_is_a_lost_connection():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    genai = SdkModelRepository(endpoint=f"http://127.0.0.1:{port}", retry=NEVER)
    with pytest.raises(ConnectionLost, match=r"^get_model: "):
        genai.get_model(MODEL)


def test_a_server_that_does_not_respond_is_a_lost_connection_after_the_timeout(listening):
    released = threading.Event()
    endpoint = listening(lambda _: released.wait(10))
    with SdkModelRepository(endpoint=endpoint, retry=NEVER, timeout=(5, 0.02)) as genai:
        with pytest.raises(ConnectionLost, match=r"Read timed out\. \(read timeout=0\.02\)"):
            genai.get_model(MODEL)
        released.set()


def test_a_lost_connection_is_tried_again_on_the_clock_and_then_reported():
    clock, transport = VirtualClock(), Recording(ConnectionError("gone"))
    began = clock.now()
    genai = SdkModelRepository(
        endpoint="http://fake", transport=transport, clock=clock, retry=RetryPolicy(attempts=4, first_delay=1)
    )
    with pytest.raises(ConnectionLost):
        genai.get_model(MODEL)
    assert transport.sent == 4
    assert (clock.now() - began).total_seconds() == 1 + 2 + 4


# The SDK's own retries and circuit breaker.


@pytest.mark.parametrize("status", [429, 500, 503, 409])
def test_the_sdk_itself_never_tries_again(status):
    genai, app = responding(f"{status} No", {"code": "IncorrectState", "message": "m"})
    for call in (lambda: genai.get_model(MODEL), lambda: genai.delete_model(MODEL)):
        with pytest.raises(ServiceError):
            call()
    assert len(app.requests) == 2


def test_no_client_says_that_it_retries():
    genai, app = responding("200 OK", MODEL_JSON)
    genai.get_model(MODEL)
    assert app.requests[0].get("HTTP_OPC_CLIENT_RETRIES") in (None, "false")


def test_any_number_of_errors_never_opens_a_circuit_breaker():
    app = create_app(Settings(clock="virtual"))
    world = app.worlds.get(TENANCY)
    genai = SdkModelRepository(endpoint="http://fake", transport=WsgiTransport(app), retry=NEVER)
    world.faults.add(Fault(status=429, code="TooManyRequests", times=50))
    for _ in range(50):
        with pytest.raises(TooManyRequests):
            genai.list_models(COMPARTMENT).first()
    assert genai.list_models(COMPARTMENT).first()


def test_the_policy_above_the_port_tries_again_on_the_clock_of_the_server():
    with FakeServer(settings=Settings(clock="virtual")) as server:
        began = server.clock.now()
        server.simulator.faults.add(Fault(status=429, code="TooManyRequests", times=2, retry_after=5))
        with SdkModelRepository(endpoint=server.url, clock=server.clock) as genai:
            assert genai.list_models(COMPARTMENT).first()
        assert (server.clock.now() - began).total_seconds() == 10
        assert [entry.status for entry in server.simulator.journal] == [429, 429, 200]


def test_real_time_is_what_a_client_goes_by_by_default():
    clock = SdkModelRepository(endpoint="http://fake").clock
    assert type(clock).__name__ == "ClientClock"


def test_a_body_is_sent_in_oracles_spelling_and_without_what_is_none():
    genai, app = responding("200 OK", MODEL_JSON)
    genai.update_model(MODEL, UpdateModelDetails(display_name="n"))
    assert app.bodies == [b'{"displayName":"n"}']


def test_the_key_of_a_configuration_is_loaded_once(config, monkeypatch):
    loaded = []
    load = oci.signer.load_private_key
    monkeypatch.setattr(oci.signer, "load_private_key", lambda *key: loaded.append(key) or load(*key))
    genai, _ = responding("200 OK", {"items": []}, config=config)
    for region in (None, "phx", "fra"):
        genai.list_models(COMPARTMENT, region=region).first()
    assert len(loaded) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"config": 5}, "config must be a mapping, as oci.config.from_file() returns it, not 5"),
        ({"signer": 5}, "signer must be a signer of the OCI SDK, not 5"),
        ({"transport": 5}, "transport must be an adapter of requests, not 5"),
        ({"region_paths": "no"}, "region_paths must be True or False, not 'no'"),
        ({"clock": 5}, "clock must be an object with the methods now, sleep, not 5"),
        ({"profile": 5}, "profile must be a string, not 5"),
        ({"ca_bundle": 5}, "ca_bundle must be a string, not 5"),
        ({"config_file": "\0"}, "config_file must be the path of a file, not a string of 1 character"),
        ({"timeout": 5}, "timeout must be a sequence of two numbers: seconds to connect and seconds to read, not 5"),
        ({"timeout": ("1", 2)}, "timeout must be two numbers of seconds, each more than 0, not a value of type tuple"),
        ({"timeout": (1, 0)}, "timeout must be two numbers of seconds, each more than 0, not a value of type tuple"),
        ({"timeout": (1, 2, 3)}, "timeout must be two numbers of seconds, each more than 0, not a value of type tuple"),
    ],
)
def test_a_part_of_another_type_is_refused(wrong, says):
    with pytest.raises(InvalidInput) as refused:
        SdkModelRepository(**{"endpoint": "http://localhost:1", **wrong})
    assert str(refused.value) == says
