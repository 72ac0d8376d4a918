"""The header `retry-after`: what RFC 9110 allows, read as seconds, with a bound.

Source: https://www.rfc-editor.org/rfc/rfc9110.html#name-retry-after
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil
from typing import TYPE_CHECKING, Final

from genai_ports.wire.http import RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Mapping


LONGEST: Final = 86_400
"""The most seconds that are read, one day: a service that sends more means "not today"."""
_LONGEST_DATE: Final = 40
_DIGITS_OF_LONGEST: Final = len(str(LONGEST))


def read_retry_after(headers: Mapping[str, str]) -> int | None:
    """Read the seconds to wait: from 0 to one day.

    A date is read relative to the header `date` of the same response, by the clock of the service; without that header,
    it says nothing. Everything else, such as a negative number or a header that was sent twice, is ignored.

    Args:
        headers: of the response; names in lower case, or a mapping that ignores case.

    Example:
        >>> read_retry_after({"retry-after": "30"}), read_retry_after({"retry-after": "9" * 5000})
        (30, 86400)
        >>> read_retry_after({"retry-after": "-1"}), read_retry_after({"retry-after": "1, 2"})
        (None, None)
        >>> dates = {"date": "Fri, 27 Nov 2026 12:00:00 GMT", "retry-after": "Fri, 27 Nov 2026 12:00:30 GMT"}
        >>> read_retry_after(dates)
        30
    """
    text = headers.get(RETRY_AFTER)
    if not isinstance(text, str):
        return None
    text = text.strip(" \t")
    if text.isascii() and text.isdigit():
        digits = text.lstrip("0")
        return LONGEST if len(digits) > _DIGITS_OF_LONGEST else min(int(digits or "0"), LONGEST)
    until, now = _date(text), _date(headers.get("date"))
    if until is None or now is None:
        return None
    return min(max(0, ceil((until - now).total_seconds())), LONGEST)


def _date(text: object) -> datetime | None:
    """Read a date in GMT; None for anything else."""
    if not isinstance(text, str) or len(text) > _LONGEST_DATE or not text.isascii():
        return None
    with suppress(ValueError, OverflowError, TypeError, IndexError):
        read = parsedate_to_datetime(text)
        return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
    return None
