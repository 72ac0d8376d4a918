"""Random requests, from nearly valid ones to any text, and the check that each response has OCI's form."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from hypothesis import strategies as st
from werkzeug.test import run_wsgi_app

from genai_ports.api.kinds import KINDS, OPERATIONS, RESOURCE_KINDS
from genai_ports.api.verbs import CREATE, UPDATE
from genai_ports.simulator.faults.disrupted_response import NOT_JSON_TEXT
from genai_ports.testing.strategies import documents, json_values
from genai_ports.throwaway import credentials
from genai_ports.wire.routes import path_of

if TYPE_CHECKING:
    from fake_server.app import App
    from genai_ports.simulator.simulator import Simulator

COMPARTMENT = "ocid1.compartment.oc1..a"
PUBLIC_KEY = credentials().public_key
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){2,4}")
NAMES_OF_IDS = (*KINDS, "base_model", "training_cluster")
VALID: dict[str, tuple[str, str, dict[str, Any]]] = {
    "create_model": (
        "POST",
        "/20231130/models",
        {
            "compartmentId": COMPARTMENT,
            "baseModelId": "<base_model>",
            "fineTuneDetails": {
                "trainingDataset": {
                    "datasetType": "OBJECT_STORAGE",
                    "namespaceName": "ns",
                    "bucketName": "b",
                    "objectName": "o",
                },
                "trainingConfig": {"trainingConfigType": "LORA_TRAINING_CONFIG", "totalTrainingEpochs": 3, "loraR": 8},
                "dedicatedAiClusterId": "<training_cluster>",
            },
            "freeformTags": {"a": "b"},
        },
    ),
    "create_imported_model": (
        "POST",
        "/20231130/importedModels",
        {
            "compartmentId": COMPARTMENT,
            "displayName": "name",
            "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b", "accessToken": "hf"},
            "capabilities": ["TEXT_TO_TEXT"],
            "definedTags": {"ns": {"key": "value"}},
        },
    ),
    "create_endpoint": (
        "POST",
        "/20231130/endpoints",
        {
            "compartmentId": COMPARTMENT,
            "modelId": "<model>",
            "dedicatedAiClusterId": "<dedicated_ai_cluster>",
            "contentModerationConfig": {"isEnabled": True, "mode": "BLOCK"},
        },
    ),
    "create_dedicated_ai_cluster": (
        "POST",
        "/20231130/dedicatedAiClusters",
        {"compartmentId": COMPARTMENT, "type": "HOSTING", "unitCount": 1, "unitShape": "LARGE_GENERIC"},
    ),
    "update_model": ("PUT", "/20231130/models/<model>", {"displayName": "new", "version": "2"}),
    "update_imported_model": (
        "PUT",
        "/20231130/importedModels/<imported_model>",
        {"vendor": "me", "freeformTags": {"a": "b"}},
    ),
    "update_endpoint": ("PUT", "/20231130/endpoints/<endpoint>", {"promptInjectionConfig": {"isEnabled": False}}),
    "update_dedicated_ai_cluster": ("PUT", "/20231130/dedicatedAiClusters/<dedicated_ai_cluster>", {"unitCount": 2}),
    "change_model_compartment": (
        "POST",
        "/20231130/models/<model>/actions/changeCompartment",
        {"compartmentId": COMPARTMENT},
    ),
    "reset": (
        "POST",
        "/_sim/reset",
        {"region": "fra", "seed": 7, "pace": "60s", "clock": "virtual", "limits": "strict", "modes": ["extra-fields"]},
    ),
    "clock": ("POST", "/_sim/clock", {"advance": 60}),
    "faults": ("POST", "/_sim/faults", {"operation": "get_model", "status": 409, "code": "Conflict", "retryAfter": 2}),
    "faults that damage": (
        "POST",
        "/_sim/faults",
        {"damage": "not-json", "committed": True, "latency": 2, "nth": 2, "every": 3, "times": "always"},
    ),
    "faults that break": ("POST", "/_sim/faults", {"damage": "reset", "latency": 1}),
    "faults that cut": ("POST", "/_sim/faults", {"damage": "cut"}),
    "faults that keep silent": ("POST", "/_sim/faults", {"damage": "time-out"}),
    "failing work": (
        "POST",
        "/_sim/failing-work",
        {"operation": "create_model", "failure": "dataset-too-small", "percent": 40, "code": "a", "message": "b"},
    ),
    "modes": ("PUT", "/_sim/modes", {"modes": ["short-pages", "stale-lists:9", "same-names", "empty-pages"]}),
    "limits": (
        "PUT",
        "/_sim/limits",
        {"name": "dedicated-unit-large-generic-count", "most": 5, "region": "ord", "compartmentId": COMPARTMENT},
    ),
    "keys": ("POST", "/_sim/keys", {"user": "ocid1.user.oc1..u", "publicKey": PUBLIC_KEY, "keyId": None}),
    "policies": (
        "POST",
        "/_sim/policies",
        {
            "user": "ocid1.user.oc1..u",
            "group": "G",
            "statements": ["Allow group G to read generative-ai-model in tenancy"],
        },
    ),
    "attention": (
        "POST",
        "/_sim/work",
        {"id": "<dedicated_ai_cluster>", "action": "needs-attention", "message": "b"},
    ),
    "work": ("POST", "/_sim/work", {"id": "<model>", "action": "fail", "percent": 5, "code": "a", "message": "b"}),
}
for each in RESOURCE_KINDS:
    collection = f"/20231130/{each.collection}"
    VALID.setdefault(each.operation(CREATE).name, ("POST", collection, dict(each.example or {})))
    VALID.setdefault(each.operation(UPDATE).name, ("PUT", f"{collection}/<{each.name}>", {"displayName": "new"}))
SEGMENTS = [
    "20231130",
    *(kind.collection for kind in KINDS.values()),
    "actions",
    "changeCompartment",
    "errors",
    "logs",
    "eu-frankfurt-1",
    "us-chicago-1",
    "us-nowhere-1",
    "modelDiscovery",
    "_sim",
    "health",
    "clock",
    "journal",
    "state",
    "work",
    "rules",
    "faults",
    "failing-work",
    "failures",
    "modes",
    "limits",
    "keys",
    "policies",
    "timeline",
    "diagnosis",
    *(f"<{name}>" for name in NAMES_OF_IDS),
]
PARAMETERS = sorted({name for operation in OPERATIONS.values() for name in operation.filters} | {"tenancy", "nonsense"})
NAMES = ["compartmentId", "limit", "page", "sortBy", "sortOrder", "capability", "lifecycleState", *PARAMETERS]
VALUES = [
    COMPARTMENT,
    "1",
    "1000",
    "0",
    "ACTIVE",
    "DELETED",
    "CHAT",
    "displayName",
    "timeCreated",
    "ASC",
    "DESC",
    "meta",
]
HEADERS = {
    "HTTP_IF_MATCH": st.sampled_from(["*", "", "x"]),
    "HTTP_OPC_RETRY_TOKEN": st.sampled_from(["token", "t" * 65]),
    "HTTP_OPC_REQUEST_ID": st.sampled_from(["mine", "mine/too", "a b", ""]),
    "HTTP_AUTHORIZATION": st.sampled_from(["Bearer x", 'Signature keyId="a/b/c"', 'Signature keyId="']),
    "HTTP_HOST": st.sampled_from(["generativeai.eu-frankfurt-1.oci.oraclecloud.com", "[", "a:b:c"]),
    "HTTP_ACCEPT": st.just("text/html"),
    "CONTENT_TYPE": st.sampled_from(
        ["application/json", "multipart/form-data; boundary=x", "text/xml; charset=nonsense"]
    ),
}
PLAIN = st.text(st.characters(max_codepoint=127), max_size=20)
RAW = st.text(st.characters(max_codepoint=255), max_size=20)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ODD = st.one_of(
    json_values(),
    st.sampled_from([10**400, 1e308, -1, 0, "", "\ud800", "a\r\nb: c", "\x00", "x" * 2000, [[[]]], {"": None}, True]),
)


def paths() -> st.SearchStrategy[str]:
    """Make paths: of known and random segments, in any number and order."""
    segment = st.sampled_from(SEGMENTS) | TEXT.map(lambda text: text.encode(errors="replace").decode("latin-1"))
    routes = st.sampled_from(sorted({path for _, path, _ in VALID.values()}))
    return routes | st.lists(segment, max_size=6).map(lambda parts: "/" + "/".join(parts))


def queries() -> st.SearchStrategy[str]:
    """Make query strings: of known and random names and values, some of them twice, some of them broken."""
    known, values = st.sampled_from(NAMES), st.sampled_from(VALUES)
    pair = st.tuples(known | known | PLAIN, values | values | PLAIN | TEXT.map(quote) | RAW).map("=".join)
    start = st.sampled_from([[], [f"compartmentId={COMPARTMENT}"]])
    return st.builds(lambda first, rest: "&".join(first + rest), start, st.lists(pair, max_size=3))


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> Any:
    """Change a document at one place: another value, a value less, or one more."""
    if not isinstance(document, dict) or not document or draw(st.integers(0, 3)) == 0:
        return draw(ODD)
    name = draw(st.sampled_from(sorted(document)))
    change = draw(st.sampled_from(["inside", "inside", "remove", "add", "rename"]))
    rest = {key: part for key, part in document.items() if key != name}
    if change == "inside":
        return {**document, name: draw(mutated(document[name]))}
    if change == "add":
        return {**document, draw(TEXT): draw(ODD)}
    return rest if change == "remove" else {**rest, draw(TEXT): document[name]}


@st.composite
def bodies(draw: st.DrawFn, document: dict[str, Any]) -> bytes:
    """Write a valid document, a mutated one, or one with a broken byte."""
    body = json.dumps(draw(st.just(document) | mutated(document)))
    how = draw(st.sampled_from(["whole"] * 17 + ["cut", "byte", "utf-16"]))
    if how == "utf-16":
        return body.encode("utf-16", "surrogatepass")
    raw = body.encode()
    if how == "whole" or not raw:
        return raw
    at = draw(st.integers(0, len(raw) - 1))
    return raw[:at] if how == "cut" else raw[:at] + bytes([draw(st.integers(0, 255))]) + raw[at + 1 :]


METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]
PREFIXES = ["", "", "", "/eu-frankfurt-1", "/us-nowhere-1"]
HEADER_NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{0,20}", fullmatch=True).map("HTTP_{}".format)
HEADER_TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)


def everywhere() -> st.SearchStrategy[dict[str, Any]]:
    """Make requests to each known path with each method, with any headers and any body."""
    known = sorted({path for _, path, _ in VALID.values()} | {path_of(each) for each in OPERATIONS.values()})
    target = st.sampled_from([f"<{name}>" for name in NAMES_OF_IDS]) | TEXT.map(quote)
    return st.fixed_dictionaries(
        {
            "method": st.sampled_from(METHODS),
            "path": st.builds(
                lambda prefix, path, target: prefix + path.replace("{target}", target),
                st.sampled_from(PREFIXES),
                st.sampled_from(known),
                target,
            ),
            "query": queries() | st.just(""),
            "headers": st.dictionaries(HEADER_NAMES | st.sampled_from(sorted(HEADERS)), HEADER_TEXTS, max_size=4),
            "body": st.binary(max_size=60) | json_values().map(lambda value: json.dumps(value).encode()),
        }
    )


def requests() -> st.SearchStrategy[dict[str, Any]]:
    """Make requests: a third valid but for the body, a third of random parts, a third of each method and path."""
    headers = st.fixed_dictionaries({}, optional=HEADERS)
    near = st.sampled_from(sorted(VALID)).flatmap(
        lambda name: st.fixed_dictionaries(
            {
                "method": st.just(VALID[name][0]),
                "path": st.just(VALID[name][1]),
                "query": st.just(""),
                "headers": headers,
                "body": bodies(VALID[name][2]),
            }
        )
    )
    details = [operation.details for operation in OPERATIONS.values() if operation.details]
    random_bodies = st.sampled_from(details).flatmap(documents).map(lambda d: json.dumps(d).encode())
    far = st.fixed_dictionaries(
        {
            "method": st.sampled_from(
                ["GET", "GET", "GET", "DELETE", "POST", "PUT", "HEAD", "PATCH", "OPTIONS", "BREW"]
            ),
            "path": paths(),
            "query": queries(),
            "headers": headers,
            "body": st.just(b"") | st.binary(max_size=20) | random_bodies,
        }
    )
    return near | far | everywhere()


def filled_in(text: str, ids: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda name: ids.get(name[1], name[0]), text)


def send(app: App, request: dict[str, Any], ids: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    body = filled_in(request["body"].decode("latin-1"), ids).encode("latin-1")
    environ = {
        "REQUEST_METHOD": request["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": filled_in(unquote(request["path"], "latin-1"), ids),
        "QUERY_STRING": request["query"],
        "SERVER_NAME": "fake",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **request["headers"],
    }
    chunks, status, headers = run_wsgi_app(app, environ)
    logged = environ["wsgi.errors"].getvalue()
    assert not logged, logged
    return int(status.split()[0]), {name.lower(): text for name, text in headers}, b"".join(chunks)


def check(status: int, headers: dict[str, str], body: bytes, *, head: bool) -> None:
    """Check the form of a response, whatever it says."""
    assert not any(character in text for text in headers.values() for character in "\r\n\x00")
    is_page = headers.get("content-type") == "text/html"
    asked_for = headers.get("x-genai-ports-rule") == "fault" or is_page
    assert asked_for or status in (200, 201, 202, 204, 400, 403, 404, 405, 409, 412, 413, 501)
    assert headers.get("content-length", "0") == str(len(body)) or head
    if is_page:
        assert body.decode() == ("" if head else NOT_JSON_TEXT)
        return
    if "content-security-policy" in headers:  # a file of the console
        assert status == 200
        return
    if body:
        assert headers["content-type"] == "application/json"
        document = json.loads(body)
    if status >= 400:
        assert REQUEST_ID.fullmatch(headers["opc-request-id"])
        assert headers["x-genai-ports-rule"]
        assert head or document.keys() == {"code", "message"}
        assert head or asked_for or (document["code"] and document["message"])


def contents(simulator: Simulator) -> tuple[Any, ...]:
    """Return what a refused request must not change: all but the journal and what faults and ids count."""
    return (
        simulator.state(),
        repr(vars(simulator.retry_tokens)),
        tuple(simulator.faults),
        tuple(simulator.failing_work),
        dict(simulator.modes),
        dict(simulator.keys),
        list(simulator.limits),
        repr(simulator.policies.members),
        simulator.clock.now(),
    )


def send_checked(app: App, simulator: Simulator, request: dict[str, Any], ids: dict[str, str]) -> int | None:
    """Send a request; check its response, and that nothing has changed if it was refused.

    Returns:
        the status; None if a fault ended the connection.
    """
    noted = len(simulator.journal)
    before = contents(simulator)
    try:
        status, headers, body = send(app, request, ids)
    except (ConnectionResetError, TimeoutError):
        assert [*simulator.journal][-1].fault
        return None
    check(status, headers, body, head=request["method"] == "HEAD")
    has_fault = any(entry.fault for entry in [*simulator.journal][noted:])
    if status >= 400 and not has_fault:
        assert contents(simulator) == before
    return status
