"""Clients that sign like OCI's own, with every detail open to the test."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from werkzeug.http import http_date

from fake_server.signatures import SignedRequest, read_public_key
from genai_ports.throwaway import Credentials, credentials, new_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from fake_server.signatures import PublicKey

GENERIC = ("date", "(request-target)", "host")
WITH_BODY = (*GENERIC, "content-length", "content-type", "x-content-sha256")


@dataclass(frozen=True)
class Client:
    """Who signs: a keyId and a private key."""

    key_id: str
    key: RSAPrivateKey

    @property
    def keys(self) -> Mapping[str, PublicKey]:
        """What a server has registered for this client."""
        return {self.key_id: read_public_key(public_pem(self.key))}

    def sign(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"", names: Sequence[str] = ()
    ) -> SignedRequest:
        """Sign what stands in `names`; default: all that must be signed."""
        names = names or (WITH_BODY if method in {"POST", "PUT", "PATCH"} else GENERIC)
        values = {name.lower(): text for name, text in headers.items()}
        values["(request-target)"] = f"{method.lower()} {target}"
        lines = "\n".join(f"{name.lower()}: {values[name.lower()]}" for name in names)
        signature = self.key.sign(lines.encode("latin-1"), PKCS1v15(), hashes.SHA256())
        headers = {**headers, "authorization": self.authorization(names, signature)}
        return SignedRequest(method=method, target=target, headers=headers, body=body)

    def authorization(self, names: Sequence[str], signature: bytes) -> str:
        """Write the header, its attributes in Oracle's order."""
        return (
            f'Signature version="1",keyId="{self.key_id}",algorithm="rsa-sha256",headers="{" ".join(names)}",'
            f'signature="{b64encode(signature).decode()}"'
        )


def client_of(found: Credentials) -> Client:
    """Make a client of credentials."""
    key_id = f"{found.tenancy}/{found.user}/{found.fingerprint}"
    return Client(key_id, load_pem_private_key(found.private_key.encode(), None))


@cache
def clients() -> tuple[Client, Client]:
    """Give two clients, each with a key of its own."""
    return client_of(credentials()), client_of(new_credentials())


def public_pem(key: RSAPrivateKey) -> str:
    """Write the public half of a key as it is uploaded."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def headers_of(now: datetime, body: bytes | None = None) -> dict[str, str]:
    """Give the headers that are signed for a body, or for none."""
    headers = {"date": http_date(now), "host": "generativeai.us-chicago-1.oci.oraclecloud.com"}
    if body is None:
        return headers
    digest = b64encode(hashlib.sha256(body).digest()).decode()
    return headers | {
        "content-length": str(len(body)),
        "content-type": "application/json",
        "x-content-sha256": digest,
    }
