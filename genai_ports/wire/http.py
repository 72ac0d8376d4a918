"""HTTP requests and responses as values, and the one table of the headers that the API uses."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})

REQUEST_HEADERS: Final = {
    "if_match": "if-match",
    "retry_token": "opc-retry-token",
    "request_id": "opc-request-id",
}
"""The headers of a request, by attribute of a `Call` and in its order."""

USER_AGENT: Final = "user-agent"

RESPONSE_HEADERS: Final = {
    "request_id": "opc-request-id",
    "etag": "etag",
    "work_request_id": "opc-work-request-id",
    "retry_after": "retry-after",
    "model_deprecation_info": "model-deprecation-info",
}
"""The headers of a response, by attribute of `ResponseMetadata`."""

REQUEST_ID: Final = RESPONSE_HEADERS["request_id"]
RETRY_AFTER: Final = RESPONSE_HEADERS["retry_after"]
ALLOW: Final = "allow"
"""The header with the methods of a path, of a response 405."""
NEXT_PAGE: Final = "opc-next-page"
"""The header with the token of the next page of a list."""
RULE: Final = "x-genai-ports-rule"
"""The header of an error from the simulator, with the name of the rule that refused."""

JSON: Final = "application/json"


class HttpRequest(NamedTuple):
    """One request.

    Args:
        method: such as `GET`.
        path: decoded, from the root of the server, such as `/20231130/models`.
        query: names and values, decoded, in their order.
        headers: names in lower case, or a mapping that ignores case.
        body: empty for no body.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = _NO_HEADERS
    body: bytes = b""


class HttpResponse(NamedTuple):
    """One response.

    Args:
        status: such as 200.
        headers: without content-type and content-length; names in lower case, or a mapping that ignores case.
        body: empty for no body.
        content_type: of the body.
    """

    status: int
    headers: Mapping[str, str] = _NO_HEADERS
    body: bytes = b""
    content_type: str = JSON
