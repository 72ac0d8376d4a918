"""No secret that a client sends is anywhere in a journal that keeps what was sent."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from fake_server import create_app
from genai_ports import Fault, Simulator
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

SECRETS = (
    "hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA0m59l2u9iDnMbrXHfqkO\n-----END RSA PRIVATE KEY-----",
    "xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
    "password=Sup3rS3cret!",
    "Bearer abcdef1234567890abcdef",
    "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
    "https://user:hunter22@host.example/x",
    "https://objectstorage.us-chicago-1.oraclecloud.com/p/AbCdEf012345GhIjKlMnOp/n/ns/b/bucket/o/x",
)
CORES = {secret: secret for secret in SECRETS} | {
    SECRETS[4]: "MIIEowIBAAKCAQEA0m59l2u9iDnMbrXHfqkO",
    SECRETS[6]: "Sup3rS3cret!",
    SECRETS[7]: "abcdef1234567890abcdef",
    SECRETS[9]: "hunter22",
    SECRETS[10]: "AbCdEf012345GhIjKlMnOp",
}
"""The secret part of each."""
ANY = "an-access-token-of-no-known-form"
API = "/20231130"
BODY: dict[str, Any] = {
    "compartmentId": ready.COMPARTMENT,
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "a/b", "accessToken": ANY},
}
HEADERS = ("opc-retry-token", "if-match", "user-agent", "opc-request-id")
IN_BODY: dict[str, Callable[[str], dict[str, Any]]] = {
    "display name": lambda text: {"displayName": text},
    "description": lambda text: {"description": text},
    "compartment": lambda text: {"compartmentId": text},
    "unknown property": lambda text: {"colour": text},
    "name of a property": lambda text: {text: 1},
    "free-form tag": lambda text: {"freeformTags": {"a": text}},
    "defined tag": lambda text: {"definedTags": {"a": {"b": [text, {"c": text}]}}},
    "tag name": lambda text: {"freeformTags": {text: "a"}},
    "unknown variant": lambda text: {"dataSource": {"sourceType": text, "accessToken": ANY, text: 1}},
    "model": lambda text: {"dataSource": {**BODY["dataSource"], "modelId": text}},
    "branch": lambda text: {"dataSource": {**BODY["dataSource"], "branch": text}},
}
PLACES = (*IN_BODY, *HEADERS, "query", "path", "list")


def send(http: Client, place: str, text: str) -> None:
    """Send a request with a text at one place."""
    if place == "list":
        http.get(f"{API}/importedModels", query_string={"compartmentId": ready.COMPARTMENT, "displayName": text})
        return
    http.post(
        f"{API}/{text}" if place == "path" else f"{API}/importedModels",
        json={**BODY, **IN_BODY[place](text)} if place in IN_BODY else BODY,
        headers={place: text.replace("\n", " ")} if place in HEADERS else {},
        query_string={"colour": text} if place == "query" else {},
    )


@given(
    sent=st.lists(
        st.tuples(
            st.sampled_from(PLACES), st.sampled_from(SECRETS), st.sampled_from(["", "see ", "a=", "x\n", "(", "über "])
        ),
        min_size=1,
        max_size=4,
    ),
    plan=st.sampled_from([None, Fault(status=503), Fault(damage="reset"), Fault(damage="cut"), Fault(latency=2)]),
)
def test_no_secret_is_in_a_journal_with_details(sent: list[tuple[str, str, str]], plan: Fault | None) -> None:
    simulator = Simulator(details=True)
    if plan is not None:
        simulator.faults.add(plan)
    http = Client(create_app(simulator=simulator))
    for place, secret, text in sent:
        with suppress(UnicodeError, OSError):
            send(http, place, f"{text}{secret}")
    shown = http.get("/_sim/journal?details=true")
    assert shown.status_code == 200
    written = json.dumps(simulator.journal.to_data(), ensure_ascii=False)
    kept = repr([(entry.sent, entry) for entry in simulator.journal])
    details = repr([_all(entry.sent) for entry in simulator.journal])
    for text_ in (shown.get_data(as_text=True), written, kept, details):
        assert ANY not in text_
        assert [core for _, secret, _ in sent if (core := CORES[secret]) in text_] == []


def _all(part: Any) -> Any:
    """Return everything in a value, also what its repr does not show."""
    if isinstance(part, tuple | list):
        return [_all(each) for each in part]
    if isinstance(part, dict):
        return {name: _all(each) for name, each in part.items()}
    return {name: _all(each) for name, each in vars(part).items()} if hasattr(part, "__dict__") else part
