"""The checks of arguments: what they accept, what they refuse, and with which message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from genai_ports.api.checks import (
    check_bools,
    check_instance,
    check_path,
    check_room,
    check_texts,
    checked_tuple,
    has_methods,
    is_one_of,
)
from genai_ports.api.numbers import is_number
from genai_ports.api.strings import check_text, surrogate_in
from genai_ports.errors import InvalidInput

SURROGATE = "a\ud800b"


class Methods:
    """An object with a method, and with an attribute that cannot be read."""

    name = "text"

    def act(self) -> None:
        """Do nothing."""

    @property
    def broken(self) -> Any:
        raise OSError


@pytest.mark.parametrize(
    ("text", "surrogate"),
    [("", None), ("Zürich", None), ("😀", None), ("\ud800", "\ud800"), ("ü\udfff", "\udfff"), (SURROGATE, "\ud800")],
)
def test_the_first_unpaired_surrogate_is_found(text: str, surrogate: str | None) -> None:
    assert surrogate_in(text) == surrogate


def test_a_string_has_no_unpaired_surrogate() -> None:
    for given in ("Zürich", "", b"\xff", None, 5):
        check_text("name", given)
    with pytest.raises(InvalidInput, match=r"^name must be text without unpaired surrogates, not '\\ud800'$"):
        check_text("name", SURROGATE)


def test_an_instance_is_of_its_class() -> None:
    check_instance("count", 5, int)
    with pytest.raises(InvalidInput, match=r"^count must be of type int, not 'five'$"):
        check_instance("count", "five", int)
    with pytest.raises(InvalidInput, match=r"^count must be a number, not 'five'$"):
        check_instance("count", "five", int, "a number")


def test_texts_are_strings_up_to_a_length() -> None:
    check_texts(3, a="", b="abc", c=None)
    check_texts(a="x" * 4096)
    for texts, message in (
        ({"a": None, "b": 5}, "b must be a string, not 5"),
        ({"a": "abcd"}, "a must have 3 characters at most, not 4"),
        ({"a": "a", "b": SURROGATE}, r"b must be text without unpaired surrogates, not '\\ud800'"),
    ):
        with pytest.raises(InvalidInput, match=rf"^{message}$"):
            check_texts(3, **texts)
    with pytest.raises(InvalidInput, match=r"^a must have 4096 characters at most, not 4097$"):
        check_texts(a="x" * 4097)


def test_there_is_room_for_the_most_and_not_for_one_more() -> None:
    check_room("keys", 3, 3)
    with pytest.raises(InvalidInput, match=r"^there may be 3 keys at most, not 4: remove some first$"):
        check_room("keys", 4, 3)


@pytest.mark.parametrize("given", [0, 1, None, "True"])
def test_a_bool_is_true_or_false(given: Any) -> None:
    check_bools(a=True, b=False)
    with pytest.raises(InvalidInput, match=rf"^b must be True or False, not {given!r}$"):
        check_bools(a=True, b=given)


@pytest.mark.parametrize("path", ["a", Path("a/b"), "ü" * 4096])
def test_a_path_is_a_string_or_a_path(path: Any) -> None:
    check_path("file", path)


@pytest.mark.parametrize("given", ["", "a\0", "ü" * 4097, b"a", 5, None])
def test_anything_else_is_no_path(given: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^file must be the path of a file, not "):
        check_path("file", given)


def test_a_path_has_no_unpaired_surrogate() -> None:
    with pytest.raises(InvalidInput, match=r"^file must be text without unpaired surrogates"):
        check_path("file", SURROGATE)


@pytest.mark.parametrize("given", [[1, 2], (1, 2), {1, 2}, frozenset({1, 2}), range(1, 3), {1: "a", 2: "b"}.keys()])
def test_a_sequence_or_a_set_becomes_a_tuple(given: Any) -> None:
    assert sorted(checked_tuple("numbers", given, "numbers")) == [1, 2]
    assert type(checked_tuple("numbers", given, "numbers")) is tuple


@pytest.mark.parametrize("given", ["ab", b"ab", bytearray(b"ab"), memoryview(b"ab"), iter([1]), {1: 2}, 5, None])
def test_anything_else_is_no_sequence(given: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^numbers must be a sequence of numbers, not "):
        checked_tuple("numbers", given, "numbers")


@pytest.mark.parametrize(("given", "is_one"), [("a", True), ("c", False), (None, False), (["a"], False)])
def test_a_value_is_one_of_some_strings(given: Any, is_one: bool) -> None:  # noqa: FBT001
    assert is_one_of(given, {"a", "b"}) is is_one


@pytest.mark.parametrize(
    ("given", "names", "has"),
    [
        (Methods(), ["act"], True),
        (Methods(), ["act", "name"], False),
        (Methods(), ["act", "missing"], False),
        (Methods(), ["broken"], False),
        (Methods, ["act"], False),
        (None, ["act"], False),
    ],
)
def test_an_object_has_methods(given: Any, names: list[str], has: bool) -> None:  # noqa: FBT001
    assert has_methods(given, *names) is has


@pytest.mark.parametrize(
    ("given", "is_one"),
    [
        (0, True),
        (1.5, True),
        (float("nan"), True),
        (2**1023 - 1, True),
        (2**1023, False),
        (True, False),
        (False, False),
        ("1", False),
        (None, False),
        (1j, False),
    ],
)
def test_a_number_is_a_float_or_an_integer_in_the_range_of_floats(given: Any, is_one: bool) -> None:  # noqa: FBT001
    assert is_number(given) is is_one
