"""Times as the service writes them: UTC, in milliseconds, such as `2024-01-05T02:19:51.103Z`."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=4096)  # the same resources are read again and again, and a lookup takes a tenth of the time
def time_text(moment: datetime) -> str:
    """Write a time; it must have a time zone."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
