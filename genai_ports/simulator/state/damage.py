"""Damage: where data that a world is read from is wrong, as a path such as `world.resources.models[3].resource`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from genai_ports.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG: Final = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
"""What reading raises if the data does not have the expected form."""


class Damaged(InvalidInput):
    """Data has not the form that was written.

    Args:
        place: the path to the wrong part.
        problem: what is wrong there; it quotes no value.
    """

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"at {place}: {problem}")
        self.place = place
        self.problem = problem


def damage(place: str, error: Exception) -> Damaged:
    """Return the damage that an error shows, with a place in front of the error's own."""
    if isinstance(error, Damaged):
        dot = "" if error.place.startswith("[") else "."
        return Damaged(f"{place}{dot}{error.place}", error.problem)
    if isinstance(error, KeyError):
        return Damaged(place, f"{error} is missing or unknown")
    return Damaged(place, str(error) if isinstance(error, InvalidInput) else "the value has another form")


@contextmanager
def reading(place: str) -> Iterator[None]:
    """Name the place in every error that reading a part of the data raises."""
    try:
        yield
    except WRONG as error:
        raise damage(place, error) from error


def expect(value: Any, kind: type, name: str) -> Any:
    """Return a value, or refuse one of another type; bool is no number."""
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    raise Damaged(name, f"expected {kind.__name__}, found {type(value).__name__}")
