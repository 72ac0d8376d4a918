"""World files: a snapshot of a world as a JSON file, which simulators and servers start from."""

from __future__ import annotations

import json
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genai_ports.api.checks import check_path
from genai_ports.api.value import Value, value
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.files import write_files
from genai_ports.simulator.snapshot_format import check

if TYPE_CHECKING:
    from collections.abc import Mapping


@value
class WorldFile(Value):
    """A world file that was read.

    Args:
        path: the path of the file.
        data: the snapshot in it.
    """

    path: Path
    data: Mapping[str, Any] = field(repr=False, compare=False)

    def __str__(self) -> str:
        return str(self.path)


def load_world(path: Path | str) -> WorldFile:
    """Read a world file, whole.

    Args:
        path: a file that `save_world` or `genai-ports mirror` wrote.

    Raises:
        ConfigurationError: the file cannot be read, is not a snapshot, or has a version that this release does not
            read.
    """
    check_path("world", path)
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"cannot read the world file {path}: {error.strerror or error}") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ConfigurationError(f"the world file {path} is not JSON: {error.msg} at {place}") from None
    except (ValueError, RecursionError):
        raise ConfigurationError(f"the world file {path} is not JSON in UTF-8") from None
    try:
        check(data)
    except InvalidInput as error:
        raise ConfigurationError(f"cannot start from the world file {path}: {error}") from None
    return WorldFile(path=Path(path), data=data)


def save_world(path: Path | str, data: Mapping[str, Any]) -> None:
    """Write a world file. A reader never sees it half written.

    Args:
        path: the file to write or replace.
        data: what `Simulator.snapshot` returned.

    Raises:
        InvalidInput: it is not a snapshot.
        OSError: the file cannot be written.
    """
    check(data)
    write_json(Path(path), data)


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write a JSON file."""
    write_files({path: f"{json.dumps(data, indent=1)}\n"})
