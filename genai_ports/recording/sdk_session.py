"""The session of the OCI SDK, through which all its clients send, and the requests in it."""

from __future__ import annotations

from typing import Any

from genai_ports.errors import missing_extra


def session_class() -> Any:
    """Return the class of the SDK's sessions.

    Raises:
        ConfigurationError: the SDK is not installed.
    """
    try:
        from oci._vendor.requests.sessions import Session  # noqa: PLC0415  # an extra
    except ModuleNotFoundError as error:
        raise missing_extra(error, "a client of the SDK", "oci") from error
    return Session


def headers_of(request: Any) -> dict[str, str]:
    """Return the headers of a prepared request; names in lower case."""
    return {
        name.lower(): header.decode("latin-1") if isinstance(header, bytes) else str(header)
        for name, header in request.headers.items()
    }


def body_of(request: Any) -> bytes:
    """Return the body of a prepared request; empty for none or a stream."""
    body = request.body
    return body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""
