"""The file that a server writes its port to. It is never another program's: nothing is followed or overwritten."""

from __future__ import annotations

import os
import re
import socket
from contextlib import suppress
from stat import S_ISREG
from typing import TYPE_CHECKING, Final, TypeAlias

from genai_ports.errors import ConfigurationError
from genai_ports.files import write_draft

if TYPE_CHECKING:
    from pathlib import Path

_Identity: TypeAlias = tuple[int, int, int, int]
_PORT: Final = re.compile(r"[0-9]{1,5}\n", re.ASCII)
_SECONDS: Final = 1.0
"""How long a server of an earlier run may take to accept a connection."""


class PortFile:
    """A port file: created with the port, removed at the end.

    Args:
        path: the file. It must not exist yet, except as an empty file or as the port file of a server that has ended
            without removing it: one line with a port that nothing listens on.
        host: the address that the server will listen on.

    Raises:
        ConfigurationError: the file cannot be written there.
    """

    def __init__(self, path: Path, host: str) -> None:
        self._path = path
        self._own: _Identity | None = None
        if os.path.isdir(path):  # noqa: PTH112  # `Path.is_dir` raises if a name is too long
            raise ConfigurationError(f"--port-file must name a file, not the directory {path}")
        if not os.path.isdir(path.parent):  # noqa: PTH112  # the same
            raise ConfigurationError(f"--port-file must name a file in a directory that exists, not {path}")
        self._stale = self._find_stale(host)

    def write(self, port: int) -> None:
        """Create the file. A reader never sees it half written.

        Raises:
            ConfigurationError: another program has created a file there meanwhile.
            OSError: it cannot be written.
        """
        draft = write_draft(self._path, f"{port}\n")
        try:
            if self._stale is not None and _identity(self._path) == self._stale:
                self._path.unlink()
            _rename_to_new(draft, self._path)
            self._own = _identity(self._path)
        except FileExistsError as error:
            raise self._refusal("another program has created it meanwhile") from error
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()

    def remove(self) -> None:
        """Remove the file, if it is still the one that was written."""
        if self._own is not None and _identity(self._path) == self._own:
            with suppress(OSError):
                self._path.unlink()

    def _find_stale(self, host: str) -> _Identity | None:
        """Return which file an earlier run has left, None if there is no file."""
        try:
            found = self._path.lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ConfigurationError(f"--port-file {self._path} cannot be written: {error}") from error
        if not S_ISREG(found.st_mode):
            raise self._refusal("it exists and is no plain file; name another file")
        if found.st_size and not self._is_left(host):
            raise self._refusal(
                "it exists, and is not the port file of a server that has ended; remove it, or name another file"
            )
        return _identity(self._path)

    def _is_left(self, host: str) -> bool:
        """Return whether it is the port file of a server that has ended."""
        written = None
        with suppress(OSError), self._path.open("rb") as stream:
            written = _PORT.fullmatch(stream.read(7).decode("latin-1"))
        return written is not None and not any(_listens(each, int(written[0])) for each in (host, "localhost"))

    def _refusal(self, why: str) -> ConfigurationError:
        return ConfigurationError(f"--port-file must name a new file, not {self._path}: {why}")


def _identity(path: Path) -> _Identity | None:
    """Return which file this is, and as of which change; None if there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _rename_to_new(draft: Path, path: Path) -> None:
    """Give a file a name that no file has.

    Raises:
        FileExistsError: one has it.
    """
    if os.name == "nt":
        draft.rename(path)  # never replaces there
        return
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:  # this file system has no links
        with path.open("x", encoding="utf-8") as stream:
            stream.write(draft.read_text(encoding="utf-8"))


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except (OSError, OverflowError, UnicodeError):
        return False
    return True
