"""The directory of a server's state: a log of calls in SQLite, and a snapshot of all worlds in a file."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self
from zlib import crc32

from fake_server.state.rows import Row
from fake_server.state.snapshot_file import DAMAGED, read_worlds, write_worlds
from genai_ports.errors import ConfigurationError, GenAiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fake_server.state.snapshot_file import SavedWorld

FORMAT: Final = 2
"""Increases with each change that an older release cannot read."""
_LOG: Final = "log.sqlite"
_OWNER: Final = "owner.sqlite"
"""Locked by the one server that uses the directory. SQLite locks files on every system."""
_SNAPSHOT: Final = re.compile(r"snapshot-(\d+)-[0-9a-f]{8}\.gz")
"""The number of the last row that it contains, and the checksum of that row."""
_DRAFT: Final = ".draft"
"""The suffix of files that are being written."""
_MOST_WAL_BYTES: Final = 16_000_000
"""To what size SQLite cuts its own log, which grows while a snapshot is made."""
_REMOVED_A_WRITE: Final = 100
"""How many rows that a snapshot contains one write removes: to remove all of them at once would stop the server."""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS log (
    number INTEGER PRIMARY KEY, time TEXT NOT NULL, tenancy TEXT NOT NULL, requests INTEGER NOT NULL,
    created INTEGER NOT NULL, what TEXT NOT NULL, document TEXT NOT NULL, checksum INTEGER NOT NULL
);
"""


class NotKept(GenAiError):
    """A call cannot be written to the log, such as on a full disk. Nothing has changed.

    Args:
        path: the state directory.
        reason: why not.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"the state directory {path} cannot be written: {reason}")
        self.reason = reason


class StateDirectory:
    """The state of one server.

    Args:
        path: the directory; created if it does not exist.
        read_only: read the directory as it is now, while a server writes it.

    Raises:
        ConfigurationError: it cannot be used: another server uses it, it is damaged, of a newer release, or not
            writable. The message says which.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        try:
            self._owner = None if read_only else _claim(path)
            self._log = _open_log(path, read_only=read_only)
            if read_only:
                self._log.execute("BEGIN")  # the log stays as it is, whatever the server does
            self._used: tuple[int, int] = self.read("snapshot") or (0, 0)
            query = "SELECT number, checksum FROM log ORDER BY number DESC LIMIT 1"
            self._last: tuple[int, int] = self._log.execute(query).fetchone() or self._used
            if read_only:
                self._pin_snapshot()
            else:
                self._use_newest_snapshot()
        except (OSError, sqlite3.Error) as error:
            self._release()
            raise ConfigurationError(f"the state directory {path} cannot be opened: {_reason(error)}") from None
        except GenAiError:
            self._release()
            raise

    _owner: sqlite3.Connection | None = None
    _log: sqlite3.Connection
    _pinned: BinaryIO | None = None

    def _pin_snapshot(self) -> None:
        """Keep the file of the snapshot, whatever the server does."""
        with suppress(FileNotFoundError):
            self._pinned = self._snapshot_file(*self._used).open("rb")

    @staticmethod
    def exists(path: Path) -> bool:
        """Return whether a path has a state directory."""
        return (path / _LOG).exists()

    def close(self) -> None:
        """Close it; another server can use it then."""
        self._log.close()
        self._release()

    def _release(self) -> None:
        if self._pinned:
            self._pinned.close()
        if self._owner:
            self._owner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, name: str) -> Any:
        """Return what `write` wrote under a name; None if nothing was."""
        content = _value(self._log, "SELECT content FROM state WHERE name = ?", name)
        return None if content is None else json.loads(content)

    def write(self, **contents: Any) -> None:
        """Write JSON under names, all together."""
        items = [(name, json.dumps(content)) for name, content in contents.items()]
        with self._written():
            self._log.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", items)

    def append(self, row: Row) -> None:
        """Write a row with the next number. When this returns, the row survives a loss of power.

        Raises:
            NotKept: it cannot be written.
        """
        number, before = self._last
        content = (number + 1, row.time.isoformat(), *row[1:])
        checksum = _checksum(before, content)
        with self._written():
            self._log.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*content, checksum))
            self._remove_old_rows()
        self._last = number + 1, checksum

    def _remove_old_rows(self) -> None:
        """Remove some of the rows that the snapshot contains."""
        query = "DELETE FROM log WHERE number IN (SELECT number FROM log WHERE number <= ? ORDER BY number LIMIT ?)"
        self._log.execute(query, (self._used[0], _REMOVED_A_WRITE))

    def rows(self, last: int | None = None) -> Iterator[tuple[int, Row]]:
        """Iterate over the numbers and the rows since the snapshot.

        Args:
            last: the number of the last of them; default: all.

        Raises:
            ConfigurationError: a row is missing or damaged.
        """
        number, checksum = self._used
        query = "SELECT * FROM log WHERE number > ? AND number <= coalesce(?, number) ORDER BY number"
        for *content, found in self._log.execute(query, (number, last)):
            number, checksum = number + 1, _checksum(checksum, tuple(content))
            if (content[0], found) != (number, checksum):
                raise self.damaged(f"the log at row {number}")
            _, time, *rest = content
            yield number, Row(datetime.fromisoformat(time), *rest)
        if last is not None and number != last:
            raise self.damaged(f"the log ends at row {number}")

    def damaged(self, place: str) -> ConfigurationError:
        """Return the error for a directory that is damaged at a place."""
        return ConfigurationError(f"the state directory {self.path} is damaged: {place}. Restore it from a copy")

    def damaged_snapshot(self, place: str) -> ConfigurationError:
        """Return the error for a snapshot that is damaged at a place."""
        return self.damaged(f"{self._snapshot_file(*self.read('snapshot')).name}, {place}")

    def checksum_of(self, number: int) -> int:
        """Return the checksum of a row of the log."""
        checksum: int | None = _value(self._log, "SELECT checksum FROM log WHERE number = ?", number)
        return self._used[1] if checksum is None else checksum

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self._last[0]

    @property
    def size(self) -> tuple[int, int]:
        """How many rows there are since the snapshot, and how many bytes their documents have."""
        query = "SELECT count(*), coalesce(sum(length(document)), 0) FROM log WHERE number > ?"
        rows, size = self._log.execute(query, self._used[:1]).fetchone()
        return rows, size

    def snapshot(self) -> Iterator[SavedWorld]:
        """Iterate over the worlds of the snapshot; there are none before the first snapshot.

        Raises:
            ConfigurationError: the file is missing or damaged.
        """
        used = self.read("snapshot")
        if used is None:
            return
        try:
            yield from read_worlds(self._pinned or self._snapshot_file(*used))
        except DAMAGED as error:
            raise self.damaged_snapshot(_reason(error)) from None

    def write_snapshot(self, number: int, worlds: Iterable[SavedWorld]) -> None:
        """Write the file of a snapshot; `use_snapshot` makes it count.

        Args:
            number: the last row that the worlds contain.
            worlds: the worlds.

        Raises:
            OSError: it cannot be written.
        """
        with NamedTemporaryFile(dir=self.path, suffix=_DRAFT, delete=False) as raw:
            write_worlds(raw.file, worlds)
            raw.flush()
            os.fsync(raw.fileno())
        Path(raw.name).replace(self._snapshot_file(number, self.checksum_of(number)))
        _sync_directory(self.path)

    def use_snapshot(self, number: int) -> None:
        """Start from a snapshot that was written: remove older ones; later writes remove the rows that it contains.

        Raises:
            NotKept: the log cannot be written.
        """
        used = number, self.checksum_of(number)
        self.write(snapshot=used)
        self._used = used
        for file in (*self.path.glob("snapshot-*.gz"), *self.path.glob(f"*{_DRAFT}")):
            if file != self._snapshot_file(*used):
                with suppress(OSError):
                    file.unlink()

    def _use_newest_snapshot(self) -> None:
        """Use a snapshot that was completed after the server had ended; it is of this log if the checksum is."""
        found = [int(match[1]) for file in self.path.iterdir() if (match := _SNAPSHOT.fullmatch(file.name))]
        for number in sorted(found, reverse=True):
            if self._snapshot_file(number, self.checksum_of(number)).exists():
                self.use_snapshot(number)
                return

    def _snapshot_file(self, number: int, checksum: int) -> Path:
        return self.path / f"snapshot-{number}-{checksum:08x}.gz"

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Write in the block: all or nothing. An error of the disk becomes `NotKept`."""
        try:
            with self._log:
                self._log.execute("BEGIN")
                yield
        except sqlite3.Error as error:
            raise NotKept(self.path, _reason(error)) from None


def _claim(path: Path) -> sqlite3.Connection:
    """Create a directory, and lock it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = sqlite3.connect(path / _OWNER, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        owner.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        owner.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise ConfigurationError(
                f"another server uses the state directory {path}: stop it, or choose another directory"
            ) from None
        raise
    return owner


def _open_log(path: Path, *, read_only: bool) -> sqlite3.Connection:
    file = path / _LOG
    if not file.exists():
        if read_only or any(path.glob("snapshot-*.gz")):
            raise ConfigurationError(f"the state directory {path} has no {_LOG}: choose a new directory, or restore it")
        _create_log(file)
    log = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    try:
        _prepare(log, path)
    except BaseException:
        log.close()
        raise
    return log


def _create_log(file: Path) -> None:
    """Create the log whole or not at all."""
    draft = file.with_suffix(_DRAFT)
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft, isolation_level=None)) as log:
        log.execute("PRAGMA journal_mode = WAL")
        log.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
    draft.replace(file)
    _sync_directory(file.parent)


