"""What one verb brings, before the answer that carries it has its status and request id."""

from __future__ import annotations

from typing import Any, NamedTuple


class Answer(NamedTuple):
    """The body of an answer and what its headers tell of it; also what a retry token brings again."""

    value: Any
    etag: str | None = None
    work_request_id: str | None = None
    model_deprecation_info: str | None = None
    retry_after: int | None = None
