"""The settings of a state directory: a new one takes those of its first server, which count from then on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fake_server.settings import Settings
from fake_server.state.directory import StateDirectory
from genai_ports.errors import ConfigurationError
from genai_ports.simulator.settings import OF_WORLD
from genai_ports.simulator.work.pace import parse_pace
from genai_ports.simulator.world_file import WorldFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

_BESIDE_WORLD: Final = ("clock", "one_world")
"""The settings that a state directory keeps, and a world file does not have."""
OF_STATE: Final = (*OF_WORLD, *_BESIDE_WORLD)
"""The settings that a state directory keeps, besides the world file."""
_DEFAULTS: Final = Settings()


def settings_of(path: Path, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a state directory; empty for a new one.

    Args:
        path: the directory.
        chosen: the settings that the user has chosen.

    Raises:
        ConfigurationError: the directory cannot be read, or has other settings than those that were chosen.
    """
    if not StateDirectory.exists(path):
        return {}
    with StateDirectory(path, read_only=True) as directory:
        return read_settings(directory, chosen)


def read_settings(directory: StateDirectory, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of an open state directory; empty for a new one; see `settings_of`."""
    kept = directory.read("settings")
    if kept is None:
        return {}
    world = directory.read("world")
    _check(directory.path, kept, world, {name: chosen[name] for name in (*OF_STATE, "world") if name in chosen})
    if world:
        return {
            **{name: kept[name] for name in _BESIDE_WORLD},
            "world": WorldFile(path=directory.path / "world", data=world),
        }
    return {**kept, "modes": tuple(kept["modes"])}


def keep_settings(settings: Settings, directory: StateDirectory, now: datetime) -> Settings:
    """Return the settings of a server with those of its directory, which a new directory takes over."""
    kept = read_settings(directory, {})
    if kept:
        return replace(settings, **kept)
    world = getattr(settings.world, "data", None)
    directory.write(settings=_as_kept(settings), world=world, begun=now.isoformat())
    return settings


def not_default(settings: Settings) -> dict[str, Any]:
    """Return the settings that differ from their defaults; those that a world file brings are not among them."""
    names = (*_BESIDE_WORLD, "world") if settings.world else OF_STATE
    chosen = {name: getattr(settings, name) for name in names}
    return {name: item for name, item in chosen.items() if item != getattr(_DEFAULTS, name)}


def _check(path: Path, kept: Mapping[str, Any], world: Any, chosen: Mapping[str, Any]) -> None:
    """Refuse settings that are not those of the directory."""
    settings = Settings(**chosen)
    given = _as_kept(settings)
    wrong = [name for name in OF_STATE if name in chosen and str(given[name]) != str(kept[name])]
    if settings.world and getattr(settings.world, "data", None) != world:
        wrong.append("world")
    if wrong:
        own = ", ".join(f"{name} {kept[name]}" for name in OF_STATE)
        raise ConfigurationError(
            f"the state directory {path} has settings of its own ({own}): omit {', '.join(wrong)}, or choose another "
            "directory"
        )


def _as_kept(settings: Settings) -> dict[str, Any]:
    return {
        **{name: getattr(settings, name) for name in OF_STATE},
        "pace": parse_pace(settings.pace).name,
        "modes": list(settings.modes),
    }
