"""Request signatures, for any request: no forgery is accepted, and every refusal is 401."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from signing import GENERIC, WITH_BODY, clients, headers_of

from fake_server.signatures import SignedRequest, verify
from genai_ports.api.value import replaced
from genai_ports.errors import NotAuthenticated

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CLIENTS = clients()
KEYS = {key_id: key for client in CLIENTS for key_id, key in client.keys.items()}

TEXTS = st.text(st.characters(), max_size=200)
"""Any characters at all, half pairs of UTF-16 among them."""
VALUES = st.text(st.characters(max_codepoint=255, exclude_characters="\n"), max_size=40)
"""What the bytes of a header can be."""
TARGETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80).map("/20231130/".__add__)
BODIES = st.binary(max_size=60)
METHODS = st.sampled_from(["GET", "HEAD", "DELETE", "POST", "PUT", "PATCH"])
DATES = st.text("0123456789 +-:,GMTSunMar", max_size=60) | TEXTS


@st.composite
def signed(draw: st.DrawFn, client: int = 0) -> SignedRequest:
    """A valid request, with headers of its own signed along."""
    method, extra = draw(METHODS), draw(st.dictionaries(st.sampled_from(["if-match", "x-a", "x-b"]), VALUES))
    with_body = method in {"POST", "PUT", "PATCH"}
    body = draw(BODIES) if with_body else b""
    names = draw(st.permutations([*(WITH_BODY if with_body else GENERIC), *extra]))
    headers = headers_of(NOW, body if with_body else None) | extra
    return CLIENTS[client].sign(method, draw(TARGETS), headers, body, names)


def accepts(request: SignedRequest) -> bool:
    """Return whether a request is accepted; if not, check the refusal."""
    error = refusal(request)
    if error is None:
        return True
    assert (error.status, error.code) == (401, "NotAuthenticated")
    assert error.rule is not None
    return False


def refusal(request: SignedRequest) -> NotAuthenticated | None:
    try:
        assert verify(request, KEYS, NOW) in KEYS
    except NotAuthenticated as error:
        return error
    return None


def meaning(request: SignedRequest) -> SignedRequest:
    """Read a request as it is meant: case is nothing in the method, the scheme and the names of what is signed."""
    authorization = request.headers["authorization"]
    scheme, blank, attributes = authorization.partition(" ")
    before, marked, rest = attributes.partition('headers="')
    names, quote, after = rest.partition('"')
    plain = f"{scheme.lower()}{blank}{before}{marked}{names.lower()}{quote}{after}"
    return replaced(request, method=request.method.lower(), headers={**request.headers, "authorization": plain})


def flips(text: str) -> Iterator[str]:
    """Turn around each bit of what are bytes on the wire."""
    for at, character in enumerate(text):
        for bit in range(8):
            yield f"{text[:at]}{chr(ord(character) ^ 1 << bit)}{text[at + 1 :]}"


def flipped(request: SignedRequest, part: str) -> Iterator[SignedRequest]:
    """Turn around each bit of one part of a request: the method, the target, the body or a header."""
    if part == "body":
        changes = ({part: text.encode("latin-1")} for text in flips(request.body.decode("latin-1")))
    elif part in request.headers:
        changes = ({"headers": {**request.headers, part: text}} for text in flips(request.headers[part]))
    else:
        changes = ({part: text} for text in flips(getattr(request, part)))
    return (replaced(request, **change) for change in changes)


def parts(request: SignedRequest) -> list[str]:
    """List what a signature covers where all headers are signed, and the signature itself."""
    return ["method", "target", *request.headers, *(["body"] if request.body else [])]


@pytest.mark.parametrize("body", [None, b'{"compartmentId": "ocid1.compartment.oc1..a"}'], ids=["GET", "POST"])
def test_a_request_of_which_any_bit_was_flipped_is_refused_unless_it_means_the_same(body):
    method, names = ("GET", GENERIC) if body is None else ("POST", WITH_BODY)
    request = CLIENTS[0].sign(method, "/20231130/models?displayName=a%20b", headers_of(NOW, body), body or b"", names)
    assert accepts(request)
    accepted = [changed for part in parts(request) for changed in flipped(request, part) if accepts(changed)]
    assert all(meaning(changed) == meaning(request) for changed in accepted)
    letters = sum(map(str.isalpha, "Signature" + request.method + " ".join(names)))
    assert len(accepted) == letters


@given(signed(), st.data())
def test_no_flipped_bit_of_any_request_makes_a_forgery(request_, data):
    part = data.draw(st.sampled_from([part for part in parts(request_) if request_.headers.get(part) != ""]))
    changed = data.draw(st.sampled_from(list(flipped(request_, part))))
    assert accepts(changed) == (meaning(changed) == meaning(request_))


@given(st.integers(0, 1).flatmap(lambda n: st.tuples(st.just(n), signed(n))))
def test_a_request_verifies_with_the_key_that_signed_it_and_no_other(drawn):
    signer, request = drawn
    mine, other = CLIENTS[signer], CLIENTS[1 - signer]
    assert verify(request, KEYS, NOW) == mine.key_id
    with pytest.raises(NotAuthenticated) as caught:
        verify(request, {mine.key_id: KEYS[other.key_id]}, NOW)
    assert caught.value.rule == "signature-wrong"
    with pytest.raises(NotAuthenticated) as caught:
        verify(request, other.keys, NOW)
    assert caught.value.rule == "signing-key-unknown"


@given(TEXTS | TEXTS.map("Signature ".__add__), signed())
@example("Signature " + "\x00", CLIENTS[0].sign("GET", "/", headers_of(NOW)))
def test_any_text_for_authorization_is_refused(authorization, request_):
    assert not accepts(replaced(request_, headers={**request_.headers, "authorization": authorization}))


@given(
    signed(),
    st.dictionaries(st.sampled_from(["version", "keyId", "algorithm", "headers", "signature"]) | TEXTS, TEXTS),
)
def test_any_attributes_but_those_that_were_signed_are_refused(request_, attributes):
    authorization = "Signature " + ",".join(f'{name}="{text}"' for name, text in attributes.items())
    assert not accepts(replaced(request_, headers={**request_.headers, "authorization": authorization}))


@given(st.lists(st.sampled_from(WITH_BODY) | TEXTS), st.binary(max_size=300), signed())
def test_any_list_of_headers_with_any_signature_is_refused(names, signature, request_):
    authorization = CLIENTS[0].authorization(names, signature)
    assert not accepts(replaced(request_, headers={**request_.headers, "authorization": authorization}))


@given(st.sampled_from(WITH_BODY), TEXTS, signed())
def test_any_other_text_in_a_signed_header_is_refused(name, text, request_):
    before = request_.headers.get(name)
    changed = replaced(request_, headers={**request_.headers, name: text})
    assert accepts(changed) == (before in {None, text})


@given(DATES, st.sampled_from(["date", "x-date"]))
def test_any_date_is_accepted_or_refused_and_nothing_else(date, name):
    headers = headers_of(NOW) | {name: date}
    authorization = CLIENTS[0].authorization((name, "(request-target)", "host"), b"0")
    request = SignedRequest(method="GET", target="/", headers={**headers, "authorization": authorization}, body=b"")
    assert not accepts(request)


@given(TEXTS, TEXTS, st.dictionaries(st.sampled_from([*WITH_BODY, "x-date", "authorization"]) | TEXTS, TEXTS), BODIES)
def test_any_request_at_all_is_refused_unless_it_was_signed(method, target, headers, body):
    assert not accepts(SignedRequest(method=method, target=target, headers=headers, body=body))
