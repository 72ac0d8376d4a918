"""The prefix of the control paths, and the token that protects them."""

from __future__ import annotations

import os
from typing import Final

from genai_ports.wire.http import JSON

CONTROL: Final = "/_sim"

TOKEN_HEADER: Final = "genai-control-token"  # noqa: S105  # the name of a header
"""The header with the control token of a server. `Authorization` has the signature of the request."""
TOKEN_VARIABLE: Final = "GENAI_PORTS_CONTROL_TOKEN"  # noqa: S105  # the name of a variable
"""The environment variable with the control token, for the server and for its clients."""


def is_control(path: str) -> bool:
    """Return whether a path is a control path.

    Example:
        >>> is_control("/_sim/health"), is_control("/_simulator")
        (True, False)
    """
    return path.startswith(CONTROL) and path[len(CONTROL) :][:1] in ("", "/")


def control_headers(token: str | None = None) -> dict[str, str]:
    """Return the headers of a control request with a body.

    Args:
        token: the control token of the server; default: that of the environment variable `GENAI_PORTS_CONTROL_TOKEN`.
    """
    chosen = token or os.environ.get(TOKEN_VARIABLE)
    return {"content-type": JSON, **({TOKEN_HEADER: chosen} if chosen else {})}
