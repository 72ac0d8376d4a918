"""Compaction: when a snapshot is made, by a process that the server need not wait for, and what follows its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from fake_server import Settings
from fake_server.app import App
from fake_server.state.compaction import Compaction
from fake_server.state.directory import NotKept
from fake_server.state.kept_worlds import open_worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTES = 1024 * 1024
ENDLESS = "import time; time.sleep(60)"


class Processes:
    """Starts programs of a few lines in place of those that make snapshots."""

    def __init__(self) -> None:
        self.program = ""
        self.commands: list[list[str]] = []
        self.started: list[subprocess.Popen[bytes]] = []
        self._start: Any = subprocess.Popen

    def __call__(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        self.commands.append(command)
        self.started.append(self._start([sys.executable, "-S", "-c", self.program], **options))
        return self.started[-1]


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    made = Processes()
    monkeypatch.setattr("subprocess.Popen", made)
    yield made
    for each in made.started:
        with each:
            each.kill()


class Directory(SimpleNamespace):
    """A directory of some rows and bytes, without files."""

    def __init__(self, rows: int = 0, size: int = 0) -> None:
        super().__init__(path=Path("state"), size=(rows, size), last=rows, used=[])

    def use_snapshot(self, number: int) -> None:
        self.used.append(number)
        if number == 0:
            raise NotKept(self.path, "the disk is full")


def compaction(directory: Directory) -> Compaction:
    known: Any = directory
    return Compaction(known)


@pytest.mark.parametrize(
    ("rows", "size", "held", "starts"),
    [
        (4_998, 0, 0, False),
        (4_999, 0, 0, True),
        (4_999, 0, 20_003, True),
        (4_999, 0, 20_004, False),
        (9_999, 0, 40_003, True),
        (9_999, 0, 40_004, False),
        (0, 32 * MEGABYTES - 11, 0, False),
        (0, 32 * MEGABYTES - 10, 0, True),
        (0, 32 * MEGABYTES - 10, 10**9, True),
    ],
)
def test_a_snapshot_is_made_after_so_many_rows_or_bytes(
    processes: Processes, *, rows: int, size: int, held: int, starts: bool
) -> None:
    compaction(Directory(rows, size)).count(10, held)
    command = [sys.executable, "-m", "fake_server.state", "state", str(rows)]
    assert processes.commands == ([command] if starts else [])


def test_rows_and_bytes_count_from_the_start_of_a_snapshot(processes: Processes, monkeypatch: Any) -> None:
    monkeypatch.setattr("fake_server.state.compaction._ROWS", 3)
    monkeypatch.setattr("fake_server.state.compaction._BYTES", 100)
    directory = Directory()
    counted = compaction(directory)
    for size in (0, 0, 0):
        counted.count(size, 0)
    assert len(processes.started) == 1
    processes.started[0].wait()
    counted.count(0, 0)  # notices the end, and is the first row
    counted.count(99, 0)
    assert (len(processes.started), directory.used) == (1, [0])
    processes.program = ENDLESS
    counted.count(1, 0)
    assert len(processes.started) == 2
    counted.close()
    counted.close()
    assert processes.started[1].poll() is not None


def test_a_server_goes_on_while_a_snapshot_is_made(processes: Processes, caplog: pytest.LogCaptureFixture) -> None:
    processes.program = ENDLESS
    directory = Directory(5_000)
    counted = compaction(directory)
    for _ in range(3):
        counted.count(32 * MEGABYTES, 0)
    [process] = processes.started
    assert os.name == "nt" or os.getsid(process.pid) != os.getsid(0)  # Ctrl-C in a terminal does not reach it
    process.kill()
    process.wait()
    counted.count(0, 0)
    assert (directory.used, caplog.text) == ([], "")


def test_the_end_of_a_server_ends_the_process(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_server.state.compaction._ROWS", 2)
    processes.program = ENDLESS
    worlds = open_worlds(Settings(), tmp_path / "state")
    http = Client(App(Settings(), worlds))
    assert http.post("/_sim/clock", json={"advance": 1}).status_code == 200
    assert processes.started == []
    assert http.post("/_sim/clock", json={"advance": 1}).status_code == 200
    [process] = processes.started
    worlds.close()
    assert process.poll() is not None


@pytest.mark.parametrize(
    ("program", "used", "says"),
    [
        ("", [5_000], ""),
        ("import sys; sys.exit('Traceback:\\nthe disk is full\\n')", [], "is made: the disk is full; its"),
    ],
)
def test_a_snapshot_is_used_if_its_process_succeeds(
    processes: Processes, caplog: pytest.LogCaptureFixture, *, program: str, used: list[int], says: str
) -> None:
    processes.program = program
    directory = Directory(5_000)
    counted = compaction(directory)
    counted.count(0, 0)
    directory.last = 5_001
    processes.started[0].wait()
    counted.count(0, 0)
    assert directory.used == used
    assert says in caplog.text
    assert bool(says) == bool(caplog.text)
