"""The limits of a server: how long it waits for a client, and how much it holds for one."""

from __future__ import annotations

import select
from typing import Final

HEAD_SECONDS: Final = 30.0
"""How long a request's head may take from its first byte, whatever trickles in."""
BODY_SECONDS: Final = 60.0
"""How long a request's body may take from the end of its head."""
IDLE_SECONDS: Final = 120.0
"""How long a connection may be without a request, or without reading what it is sent."""
LEAVE_SECONDS: Final = 10.0
"""How long a client whose request was refused may go on sending, so that it can read the refusal."""
YOUNG_SECONDS: Final = 1.0
"""How long a connection may be without a request before it may be closed in favour of a new one."""
MOST_SECONDS: Final = IDLE_SECONDS + HEAD_SECONDS + BODY_SECONDS
"""How long a connection may be without a whole request, whatever it sends."""

SMALL_REQUEST: Final = 32 * 1024
"""A request of up to this many bytes is always read; every usual one is smaller."""
MOST_INCOMPLETE: Final = 32 * 1024 * 1024
"""When the larger requests that are not complete hold this many bytes, only the oldest of them is read on."""

MOST_UNSENT: Final = 256 * 1024
"""From this number of unsent bytes on, a connection is not served until its client reads."""
MOST_WHOLE: Final = 1024 * 1024
"""A list of more bytes is sent in pieces, each made when the client has read those before."""
MOST_WHOLE_CONTROL: Final = 64 * 1024
"""The same for the control paths, whose responses no cache has."""

_MOST_CONNECTIONS: Final = 1000
_MOST_SELECTED: Final = 400
"""Without `poll`, as on Windows: `select` takes 512 sockets there."""
_OTHER_FILES: Final = 64
"""File descriptors that are left to the rest of the process."""


def most_connections() -> int:
    """Return how many connections a server holds: as many as the process may open files for."""
    most = _MOST_CONNECTIONS if hasattr(select, "poll") else _MOST_SELECTED
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ModuleNotFoundError:
        return most
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return most
    return min(most, max(files - _OTHER_FILES, files // 2))
