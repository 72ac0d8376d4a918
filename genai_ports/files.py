"""Writing files: as a whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_files(texts: Mapping[Path, str]) -> None:
    """Write files through drafts beside them. A reader never sees a file half written; no draft remains.

    Args:
        texts: the text of each file. No file is replaced before the drafts of all are written.

    Raises:
        OSError: a file cannot be written.
    """
    drafts = {file.with_name(f".{file.name}.{os.getpid()}.draft"): file for file in texts}
    try:
        for draft, file in drafts.items():
            draft.write_text(texts[file], encoding="utf-8")
        for draft, file in drafts.items():
            draft.replace(file)
    finally:
        for draft in drafts:
            with suppress(OSError):
                draft.unlink()
