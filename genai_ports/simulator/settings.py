"""The settings of a simulated world: the one place that describes, checks and defaults them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, fields
from pathlib import Path
from typing import Any, Final, Self, TypedDict

from genai_ports.api.checks import LONGEST_NAME, check_instance, check_room, check_texts, checked_tuple
from genai_ports.api.display import display
from genai_ports.api.frozen import EMPTY, FrozenDict
from genai_ports.api.strings import check_text
from genai_ports.api.value import Value, value
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.regions import region as known_region
from genai_ports.simulator.rules.limits import GENEROUS, check_default
from genai_ports.simulator.work.pace import Pace, parse_pace
from genai_ports.simulator.world_file import WorldFile, load_world


@value
class WorldSettings(Value):
    """The settings of a simulated world. A world starts with them, and starts with them again after a reset.

    Args:
        region: region of calls that name none: an id or a three-letter code.
        seed: ids, etags, request ids and page tokens are derived from it; a number of at most 1,024 bits, or a text of
            at most 255 characters.
        pace: how fast asynchronous work finishes: `instant`, `seconds`, `2s`, `realistic`, `reads:3` or `manual`.
        limits: default of service limits: `generous` (no limit) or `strict` (0, as in a new tenancy).
        modes: legal but awkward behaviours, such as `short-pages` or `stale-lists:30`; see `Simulator.set_modes`.
        world: a world file, as `Simulator.snapshot` or `genai-ports mirror` writes one, that the world starts from; its
            own region, seed, pace, limits and modes apply then, and others are refused. Default: an empty world.
        details: whether the journal keeps what each call sent: body, query, etag, retry token and user agent, without
            secrets.
        keys: public keys in PEM by key id (`tenancy/user/fingerprint`), for a server that verifies signatures. Not in
            the repr: a caller may pass a private key by mistake.

    Raises:
        InvalidInput: a setting is not valid.

    Example:
        >>> WorldSettings(region="fra", pace="2s")
        WorldSettings(region='eu-frankfurt-1', seed=0, pace='2s', limits='generous', modes=(), details=False)
    """

    region: str = "us-chicago-1"
    seed: int | str = 0
    pace: str | Pace = "instant"
    limits: str = GENEROUS
    modes: Sequence[str] = ()
    world: Path | str | WorldFile | None = None
    details: bool = False
    keys: Mapping[str, str] = field(default=EMPTY, repr=False)

    def __post_init__(self) -> None:
        """Check every setting, and replace what could change later by a copy."""
        set_field = object.__setattr__
        if not isinstance(self.keys, Mapping):
            raise InvalidInput(f"keys must be a mapping of key ids to public keys, not {display(self.keys)}")
        self._check_texts()
        if self.world is not None:
            for name, own in self._of_world(self.world).items():
                set_field(self, name, own)
        set_field(self, "region", known_region(self.region).id)
        _check_seed(self.seed)
        parse_pace(self.pace)
        check_default(self.limits)
        set_field(self, "modes", _checked_modes(self.modes))
        if type(self.details) is not bool:
            raise InvalidInput(f"details must be True or False, not {display(self.details)}")
        set_field(self, "keys", FrozenDict(self.keys))

    @classmethod
    def from_text(cls, options: Mapping[str, str]) -> Self:
        """Read settings that are all text, as in the query of a URL.

        Args:
            options: text by setting, of those in `TEXT_OPTIONS`; several modes are separated by commas;
                `details` is `yes` or `no`.

        Raises:
            InvalidInput: a setting is not valid.

        Example:
            >>> WorldSettings.from_text({"modes": "short-pages,same-names"}).modes
            ('short-pages', 'same-names')
        """
        check_options(options)
        return cls._of_text(options)

    @classmethod
    def _of_text(cls, options: Mapping[str, Any]) -> Self:
        """Make settings from options that may be text."""
        read: dict[str, Any] = dict(options)
        if "world" in read:
            check_beside_world(name for name in read if name in OF_WORLD)
        if "modes" in read:
            read["modes"] = read["modes"].split(",")
        if "details" in read:
            read["details"] = read_bool("details", read["details"])
        return cls(**read)

    def _check_texts(self) -> None:
        """Refuse text that no file and no header can hold."""
        for each in fields(self):
            check_text(each.name, getattr(self, each.name))
        _check_keys(self.keys)

    def _of_world(self, world: Path | str | WorldFile) -> dict[str, Any]:
        """Read the world file, and return the settings in it."""
        file = world if isinstance(world, WorldFile) else load_world(world)
        found = file.data["settings"]
        try:
            own = {name: found[name] for name in OF_WORLD}
            own["modes"] = WorldSettings(**own).modes
        except (KeyError, TypeError, InvalidInput) as error:
            raise ConfigurationError(f"the world file {file} is damaged at settings: {error}") from None
        defaults = {each.name: each.default for each in fields(WorldSettings)}
        given = {name: getattr(self, name) for name in OF_WORLD}
        given["modes"] = _checked_modes(given["modes"])
        check_beside_world(name for name in OF_WORLD if given[name] not in (defaults[name], own[name]))
        return {**own, "world": file}


_MOST_BITS: Final = 1024
"""Of a seed: more than any digest has, and few enough to be written in decimal digits."""

_LONGEST_KEY: Final = 16_384
"""Of a public key in PEM: one of 8192 bits has 1,400 characters."""
MOST_KEYS: Final = 10_000

_BOOLS: Final = {"yes": True, "true": True, "no": False, "false": False}

OF_WORLD: Final = ("region", "seed", "pace", "limits", "modes")
"""The settings that a world file brings."""

TEXT_OPTIONS: Final = tuple(each.name for each in fields(WorldSettings) if each.name != "keys")
"""The settings that can be written as text."""


class WorldOptions(TypedDict, total=False):
    """The fields of `WorldSettings` as keyword arguments, for type checkers."""

    region: str
    seed: int | str
    pace: str | Pace
    limits: str
    modes: Sequence[str]
    world: Path | str | WorldFile | None
    details: bool
    keys: Mapping[str, str]


def check_options(options: object) -> None:
    """Refuse settings that are not text by name.

    Raises:
        InvalidInput: they are not.
    """
    check_instance("options", options, Mapping, "a mapping of names to text")
    for name, text in dict(options).items():  # type: ignore[call-overload]  # it is one
        if not isinstance(name, str):
            raise InvalidInput(f"options must be a mapping of names to text; a name is {display(name)}")
        if name != "world" or not isinstance(text, Path):
            check_texts(**{name: text})


def check_beside_world(names: Iterable[str]) -> None:
    """Refuse settings beside a world file, which has its own.

    Raises:
        InvalidInput: there is such a setting.
    """
    refused = ", ".join(names)
    if refused:
        raise InvalidInput(f"a world file has settings of its own: omit {refused}, or omit world")


def read_bool(name: str, text: str) -> bool:
    """Read a setting that is on or off, from text.

    Raises:
        InvalidInput: the text is neither yes nor no.
    """
    if text.lower() not in _BOOLS:
        raise InvalidInput(f"{name} must be yes or no, not {display(text)}")
    return _BOOLS[text.lower()]


def _check_keys(keys: Mapping[Any, Any]) -> None:
    check_room("keys", len(keys), MOST_KEYS)
    for key_id, key in keys.items():
        if not isinstance(key_id, str) or not isinstance(key, str):
            raise InvalidInput("keys must be a mapping of key ids to public keys in PEM, both of them strings")
        check_texts(**{"the id of a key": key_id})
        if len(key) > _LONGEST_KEY:
            raise InvalidInput(f"a key must have {_LONGEST_KEY} characters at most, not {len(key)}")
        check_text("a key", key)


def _check_seed(seed: object) -> None:
    if isinstance(seed, str):
        check_texts(LONGEST_NAME, seed=seed)
    elif not isinstance(seed, int) or seed.bit_length() > _MOST_BITS:
        expected = f"a whole number of at most {_MOST_BITS} bits, or a string of at most {LONGEST_NAME} characters"
        raise InvalidInput(f"seed must be {expected}, not {display(seed)}")


def _checked_modes(modes: Sequence[str]) -> tuple[str, ...]:
    checked = checked_tuple("modes", modes, "strings, such as ['short-pages']")
    if checked:
        from genai_ports.simulator.lists.modes import read_modes  # noqa: PLC0415  # 0.5 ms that few worlds need

        read_modes(checked)
    return checked
