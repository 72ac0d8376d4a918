"""The port file: created, never written through or over, and removed at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from fake_server.port_file import PortFile
from genai_ports import ConfigurationError

HOST = "127.0.0.1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "port"


def free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


def test_it_is_created_with_the_port_and_removed(path: Path) -> None:
    file = PortFile(path, HOST)
    assert not path.exists()
    file.write(8080)
    assert path.read_text() == "8080\n"
    assert [each.name for each in path.parent.iterdir()] == ["port"]
    file.remove()
    file.remove()
    assert list(path.parent.iterdir()) == []


def test_it_is_readable_for_those_whom_the_umask_lets_read(path: Path) -> None:
    PortFile(path, HOST).write(8080)
    new = path.parent / "new"
    new.touch()
    assert path.stat().st_mode == new.stat().st_mode


def test_a_name_that_is_too_long_is_refused(path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"port cannot be written: .*File name too long"):
        PortFile(path.with_name("a" * 300 + "port"), HOST)
    with pytest.raises(ConfigurationError, match="must name a file in a directory that exists"):
        PortFile(path / ("a" * 300) / "port", HOST)


@pytest.mark.parametrize(
    "text", ["notes\n", "8080", "8080\n\n", "80 80\n", "123456\n", "54321\nx", "-1\n", "\n", "٣٣\n"]
)
def test_a_file_of_somebody_is_refused_and_stays(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"/port: it exists, and is not the port file of a server that"):
        PortFile(path, HOST)
    assert path.read_text(encoding="utf-8") == text


def test_a_port_file_of_a_server_that_runs_is_refused_and_stays(path: Path) -> None:
    with socket.create_server((HOST, 0)) as running:
        text = f"{running.getsockname()[1]}\n"
        path.write_text(text)
        with pytest.raises(ConfigurationError, match="not the port file of a server that has ended"):
            PortFile(path, "127.0.0.2")
    assert path.read_text() == text


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_port_file_of_a_server_that_has_ended_and_an_empty_file_are_replaced(path: Path, is_empty) -> None:
    path.write_text("" if is_empty else f"{free_port()}\n")
    file = PortFile(path, HOST)
    file.write(8080)
    assert path.read_text() == "8080\n"
    file.remove()
    assert list(path.parent.iterdir()) == []


def refused(path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"it exists and is no plain file; name another file"):
        PortFile(path, HOST)


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_neither_followed_nor_replaced(path: Path, exists) -> None:
    target = path.parent / "target"
    if exists:
        target.write_text("1\n")
    path.symlink_to(target)
    refused(path)
    assert path.readlink() == target
    assert target.exists() == exists


@pytest.mark.parametrize("is_link", [True, False])
def test_a_directory_is_refused(path: Path, is_link) -> None:
    directory = path.parent / "directory"
    directory.mkdir()
    if is_link:
        path.symlink_to(directory)
    with pytest.raises(ConfigurationError, match="must name a file, not the directory"):
        PortFile(path if is_link else directory, HOST)


def test_on_windows_it_is_renamed_into_its_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fake_server.port_file.os", SimpleNamespace(name="nt", path=os.path))
    monkeypatch.delattr(Path, "hardlink_to")
    file = PortFile(path, HOST)
    file.write(8080)
    assert [(each.name, each.read_text()) for each in path.parent.iterdir()] == [("port", "8080\n")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_consumed(path: Path) -> None:
    os.mkfifo(path)
    refused(path)
    assert path.is_fifo()


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="this system has no such device")
def test_a_device_is_not_replaced() -> None:
    refused(Path("/dev/null"))
    assert Path("/dev/null").is_char_device()


def test_a_file_that_somebody_creates_meanwhile_is_not_overwritten(path: Path) -> None:
    file = PortFile(path, HOST)
    path.write_text("theirs")
    with pytest.raises(ConfigurationError, match="another program has created it meanwhile"):
        file.write(8080)
    file.remove()
    assert [(each.name, each.read_text()) for each in path.parent.iterdir()] == [("port", "theirs")]


def test_an_old_port_file_that_somebody_changes_meanwhile_is_not_overwritten(path: Path) -> None:
    path.touch()
    file = PortFile(path, HOST)
    path.write_text("theirs")
    with pytest.raises(ConfigurationError, match="another program has created it meanwhile"):
        file.write(8080)
    assert path.read_text() == "theirs"


def test_a_file_system_without_links_gets_the_file_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.hardlink_to", fail)
    file = PortFile(path, HOST)
    file.write(8080)
    assert path.read_text() == "8080\n"
    file.remove()
    assert list(path.parent.iterdir()) == []
    path.write_text("theirs")
    with pytest.raises(ConfigurationError, match="meanwhile"):
        file.write(8080)


def test_a_file_that_is_no_longer_its_own_is_not_removed(path: Path) -> None:
    file = PortFile(path, HOST)
    file.write(8080)
    path.write_text("theirs")
    file.remove()
    assert path.read_text() == "theirs"


def test_a_draft_of_somebody_is_left_alone(path: Path) -> None:
    theirs = path.with_name(f".port.{os.getpid()}.0.draft")
    target = path.parent / "target"
    theirs.symlink_to(target)
    PortFile(path, HOST).write(8080)
    assert theirs.is_symlink()
    assert not target.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_server_removes_it_at_a_signal(path: Path, number: int) -> None:
    command = [sys.executable, "-m", "fake_server", "--port", "0", "--seed", "0", "-q", "--port-file", str(path)]
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # a child that ignores it does not end by it, as under nohup
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGHUP, before)
    with process:
        assert process.stdout
        assert process.stdout.readline() == f"listening on http://127.0.0.1:{path.read_text()}"
        process.send_signal(number)
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0
    assert list(path.parent.iterdir()) == []
