"""The lines of a work request's log, by how far the work is."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.api.kind import LogLine, Operation

_LINES_OF_EPOCHS: Final = 10
"""The most lines about epochs: with more epochs, only every so many have a line."""


@lru_cache(maxsize=256)
def log_lines(operation: Operation, epochs: int) -> tuple[tuple[int, str], ...]:
    """List pairs of a percentage and the line that is logged when the work reaches it, in order."""
    return tuple(pair for line in (operation.work.log if operation.work else ()) for pair in _expanded(line, epochs))


def _expanded(line: LogLine, epochs: int) -> Iterator[tuple[int, str]]:
    """Write a line, or one for each epoch that has a line."""
    if line.until is None:
        yield line.percent, line.text
        return
    count = min(epochs, _LINES_OF_EPOCHS)
    for n in (epochs * part // count for part in range(1, count + 1)):
        yield line.percent + (line.until - line.percent) * n // epochs, line.text.format(n=n, epochs=epochs)
