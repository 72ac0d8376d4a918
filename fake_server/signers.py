"""Signers: which tenancy and which caller a signed request names, by an API key or by a token."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.ocids import parse_ocid
from genai_ports.tenancy import TENANCY
from genai_ports.wire.documents import MalformedBody, parse_object

if TYPE_CHECKING:
    from collections.abc import Mapping

_API_KEY: Final = re.compile(r'keyId="(ocid1\.tenancy\.[^/"]{1,255})/([^/"]{1,255})')
_TOKEN: Final = re.compile(r'keyId="ST\$[\w-]{1,8192}\.([\w-]{1,8192})\.[\w-]{1,8192}"')
_OF_TENANCY: Final = ("res_tenant", "tenant", "opc-tenant")
_OF_CALLER: Final = ("res_id", "sub")
"""Claims of a token: those of a resource principal come first."""


class Signer(NamedTuple):
    """Who signed a request, by its own words.

    Args:
        tenancy: the OCID of the tenancy; the well-known one if the request names none.
        caller: the OCID of the user, the instance or the resource; empty if the request names none.
        has_token: whether it is signed with a token in place of an API key.
    """

    tenancy: str
    caller: str
    has_token: bool = False


def signer_of(authorization: str | None) -> Signer:
    """Return the signer that the Authorization header of a request names; nothing is verified.

    Session tokens and those of instance, resource and workload principals are in the keyId, as `ST$` and a JWT.

    Example:
        >>> signer_of('Signature keyId="ocid1.tenancy.oc1..a/ocid1.user.oc1..b/20:3b"')[:2]
        ('ocid1.tenancy.oc1..a', 'ocid1.user.oc1..b')
    """
    if not authorization:
        return Signer(TENANCY, "")
    key = _API_KEY.search(authorization)
    if key:
        return Signer(key[1], key[2])
    token = _TOKEN.search(authorization)
    if token is None:
        return Signer(TENANCY, "")
    claims = _claims(token[1])
    return Signer(_ocid(claims, _OF_TENANCY, "tenancy") or TENANCY, _ocid(claims, _OF_CALLER), has_token=True)


def _claims(text: str) -> Mapping[str, Any]:
    """Read the claims of a token; no claims if it is malformed."""
    try:
        return parse_object(urlsafe_b64decode(f"{text}==="))
    except (ValueError, MalformedBody):
        return {}


def _ocid(claims: Mapping[str, Any], names: tuple[str, ...], resource_type: str | None = None) -> str:
    """Return the first claim that is an OCID; empty if none is."""
    for name in names:
        given = claims.get(name)
        ocid = parse_ocid(given) if isinstance(given, str) else None
        if ocid and resource_type in (None, ocid.resource_type):
            return str(given)
    return ""
