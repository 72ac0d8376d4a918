"""Request signatures: what OCI's clients sign is accepted, anything else is refused by name without a secret."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from oci._vendor import requests
from oci.signer import Signer
from signing import GENERIC, WITH_BODY, clients, headers_of, public_pem
from werkzeug.http import http_date, parse_date

from fake_server.signatures import SignedRequest, _Authorization, read_public_key, verify
from genai_ports.api.value import replaced
from genai_ports.errors import InvalidInput, NotAuthenticated
from genai_ports.simulator.rules.refusals import REFUSALS
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = json.loads((Path(__file__).parent / "data" / "signing_test_vectors.json").read_text(encoding="utf-8"))
PUBLISHED = datetime(2014, 1, 5, 21, 31, 40, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TARGET = "/20231130/models?compartmentId=ocid1.compartment.oc1..a&displayName=a%20b%2Fc"
BODY = b'{"compartmentId": "ocid1.compartment.oc1..a"}'
SENTENCE = "The required information to complete authentication was not provided or was incorrect. "
P_256 = bytes.fromhex("06082a8648ce3d030107")
"""The name of a curve, in DER."""
TOKEN = "eyJhbGciOiJSUzI1NiJ9.c2VjcmV0.c2VjcmV0"

CLIENT, STRANGER = clients()


def get(**headers: str) -> SignedRequest:
    """A signed GET."""
    return CLIENT.sign("GET", TARGET, headers_of(NOW) | headers)


def post(body: bytes = BODY, **headers: str) -> SignedRequest:
    """A signed POST; headers are named with underscores."""
    changed = {name.replace("_", "-"): text for name, text in headers.items()}
    return CLIENT.sign("POST", "/20231130/models", headers_of(NOW, body) | changed, body)


def sent(request: SignedRequest, **headers: str | None) -> SignedRequest:
    """A request of which some headers were changed, or left out, after it was signed."""
    changed = {**request.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return replaced(request, headers={name: text for name, text in changed.items() if text is not None})


def rewritten(request: SignedRequest, old: str, new: str) -> SignedRequest:
    """A request whose Authorization header was changed."""
    authorization = request.headers["authorization"]
    assert old in authorization
    return sent(request, authorization=authorization.replace(old, new))


def accepted(request: SignedRequest, now: datetime = NOW) -> bool:
    return verify(request, CLIENT.keys, now) == CLIENT.key_id


def refused(request: SignedRequest, now: datetime = NOW) -> NotAuthenticated:
    with pytest.raises(NotAuthenticated) as caught:
        verify(request, CLIENT.keys, now)
    return caught.value


def published(vector: dict[str, Any]) -> SignedRequest:
    lines = dict(line.split(": ", 1) for line in vector["signing_string"].splitlines())
    method, target = lines.pop("(request-target)").split(" ")
    lines["authorization"] = (
        f'Signature version="1",keyId="{VECTORS["keyId"]}",algorithm="rsa-sha256",'
        f'headers="{vector["headers"]}",signature="{vector["signature"]}"'
    )
    return SignedRequest(method=method.upper(), target=target, headers=lines, body=vector.get("body", "").encode())


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_published_vectors_verify_at_their_own_time_and_no_day_later(vector):
    keys = {VECTORS["keyId"]: read_public_key(VECTORS["public_key_pem"])}
    assert verify(published(vector), keys, PUBLISHED) == VECTORS["keyId"]
    with pytest.raises(NotAuthenticated, match="is not within allowed clock skew") as caught:
        verify(published(vector), keys, PUBLISHED + timedelta(days=1))
    assert caught.value.rule == "request-date"


@pytest.mark.parametrize(
    ("method", "body"),
    [("GET", None), ("HEAD", None), ("DELETE", None), ("POST", BODY), ("POST", None), ("PUT", BODY), ("PUT", None)],
)
def test_what_the_python_sdk_signs_is_accepted(method, body):
    mine = credentials()
    signer = Signer(mine.tenancy, mine.user, mine.fingerprint, "", private_key_content=mine.private_key)
    url = "https://generativeai.us-chicago-1.oci.oraclecloud.com" + TARGET
    prepared = signer(requests.Request(method, url, data=body).prepare())
    headers = {name.lower(): text for name, text in prepared.headers.items()}
    request = SignedRequest(method=method, target=TARGET, headers=headers, body=body or b"")
    assert accepted(request, parse_date(headers["date"]))


@pytest.mark.parametrize("body", [BODY, b""], ids=["a body", "no body"])
def test_what_the_typescript_sdk_signs_is_accepted(body):
    headers = headers_of(NOW, body)
    headers["x-date"] = headers.pop("date")
    names = ("x-date", "(request-target)", "host", "Content-Type", "Content-Length", "x-content-sha256")
    assert accepted(CLIENT.sign("POST", "/20231130/models", headers, body, names))


def test_attributes_may_come_in_any_order_and_with_blanks_between_them():
    request = post()
    scheme, attributes = request.headers["authorization"].split(" ", 1)
    backwards = " , ".join(reversed(attributes.split(",")))
    assert accepted(sent(request, authorization=f"{scheme} {backwards}"))


def test_headers_may_be_signed_in_any_order_and_beyond_those_that_must_be():
    headers = headers_of(NOW, BODY) | {"opc-retry-token": "token"}
    names = (*reversed(WITH_BODY), "opc-retry-token")
    request = CLIENT.sign("PATCH", TARGET, headers, BODY, names)
    assert accepted(request)
    assert refused(sent(request, opc_retry_token="another")).rule == "signature-wrong"


def test_what_is_not_signed_may_change_on_the_way():
    assert accepted(sent(get(), user_agent="a proxy", opc_request_id="another"))


@pytest.mark.parametrize("direction", [1, -1], ids=["late", "early"])
def test_five_minutes_are_accepted_and_a_second_more_is_not(direction):
    assert accepted(get(), NOW + direction * timedelta(seconds=300))
    assert refused(get(), NOW + direction * timedelta(seconds=301)).rule == "request-date"


def test_of_both_dates_the_signed_x_date_counts():
    headers = headers_of(NOW - timedelta(days=1)) | {"x-date": http_date(NOW)}
    assert accepted(CLIENT.sign("GET", TARGET, headers, names=(*GENERIC, "x-date")))
    assert refused(CLIENT.sign("GET", TARGET, headers)).rule == "request-date"


@pytest.mark.parametrize(
    "date", ["Sunday, 01-Mar-26 12:00:00 GMT", "Sun Mar  1 12:00:00 2026", "Sun, 01 Mar 2026 12:00:00 -0000"]
)
def test_dates_in_the_older_forms_of_http_are_read(date):
    assert accepted(get(date=date))


@pytest.mark.parametrize(
    "date",
    [
        "",
        "now",
        "2026-03-01T12:00:00Z",
        "Sun, 31 Feb 2026 12:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Sun, 01 Mar 2026 12:00:00 +9999999999999",
        "Sun, 01 Mar " + "9" * 1_000_000 + " 12:00:00 GMT",
        "\xff",
    ],
    ids=range(9),
)
def test_absurd_dates_are_refused(date):
    assert refused(get(date=date)).rule == "request-date"


@pytest.mark.parametrize("date", ["now", "Fri, 31 Dec 9999 23:59:59 -2359"])
def test_of_a_date_that_cannot_be_read_the_message_has_the_length(date):
    assert refused(get(date=date)).message.startswith(f"Date '({len(date)} characters)' is not within allowed clock")


REFUSED: dict[str, tuple[str, Callable[[], SignedRequest]]] = {
    "no authorization": ("signature-missing", lambda: sent(get(), authorization=None)),
    "empty authorization": ("signature-malformed", lambda: sent(get(), authorization="")),
    "another scheme": ("signature-malformed", lambda: rewritten(get(), "Signature ", "Bearer ")),
    "not ASCII": ("signature-malformed", lambda: rewritten(get(), 'version="1"', 'version="\xb9"')),
    "no attributes": ("signature-malformed", lambda: sent(get(), authorization="Signature ")),
    "attribute without quotes": ("signature-malformed", lambda: rewritten(get(), 'version="1"', "version=1")),
    "attribute missing": ("signature-malformed", lambda: rewritten(get(), 'algorithm="rsa-sha256",', "")),
    "attribute twice": ("signature-malformed", lambda: rewritten(get(), "version", 'version="1",version')),
    "unknown attribute": ("signature-malformed", lambda: rewritten(get(), "version", 'opaque="",version')),
    "attribute in another case": ("signature-malformed", lambda: rewritten(get(), "keyId", "keyid")),
    "trailing comma": ("signature-malformed", lambda: rewritten(get(), 'version="1"', 'version="1",')),
    "another version": ("signature-malformed", lambda: rewritten(get(), 'version="1"', 'version="2"')),
    "another algorithm": ("signature-malformed", lambda: rewritten(get(), "rsa-sha256", "hmac-sha256")),
    "signature not base64": ("signature-malformed", lambda: rewritten(get(), 'signature="', 'signature="!')),
    "signature not ASCII": ("signature-malformed", lambda: rewritten(get(), 'signature="', 'signature="\xe9')),
    "signature empty": (
        "signature-malformed",
        lambda: sent(get(), authorization=CLIENT.authorization(GENERIC, b"")),
    ),
    "authorization twice": ("signature-malformed", lambda: _twice(get(), "authorization")),
    "unknown key": ("signing-key-unknown", lambda: STRANGER.sign("GET", TARGET, headers_of(NOW))),
    "session token": ("signing-key-unknown", lambda: rewritten(get(), CLIENT.key_id, f"ST${TOKEN}")),
    "required not signed": ("signed-headers", lambda: CLIENT.sign("GET", TARGET, headers_of(NOW), names=GENERIC[:2])),
    "target not signed": (
        "signed-headers",
        lambda: CLIENT.sign("GET", TARGET, headers_of(NOW), names=("date", "host")),
    ),
    "date not signed": ("signed-headers", lambda: CLIENT.sign("GET", TARGET, headers_of(NOW), names=GENERIC[1:])),
    "signed not sent": ("signed-headers", lambda: sent(get(), host=None)),
    "date not sent": ("signed-headers", lambda: sent(get(), date=None)),
    "extra signed not sent": ("signed-headers", lambda: rewritten(get(), " host", " host opc-retry-token")),
    "two blanks": ("signed-headers", lambda: rewritten(get(), " host", "  host")),
    "listed twice": (
        "signed-headers",
        lambda: CLIENT.sign("GET", TARGET, headers_of(NOW), names=(*GENERIC, "host")),
    ),
    "listed twice in two cases": (
        "signed-headers",
        lambda: CLIENT.sign("GET", TARGET, headers_of(NOW), names=(*GENERIC, "Host")),
    ),
    "post without body headers": ("signed-headers", lambda: _bare("POST")),
    "put without body headers": ("signed-headers", lambda: _bare("PUT")),
    "patch without body headers": ("signed-headers", lambda: _bare("PATCH")),
    "post in small letters without them": ("signed-headers", lambda: _bare("post")),
    "body added to a get": ("signed-headers", lambda: replaced(get(), body=BODY)),
    "body added to a delete": (
        "signed-headers",
        lambda: replaced(CLIENT.sign("DELETE", TARGET, headers_of(NOW)), body=BODY),
    ),
    "date unreadable": ("request-date", lambda: get(date="yesterday")),
    "date too old": ("request-date", lambda: get(date=http_date(NOW - timedelta(hours=1)))),
    "length of another body": ("body-digest", lambda: post(content_length=str(len(BODY) + 1))),
    "length in another form": ("body-digest", lambda: post(content_length=f"0{len(BODY)}")),
    "digest of another body": ("body-digest", lambda: post(x_content_sha256=b64encode(b"0" * 32).decode())),
    "another body": ("body-digest", lambda: replaced(post(), body=BODY.replace(b".a", b".b"))),
    "another target": ("signature-wrong", lambda: replaced(get(), target=TARGET.replace("%2F", "/"))),
    "another method": ("signature-wrong", lambda: replaced(get(), method="DELETE")),
    "another host": ("signature-wrong", lambda: sent(get(), host="elsewhere")),
    "host twice": ("signature-wrong", lambda: _twice(get(), "host")),
    "date twice": ("signature-wrong", lambda: _twice(get(), "date")),
    "digest twice": ("body-digest", lambda: _twice(post(), "x-content-sha256")),
    "another content type": ("signature-wrong", lambda: sent(post(), content_type="text/plain")),
    "another key": (
        "signature-wrong",
        lambda: rewritten(STRANGER.sign("GET", TARGET, headers_of(NOW)), STRANGER.key_id, CLIENT.key_id),
    ),
    "beyond latin-1": ("signature-wrong", lambda: sent(get(), host="\ud800")),
}


def _bare(method: str) -> SignedRequest:
    return CLIENT.sign(method, TARGET, headers_of(NOW), names=GENERIC)


def _twice(request: SignedRequest, name: str) -> SignedRequest:
    return replaced(request, headers={**request.headers, name: ", ".join([request.headers[name]] * 2)})


@pytest.mark.parametrize("case", REFUSED)
def test_each_mistake_is_refused_by_name_without_a_secret(case):
    rule, make = REFUSED[case]
    request = make()
    error = refused(request)
    assert (error.status, error.code, error.rule) == (401, "NotAuthenticated", rule)
    assert error.message.startswith("Date '" if rule == "request-date" else SENTENCE)
    assert TOKEN not in error.message
    for signature in re.findall('signature="([^"]+)', request.headers.get("authorization", "")):
        assert signature not in error.message


def test_every_rule_about_signatures_can_fire():
    rules = {rule.name for rule in REFUSALS.values() if rule.source == "Oracle's page on request signatures"}
    assert {rule for rule, _ in REFUSED.values()} == {*rules, "request-date"}


def test_an_unknown_key_is_named_where_it_is_an_api_key():
    error = refused(STRANGER.sign("GET", TARGET, headers_of(NOW)))
    assert f"No public key is registered for {STRANGER.key_id}; " in error.message


def test_a_message_says_what_would_be_right():
    missing = refused(CLIENT.sign("POST", TARGET, headers_of(NOW), names=GENERIC))
    required = "date, (request-target), host, content-length, content-type, x-content-sha256"
    assert f"content-length is not signed; the request must have and sign {required}" in missing.message
    late = refused(get(), NOW + timedelta(seconds=301))
    # In the words of the service: https://github.com/oracle/terraform-provider-oci/issues/474
    assert late.message == (
        "Date 'Sun, 01 Mar 2026 12:00:00 UTC' is not within allowed clock skew. "
        "Current 'Sun, 01 Mar 2026 12:05:01 UTC', valid datetime range: "
        "['Sun, 01 Mar 2026 12:00:01 UTC', 'Sun, 01 Mar 2026 12:10:02 UTC']"
    )


def test_a_header_that_is_wrong_is_named_by_its_position_if_its_name_is_not_known():
    names = (*GENERIC, "x-hunter2", "x-hunter2")
    error = refused(CLIENT.sign("GET", TARGET, headers_of(NOW) | {"x-hunter2": "a"}, names=names))
    assert "header 4 (9 characters) is listed twice" in error.message
    error = refused(rewritten(get(), " host", " host opc-retry-token"))
    assert "opc-retry-token is signed, but not sent" in error.message


def test_base64_of_the_same_bytes_in_another_form_is_refused():
    text = get().headers["authorization"].rpartition('signature="')[2].strip('"')
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = text[:-3] + letters[letters.index(text[-3]) + 1] + "=="
    assert b64decode(other) == b64decode(text)
    assert refused(rewritten(get(), text, other)).rule == "signature-malformed"


def test_a_line_cannot_be_moved_from_one_header_into_another():
    signed = CLIENT.sign("GET", TARGET, headers_of(NOW) | {"if-match": "etag"}, names=(*GENERIC, "if-match"))
    moved = sent(signed, host=signed.headers["host"] + "\nif-match: etag", if_match=None)
    assert refused(rewritten(moved, " host if-match", " host")).rule == "signature-wrong"


@pytest.mark.parametrize(
    "authorization",
    [
        "Signature " + "," * 1_000_000,
        "Signature " + 'version="1",' * 100_000,
        "Signature " + " " * 1_000_000,
        "Signature " + "a" * 1_000_000,
        CLIENT.authorization(["a"] * 500_000, b"0"),
        CLIENT.authorization([str(n) for n in range(100_000)], b"0"),
        CLIENT.authorization([*GENERIC, "a" * 1_000_000], b"0"),
        CLIENT.authorization(GENERIC, b"0" * 1_000_000),
        CLIENT.authorization(["\ud800"], b"0"),
        "Signature \x00",
    ],
    ids=range(10),
)
def test_headers_beyond_all_bounds_are_refused_in_few_words(authorization):
    assert len(refused(sent(get(), authorization=authorization)).message) < 1000


def test_a_public_key_has_the_fingerprint_that_oci_shows():
    key = read_public_key(public_pem(CLIENT.key))
    assert key.fingerprint == credentials().fingerprint
    pkcs1 = CLIENT.key.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()
    assert read_public_key(pkcs1) == key


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL, PrivateFormat.OpenSSH])
def test_a_private_key_is_refused_and_never_shown(form):
    pem = CLIENT.key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
    with pytest.raises(InvalidInput, match="must be an RSA public key in PEM, not a private key") as caught:
        read_public_key(pem)
    assert pem.splitlines()[1] not in repr(caught.value)


def _elliptic(curve: bytes = b"") -> str:
    """A public key on a curve, or on one that nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    body = b64encode(der.replace(P_256, curve or P_256)).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "a key",
        "\ud800",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        _elliptic(),
        _elliptic(P_256[:-1] + b"\x7f"),
    ],
    ids=["empty", "no PEM", "not Unicode", "no key", "elliptic curve", "unknown curve"],
)
def test_what_is_no_rsa_public_key_is_refused(pem):
    with pytest.raises(InvalidInput, match="must be an RSA public key in PEM") as caught:
        read_public_key(pem)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_repr_shows_neither_headers_nor_body_nor_numbers_of_a_key():
    assert repr(get()) == f"SignedRequest(method='GET', target={TARGET!r})"
    key = read_public_key(public_pem(CLIENT.key))
    assert repr(key) == f"PublicKey(fingerprint={key.fingerprint!r})"
    header = _Authorization(key_id="of a caller", names=("date",), signature=b"of a request")
    assert repr(header) == "_Authorization(names=('date',))"


def test_a_key_verifies_what_its_private_half_signed_and_nothing_else():
    key = read_public_key(public_pem(CLIENT.key))
    signature = CLIENT.key.sign(b"data", PKCS1v15(), hashes.SHA256())
    assert key.verifies(signature, b"data") is True
    assert key.verifies(signature, b"other") is False


def test_a_signature_of_another_length_than_the_key_is_refused():
    keys = {CLIENT.key_id: read_public_key(VECTORS["public_key_pem"])}
    with pytest.raises(NotAuthenticated, match="does not match the request"):
        verify(get(), keys, NOW)
