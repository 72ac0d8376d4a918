"""Throw-away credentials: a key made for the moment, for clients that must sign although nobody checks."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from genai_ports.domain.value import Value, value
from genai_ports.tenancy import TENANCY, USER

_KEY_BITS: Final = 2048


@value
class Credentials(Value):
    """What an OCI client signs with.

    Args:
        tenancy: its OCID.
        user: its OCID.
        fingerprint: MD5 of the public key, in pairs of digits, as OCI shows it.
        private_key: in PEM; it belongs to nobody, and is never shown in a repr.
    """

    tenancy: str
    user: str
    fingerprint: str
    private_key: str

    def __repr__(self) -> str:
        return f"Credentials(fingerprint={self.fingerprint!r})"


def new_credentials() -> Credentials:
    """Make a key, and what goes with it.

    Source: https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digits = hashlib.md5(public, usedforsecurity=False).hexdigest()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Credentials(
        tenancy=TENANCY,
        user=USER,
        fingerprint=":".join(digits[n : n + 2] for n in range(0, len(digits), 2)),
        private_key=pem.decode(),
    )


@lru_cache(maxsize=1)
def credentials() -> Credentials:
    """Give this process's credentials, made when first asked for: making a key takes as long as hundreds of calls."""
    return new_credentials()
