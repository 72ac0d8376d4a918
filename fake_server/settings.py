"""How a fake server is set up."""

from __future__ import annotations

from typing import Final

from genai_ports.domain.value import Value, value

MAX_BODY_BYTES: Final = 1024 * 1024
"""The largest body that is taken; everything the service takes is far smaller."""


@value
class Settings(Value):
    """What the worlds of a server start with, and start with again after a reset.

    Args:
        region: where calls to plain paths go.
        seed: ids, etags and page tokens follow from it.
        pace: `instant`, `seconds`, `2s`, `realistic`, `reads:3` or `manual`.
        clock: `real`, or `virtual` for one that only `/_sim/clock` and waits in this process move.
    """

    region: str = "us-chicago-1"
    seed: int | str = 0
    pace: str = "instant"
    clock: str = "real"
