"""The files of a state directory: rows, snapshots and JSON under names are written whole, and read as they are."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from fake_server.state import directory as state
from fake_server.state.directory import NotKept, StateDirectory
from fake_server.state.rows import CALL, Row
from fake_server.state.snapshot_file import SavedWorld
from genai_ports.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

TIME = datetime(2026, 11, 1, 12, tzinfo=UTC)
ROW = Row(TIME, "ocid1.tenancy.oc1..a", 7, 8, CALL, "{}")


def world(name: str) -> SavedWorld:
    return SavedWorld(name, TIME, {"any": name})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "state"


@pytest.fixture
def directory(path: Path) -> Iterator[StateDirectory]:
    with StateDirectory(path) as opened:
        yield opened


def append(directory: StateDirectory, *documents: str) -> None:
    for document in documents:
        directory.append(ROW._replace(document=document))


def documents(directory: StateDirectory, last: int | None = None) -> list[str]:
    return [row.document for _, row in directory.rows(last)]


def make_snapshot(directory: StateDirectory, name: str) -> None:
    directory.write_snapshot(directory.last, [world(name)])
    directory.use_snapshot(directory.last)


def files(path: Path) -> list[str]:
    return sorted(file.name.rpartition("-")[0] or file.name for file in path.iterdir())


def execute(path: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(path / "log.sqlite")) as log, log:
        return log.execute(statement).fetchall()


def open_files() -> int:
    return len([*Path("/dev/fd").iterdir()])


def test_rows_are_numbered_and_read_as_they_were_written(path: Path) -> None:
    for times in (1, 2):
        with StateDirectory(path) as directory:
            directory.append(ROW)
            assert list(directory.rows()) == [(number + 1, ROW) for number in range(times)]
            assert (directory.last, directory.size) == (times, (times, 2 * times))


def test_rows_are_read_up_to_a_number(directory: StateDirectory) -> None:
    append(directory, "one", "two", "three")
    assert [documents(directory, last) for last in range(4)] == [[], ["one"], ["one", "two"], ["one", "two", "three"]]
    with pytest.raises(ConfigurationError, match="is damaged: the log ends at row 3"):
        documents(directory, 4)


@pytest.mark.parametrize(
    ("damage", "row"),
    [
        ("DELETE FROM log WHERE number = 2", 2),
        ("UPDATE log SET document = 'x' WHERE number = 2", 2),
        ("UPDATE log SET number = 9 WHERE number = 3", 3),
    ],
)
def test_a_missing_or_changed_row_is_noticed(path: Path, directory: StateDirectory, damage: str, row: int) -> None:
    append(directory, "one", "two", "three")
    execute(path, damage)
    with pytest.raises(ConfigurationError, match=rf"is damaged: the log at row {row}\. Restore it from a copy"):
        documents(directory)


def test_a_snapshot_is_in_place_of_the_rows_before_it(path: Path, directory: StateDirectory) -> None:
    assert list(directory.snapshot()) == []
    make_snapshot(directory, "empty")
    append(directory, "one", "two")
    make_snapshot(directory, "two rows")
    assert (directory.last, directory.size) == (2, (0, 0))
    append(directory, "three")
    directory.close()
    with StateDirectory(path) as again:
        assert (again.last, again.size) == (3, (1, 5))
        assert (list(again.snapshot()), documents(again), documents(again, 2)) == ([world("two rows")], ["three"], [])
        assert files(path).count("snapshot-2") == 1


def test_rows_that_a_snapshot_contains_are_removed_a_few_at_a_time(
    path: Path, directory: StateDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_REMOVED_A_WRITE", 2)
    append(directory, *"12345")
    make_snapshot(directory, "five rows")
    left = []
    for number in "6789":
        append(directory, number)
        left.append([row for (row,) in execute(path, "SELECT number FROM log ORDER BY number")])
    assert left == [[3, 4, 5, 6], [5, 6, 7], [6, 7, 8], [6, 7, 8, 9]]
    assert documents(directory) == [*"6789"]


def test_rows_follow_a_snapshot_whose_rows_are_removed(path: Path, directory: StateDirectory) -> None:
    append(directory, "one", "two")
    make_snapshot(directory, "two rows")
    [file] = path.glob("snapshot-2-*")
    execute(path, "DELETE FROM log")
    make_snapshot(directory, "the same rows")
    assert file.exists()  # its name has the checksum of the last row
    directory.close()
    with StateDirectory(path) as again:
        append(again, "three")
        assert (again.last, documents(again)) == (3, ["three"])


def test_the_newest_complete_snapshot_is_used_at_the_start(path: Path, directory: StateDirectory) -> None:
    for number in range(1, 12):
        append(directory, "")
        directory.write_snapshot(number, [world(f"{number} rows")])
    directory.close()
    for file in path.glob("snapshot-11-*"):
        file.rename(path / "snapshot-11-00000000.gz")  # of another log
    (path / "left.draft").write_bytes(b"")
    with StateDirectory(path) as again:
        assert (list(again.snapshot()), again.size) == ([world("10 rows")], (1, 0))
        assert [name for name in files(path) if "sqlite" not in name] == ["snapshot-10"]


def test_a_new_directory_is_for_its_owner_only_and_a_closed_one_has_only_its_own_files(path: Path) -> None:
    with StateDirectory(path) as directory:
        append(directory, "one")
        assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o700
    directory.close()
    assert files(path) == ["log.sqlite", "owner.sqlite"]
    with pytest.raises(sqlite3.ProgrammingError):
        directory.read("any")


def test_what_is_written_together_is_kept_together(path: Path, directory: StateDirectory) -> None:
    directory.write(first=1)
    execute(
        path, "CREATE TRIGGER no BEFORE INSERT ON state WHEN NEW.name = 'last' BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(NotKept, match="cannot be written: no") as caught:
        directory.write(first=2, last=3)
    assert caught.value.reason == "no"
    assert (directory.read("first"), directory.read("last")) == (1, None)
    directory.write(first={"two": [2]})
    assert directory.read("first") == {"two": [2]}


def test_a_row_that_cannot_be_written_leaves_nothing(path: Path, directory: StateDirectory) -> None:
    append(directory, "one")
    without: Any = None
    with pytest.raises(NotKept, match="NOT NULL"):
        append(directory, without)
    append(directory, "two")
    assert documents(directory) == ["one", "two"]
    assert execute(path, "SELECT count(*) FROM log") == [(2,)]


def test_a_reader_sees_what_was_there_when_it_opened_the_directory(path: Path, directory: StateDirectory) -> None:
    append(directory, "one", "two")
    make_snapshot(directory, "two rows")
    append(directory, "three")
    with StateDirectory(path, read_only=True) as reader:
        append(directory, "four")
        make_snapshot(directory, "four rows")
        assert (list(reader.snapshot()), documents(reader)) == ([world("two rows")], ["three"])
        assert reader.size == (1, 5)


def test_a_reader_creates_nothing(path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"has no log\.sqlite: choose a new directory"):
        StateDirectory(path, read_only=True)
    assert not path.exists()
    assert not StateDirectory.exists(path)
    StateDirectory(path).close()
    assert StateDirectory.exists(path)
    StateDirectory(path, read_only=True).close()


def test_a_reader_of_a_directory_without_its_snapshot_can_read_the_rows(path: Path, directory: StateDirectory) -> None:
    append(directory, "one")
    make_snapshot(directory, "one row")
    append(directory, "two")
    for file in path.glob("snapshot-*"):
        file.unlink()
    with StateDirectory(path, read_only=True) as reader:
        assert documents(reader) == ["two"]
        with pytest.raises(ConfigurationError, match=r"snapshot-1-\w{8}\.gz, No such file"):
            list(reader.snapshot())


@pytest.mark.parametrize("version", [1, 3])
def test_a_directory_of_another_format_is_refused(path: Path, directory: StateDirectory, version: int) -> None:
    assert execute(path, "PRAGMA user_version") == [(2,)]
    execute(path, f"PRAGMA user_version = {version}")
    directory.close()
    says = f"has format {version}, and this release reads 2: export it"
    for read_only in (True, False):
        with pytest.raises(ConfigurationError, match=says):
            StateDirectory(path, read_only=read_only)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" + b"x" * 200, b"no database" * 100])
def test_a_damaged_log_is_refused(path: Path, content: bytes) -> None:
    StateDirectory(path).close()
    (path / "log.sqlite").write_bytes(content)
    says = r"is damaged: log\.sqlite\. Restore it from a copy|cannot be opened: file is not a database"
    caught = []
    for _ in range(2):  # the first one lets another one try
        with pytest.raises(ConfigurationError, match=says) as error:
            StateDirectory(path)
        caught.append(error)


def test_a_log_that_was_begun_before_a_loss_of_power_is_created_anew(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "log.draft").write_bytes(b"half")
    with StateDirectory(path) as directory:
        append(directory, "one")
        assert documents(directory) == ["one"]


def test_the_log_of_a_new_directory_has_its_name_when_it_is_whole_and_then_the_name_is_on_the_disk(path: Path) -> None:
    steps: list[str] = []
    replace = Path.replace

    def noticed(draft: Path, file: Path) -> Path:
        steps.append(file.name)
        assert draft.stat().st_size
        return replace(draft, file)

    sync = mock.patch("os.fsync", side_effect=lambda _: steps.append("fsync"))
    with mock.patch.object(Path, "replace", noticed), sync, StateDirectory(path):
        assert steps == ["log.sqlite", *(["fsync"] if os.name != "nt" else [])]


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="open files cannot be counted")
def test_no_file_is_left_open(path: Path, directory: StateDirectory) -> None:
    append(directory, "one")
    make_snapshot(directory, "one row")
    before = open_files()
    make_snapshot(directory, "one row")
    assert open_files() <= before
    directory.close()
    before = open_files()
    StateDirectory(path, read_only=True).close()
    assert open_files() <= before


def test_the_log_of_sqlite_is_cut_when_its_content_is_in_the_database(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_MOST_WAL_BYTES", 100_000)
    with StateDirectory(path) as directory:
        append(directory, "x" * 5_000_000)  # SQLite copies its log to the database from four million bytes on
        assert (path / "log.sqlite-wal").stat().st_size > 5_000_000
        append(directory, "small")
        assert (path / "log.sqlite-wal").stat().st_size == 100_000
