"""Comparing what two backends answered: every field of every answer, ids and etags included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from genai_ports.domain.value import Value, value
from genai_ports.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from genai_ports.cli.chronicle import Step

NOTHING: Final = "nothing"
"""Stands for what one of them did not answer at all."""

_OF_AN_ERROR: Final = ("status", "code", "message", "operation", "rule", "retry_after")
_NOT_COMPARED: Final = "request_id"
"""Its first part is made up by the client for each call; the OCI SDK takes it from chance."""


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
    for number, (one, other) in enumerate(zip_longest(first, second), start=1):
        ours, theirs = dict(_facts("", one)), dict(_facts("", other))
        title = (one or other).title
        for where in ours | theirs:
            left, right = ours.get(where, NOTHING), theirs.get(where, NOTHING)
            if left != right:
                yield Difference(number=number, title=title, where=where or "the step", first=left, second=right)


def count_facts(steps: Sequence[Step]) -> int:
    """Count the fields that `differences` looks at."""
    return sum(1 for step in steps for _ in _facts("", step))


def _facts(where: str, thing: Any) -> Iterator[tuple[str, str]]:
    """Take a value apart, down to what has no parts: pairs of a path and how Python shows what is there."""
    parts = _parts(thing)
    if parts is None:
        yield where, repr(thing)
        return
    yield where, type(thing).__name__
    for name, part in parts.items():
        yield from _facts(f"{where}{name}".removeprefix("."), part)


def _parts(thing: Any) -> Mapping[str, Any] | None:
    if isinstance(thing, ServiceError):
        return {f".{name}": getattr(thing, name) for name in _OF_AN_ERROR}
    if is_dataclass(thing):
        return {f".{field.name}": getattr(thing, field.name) for field in fields(thing) if field.name != _NOT_COMPARED}
    if isinstance(thing, Mapping):
        return {f"[{name!r}]": part for name, part in thing.items()}
    if isinstance(thing, tuple):
        return {f"[{number}]": part for number, part in enumerate(thing)}
    return None
