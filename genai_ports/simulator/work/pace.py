"""Pace: how fast asynchronous work finishes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from genai_ports.api.display import named
from genai_ports.api.durations import find_duration
from genai_ports.api.value import Value, value
from genai_ports.errors import InvalidInput

if TYPE_CHECKING:
    from genai_ports.api.kind import Operation

_READS: Final = r"reads(?::([0-9]{1,6}))?"
_DEFAULT_READS: Final = 3


@value
class Pace(Value):
    """How long work takes: a time, or a number of reads, or until a test finishes it.

    Args:
        name: as `parse_pace` reads it.
        time: the time that every operation takes; None if each has its own, or if time does not matter.
        is_realistic: whether each operation takes about as long as on the real service.
        polls: how many reads of the resource, or of its work request, show it under way; None if reads do not
            matter.
    """

    name: str
    time: timedelta | None = None
    is_realistic: bool = False
    polls: int | None = None

    def duration(self, operation: Operation) -> timedelta | None:
        """How long the work of an operation takes; None if time does not finish it."""
        if self.is_realistic and operation.work:
            return timedelta(minutes=operation.work.minutes)
        return self.time


_BY_NAME: Final = {
    pace.name: pace
    for pace in (
        Pace(name="instant", time=timedelta()),
        Pace(name="seconds", time=timedelta(seconds=2)),
        Pace(name="realistic", is_realistic=True),
        Pace(name="manual"),
    )
}


def parse_pace(text: str | Pace) -> Pace:
    """Read a pace: `instant`, `seconds`, `2s`, `10m`, `1h`, `realistic`, `reads`, `reads:5` or `manual`.

    Raises:
        InvalidInput: it is none of these.

    Example:
        >>> parse_pace("2s").time.total_seconds()
        2.0
    """
    if isinstance(text, Pace):
        return text
    found = named_pace(text)
    if found is None:
        raise InvalidInput(
            f"unknown pace {named(text)}: use instant, seconds, a time such as 2s, 10m or 1h, realistic, reads:3 or "
            "manual"
        )
    return found


def named_pace(text: object) -> Pace | None:
    """Return the pace of a name; None if the name is unknown."""
    if not isinstance(text, str):
        return None
    if text in _BY_NAME:
        return _BY_NAME[text]
    time = find_duration(text)
    if time is not None:
        return Pace(name=text, time=time)
    if match := re.fullmatch(_READS, text):
        return Pace(name=text, polls=int(match[1] or _DEFAULT_READS))
    return None
