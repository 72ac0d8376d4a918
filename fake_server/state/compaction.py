"""Compaction: a process of its own makes a new snapshot from the last one and the log, while the server goes on."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fake_server.log import LOG
from fake_server.state.directory import NotKept

if TYPE_CHECKING:
    from pathlib import Path

    from fake_server.state.directory import StateDirectory

_ROWS: Final = 5_000
_PART: Final = 4
_BYTES: Final = 32 * 1024 * 1024
"""A snapshot is made after so many rows, or a fourth of what a world holds if that is more, or so many bytes."""

_NOT_MADE: Final = "no snapshot of the state directory is made: %s; its log grows"


class Compaction:
    """Keeps the log of a directory short.

    Args:
        directory: the state directory of a running server.
    """

    def __init__(self, directory: StateDirectory) -> None:
        self._directory = directory
        self._rows, self._bytes = directory.size
        self._process: subprocess.Popen[bytes] | None = None

    _number: int
    """Of the last row in the snapshot that is being made."""

    def count(self, size: int, held: int) -> None:
        """Count a row, and start or end a compaction if it is time.

        Args:
            size: how many bytes the row has.
            held: how many resources and work requests its world has: reading a large world again takes long.
        """
        self._rows, self._bytes = self._rows + 1, self._bytes + size
        if self._process is not None:
            if self._process.poll() is not None:
                self._end(self._process)
        elif self._rows >= max(_ROWS, held // _PART) or self._bytes >= _BYTES:
            self._number = self._directory.last
            self._rows = self._bytes = 0
            self._process = _start(self._directory.path, self._number)

    def close(self) -> None:
        """Stop a compaction that is under way; its draft is removed at the next one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._process = None
        _, errors = process.communicate()
        if process.returncode == 0:
            with suppress(NotKept):  # the log is longer then, and nothing is lost
                self._directory.use_snapshot(self._number)
        elif errors:
            LOG.error(_NOT_MADE, errors.decode(errors="replace").strip().rpartition("\n")[2])


def _start(path: Path, number: int) -> subprocess.Popen[bytes] | None:
    """Start the process in a session of its own, where Ctrl-C in the terminal of the server does not reach it."""
    command = [sys.executable, "-m", "fake_server.state", str(path), str(number)]
    try:
        return subprocess.Popen(  # noqa: S603  # our own
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        LOG.error(_NOT_MADE, error.strerror)
        return None
