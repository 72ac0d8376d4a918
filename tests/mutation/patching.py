"""Put the code of a changed file into the functions that are already loaded."""

from __future__ import annotations

import gc
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def loaded_functions() -> list[FunctionType]:
    """Return all functions that exist, also those inside of functions that have run."""
    return [each for each in gc.get_objects() if isinstance(each, FunctionType)]


def patch(loaded: list[FunctionType], path: Path, original: bytes, changed: bytes) -> bool:
    """Give the loaded functions of a file the code of its changed source.

    Args:
        loaded: all functions that exist.
        path: the file as it was loaded.
        original: the source that was loaded.
        changed: the source with a change inside one function.

    Returns:
        Whether the change is now in every loaded function that has it. It is not if it is outside of all functions.
    """
    before = compile(original, str(path), "exec", dont_inherit=True)
    after = compile(changed, str(path), "exec", dont_inherit=True)
    if _own(before) != _own(after):
        return False
    pairs = [*_pairs(before, after)]
    new = {_place(old): new for old, new in pairs}
    if len(new) < len(pairs):  # two lambdas in one line
        return False
    own = [each for each in loaded if each.__code__.co_filename == str(path) and _place(each.__code__) in new]
    for function in own:
        code = new[_place(function.__code__)]
        if len(code.co_freevars) != len(function.__code__.co_freevars):
            return False
        function.__code__ = code
    return bool(own)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _inner(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _own(code: CodeType) -> tuple[object, ...]:
    """Return what runs at the import: the code of the module and of its classes, without that of functions."""
    plain = tuple(repr(each) for each in code.co_consts if not isinstance(each, CodeType))
    classes = tuple(_own(each) for each in _inner(code) if not _is_function(each))
    return code.co_code, code.co_names, plain, classes


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & 2)  # CO_NEWLOCALS: classes and modules do not have it


def _pairs(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Yield the functions of two versions of a file, one beside the other, those inside of functions too."""
    old, new = _inner(before), _inner(after)
    if len(old) != len(new):  # the change removed a lambda or a comprehension: the outer function has it all
        return
    for one, other in zip(old, new, strict=True):
        if _is_function(one):
            yield one, other
        yield from _pairs(one, other)
