"""`python -m fake_server.state DIRECTORY NUMBER`: write the snapshot of the worlds after row NUMBER of the log."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from fake_server.state.directory import StateDirectory
from fake_server.state.kept_worlds import read_worlds
from genai_ports.errors import GenAiError

_NICENESS: Final = 10
"""The server goes first."""


def main(path: Path, number: int) -> None:
    """Write the snapshot.

    Raises:
        SystemExit: the directory cannot be read, or the snapshot cannot be written.
    """
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        with StateDirectory(path, read_only=True) as directory:
            directory.write_snapshot(number, read_worlds(directory, number).saved())
    except (GenAiError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
