"""A text that a client sends where something else belongs is nowhere in what the library shows or keeps."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports import FailingWork, Fault, InMemoryModelRepository, Simulator, connect
from genai_ports.errors import GenAiError
from genai_ports.testing import ready
from genai_ports.testing.report import mark, world_report
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

API = "/20231130"
IMPORTED = f"{API}/importedModels"
LISTED = f"{IMPORTED}?compartmentId={ready.COMPARTMENT}"
SOURCE = {"sourceType": "HUGGING_FACE_MODEL", "modelId": "acme/open"}
BODY = {"compartmentId": ready.COMPARTMENT, "dataSource": SOURCE}
PUBLIC_KEY = credentials().public_key
FINGERPRINT = ":".join(["aa"] * 16)
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


def control_bodies(secret: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield requests of the control paths that are refused, with a text in a property or as the name of one."""
    user, group = "ocid1.user.oc1..a", "Team"
    for name in ("operation", "region", "times", "damage", secret):
        yield "POST", "/_sim/faults", {"status": 500, name: secret}
    yield "POST", "/_sim/faults", {"code": secret}
    yield "POST", "/_sim/faults", {"damage": "reset", "message": secret}
    for name in ("operation", "failure", "region", "times", secret):
        yield "POST", "/_sim/failing-work", {name: secret}
    for name in ("region", "pace", "clock", "limits", "modes", "world", "details", secret):
        yield "POST", "/_sim/reset", {name: secret}
    yield "POST", "/_sim/reset", {"modes": [secret]}
    for modes in ([secret], [f"stale-lists:{secret}"], [secret, secret], secret):
        yield "PUT", "/_sim/modes", {"modes": modes}
    yield "POST", "/_sim/work", {"id": secret, "action": "finish"}
    yield "POST", "/_sim/work", {"id": secret, "action": "pace", "pace": secret}
    yield "POST", "/_sim/work", {"id": secret, "action": "fail", "failure": secret}
    yield "POST", "/_sim/work", {"id": "x", "action": secret}
    yield "POST", "/_sim/work", {"id": "x", "action": "finish", secret: secret}
    yield "PUT", "/_sim/limits", {"name": secret}
    for name in ("region", "compartmentId", "most"):
        yield "PUT", "/_sim/limits", {"name": "dedicated-unit-large-generic-count", name: secret}
    for key in ({"user": user, "publicKey": secret}, {"user": secret, "publicKey": PUBLIC_KEY}, {"publicKey": secret}):
        yield "POST", "/_sim/keys", key
        yield "POST", f"/_sim/keys?tenancy=ocid1.tenancy.oc1..{quote(secret, safe='')}", key
    for key_id in (secret, f"ocid1.tenancy.oc1..{secret}/{user}/{FINGERPRINT}", f"{secret}/{user}/{FINGERPRINT}"):
        yield "POST", "/_sim/keys", {"keyId": key_id, "publicKey": PUBLIC_KEY}
        tenancy = f"ocid1.tenancy.oc1..{quote(secret, safe='')}x"
        yield "POST", f"/_sim/keys?tenancy={tenancy}", {"keyId": key_id, "publicKey": PUBLIC_KEY}
    for statement in (
        secret,
        f"Allow group {group} to {secret} generative-ai-model in tenancy",
        f"Allow group {group} to read {secret} in tenancy",
        f"Allow group {group} to read generative-ai-model in compartment {secret}",
        f"Allow group {group} to read generative-ai-model in tenancy where {secret}",
        f"Allow group {group} to read generative-ai-model in tenancy where {secret}='a'",
        f"Allow group {group} to {{{secret}}} in tenancy",
    ):
        yield "POST", "/_sim/policies", {"statements": [statement]}
    yield "POST", "/_sim/policies", {"user": user, "group": f"{secret}, {secret}"}
    yield "POST", "/_sim/policies", {"user": secret}
    yield "POST", "/_sim/policies", {"compartments": [{secret: secret}]}
    yield "POST", "/_sim/clock", {"advance": secret}
    yield "PUT", "/_sim/snapshot", {secret: secret}
    yield "PUT", "/_sim/snapshot", {"version": secret, "world": secret}


