"""Request signatures of OCI, verified with registered public keys.

Source: https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm and draft-cavage-http-signatures-08
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode, b64encode
from collections import Counter
from contextlib import suppress
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from werkzeug.http import http_date, parse_date

from genai_ports.api.known_names import shown_name
from genai_ports.api.shown import characters, is_ocid
from genai_ports.api.value import Value, value
from genai_ports.errors import InvalidInput
from genai_ports.simulator.rules.refusals import (
    BODY_DIGEST,
    REQUEST_DATE,
    SIGNATURE_MALFORMED,
    SIGNATURE_MISSING,
    SIGNATURE_WRONG,
    SIGNED_HEADERS,
    SIGNING_KEY_UNKNOWN,
)
from genai_ports.throwaway import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

MOST_SKEW: Final = timedelta(minutes=5)
"""How far the date of a request may be from the clock of the server, either way."""

_TARGET: Final = "(request-target)"
_ALWAYS: Final = (_TARGET, "host")
_WITH_BODY: Final = ("content-length", "content-type", "x-content-sha256")
_BODY_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_ATTRIBUTES: Final = ("version", "keyId", "algorithm", "headers", "signature")
_FIXED: Final = {"version": "1", "algorithm": "rsa-sha256"}
_ATTRIBUTE: Final = re.compile(r'[ \t]*([A-Za-z]+)="([^"]*)"[ \t]*')
_FORM: Final = 'Signature version="1",keyId="…",algorithm="rsa-sha256",headers="…",signature="…"'
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){15}")
_OTHER_HEADERS: Final = ("accept", "date", "if-match", "opc-request-id", "opc-retry-token", "user-agent", "x-date")
"""Headers that messages name, beside those that must be signed."""


@value
class SignedRequest(Value):
    """A request exactly as it was sent, to verify its signature.

    Args:
        method: such as `GET`.
        target: path and query, exactly as on the request line.
        headers: by name in lower case; repeated headers are joined by commas.
        body: the complete body.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@value
class PublicKey(Value):
    """The public half of an API signing key.

    Args:
        fingerprint: MD5 of the key, in pairs of digits, as OCI shows it.
        key: the key itself.
    """

    fingerprint: str
    key: RSAPublicKey = field(repr=False, compare=False)

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Return whether the private half signed `data`."""
        try:
            self.key.verify(signature, data, PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


@value
class _Authorization(Value):
    """The content of an Authorization header. It must never be shown."""

    key_id: str = field(repr=False)
    names: tuple[str, ...]
    signature: bytes = field(repr=False)


def read_public_key(pem: str) -> PublicKey:
    """Read the public half of an API signing key.

    Args:
        pem: an RSA public key in PEM.

    Raises:
        InvalidInput: the text is not such a key. The text is not shown, because it may be a private key.

    Source: https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm

    Example:
        >>> read_public_key("-----BEGIN PRIVATE KEY-----")
        Traceback (most recent call last):
        genai_ports.errors.InvalidInput: a public key must be an RSA public key in PEM, not a private key
    """
    if "PRIVATE KEY" in pem:
        raise InvalidInput("a public key must be an RSA public key in PEM, not a private key")
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("a public key must be an RSA public key in PEM; this cannot be read as one") from None
    if not isinstance(key, RSAPublicKey):
        raise InvalidInput("a public key must be an RSA public key in PEM, not one of another algorithm")
    return PublicKey(fingerprint=fingerprint_of(key), key=key)


def verify(request: SignedRequest, keys: Mapping[str, PublicKey], now: datetime) -> str:
    """Verify the signature of a request.

    Args:
        request: the request.
        keys: the registered keys by `tenancy/user/fingerprint`.
        now: the time on the server's clock, with its time zone.

    Returns:
        The keyId of the signature, one of `keys`.

    Raises:
        NotAuthenticated: the signature is missing or wrong, or its key is not registered.

    Source: https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm
    """
    authorization = _read_authorization(request.headers.get("authorization"))
    key = keys.get(authorization.key_id)
    if key is None:
        raise SIGNING_KEY_UNKNOWN(key_id=_shown_key_id(authorization.key_id))
    _check_names(request, authorization.names)
    _check_date(request, authorization.names, now)
    _check_body(request, authorization.names)
    signed = _signing_string(request, authorization.names)
    if signed is None or not key.verifies(authorization.signature, signed):
        raise SIGNATURE_WRONG()
    return authorization.key_id


def _shown_key_id(key_id: str) -> str:
    """Show a keyId if it has the form of one of an API key."""
    tenancy, user, fingerprint, *more = (*key_id.split("/"), "", "")
    has_form = is_ocid(tenancy) and is_ocid(user) and _FINGERPRINT.fullmatch(fingerprint) and not any(more)
    return key_id if has_form else "this keyId"


def _read_authorization(header: str | None) -> _Authorization:
    if header is None:
        raise SIGNATURE_MISSING()
    if not header.isascii():
        raise SIGNATURE_MALFORMED(problem="has letters beyond ASCII", expected=_FORM)
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "signature":
        raise SIGNATURE_MALFORMED(problem="is not of the scheme Signature", expected=_FORM)
    attributes = _read_attributes(rest)
    for name, expected in _FIXED.items():
        if attributes[name] != expected:
            raise SIGNATURE_MALFORMED(problem=f"has another {name}", expected=f'{name}="{expected}"')
    return _Authorization(
        key_id=attributes["keyId"],
        names=tuple(attributes["headers"].lower().split(" ")),
        signature=_read_signature(attributes["signature"]),
    )


def _read_attributes(text: str) -> Mapping[str, str]:
    """Read Oracle's attributes, each once. Others are refused, because the signature does not cover them."""
    attributes: dict[str, str] = {}
    for part in text.split(","):
        matched = _ATTRIBUTE.fullmatch(part)
        if matched is None or matched[1] not in _ATTRIBUTES or matched[1] in attributes:
            raise SIGNATURE_MALFORMED(problem="has attributes of another form, name or number", expected=_FORM)
        attributes[matched[1]] = matched[2]
    missing = [name for name in _ATTRIBUTES if name not in attributes]
    if missing:
        raise SIGNATURE_MALFORMED(problem=f"has no {missing[0]}", expected=_FORM)
    return attributes


