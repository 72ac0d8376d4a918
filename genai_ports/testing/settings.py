"""The settings of a sandbox: those of its world, and which faults the test plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence  # noqa: TC003  # type hints resolve at run time
from dataclasses import fields
from typing import Any, Final, Self

from genai_ports.api.checks import checked_tuple, is_one_of
from genai_ports.api.display import display
from genai_ports.api.value import value
from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.settings import OF_WORLD, TEXT_OPTIONS, WorldOptions, WorldSettings, check_options, read_bool
from genai_ports.suggestions import did_you_mean
from genai_ports.testing.isolation.host_names import hosts
from genai_ports.testing.unused_faults import FAIL, IGNORE, Plan


@value
class SandboxSettings(WorldSettings):
    """The settings of a sandbox: those of its world, which are described in `WorldSettings`, and these.

    Args:
        details: as in `WorldSettings`, but True by default.
        faults: faults and failing work for the calls of the test, as `Fault` and `FailingWork`.
        unused_faults: whether the test fails at its end if one of these faults has never applied to a call: `fail` or
            `ignore`.
        socket: whether the client of the OCI SDK reaches the world over a socket, as clients in other processes do.
        allow_hosts: names and addresses of other machines that the test can connect to, such as a database's; `*` and
            `?` are wildcards.
        stop_endless_waits: whether a wait that can never end is refused with `WaitNeverEnds`, after about a second.

    Raises:
        InvalidInput: a setting is not valid.
    """

    details: bool = True
    faults: Sequence[Plan] = ()
    unused_faults: str = FAIL
    socket: bool = False
    allow_hosts: Sequence[str] = ()
    stop_endless_waits: bool = True

    def __post_init__(self) -> None:
        """Check every setting."""
        WorldSettings.__post_init__(self)
        object.__setattr__(self, "faults", checked_tuple("faults", self.faults, "Fault and FailingWork"))
        for plan in self.faults:
            if not isinstance(plan, Fault | FailingWork):
                raise InvalidInput(f"faults must be a sequence of Fault and FailingWork; {display(plan)} is neither")
        if not is_one_of(self.unused_faults, (FAIL, IGNORE)):
            raise InvalidInput(f"unused_faults must be {FAIL} or {IGNORE}, not {display(self.unused_faults)}")
        for name in ("socket", "stop_endless_waits"):
            if type(getattr(self, name)) is not bool:
                raise InvalidInput(f"{name} must be True or False, not {display(getattr(self, name))}")
        object.__setattr__(self, "allow_hosts", hosts(self.allow_hosts))

    def changed(self, **options: Any) -> SandboxSettings:
        """Return these settings with some replaced.

        Args:
            options: settings by name.

        A world file replaces the settings that it has itself.

        Raises:
            InvalidInput: a name or a value is not one of a setting.

        Example:
            >>> SandboxSettings(seed=7).changed(pace="2s").seed
            7
        """
        if not options:
            return self
        _check_names(options)
        own = self._own()
        if "world" in options:
            own = {name: given for name, given in own.items() if name not in OF_WORLD}
        return SandboxSettings(**{**own, **options})

    @classmethod
    def from_text(cls, options: Mapping[str, str]) -> Self:
        """Read settings that are all text, as in an ini file; `faults` and `keys` cannot be text.

        Raises:
            InvalidInput: a name or a value is not one of a setting.

        Example:
            >>> SandboxSettings.from_text({"pace": "2s", "socket": "yes"}).socket
            True
        """
        check_options(options)
        _check_names(options)
        read: dict[str, Any] = dict(options)
        for name, text in options.items():
            if name in _NOT_TEXT:
                raise InvalidInput(f"{name} cannot be text: set it in the fixture genai_settings or in a marker")
            if type(_DEFAULTS[name]) is bool and name not in TEXT_OPTIONS:
                read[name] = read_bool(name, text)
        if "allow_hosts" in read:
            read["allow_hosts"] = read["allow_hosts"].split(",")
        return super()._of_text(read)

    def _own(self) -> dict[str, Any]:
        """Return what differs from the defaults."""
        return {each.name: given for each in fields(self) if (given := getattr(self, each.name)) != each.default}


_DEFAULTS: Final = {each.name: each.default for each in fields(SandboxSettings)}
NAMES: Final = tuple(_DEFAULTS)
_NOT_TEXT: Final = ("faults", "keys")


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if name not in NAMES:
            hint = did_you_mean(name, NAMES)
            raise InvalidInput(f"{display(name)} is not a setting: the settings are {', '.join(NAMES)}{hint}")


class SandboxOptions(WorldOptions, total=False):
    """The fields of `SandboxSettings` as keyword arguments, for type checkers."""

    faults: Sequence[Plan]
    unused_faults: str
    socket: bool
    allow_hosts: Sequence[str]
    stop_endless_waits: bool
