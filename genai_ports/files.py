"""Writing files: as a whole or not at all, and never through or over what is not a plain file."""

from __future__ import annotations

import os
from contextlib import suppress
from stat import S_IMODE, S_ISREG
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_files(texts: Mapping[Path, str]) -> None:
    """Write files through drafts beside them. A reader never sees a file half written; no draft remains.

    Args:
        texts: the text of each file. A file that exists is replaced and keeps its permissions, but no file is replaced
            before the drafts of all are written.

    Raises:
        OSError: a file cannot be written, such as a link, a directory or a device.
    """
    for file in texts:
        check_replaceable(file)
    drafts: dict[Path, Path] = {}
    try:
        for file, text in texts.items():
            drafts[file] = write_draft(file, text)
            if file.exists():
                drafts[file].chmod(S_IMODE(file.lstat().st_mode))
        for file, draft in drafts.items():
            draft.replace(file)
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink()


def check_replaceable(file: Path) -> None:
    """Refuse a file that exists and is no plain file: a link, a directory, a device or a pipe.

    Raises:
        OSError: it is one of those, or nothing can be read about it.
    """
    try:
        mode = file.lstat().st_mode
    except FileNotFoundError:
        return
    if not S_ISREG(mode):
        raise OSError(f"cannot write {file}: it exists and is no plain file; name another file")


def write_draft(file: Path, text: str) -> Path:
    """Write a text to a new file beside another one, and return its path. No file that exists is opened.

    Raises:
        OSError: it cannot be written; no draft remains.
    """
    draft, stream = _open_draft(file)
    try:
        with stream:
            stream.write(text)
    except BaseException:
        draft.unlink()
        raise
    return draft


def _open_draft(file: Path) -> tuple[Path, TextIO]:
    number = 0
    while True:
        draft = file.with_name(f".{file.name}.{os.getpid()}.{number}.draft")
        try:
            return draft, draft.open("x", encoding="utf-8")
        except FileExistsError:
            number += 1