def urls(secret: str) -> Iterator[str]:
    """Yield URLs that `connect` refuses."""
    text, part = secret.replace("\n", " "), quote(secret, safe="")
    for place in (text, part):
        yield from (f"{place}://host", f"{place}:x", place, f"memory://{place}", f"memory://fra/{place}")
        yield from (
            f"memory://fra#{place}",
            f"memory://?{place}",
            f"memory://?{place}=1",
            f"memory://?{place}=1&{place}=2",
        )
        yield from (f"memory://?{name}={place}" for name in ("pace", "limits", "modes", "details"))
        yield from (f"memory://?modes=stale-lists:{place}", f"oci://{place}?auth={place}", f"oci://fra?auth={place}")
        yield from (f"http://{place}:x", f"http://me:{place}@host", f"http://host?region={place}", f"http://[{place}")
        yield from (f"http://host?region_paths={place}", f"http://host/x?{place}=1", f"world:{place}")


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
    yield from ((method, path, json.dumps(body).encode(), {}) for method, path, body in control_bodies(secret))
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


@settings(max_examples=12, phases=[Phase.generate])  # one example sends 400 requests
@given(planted=SECRETS, lenient=st.booleans(), verify=st.booleans())
def test_over_http_nothing_shows_it(planted: tuple[str, str], *, lenient: bool, verify: bool) -> None:
    secret, core = planted
    place = Place(lenient=lenient, verify_signatures=verify)
    for request in requests(secret):
        response = place.send(*request)
        assert found(core, [response]) == [], request
    assert found(core, place.shows()) == []


@settings(max_examples=20, phases=[Phase.generate])
@given(planted=SECRETS)
def test_no_message_of_connect_shows_it(planted: tuple[str, str]) -> None:
    secret, core = planted
    for url in urls(secret):
        with pytest.raises(GenAiError) as refused:
            connect(url)
        assert found(core, [str(refused.value)]) == [], url


@settings(max_examples=20, phases=[Phase.generate])
@given(planted=SECRETS)
def test_no_message_of_a_call_in_memory_shows_it(planted: tuple[str, str]) -> None:
    secret, core = planted
    genai = InMemoryModelRepository()
    calls: list[Callable[[], object]] = [
        lambda: genai.get_model(secret),
        lambda: genai.get_imported_model(secret, request_id=secret),
        lambda: genai.delete_model(secret, if_match=f"{secret}\n"),
        lambda: genai.change_model_compartment(secret, secret, retry_token=f"{secret}\n"),
        lambda: genai.list_models(secret).first(),
        lambda: genai.list_models(ready.COMPARTMENT, region=secret).first(),
        lambda: genai.list_models(ready.COMPARTMENT, sort_by=secret).first(),
        lambda: genai.list_models(ready.COMPARTMENT, page=secret).first(),
        lambda: genai.list_models(ready.COMPARTMENT, capability=secret).first(),
        lambda: genai.list_models(ready.COMPARTMENT, limit=secret).first(),  # type: ignore[arg-type]  # what is refused
        lambda: genai.simulator.timeline(secret),
        lambda: genai.simulator.finish(secret),
        lambda: genai.simulator.journal.one(operation=secret),
        lambda: genai.simulator.journal.one(code=secret),
        lambda: Fault(status=500, operation=secret),
        lambda: FailingWork(failure=secret),
        lambda: Settings(pace=secret),
        lambda: Settings(region=secret),
        lambda: Settings(clock=secret),
    ]
    for number, call in enumerate(calls):
        with pytest.raises(GenAiError) as refused:
            call()
        assert found(core, [str(refused.value), repr(refused.value)]) == [], number
    assert found(core, [repr([*genai.simulator.journal])]) == []


def found(core: str, texts: Any) -> list[str]:
    """List the texts that have the secret, or 10 characters of it."""
    parts = [core[n : n + 10] for n in range(len(core) - 9)]
    return [text for text in texts if any(part in text for part in parts)]
