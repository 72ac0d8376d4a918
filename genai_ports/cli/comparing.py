"""Comparing what two backends answered: every field of every answer, ids and etags included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.value import Value, value
from genai_ports.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from genai_ports.cli.chronicle import Step

_OF_AN_ERROR: Final = ("status", "code", "message", "operation", "rule", "retry_after")
_NOT_COMPARED: Final = "request_id"
"""Its first part is made up by the client for each call; the OCI SDK takes it from chance."""

_MOST_CHARACTERS: Final = 120


class _Nothing:
    """What one of them did not answer at all."""

    def __repr__(self) -> str:
        return "nothing"


_NOTHING: Final = _Nothing()


@value
class Difference(Value):
    """One thing that the two did not answer alike.

    Args:
        number: which step, from 1.
        title: the step's title.
        where: the path to what differs, such as `answer.items[3].etag`.
        first: what the first backend said, as Python shows it.
        second: what the second one said.
    """

    number: int
    title: str
    where: str
    first: str
    second: str


def differences(first: Sequence[Step], second: Sequence[Step]) -> Iterator[Difference]:
    """Find everything in which two chronicles of one story differ, step by step."""
    for index, told in enumerate(first if len(first) > len(second) else second):
        one, other = (steps[index] if index < len(steps) else _NOTHING for steps in (first, second))
        for where, left, right in _compared("", one, other):
            yield Difference(
                number=index + 1,
                title=told.title,
                where=where.removeprefix(".") or "the step",
                first=_shown(left),
                second=_shown(right),
            )


def count_values(steps: Sequence[Step]) -> int:
    """Count the values that `differences` looks at."""
    return sum(_leaves(step) for step in steps)


def _compared(where: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Go down both alike, and give each place at which they part with what is there."""
    ours, theirs = _parts(one), _parts(other)
    if ours is None or theirs is None or type(one) is not type(other):
        if repr(one) != repr(other):
            yield where, one, other
        return
    for name in ours | theirs:
        yield from _compared(f"{where}{name}", ours.get(name, _NOTHING), theirs.get(name, _NOTHING))


def _shown(thing: Any) -> str:
    text = repr(thing)
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 3]}..."


def _leaves(thing: Any) -> int:
    parts = _parts(thing)
    return 1 if parts is None else sum(map(_leaves, parts.values()))


def _parts(thing: Any) -> dict[str, Any] | None:
    """Take a value apart, by the path to each part; None for what has no parts."""
    if isinstance(thing, ServiceError):
        return {f".{name}": getattr(thing, name) for name in _OF_AN_ERROR}
    if is_dataclass(thing):
        return {f".{field.name}": getattr(thing, field.name) for field in fields(thing) if field.name != _NOT_COMPARED}
    if isinstance(thing, Mapping):
        return {f"[{name!r}]": part for name, part in thing.items()}
    if isinstance(thing, tuple):
        return {f"[{number}]": part for number, part in enumerate(thing)}
    return None
