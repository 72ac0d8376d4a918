"""Throw-away credentials: a generated key, for clients that must sign although the server does not verify."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from genai_ports.api.value import Value, value
from genai_ports.errors import ConfigurationError
from genai_ports.ocids import is_plain, parse_ocid
from genai_ports.tenancy import TENANCY, USER

_KEY_BITS: Final = 2048
_LONGEST_TENANCY: Final = 255
"""Characters of an OCID that every server finds in a signature."""


@value
class Credentials(Value):
    """The credentials of an OCI client.

    A server that verifies signatures needs `key_id` and `public_key`.

    Args:
        tenancy: its OCID.
        user: its OCID.
        fingerprint: MD5 of the public key, in pairs of digits, as OCI shows it.
        private_key: in PEM; not shown in a repr.
    """

    tenancy: str
    user: str
    fingerprint: str
    private_key: str

    @property
    def key_id(self) -> str:
        """The id of the key in a signature."""
        return f"{self.tenancy}/{self.user}/{self.fingerprint}"

    @property
    def public_key(self) -> str:
        """The public half of the key, in PEM."""
        return public_half(self.private_key.encode())

    def config(self, region: str = "us-chicago-1") -> dict[str, str]:
        """Return a configuration for the clients of the OCI SDK.

        Args:
            region: the region's id.

        Example:
            >>> sorted(credentials().config())
            ['fingerprint', 'key_content', 'region', 'tenancy', 'user']
        """
        return {
            "tenancy": self.tenancy,
            "user": self.user,
            "fingerprint": self.fingerprint,
            "key_content": self.private_key,
            "region": region,
        }

    def __repr__(self) -> str:
        return f"Credentials(fingerprint={self.fingerprint!r})"


def new_credentials() -> Credentials:
    """Generate a key, and return it with the well-known tenancy and user.

    Source: https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Credentials(
        tenancy=TENANCY,
        user=USER,
        fingerprint=fingerprint_of(key.public_key()),
        private_key=pem.decode(),
    )


def tenancy_ocid(name: str) -> str:
    """Return the OCID of a tenancy.

    Args:
        name: an OCID, or a short name of letters, digits, `-` and `_`.

    Raises:
        ConfigurationError: it is neither.

    Example:
        >>> tenancy_ocid("worker-1")
        'ocid1.tenancy.oc1..worker-1'
    """
    ocid = f"ocid1.tenancy.oc1..{name}" if is_plain(name) else name
    parsed = parse_ocid(ocid)
    if parsed is None or parsed.resource_type != "tenancy" or len(ocid) > _LONGEST_TENANCY:
        raise ConfigurationError(
            "a tenancy must be an OCID such as ocid1.tenancy.oc1..aaaa, or a name of letters, digits, - and _ such as "
            f"worker-1, not {name[:_LONGEST_TENANCY]!r}"
        )
    return ocid


def fingerprint_of(key: rsa.RSAPublicKey) -> str:
    """Return the MD5 of a public key in DER, in pairs of digits, as OCI shows it.

    Source: https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm
    """
    public = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.md5(public, usedforsecurity=False).digest().hex(":")


def public_half(private_key: bytes, pass_phrase: str | None = None) -> str:
    """Return the public half of a private key, both in PEM.

    Raises:
        ValueError: the text is not an RSA private key in PEM.
        TypeError: the key is encrypted and there is no pass phrase, or the reverse.
    """
    password = pass_phrase.encode() if pass_phrase else None
    key = serialization.load_pem_private_key(private_key, password)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("not an RSA key")  # noqa: TRY004  # the same error as for text that is not a key
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


@lru_cache(maxsize=1)
def credentials() -> Credentials:
    """Return this process's credentials. They are generated once, because a key takes as long as hundreds of calls."""
    return new_credentials()
