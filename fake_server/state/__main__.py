"""`python -m fake_server.state DIRECTORY NUMBER`: write the snapshot of the worlds after row NUMBER of the log."""

from __future__ import annotations

import sys
from pathlib import Path

from fake_server.settings import Settings
from fake_server.state.directory import StateDirectory
from fake_server.state.kept_worlds import KeptWorlds

if __name__ == "__main__":
    path, number = Path(sys.argv[1]), int(sys.argv[2])
    with StateDirectory(path, read_only=True) as directory:
        directory.write_snapshot(number, KeptWorlds(Settings(), directory, last=number).saved())
