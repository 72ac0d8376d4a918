"""The settings of a fake server."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from genai_ports.api.checks import is_one_of
from genai_ports.api.display import display
from genai_ports.api.value import value
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.simulator.settings import OF_WORLD, WorldSettings
from genai_ports.simulator.state.clock import VirtualClock

MAX_BODY_BYTES: Final = 1024 * 1024
"""The largest request body that is accepted; every body of the service is far smaller."""
MAX_SNAPSHOT_BYTES: Final = 64 * MAX_BODY_BYTES
"""The largest snapshot of a world that a control path accepts."""
_MOST_TENANCIES: Final = 1_000_000

CLOCKS: Final = {"real": SystemClock, "virtual": VirtualClock}
"""The clocks that a world of a server can have, by name."""


@value
class Settings(WorldSettings):
    """The settings of a fake server: those of its worlds, which are described in `WorldSettings`, and these.

    Args:
        clock: `real`, or `virtual` for a clock that only `/_sim/clock`, delays and waits in this process move.
        lenient: accept unknown parameters and properties, and record them in the journal; read scalars of another type
            as the type that is declared.
        verify_signatures: serve only requests that are signed with a registered key.
        max_tenancies: how many worlds the server keeps besides that of the well-known tenancy, 1 to 1,000,000. At the
            limit, a new tenancy replaces one that was only read; if there is none, it is refused.
        one_world: serve the calls and control requests of every tenancy from the world of the well-known tenancy.

    Raises:
        InvalidInput: a setting is not valid, or a key is not an RSA public key with a key id.
    """

    clock: str = "real"
    lenient: bool = False
    verify_signatures: bool = False
    max_tenancies: int = 1000
    one_world: bool = False

    def __post_init__(self) -> None:
        """Check every setting."""
        super().__post_init__()
        if not is_one_of(self.clock, CLOCKS):
            raise InvalidInput(f"clock must be {' or '.join(CLOCKS)}, not {display(self.clock)}")
        if type(self.max_tenancies) is not int or not 1 <= self.max_tenancies <= _MOST_TENANCIES:
            raise InvalidInput(f"max_tenancies must be from 1 to {_MOST_TENANCIES}, not {display(self.max_tenancies)}")
        if self.keys:
            from fake_server.keys import checked_key_id  # noqa: PLC0415  # imports cryptography, which is slow

            for key_id, pem in self.keys.items():
                checked_key_id(key_id, pem)


def check_beside_replay(settings: Settings) -> None:
    """Refuse settings of a simulated world beside a recording, which has none.

    Raises:
        ConfigurationError: a setting other than `clock` is not its default; the message names it.
    """
    changed = _changed(settings, "clock")
    if changed:
        raise ConfigurationError(
            f"a replay serves what was recorded, without a simulated world: omit {changed}, or omit replay"
        )


def check_beside_simulator(settings: Settings) -> None:
    """Refuse settings of a world beside a simulator, which has its own.

    Raises:
        ConfigurationError: a setting other than `lenient` and `verify_signatures` is not its default.
    """
    changed = _changed(settings, "lenient", "verify_signatures")
    if changed:
        raise ConfigurationError(f"a simulator has its own settings and clock: omit {changed}, or omit simulator")


def _changed(settings: Settings, *applying: str) -> str:
    """Name the settings that are not their defaults, except those that apply."""
    of_file = OF_WORLD if settings.world is not None else ()
    names = [each.name for each in fields(settings) if getattr(settings, each.name) != each.default]
    return ", ".join(name for name in names if name not in (*applying, *of_file))
