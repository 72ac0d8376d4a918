"""Writing files: as a whole or not at all, and never through or over what is not a plain file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genai_ports.files import write_files
from genai_ports.recording.tape import Tape

NOT_PLAIN = "it exists and is no plain file; name another file"


def names(directory):
    return sorted(each.name for each in directory.iterdir())


def test_files_are_created_and_replaced_without_drafts(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("old")
    write_files({one: "1", two: "2"})
    assert (one.read_text(), two.read_text(), names(tmp_path)) == ("1", "2", ["one", "two"])


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path):
    file = tmp_path / "file"
    file.touch(mode=0o600)
    write_files({file: "new"})
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_neither_followed_nor_replaced(tmp_path, exists):
    link, target, other = (tmp_path / name for name in ("link", "target", "other"))
    if exists:
        target.write_text("theirs")
    link.symlink_to(target)
    with pytest.raises(OSError, match=NOT_PLAIN):
        write_files({other: "1", link: "2"})
    assert link.readlink() == target
    assert target.exists() == exists
    assert not other.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match=NOT_PLAIN):
        write_files({tmp_path / "pipe": "1"})
    assert names(tmp_path) == ["pipe"]


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="this system has no such device")
def test_a_device_is_not_replaced():
    with pytest.raises(OSError, match=NOT_PLAIN):
        write_files({Path("/dev/null"): "1"})
    assert Path("/dev/null").is_char_device()


def test_a_draft_of_somebody_is_left_alone(tmp_path):
    theirs, target = tmp_path / f".file.{os.getpid()}.0.draft", tmp_path / "target"
    theirs.symlink_to(target)
    write_files({tmp_path / "file": "1"})
    assert theirs.is_symlink()
    assert names(tmp_path) == [theirs.name, "file"]


def test_a_text_that_cannot_be_written_leaves_no_draft_and_no_file(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        write_files({tmp_path / "one": "1", tmp_path / "two": "\ud800"})
    assert names(tmp_path) == []


def test_a_recording_to_a_link_is_refused_before_anything_is_recorded(tmp_path):
    link = tmp_path / "tape.yaml"
    link.symlink_to(tmp_path / "target.yaml")
    with pytest.raises(OSError, match=NOT_PLAIN):
        Tape(link)
