"""A text that a client sends where something else belongs is nowhere in what the library shows or keeps."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports import Simulator
from genai_ports.testing import ready
from genai_ports.testing.report import mark, world_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

API = "/20231130"
IMPORTED = f"{API}/importedModels"
LISTED = f"{IMPORTED}?compartmentId={ready.COMPARTMENT}"
SOURCE = {"sourceType": "HUGGING_FACE_MODEL", "modelId": "acme/open"}
BODY = {"compartmentId": ready.COMPARTMENT, "dataSource": SOURCE}
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CORE_LENGTH = 24


def sort(text: str) -> Callable[[str], str]:
    """Return a function that puts a random core in the place of `*`."""
    return lambda core: text.replace("*", core)


SORTS = [
    sort(text)
    for text in (
        "hf_*",
        "HF_*",
        "xhf_*",
        "TOKEN_hf_*",
        "api_org_*",
        "-----BEGIN RSA PRIVATE KEY-----\n*\n-----END RSA PRIVATE KEY-----",
        "-----begin pgp private key block-----\\n*\\n-----end pgp private key block-----",
        "*",
        "password=*",
        "ghp_*",
        "AKIA*",
        "eyJhbGciOiJub25lIn0.*.c2ln",
        "sk-proj-*",
        "xoxb-*",
        "see https://me:*@host.example/",
        "a *",
    )
]
SECRETS = st.builds(
    lambda make, core: (make(core), core),
    st.sampled_from(SORTS),
    st.text(LETTERS, min_size=CORE_LENGTH, max_size=CORE_LENGTH).filter(lambda core: not core.islower()),
)
"""Pairs of a text and of the secret part of it."""

Request = tuple[str, str, Any, dict[str, str]]


def bodies(secret: str) -> Iterator[Any]:
    """Yield bodies of a create with a text in a place where the service refuses it, or does not keep it."""
    yield {**BODY, "dataSource": {**SOURCE, "accessToken": secret}}
    yield {**BODY, "dataSource": {**SOURCE, "accessToken": secret}, "displayName": "a" * 300}
    yield {**BODY, "dataSource": {**SOURCE, "accessToken": [secret]}}
    yield {**BODY, "dataSource": {**SOURCE, "acessToken": secret}}
    yield {**BODY, "dataSource": {**SOURCE, "sourceType": "NEW", "accessToken": secret, secret: 1}}
    yield {**BODY, "dataSource": {**SOURCE, "sourceType": secret}}
    yield {**BODY, "dataSource": {**SOURCE, secret: 1}}
    yield {**BODY, "dataSource": secret}
    yield {**BODY, "compartmentId": secret}
    yield {**BODY, "compartmentId": {secret: secret}}
    yield {**BODY, "displayName": f"{secret}."}
    yield {**BODY, "capabilities": secret}
    yield {**BODY, "capabilities": [secret]}
    yield {**BODY, "freeformTags": {secret + "x" * 100: "v"}}
    yield {**BODY, "freeformTags": {secret: []}}
    yield {**BODY, "definedTags": {secret: 1}}
    yield {**BODY, "definedTags": {"a": {secret: float("1e308") * 1}, secret: []}}
    yield {**BODY, secret: 1}
    yield {**BODY, "vendor": [secret]}
    yield [secret]
    yield secret


def raw_bodies(secret: str) -> Iterator[bytes]:
    """Yield bodies that are not JSON objects."""
    text = json.dumps(secret)
    yield f"{{{text}: 1, {text}: 2}}".encode()
    yield f'{{"accessToken": {text}'.encode()
    yield f'{{"a": NaN, "b": {text}}}'.encode()
    yield f'{{"a": 1e999, "b": {text}}}'.encode()
    yield f'{{"accessToken": {secret}}}'.encode()
    yield text.encode("utf-16")


def paths(secret: str) -> Iterator[tuple[str, str]]:
    """Yield methods and paths that have a text in a part or in a parameter."""
    part = quote(secret, safe="")
    for path in (f"/{part}", f"/{'a' * 185}/{part}", f"/{part}{API}/models", f"{API}/{part}/x", f"{IMPORTED}/{part}"):
        yield from ((method, path) for method in ("GET", "POST", "DELETE"))
    for path in (
        f"{IMPORTED}/ocid1.importedmodel.oc1..{part}",
        f"{IMPORTED}/x/actions/{part}",
        f"{API}/actions/{part}",
    ):
        yield from ((method, path) for method in ("GET", "POST"))
    for name in ("displayName", "limit", "page", "sortBy", "sortOrder", "lifecycleState", "capability", part):
        yield "GET", f"{LISTED}&{name}={part}"
        yield "GET", f"{LISTED}&{name}={part}&{name}=2"
    yield "GET", f"{IMPORTED}?compartmentId={part}"
    for path in ("health", "journal", "state", "timeline", part):
        yield "GET", f"/_sim/{path}?{part}=1"
        yield "GET", f"/_sim/{path}?tenancy={part}"
    for name in ("operation", "resource", "status", "region", "rule", "code", "details"):
        yield "GET", f"/_sim/journal?{name}={part}"
    yield "GET", f"/_sim/timeline?resource={part}"


def headers(secret: str) -> Iterator[dict[str, str]]:
    """Yield headers with a text."""
    text = secret.replace("\n", " ")
    yield from ({name: text} for name in ("opc-retry-token", "opc-request-id", "if-match", "user-agent", "cookie"))
    yield {"opc-request-id": f"{text}/b/c/d"}
    yield {"authorization": f"Bearer {text}"}
    yield {"host": f"generativeai.{text}.oci.oraclecloud.com"}
    for key_id in (text, f"ocid1.tenancy.oc1..a/ocid1.user.oc1..{text}/aa", f"ST${text}"):
        yield {
            "authorization": f'Signature version="1",keyId="{key_id}",algorithm="rsa-sha256",headers="date",{text}=""'
        }
        signature = 'algorithm="rsa-sha256",signature="AAAA"'
        yield {"authorization": f'Signature version="1",keyId="{key_id}",headers="{text}",{signature}', "date": text}


def requests(secret: str) -> Iterator[Request]:
    """Yield requests of the API, and refused ones of the control paths, that have a text in one place."""
    yield from (("POST", IMPORTED, json.dumps(body).encode(), {}) for body in bodies(secret))
    yield from (("POST", path, body, {}) for body in raw_bodies(secret) for path in (IMPORTED, "/_sim/reset"))
    yield from ((method, path, None, {}) for method, path in paths(secret))
    for each in headers(secret):
        yield from (("POST", IMPORTED, json.dumps(BODY).encode(), each), ("GET", LISTED, None, each))
        yield "DELETE", f"{IMPORTED}/ocid1.generativeaiimportedmodel.oc1..x", None, each


class Place:
    """A world behind a server, and all that it shows."""

    def __init__(self, **of_server: bool) -> None:
        self.simulator = Simulator()
        settings = Settings(**of_server) if of_server else None
        self.http = Client(create_app(settings, simulator=self.simulator))
        self.start = mark(self.simulator)
        self.log = io.StringIO()

    def send(self, method: str, path: str, body: bytes | None, sent: dict[str, str]) -> str:
        """Send a request, and return the response. The client's own part of the request id is the one thing in it."""
        response = self.http.open(path, method=method, data=body, headers=sent, errors_stream=self.log)
        kept = [f"{name}: {text}" for name, text in response.headers if name.lower() != "opc-request-id"]
        return "\n".join([response.get_data(as_text=True), *kept])

    def shows(self) -> Iterator[str]:
        """Yield all that the world shows of its calls."""
        shown = ("journal", "state", "diagnosis", "faults", "failing-work", "policies", "keys", "modes", "limits")
        for path in (*shown, "health", "snapshot"):
            yield self.http.get(f"/_sim/{path}").get_data(as_text=True)
        for model in self.simulator.state()["importedModels"]:
            yield self.http.get(f"/_sim/timeline?resource={model.id}").get_data(as_text=True)
        yield repr([*self.simulator.journal, self.simulator, self.simulator.settings])
        yield "\n".join(world_report(self.simulator, self.start))
        yield self.log.getvalue()


@settings(max_examples=12, phases=[Phase.generate])  # one example sends 240 requests
@given(planted=SECRETS, lenient=st.booleans(), verify=st.booleans())
def test_over_http_nothing_shows_it(planted: tuple[str, str], *, lenient: bool, verify: bool) -> None:
    secret, core = planted
    place = Place(lenient=lenient, verify_signatures=verify)
    for request in requests(secret):
        response = place.send(*request)
        assert found(core, [response]) == [], request
    assert found(core, place.shows()) == []


def found(core: str, texts: Any) -> list[str]:
    """List the texts that have the secret, or 10 characters of it."""
    parts = [core[n : n + 10] for n in range(len(core) - 9)]
    return [text for text in texts if any(part in text for part in parts)]
