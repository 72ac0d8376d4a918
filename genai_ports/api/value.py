"""The base of all domain classes: frozen, keyword-only, with a repr that leaves out what is None."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Self

T = TypeVar("T")
_Reader: TypeAlias = "Callable[[Any], tuple[Any, ...]]"


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class an immutable value.

    Equality and repr come from `Value`. To generate them for each class would double the import time of the domain.
    """
    return dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)


@cache
def _reader(names: tuple[str, ...]) -> _Reader:
    """Return a function that reads the named attributes of an instance as a tuple, also if there are none or one."""
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
def shared_names(cls: type, other: type) -> tuple[str, ...]:
    """List the fields that two value classes both have."""
    theirs = {f.name for f in fields(other)}
    return tuple(f.name for f in fields(cls) if f.name in theirs)


class Value:
    """A base for immutable values. Two values are equal if they have the same class and equal fields."""

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

    def __deepcopy__(self, _: object) -> Self:
        return self  # nothing can change it

    def __repr__(self) -> str:
        shown: Iterable[str] = (
            f"{f.name}={current!r}"
            for f in fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
            if f.repr and (current := getattr(self, f.name)) is not None
        )
        return f"{type(self).__name__}({', '.join(shown)})"


def replaced(instance: T, **changes: object) -> T:
    """Copy a value with some fields changed: like `dataclasses.replace`, several times as fast.

    Raises:
        AttributeError: a name in `changes` is not a field.
    """
    copy = object.__new__(type(instance))
    attributes = copy.__dict__
    attributes.update(instance.__dict__)
    attributes.update(changes)
    if len(attributes) != len(instance.__dict__):
        unknown = changes.keys() - instance.__dict__.keys()
        raise AttributeError(f"{type(instance).__name__} has no field {', '.join(sorted(unknown))}")
    return copy


def narrowed(instance: object, cls: type[T]) -> T:
    """Copy the fields that `cls` has too, such as a Model to a ModelSummary. The instance must have all of them."""
    target: Any = cls
    attributes = instance.__dict__
    return made(cls, {name: attributes[name] for name in field_names(target)})


@cache
def blank(cls: type) -> Mapping[str, None]:
    """Return every field of a value class as None, for `made` to start from."""
    target: Any = cls
    return dict.fromkeys(field_names(target))


def made(cls: type[T], attributes: dict[str, Any]) -> T:
    """Make a value from all its fields, without the cost of `__init__`."""
    new = object.__new__(cls)
    new.__dict__.update(attributes)
    return new


@cache
def field_names(cls: Any) -> tuple[str, ...]:
    """List the fields of a value class."""
    return tuple(f.name for f in fields(cls))


class Row(Value):
    """A base for the rows of a table. There is one object for each name, so a row is equal only to itself."""

    __slots__ = ()

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'name', '')}>"
