"""The environment variables that change what OCI's tools and this library do: removed for a test, then put back."""

from __future__ import annotations

import os
from contextlib import contextmanager
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
    before = _relevant()
    for name in before:
        del os.environ[name]
    os.environ.update(dict.fromkeys(_HOMES, home))
    try:
        yield
    finally:
        for name in _relevant():
            if name not in before:
                del os.environ[name]
        os.environ.update(before)


def is_relevant(name: str) -> bool:
    """Return whether a variable is one of those that `isolated_environment` removes and puts back.

    Example:
        >>> [is_relevant(name) for name in ("OCI_CLI_PROFILE", "https_proxy", "HOME", "PATH")]
        [True, True, True, False]
    """
    upper = name.upper()
    return upper.startswith("OCI_") or upper.endswith("_PROXY") or upper in _NAMES


def record_in(monkeypatch: Any) -> None:
    """Record the relevant variables in pytest's `monkeypatch`, before they are removed.

    A test can change one of them by `monkeypatch`, which undoes that after the sandbox has ended: to what it was in the
    sandbox. As the first of the recorded changes is undone last, the variable then gets the value from before.
    """
    for name in {*_relevant(), *_NAMES}:
        before = os.environ.get(name)
        monkeypatch.setenv(name, before or "")
        if before is None:
            del os.environ[name]


def _relevant() -> dict[str, str]:
    return {name: os.environ[name] for name in os.environ if is_relevant(name)}
