"""Values of any type, for tests that pass them where another type is expected."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import math
import pathlib
from typing import TYPE_CHECKING
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Iterator


class TextOfMine(str):
    __slots__ = ()


class NumberOfMine(int):
    pass


class Hostile:
    """An object of which each use raises an error that is not ours."""

    def _refuse(self, *_: object, **__: object) -> object:
        raise RuntimeError("used")

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __len__ = __iter__ = __getattr__ = _refuse
    __lt__ = __int__ = __float__ = __index__ = __contains__ = __getitem__ = __format__ = __fspath__ = _refuse


class EndlessIteration(BaseException):
    """Raised instead of an iteration without end."""


def _without_end() -> Iterator[str]:
    for _ in range(100_000):
        yield "a"
    raise EndlessIteration


def _itself() -> list[object]:
    itself: list[object] = []
    itself.append(itself)
    return itself


def _deep() -> list[object]:
    nested: list[object] = []
    for _ in range(20_000):
        nested = [nested]
    return nested


SECRET = "hf_" + "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"[:34]

ODD_VALUES = {
    "None": lambda: None,
    "True": lambda: True,
    "False": lambda: False,
    "0": lambda: 0,
    "-1": lambda: -1,
    "1": lambda: 1,
    "2**63": lambda: 2**63,
    "5,001 digits": lambda: 10**5000,
    "minus 5,001 digits": lambda: -(10**5000),
    "0.5": lambda: 0.5,
    "1e308": lambda: 1e308,
    "nan": lambda: math.nan,
    "inf": lambda: math.inf,
    "-inf": lambda: -math.inf,
    "complex": lambda: 1 + 2j,
    "Decimal": lambda: decimal.Decimal("1.5"),
    "Decimal nan": lambda: decimal.Decimal("sNaN"),
    "Fraction": lambda: fractions.Fraction(1, 3),
    "empty": lambda: "",
    "blank": lambda: " ",
    "a": lambda: "a",
    "NUL": lambda: "\0",
    "line break": lambda: "a\nb",
    "surrogate": lambda: "\ud800",
    "umlaut": lambda: "é",
    "long": lambda: "a" * 1_000_000,
    "secret": lambda: SECRET,
    "str subclass": lambda: TextOfMine("x"),
    "int subclass": lambda: NumberOfMine(5),
    "bytes": lambda: b"x",
    "bytearray": lambda: bytearray(b"x"),
    "memoryview": lambda: memoryview(b"x"),
    "[]": list,
    "[1]": lambda: [1],
    "['a']": lambda: ["a"],
    "[hostile]": lambda: [Hostile()],
    "itself": _itself,
    "deep": _deep,
    "()": lambda: (),
    "(None,)": lambda: (None,),
    "{}": dict,
    "{a: 1}": lambda: {"a": 1},
    "{1: 2}": lambda: {1: 2},
    "{surrogate}": lambda: {"\ud800": "\ud800"},
    "{a: hostile}": lambda: {"a": Hostile()},
    "{a: 5,001 digits}": lambda: {"a": 10**5000},
    "set": lambda: {1},
    "frozenset": lambda: frozenset("a"),
    "object": object,
    "hostile": Hostile,
    "mock": mock.MagicMock,
    "class": lambda: float,
    "hostile class": lambda: Hostile,
    "module": lambda: math,
    "function": lambda: lambda: 1,
    "iterator": lambda: iter(["a"]),
    "endless iterator": _without_end,
    "generator": lambda: (each for each in (1, 2)),
    "range": lambda: range(3),
    "naive": lambda: dt.datetime(2026, 1, 1),  # noqa: DTZ001
    "aware": lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    "other zone": lambda: dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14))),
    "timedelta": lambda: dt.timedelta(1),
    "date": lambda: dt.date(2026, 1, 1),
    "path": lambda: pathlib.Path("nowhere"),
    "NotImplemented": lambda: NotImplemented,
    "Ellipsis": lambda: ...,
    "error": lambda: ValueError("x"),
}
"""Functions that make each value anew: an iterator serves once."""
