"""The file of a snapshot: worlds as compressed lines of JSON, and their long lists in pieces.

So neither writing nor reading holds the data of a whole world in memory beside the world.
"""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

_PIECE: Final = 500
"""How many items of a long list a line has."""
DAMAGED: Final = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError)
"""What reading raises if the file is missing or damaged."""


class SavedWorld(NamedTuple):
    """One world in a snapshot file.

    Args:
        tenancy: the OCID of its tenancy.
        time: the wall clock when it was saved.
        data: the world, as `write` of `genai_ports.simulator.snapshot` returns it; its long lists may be a `Long`.
    """

    tenancy: str
    time: datetime
    data: Mapping[str, Any]


class Long:
    """A long list, which is iterated over once, and never held in memory."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = iter(items)

    def __iter__(self) -> Iterator[Any]:
        return self._items


def write_worlds(file: IO[bytes], worlds: Iterable[SavedWorld]) -> None:
    """Write worlds.

    Raises:
        OSError: they cannot be written.
    """
    with gzip.open(file, "wt", compresslevel=1, encoding="ascii") as lines:
        for world in worlds:
            long: dict[str, Long] = {}
            data = _without_long(world.data, "", long)
            _write(lines, {"tenancy": world.tenancy, "time": world.time.isoformat(), "world": data, "long": [*long]})
            for path, items in long.items():
                while piece := [*islice(items, _PIECE)]:
                    _write(lines, [path, piece])
                _write(lines, [path, []])


def read_worlds(file: Path | IO[bytes]) -> Iterator[SavedWorld]:
    """Iterate over the worlds; the long lists of each must be read, in their order, before the next one.

    Raises:
        Exception: one of `DAMAGED`. In a long list it is always a ValueError.
    """
    with gzip.open(file, "rt", encoding="ascii") as lines:
        for line in lines:
            item = json.loads(line)
            for path in item["long"]:
                *parents, name = path.split(".")
                part = item["world"]
                for parent in parents:
                    part = part[parent]
                part[name] = Long(_pieces(lines, path))
            yield SavedWorld(item["tenancy"], datetime.fromisoformat(item["time"]), item["world"])


def _without_long(data: Mapping[str, Any], place: str, long: dict[str, Long]) -> dict[str, Any]:
    """Copy data without its long lists, which are put into `long` by their paths."""
    copy = {}
    for name, part in data.items():
        path = f"{place}.{name}".lstrip(".")
        if isinstance(part, Long):
            long[path] = part
        else:
            copy[name] = _without_long(part, path, long) if isinstance(part, dict) else part
    return copy


def _write(lines: TextIO, item: Any) -> None:
    lines.write(json.dumps(item, separators=(",", ":")) + "\n")


def _pieces(lines: Iterator[str], path: str) -> Iterator[Any]:
    while items := _piece(lines, path):
        yield from items


def _piece(lines: Iterator[str], path: str) -> list[Any]:
    """Return the next piece of the list with a path; the one after its last is empty."""
    try:
        found, items = json.loads(next(lines))
    except (StopIteration, *DAMAGED) as error:
        raise ValueError from error
    if found != path:
        raise ValueError
    return list(items)
