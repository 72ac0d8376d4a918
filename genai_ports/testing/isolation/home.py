"""Home directories for tests: empty at the start of each, whatever was written there before."""

from __future__ import annotations

import atexit
import os
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX: Final = "genai-ports-home-"
_HOMES: Final[set[str]] = set()
"""The directories of this process, which are removed at its end."""
_SPARE: Final[list[str]] = []
"""Those of them that are empty. They are used again, because a file system can take milliseconds to make one."""


@contextmanager
def empty_home() -> Iterator[Path]:
    """Provide an empty directory for the block, and remove what was written there."""
    home = _spare_home() or _new_home()
    process = os.getpid()
    try:
        yield Path(home)
    finally:
        if os.getpid() == process:
            _release(home)


def _spare_home() -> str | None:
    while _SPARE:
        home = _SPARE.pop()
        if _is_empty(home):
            return home
        _remove(home)  # something was written there after its test
    return None


def _new_home() -> str:
    home = mkdtemp(prefix=_PREFIX)
    _HOMES.add(home)
    return home


def _release(home: str) -> None:
    if _is_empty(home):
        _SPARE.append(home)
    else:
        _remove(home)


def _is_empty(home: str) -> bool:
    try:
        return not os.listdir(home)  # noqa: PTH208  # pathlib takes three times as long
    except OSError:
        return False


def _remove(home: str) -> None:
    rmtree(home, ignore_errors=True)
    _HOMES.discard(home)


@atexit.register
def _remove_all() -> None:
    """Remove the spare directories, and those of blocks that have not ended."""
    for home in tuple(_HOMES):
        _remove(home)


def _leave_to_parent() -> None:
    _HOMES.clear()
    _SPARE.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
