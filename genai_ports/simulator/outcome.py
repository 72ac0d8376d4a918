"""The outcome of a verb, before the response around it has its status and request id."""

from __future__ import annotations

from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """The body of a response and what its headers say; a repeated retry token returns it again."""

    value: Any
    etag: str | None = None
    work_request_id: str | None = None
    model_deprecation_info: str | None = None
    retry_after: int | None = None