def _prepare(log: sqlite3.Connection, path: Path) -> None:
    log.execute("PRAGMA synchronous = FULL")
    log.execute("PRAGMA fullfsync = ON")  # macOS: past the cache of the disk
    log.execute(f"PRAGMA journal_size_limit = {_MOST_WAL_BYTES}")
    version = _value(log, "PRAGMA user_version")
    if version not in (0, FORMAT):
        raise ConfigurationError(
            f"the state directory {path} has format {version}, and this release reads {FORMAT}: export it with the "
            "release that wrote it (genai-ports state export), and import it here"
        )
    if not version or _value(log, "PRAGMA quick_check(1)") != "ok":
        raise ConfigurationError(f"the state directory {path} is damaged: {_LOG}. Restore it from a copy")


def _value(log: sqlite3.Connection, query: str, *parameters: Any) -> Any:
    """Return the value that a query finds; None if it finds none."""
    with closing(log.execute(query, parameters)) as found:
        [value] = found.fetchone() or [None]
    return value


def _checksum(before: int, content: tuple[Any, ...]) -> int:
    return crc32("\x1f".join(map(str, content)).encode(errors="surrogatepass"), before)


def _sync_directory(path: Path) -> None:
    if os.name == "nt":  # a directory cannot be opened there
        return
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _reason(error: BaseException) -> str:
    """Describe an error of the disk without the text of a file."""
    return getattr(error, "strerror", None) or (str(error) if isinstance(error, sqlite3.Error) else "unreadable")
