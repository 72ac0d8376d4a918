"""The command `genai-ports`: how it starts, and what it says if a package is missing."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fake_server.signals import silent_interrupt

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS = ("genai_ports", "fake_server")


def main() -> None:
    """Run `genai-ports`.

    Raises:
        SystemExit: always, with the exit status of the command.
    """
    with explain_missing_package("genai-ports", extra="cli"), silent_interrupt():
        from genai_ports.cli.commands import commands  # noqa: PLC0415  # imports click, which may be missing

        commands(prog_name="genai-ports")


@contextmanager
def explain_missing_package(name: str, *, extra: str) -> Iterator[None]:
    """Replace the traceback of a missing third-party package by one line that says what to install.

    Args:
        name: the command, for the message.
        extra: the extra of genai-ports that installs all that the command needs.

    Raises:
        SystemExit: a package is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in _OURS:
            raise
        sys.exit(f"{name}: the package {missing} is not installed: pip install 'genai-ports[{extra}]'")