def _read_signature(text: str) -> bytes:
    """Read base64 in its canonical form: the unused bits before the padding must be zero."""
    try:
        signature = b64decode(text)
    except binascii.Error:
        signature = b""
    if not signature or b64encode(signature).decode() != text:
        raise SIGNATURE_MALFORMED(problem="has a signature that is not base64", expected=_FORM)
    return signature


def _check_names(request: SignedRequest, names: Sequence[str]) -> None:
    dated = "x-date" if "x-date" in names else "date"
    with_body = request.method.upper() in _BODY_METHODS or request.body
    required = (dated, *_ALWAYS, *(_WITH_BODY if with_body else ()))
    problems = (
        *((name, "is not signed") for name in required if name not in names),
        *((name, "is signed, but not sent") for name in names if name != _TARGET and name not in request.headers),
        *((name, "is listed twice") for name, count in Counter(names).items() if count > 1),
    )
    if problems:
        name, problem = problems[0]
        known = (*required, *_OTHER_HEADERS)
        header = name if name in known else shown_name(name, names.index(name) + 1, known, what="header")
        raise SIGNED_HEADERS(header=header, problem=problem, required=", ".join(required))


def _check_date(request: SignedRequest, names: Sequence[str], now: datetime) -> None:
    """Check the signed date. x-date goes before date: it is for clients that cannot set date."""
    text = request.headers["x-date" if "x-date" in names else "date"]
    sent = _read_date(text)
    if sent is None or abs(now - sent) > MOST_SKEW:
        date = _shown_date(text, sent)
        last = now + MOST_SKEW + timedelta(seconds=1)  # as recorded
        raise REQUEST_DATE(date=date, now=_written(now), first=_written(now - MOST_SKEW), last=_written(last))


def _shown_date(text: str, sent: datetime | None) -> str:
    """Write the date that was sent as the service does; its length if it is none."""
    if sent:
        with suppress(OverflowError):  # in UTC, it is out of range
            return _written(sent)
    return f"({characters(text)})"


def _written(time: datetime) -> str:
    return http_date(time).replace("GMT", "UTC")


def _read_date(text: str) -> datetime | None:
    try:
        return parse_date(text)
    except OverflowError:  # the time zone is out of range
        return None


def _check_body(request: SignedRequest, names: Sequence[str]) -> None:
    length, digest = str(len(request.body)), b64encode(hashlib.sha256(request.body).digest()).decode()
    facts = {
        "content-length": (length, "the number of its bytes"),
        "x-content-sha256": (digest, "its SHA-256 in base64"),
    }
    for name, (fact, expected) in facts.items():
        if name in names and request.headers[name] != fact:
            raise BODY_DIGEST(header=name, size=length, expected=expected)


def _signing_string(request: SignedRequest, names: Sequence[str]) -> bytes | None:
    """Return the signed bytes; None if such a request cannot be sent, or if the bytes would be ambiguous."""
    values = {**request.headers, _TARGET: f"{request.method.lower()} {request.target}"}
    text = "\n".join(f"{name}: {values[name]}" for name in names)
    try:
        return text.encode("latin-1") if text.count("\n") == len(names) - 1 else None
    except UnicodeEncodeError:
        return None
