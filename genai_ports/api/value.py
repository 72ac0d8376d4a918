"""What all domain classes share: frozen, keyword-only, slotted, with a repr that leaves out what is not set."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from itertools import repeat
from operator import attrgetter, call
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

T = TypeVar("T")
_call: Any = call  # whose type is too general for a map over three things
_Reader: TypeAlias = "Callable[[Any], tuple[Any, ...]]"


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class an immutable value.

    Equality and repr come from `Value`, once, rather than generated for each of forty classes: that halves the
    time that importing the domain takes.
    """
    return dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)(cls)


@cache
def _reader(names: tuple[str, ...]) -> _Reader:
    """Read the named attributes of an instance as a tuple, whatever their number."""
    if not names:
        return lambda _: ()
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda instance: (only(instance),)
    return attrgetter(*names)


@cache
def _compared(cls: type) -> _Reader:
    return _reader(tuple(f.name for f in fields(cls) if f.compare))


@cache
def _copying(cls: Any, source: Any) -> tuple[_Reader, tuple[Callable[[Any, Any], None], ...]]:
    """How to copy into a new `cls` the attributes it shares with `source`."""
    names = shared_names(cls, source)
    return _reader(names), tuple(getattr(cls, name).__set__ for name in names)


@cache
def shared_names(cls: type, other: type) -> tuple[str, ...]:
    """List the fields that two value classes both have."""
    theirs = {f.name for f in fields(other)}
    return tuple(f.name for f in fields(cls) if f.name in theirs)


class Value:
    """A base for immutable values: equal when of one class with equal fields."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value) or self.__class__ is not other.__class__:
            return NotImplemented
        cls: Any = self.__class__
        read = _compared(cls)
        return bool(read(self) == read(other))

    def __hash__(self) -> int:
        cls: Any = self.__class__
        return hash((cls, _compared(cls)(self)))

    def __repr__(self) -> str:
        shown: Iterable[str] = (
            f"{f.name}={current!r}"
            for f in fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
            if f.repr and (current := getattr(self, f.name)) is not None
        )
        return f"{type(self).__name__}({', '.join(shown)})"


def replaced(instance: T, **changes: object) -> T:
    """Copy a value with some fields changed: `dataclasses.replace`, four times as fast, for our own classes.

    Raises:
        AttributeError: a name in `changes` is not a field.
    """
    cls: type[T] = type(instance)
    copy = narrowed(instance, cls)
    for name, new in changes.items():
        getattr(cls, name).__set__(copy, new)
    return copy


def narrowed(instance: object, cls: type[T]) -> T:
    """Copy the fields that `cls` has too: a Model narrowed to a ModelSummary. All fields of `cls` must be there."""
    target: Any = cls
    source: Any = type(instance)
    read, setters = _copying(target, source)
    copy = object.__new__(cls)
    # The loop over `put(copy, current)`, run by the interpreter's own code: every call makes such a copy.
    any(map(_call, setters, repeat(copy), read(instance)))
    return copy


class Row(Value):
    """A base for the rows of a table: there is one object for each name, so rows are equal only to themselves."""

    __slots__ = ()

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __deepcopy__(self, _: object) -> Self:
        return self
