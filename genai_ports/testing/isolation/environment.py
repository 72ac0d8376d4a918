"""The environment variables that change what OCI's tools and this library do: removed for a test, then put back."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from genai_ports.backends.connect import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOMES: Final = ("HOME", "USERPROFILE")
"""Where `~` leads, on Unix and on Windows."""

_NAMES: Final = (*_HOMES, VARIABLE, "OPC_INCOMING_REQUEST_ID", "PROPAGATION_ENABLED")
"""The last two are the SDK's: it sets one of them itself."""


@contextmanager
def isolated_environment(home: str) -> Iterator[None]:
    """Remove the variables of OCI's tools, of proxies and of this library, and set the home directory.

    At the end these variables are as before, whatever was done to them; all others stay as they are.

    Args:
        home: the directory that `~` leads to.
    """
    with _LOCK:
        block = _Block(_relevant())
        for name in block.before:
            del os.environ[name]
        os.environ.update(dict.fromkeys(_HOMES, home))
        _BLOCKS.append(block)
    try:
        yield
    finally:
        with _LOCK:
            _end(block)


class _Block:
    """A block in which the environment is isolated.

    Args:
        before: the relevant variables before it.
    """

    def __init__(self, before: dict[str, str]) -> None:
        self.before = before


_BLOCKS: Final[list[_Block]] = []
"""The blocks that have not ended, oldest first. Those of several threads can end in any order."""
_LOCK: Final = Lock()


def _end(block: _Block) -> None:
    """Put back what was before a block; if a later block has not ended, that one does it."""
    place = _BLOCKS.index(block)
    del _BLOCKS[place]
    if place < len(_BLOCKS):
        _BLOCKS[place].before = block.before
        return
    for name in _relevant():
        if name not in block.before:
            del os.environ[name]
    os.environ.update(block.before)


@lru_cache(maxsize=1000)
def is_relevant(name: str) -> bool:
    """Return whether a variable is one of those that `isolated_environment` removes and puts back.

    Example:
        >>> [is_relevant(name) for name in ("OCI_CLI_PROFILE", "https_proxy", "HOME", "PATH")]
        [True, True, True, False]
    """
    upper = name.upper()
    return upper.startswith("OCI_") or upper.endswith("_PROXY") or upper in _NAMES


@contextmanager
def recorded_variables(monkeypatch: Any) -> Iterator[None]:
    """Record the relevant variables in pytest's `monkeypatch`; the block is to isolate them.

    A test can change one of them by `monkeypatch`, which undoes that after the block has ended: to what the variable
    was in the block. It undoes the first recorded change last, so the variable then gets its value from before.
    """
    at_the_end = _AtTheEnd()
    for name in {*_relevant(), *_NAMES}:
        monkeypatch.setitem(at_the_end, name, None)
    try:
        yield
    finally:
        at_the_end.has_come = True


class _AtTheEnd:
    """The environment for `monkeypatch`. Changes have an effect only after the end: a test can undo its own earlier."""

    def __init__(self) -> None:
        self.has_come = False

    def get(self, name: str, default: Any) -> Any:
        return os.environ.get(name, default)

    def __setitem__(self, name: str, given: str) -> None:
        if self.has_come:
            os.environ[name] = given

    def __delitem__(self, name: str) -> None:
        if self.has_come:
            os.environ.pop(name, None)


def _relevant() -> dict[str, str]:
    return {name: os.environ[name] for name in os.environ if is_relevant(name)}
