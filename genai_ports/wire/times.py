"""Times as the service writes them: UTC, in milliseconds, such as `2024-01-05T02:19:51.103Z`."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(
    maxsize=4096
)  # formatting takes ten times as long as finding, and the same resources are read again and again
def time_text(moment: datetime) -> str:
    """Write a time; it must have a time zone."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
