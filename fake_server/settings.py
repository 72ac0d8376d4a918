"""How a fake server is set up."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from genai_ports.api.value import Value, value

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        limits: what the limits of cluster units are that nobody has set: `generous`, for no end, or `strict`, for 0 as
            in a new tenancy.
        modes: unkind ways to answer, such as `short-pages` or `stale-lists:30`.
        lenient: whether parameters and properties that nobody reads are let pass, and only noted in the journal, and
            scalars of another type are read as what they must be.
        verify_signatures: whether only requests that are signed with a registered key are served.
        keys: the public keys, in PEM, that are registered from the start, by key id (`tenancy/user/fingerprint`);
            not in the repr, for one may be a private key, which is refused.
    """

    region: str = "us-chicago-1"
    seed: int | str = 0
    pace: str = "instant"
    clock: str = "real"
    limits: str = "generous"
    modes: tuple[str, ...] = ()
    lenient: bool = False
    verify_signatures: bool = False
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
