"""Checks of what callers pass: a wrong type is refused at once and by its name, not after a crash."""

from __future__ import annotations

from collections.abc import Container, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Final

from genai_ports.api.display import display
from genai_ports.api.strings import check_text
from genai_ports.errors import InvalidInput

_LONGEST_PATH: Final = 4096
_LONGEST_TEXT: Final = 4096
LONGEST_NAME: Final = 255
"""The most characters of an OCID, and of most names in OCI."""


def check_instance(name: str, given: object, cls: type, expected: str = "") -> None:
    """Refuse what is not an instance of a class.

    Args:
        name: the name of the argument.
        given: the value.
        cls: the class.
        expected: what the value must be, for the message; default: the name of the class.

    Raises:
        InvalidInput: it is of another class.
    """
    if not isinstance(given, cls):
        raise InvalidInput(f"{name} must be {expected or f'of type {cls.__name__}'}, not {display(given)}")


def check_texts(most: int = _LONGEST_TEXT, /, **texts: object) -> None:
    """Refuse values that are neither a string nor None, long strings, and strings with unpaired surrogates.

    Args:
        most: how many characters a string has at most.
        texts: the values by the name of their argument.

    Raises:
        InvalidInput: a value is of another type, too long, or no text.
    """
    for name, text in texts.items():
        if text is None:
            continue
        if not isinstance(text, str):
            raise InvalidInput(f"{name} must be a string, not {display(text)}")
        if len(text) > most:
            raise InvalidInput(f"{name} must have {most} characters at most, not {len(text)}")
        check_text(name, text)


def check_room(what: str, count: int, most: int) -> None:
    """Refuse one more of something of which there are as many as there may be.

    Args:
        what: what it is, in the plural.
        count: how many there are with the new one.
        most: how many there may be.

    Raises:
        InvalidInput: there are too many.
    """
    if count > most:
        raise InvalidInput(f"there may be {most} {what} at most, not {count}: remove some first")


def check_bools(**bools: object) -> None:
    """Refuse values that are neither True nor False, by the names of their arguments.

    Raises:
        InvalidInput: a value is of another type.
    """
    for name, given in bools.items():
        if type(given) is not bool:
            raise InvalidInput(f"{name} must be True or False, not {display(given)}")


def check_path(name: str, given: object) -> None:
    """Refuse what cannot be the path of a file.

    Raises:
        InvalidInput: it is neither a string nor a Path, is empty or longer than 4096 characters, or has a NUL or an
            unpaired surrogate.
    """
    text = str(given) if isinstance(given, str | Path) else ""
    if not text or "\0" in text or len(text) > _LONGEST_PATH:
        raise InvalidInput(f"{name} must be the path of a file, not {display(given)}")
    check_text(name, text)


def checked_tuple(name: str, given: object, items: str) -> tuple[Any, ...]:
    """Return a sequence or a set as a tuple; refuse everything else, such as an iterator, which may never end.

    Args:
        name: the name of the argument.
        given: the value.
        items: what its items are, for the message.

    Raises:
        InvalidInput: it is neither a sequence nor a set.
    """
    if isinstance(given, str | bytes | bytearray | memoryview) or not isinstance(given, Sequence | AbstractSet):
        raise InvalidInput(f"{name} must be a sequence of {items}, not {display(given)}")
    return tuple(given)


def is_one_of(given: object, known: Container[str]) -> bool:
    """Whether a value is one of these strings."""
    return isinstance(given, str) and given in known


def has_methods(given: object, *names: str) -> bool:
    """Whether a value is an object, and no class, with these methods."""
    if isinstance(given, type):
        return False
    try:
        return all(callable(getattr(given, name, None)) for name in names)
    except Exception:  # noqa: BLE001  # an attribute of an object that is not ours can raise anything
        return False
