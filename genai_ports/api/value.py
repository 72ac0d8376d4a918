"""The base of all domain classes: frozen, keyword-only, with a repr that leaves out what is None."""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from inspect import Signature
    from typing import Self

T = TypeVar("T")
_FEW: Final = 8


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class an immutable value.

    All methods come from `Value`. To generate them for each class would take a third of the time of a first
    connection in memory.
    """
    return dataclass(init=False, kw_only=True, eq=False, repr=False)(cls)


class _Arguments(NamedTuple):
    """The arguments of `__init__` of a class.

    Args:
        defaults: the default of each argument; None for a required one.
        required: the names of the arguments without a default.
        factories: for defaults that each value gets a new one of, the functions that make them.
    """

    defaults: dict[str, Any]
    required: frozenset[str]
    factories: tuple[tuple[str, Callable[[], Any]], ...]


@cache
def _arguments(cls: Any) -> _Arguments:
    own = [f for f in fields(cls) if f.init]
    return _Arguments(
        defaults={f.name: None if f.default is MISSING else f.default for f in own},
        required=frozenset(f.name for f in own if f.default is f.default_factory is MISSING),
        factories=tuple((f.name, f.default_factory) for f in own if f.default_factory is not MISSING),
    )


class _Signature:
    """The signature of a class, for `help`. It is built when it is read."""

    def __get__(self, _: object, cls: Any) -> Signature:
        from inspect import Parameter, Signature  # noqa: PLC0415  # only help needs it

        defaults, required, _factories = _arguments(cls)
        types = {f.name: f.type for f in fields(cls)}
        return Signature(
            [
                Parameter(
                    name,
                    Parameter.KEYWORD_ONLY,
                    default=Parameter.empty if name in required else default,
                    annotation=types[name],
                )
                for name, default in defaults.items()
            ]
        )


@cache
def _reader(cls: Any) -> Callable[[Any], Any]:
    """Return a function that reads what two values are compared by: the class and the compared fields."""
    return attrgetter("__class__", *(f.name for f in fields(cls) if f.compare))


@cache
def shared_names(cls: type, other: type) -> tuple[str, ...]:
    """List the fields that two value classes both have."""
    theirs = {f.name for f in fields(other)}
    return tuple(f.name for f in fields(cls) if f.name in theirs)


class Value:
    """A base for immutable values. Two values are equal if they have the same class and equal fields."""

    __signature__ = _Signature()

    def __init__(self, **arguments: Any) -> None:
        cls: Any = self.__class__
        defaults, required, factories = _arguments(cls)
        attributes = self.__dict__
        _fill(attributes, defaults)
        attributes.update(arguments)
        if len(attributes) != len(defaults):
            raise TypeError(f"{cls.__name__} has no field {', '.join(sorted(arguments.keys() - defaults))}")
        if not required <= arguments.keys():
            raise TypeError(f"{cls.__name__} requires {', '.join(sorted(required - arguments.keys()))}")
        for name, make in factories:
            if name not in arguments:
                attributes[name] = make()
        self.__post_init__()

    def __post_init__(self) -> None:
        """Check the fields. Classes with restrictions override this."""

    def __setattr__(self, name: str, _: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        cls: Any = self.__class__
        read = _reader(cls)
        return bool(read(self) == read(other))

    def __hash__(self) -> int:
        cls: Any = self.__class__
        return hash(_reader(cls)(self))

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
    _fill(new.__dict__, attributes)
    return new


def _fill(own: dict[str, Any], attributes: Mapping[str, Any]) -> None:
    """Fill the dict of a new value so that it shares its keys with other values of its class: a third of the size.

    An empty dict takes over the keys of the one that it is updated with; a dict with a key keeps its own. For a few
    keys that is smaller.
    """
    if len(attributes) > _FEW:
        own[next(iter(attributes))] = None
    own.update(attributes)


@cache
def field_names(cls: Any) -> tuple[str, ...]:
    """List the fields of a value class."""
    return tuple(f.name for f in fields(cls))


class Row(Value):
    """A base for the rows of a table. There is one object for each name, so a row is equal only to itself."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'name', '')}>"
