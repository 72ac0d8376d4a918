"""The settings of a state directory: those of its first server count, and others are refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fake_server import FakeServer, Settings
from fake_server.state.directory import StateDirectory
from fake_server.state.kept_worlds import open_worlds
from fake_server.state.settings import settings_of
from genai_ports.errors import ConfigurationError
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.world_file import save_world

if TYPE_CHECKING:
    from pathlib import Path

OWN: dict[str, Any] = {
    "region": "eu-frankfurt-1",
    "seed": 7,
    "pace": "60s",
    "limits": "strict",
    "modes": ("stale-lists:30",),
    "clock": "virtual",
    "one_world": True,
}
OTHER: dict[str, Any] = {
    "region": "us-chicago-1",
    "seed": 8,
    "pace": "6s",
    "limits": "generous",
    "modes": (),
    "clock": "real",
    "one_world": False,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A directory with settings of its own."""
    open_worlds(Settings(**OWN), tmp_path / "state").close()
    return tmp_path / "state"


def test_a_new_directory_has_no_settings(tmp_path: Path) -> None:
    assert settings_of(tmp_path, {"seed": "mine"}) == {}
    StateDirectory(tmp_path).close()  # as a server that was killed before it had any
    assert settings_of(tmp_path, {"seed": "mine"}) == {}


def test_a_directory_has_the_settings_of_its_first_server_also_while_a_server_uses_it(path: Path) -> None:
    with FakeServer(state=path) as server:
        assert settings_of(path, {}) == settings_of(path, {**OWN, "region": "fra", "seed": "7"}) == OWN
        assert {name: getattr(server.app.worlds.settings, name) for name in OWN} == OWN


@pytest.mark.parametrize("name", OWN)
def test_another_setting_is_refused_by_name(path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_of(path, {**OWN, name: OTHER[name]})
    assert str(caught.value) == (
        f"the state directory {path} has settings of its own (region eu-frankfurt-1, seed 7, pace 60s, limits strict, "
        f"modes ['stale-lists:30'], clock virtual, one_world True): omit {name}, or choose another directory"
    )


def test_what_a_server_does_not_choose_is_not_refused(path: Path) -> None:
    open_worlds(Settings(lenient=True, seed=7), path).close()
    with pytest.raises(ConfigurationError, match="omit seed, clock, or choose"):
        settings_of(path, {"seed": 8, "clock": "real"})
    with pytest.raises(ConfigurationError, match="omit seed, or choose") as caught:
        open_worlds(Settings(seed=8), path)
    open_worlds(Settings(), path).close()  # the one before gave the directory back
    del caught


def test_a_world_file_is_among_the_settings(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.json" for number in range(2)]
    for number, file in enumerate(files):
        save_world(file, Simulator(seed=number).snapshot())
    path = tmp_path / "state"
    open_worlds(Settings(world=files[0], clock="virtual"), path).close()
    assert settings_of(path, {"world": files[0]}).keys() == {"clock", "one_world", "world"}
    assert settings_of(path, {})["clock"] == "virtual"
    open_worlds(Settings(world=files[0]), path).close()
    for world in (files[1], None):
        other = {"world": world} if world else {"seed": 5}
        with pytest.raises(ConfigurationError, match=f"omit {'world' if world else 'seed'}, or choose"):
            settings_of(path, other)
