"""Hosts: which requests of OCI clients are for this service, and the root of the server that they go to."""

from __future__ import annotations

from functools import cache
from typing import Final
from urllib.parse import urlsplit

from genai_ports.regions import all_regions, find_region
from genai_ports.wire.routes import VERSION

_INFERENCE: Final = "actions/"
"""The start of the paths of the inference service, which has the same version. A gateway may serve both."""

HEALTH: Final = "/_sim/health"
"""The path at which a fake server says that it is one."""


def root_of(url: str) -> str | None:
    """Return the root of the server that a request of this service goes to; None for a request of another service.

    Example:
        >>> root_of("http://127.0.0.1:8080/eu-frankfurt-1/20231130/models?limit=1")
        'http://127.0.0.1:8080'
        >>> root_of("http://gateway.example/genai/20231130/models")
        'http://gateway.example/genai'
        >>> root_of("https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/chat") is None
        True
    """
    parts = urlsplit(url)
    before, version, rest = parts.path.partition(f"{VERSION}/")
    if not version or rest.startswith(_INFERENCE):
        return None
    host = parts.hostname or ""
    if _is_oracle(host) and not is_service(host):
        return None
    head, _, last = before.rpartition("/")
    return f"{parts.scheme}://{parts.netloc}{head if find_region(last) else before}"


def is_service(host: str) -> bool:
    """Return whether a host is the real service's, in any region."""
    return host.startswith("generativeai.") and _is_oracle(host)


def _is_oracle(host: str) -> bool:
    return host.endswith(_domains())


@cache
def _domains() -> tuple[str, ...]:
    return tuple({f".{region.domain}" for region in all_regions()})
