"""What a client can see of a recording now: how far its replay is, and the reason if it can see nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class NotVisible(Exception):  # a reason, not an error: the player raises NotRecorded with it
    """The request was recorded, but no recorded response fits what the client has replayed; the message says why."""


class Moment(NamedTuple):
    """How far a replay is.

    Args:
        position: the furthest position of the recording that the client has seen.
        time: the time in the recording.
    """

    position: int
    time: datetime
