"""Pace: how fast asynchronous work finishes."""

from __future__ import annotations

import re
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.value import Value, value
from genai_ports.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_REALISTIC_MINUTES: Final = {each.work.operation_type: each.work.minutes for each in OPERATIONS.values() if each.work}
_SECONDS: Final = r"([0-9]{1,6}(?:\.[0-9]{1,3})?)s"
_READS: Final = r"reads(?::([0-9]{1,6}))?"


@value
class Pace(Value):
    """How long work takes: a time for each operation type, or a number of looks, or until somebody says so.

    Args:
        name: how it was asked for.
        durations: the time that each operation type takes; empty where time does not matter.
        looks: how many looks at the resource, or at its work request, still see it under way; None where looks do
            not matter.
    """

    name: str
    durations: Mapping[str, timedelta] = field(default_factory=dict)
    polls: int | None = None

    def duration(self, operation_type: str) -> timedelta | None:
        """How long an operation takes; None where time does not finish it."""
        return self.durations.get(operation_type)


def _uniform(name: str, seconds: float) -> Pace:
    return Pace(name=name, durations=dict.fromkeys(_REALISTIC_MINUTES, timedelta(seconds=seconds)))


INSTANT: Final = _uniform("instant", 0)
SECONDS: Final = _uniform("seconds", 2)
REALISTIC: Final = Pace(
    name="realistic", durations={kind: timedelta(minutes=minutes) for kind, minutes in _REALISTIC_MINUTES.items()}
)
MANUAL: Final = Pace(name="manual")
_DEFAULT_LOOKS: Final = 3
_BY_NAME: Final = {pace.name: pace for pace in (INSTANT, SECONDS, REALISTIC, MANUAL)}


def parse_pace(text: str | Pace) -> Pace:
    """Read a pace: `instant`, `seconds`, `2s`, `realistic`, `reads`, `reads:5` or `manual`.

    Raises:
        InvalidInput: it is none of these.

    Example:
        >>> parse_pace("2s").duration("CREATE_MODEL").total_seconds()
        2.0
    """
    if isinstance(text, Pace):
        return text
    found = _named(text)
    if found is None:
        raise InvalidInput(
            f"unknown pace {text!r}: use instant, seconds, 2s or another number, realistic, reads:3 or manual"
        )
    return found


def _named(text: object) -> Pace | None:
    if not isinstance(text, str):
        return None
    if text in _BY_NAME:
        return _BY_NAME[text]
    if match := re.fullmatch(_SECONDS, text):
        return _uniform(text, float(match[1]))
    if match := re.fullmatch(_READS, text):
        return Pace(name=text, polls=int(match[1] or _DEFAULT_LOOKS))
    return None
