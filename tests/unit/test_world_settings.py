"""WorldSettings: one value that describes a world and refuses what is wrong when it is made."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_server import Settings
from genai_ports import (
    ConfigurationError,
    InMemoryModelRepository,
    InvalidInput,
    Simulator,
    UnknownRegion,
    VirtualClock,
    WorldSettings,
)
from genai_ports.simulator.settings import TEXT_OPTIONS, WorldOptions, read_bool
from genai_ports.simulator.work.pace import parse_pace
from genai_ports.simulator.world_file import save_world
from genai_ports.testing import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Callable

WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"region": "nowhere-1"}, UnknownRegion, "nowhere-1"),
    ({"region": None}, UnknownRegion, "None"),
    (
        {"seed": 1.5},
        InvalidInput,
        "seed must be a whole number of at most 1024 bits, or a string",
    ),
    ({"seed": None}, InvalidInput, "seed must be"),
    ({"pace": "slowly"}, InvalidInput, "unknown pace 'slowly'"),
    ({"limits": "lax"}, InvalidInput, "limits must be generous or strict, not 'lax'"),
    ({"modes": "short-pages"}, InvalidInput, "modes must be a sequence of strings"),
    ({"modes": 5}, InvalidInput, "modes must be a sequence of strings"),
    ({"modes": ["odd"]}, InvalidInput, "mode 'odd' does not exist"),
    ({"modes": ["short-pages", "short-pages"]}, InvalidInput, "is repeated"),
    ({"details": "yes"}, InvalidInput, "details must be True or False, not 'yes'"),
    ({"details": 1}, InvalidInput, "details must be True or False, not 1"),
    ({"limits": "\ud800"}, InvalidInput, "limits must be text without unpaired surrogates"),
    ({"world": ""}, InvalidInput, "world must be the path of a file, not ''"),
    ({"world": 5}, InvalidInput, "world must be the path of a file, not 5"),
    ({"world": Path("\ud800")}, InvalidInput, "world must be text without unpaired surrogates"),
    ({"keys": ["a"]}, InvalidInput, "keys must be a mapping"),
    ({"seed": 2**1024}, InvalidInput, "seed must be a whole number of at most 1024 bits"),
    ({"keys": {"a": "\ud800"}}, InvalidInput, "a key must be text without unpaired surrogates"),
    ({"keys": {"a": 5}}, InvalidInput, "keys must be a mapping of .*, both of them strings"),
    ({"keys": {5: "a"}}, InvalidInput, "keys must be a mapping of .*, both of them strings"),
]


@pytest.mark.parametrize("make", [WorldSettings, Settings, Simulator, InMemoryModelRepository])
@pytest.mark.parametrize(("wrong", "error", "says"), WRONG)
def test_a_wrong_setting_is_refused_when_it_is_made(
    make: Callable[..., object], wrong: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        make(**wrong)


@pytest.mark.parametrize(("wrong", "error", "says"), WRONG)
def test_a_copy_with_changes_is_checked_too(wrong: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        Simulator(WorldSettings(seed=7), **wrong)


def test_a_server_setting_that_is_wrong_is_refused_when_it_is_made() -> None:
    with pytest.raises(InvalidInput, match="clock must be real or virtual, not 'sundial'"):
        Settings(clock="sundial")


def test_settings_are_equal_however_they_are_written() -> None:
    assert WorldSettings(region="FRA", modes=["short-pages"]) == WorldSettings(
        region="eu-frankfurt-1", modes=("short-pages",)
    )


def test_the_longest_seeds_and_keys_are_accepted() -> None:
    for seed in (2**1024 - 1, 1 - 2**1024, "s" * 255):
        assert WorldSettings(seed=seed).seed == seed
    keys = {"k" * 4096: "x" * 16_384}
    assert WorldSettings(keys=keys).keys == keys


def test_there_may_be_10000_keys() -> None:
    keys = {str(number): "" for number in range(10_000)}
    assert len(WorldSettings(keys=keys).keys) == 10_000
    with pytest.raises(InvalidInput, match="there may be 10000 keys at most, not 10001"):
        WorldSettings(keys={**keys, "one": "more"})


def test_settings_keep_no_reference_to_what_can_change() -> None:
    keys, modes = {"a": "b"}, ["short-pages"]
    settings = WorldSettings(keys=keys, modes=modes)
    keys.clear()
    modes.clear()
    assert (settings.keys, settings.modes) == ({"a": "b"}, ("short-pages",))


@pytest.mark.parametrize("make_copy", [copy.copy, copy.deepcopy, lambda settings: pickle.loads(pickle.dumps(settings))])  # noqa: S301  # our own
def test_settings_can_be_copied(make_copy: Callable[[WorldSettings], WorldSettings]) -> None:
    settings = WorldSettings(seed="a", pace=parse_pace("seconds"), keys={"a": "b"}, modes=["stale-lists:30"])
    assert make_copy(settings) == settings


def test_no_key_is_in_the_repr() -> None:
    assert "PRIVATE" not in repr(WorldSettings(keys={"a": "PRIVATE"}))


def test_the_keyword_arguments_are_the_fields() -> None:
    assert (
        {each.name for each in fields(WorldSettings)} == WorldOptions.__annotations__.keys() == {*TEXT_OPTIONS, "keys"}
    )


def test_a_simulator_takes_settings_and_changes_to_them() -> None:
    settings = WorldSettings(seed=7, pace="2s")
    assert Simulator(settings).settings == settings
    assert Simulator(settings, pace="3s").settings == replace(settings, pace="3s")
    assert Simulator().settings == WorldSettings()


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"pace": "2s"}, "pace="),
        ({"region": "us-chicago-1"}, "region="),
        ({"seed": 0, "limits": "strict"}, "seed=, limits="),
        ({"modes": ()}, "modes="),
        ({"clock": VirtualClock()}, "clock="),
    ],
)
def test_a_simulator_and_settings_for_another_one_are_refused(given: dict[str, Any], names: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"pass {names} to Simulator\(\), or omit simulator="):
        InMemoryModelRepository(simulator=Simulator(), **given)


@pytest.mark.parametrize("cls", [WorldSettings, SandboxSettings])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (5, "options must be a mapping of names to text, not 5"),
        ({1: "a"}, "options must be a mapping of names to text; a name is 1"),
        ({"seed": 5}, "seed must be a string, not 5"),
        ({"seed": Path("a")}, "seed must be a string, not .*Path"),
        ({"modes": ["short-pages"]}, "modes must be a string"),
        ({"world": 5}, "world must be a string, not 5"),
        ({"pace": "s" * 4097}, "pace must have 4096 characters at most, not 4097"),
    ],
    ids=str,
)
def test_settings_that_are_all_text_are_refused_if_they_are_not(cls: Any, options: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        cls.from_text(options)


@pytest.mark.parametrize("cls", [WorldSettings, SandboxSettings])
def test_settings_are_read_from_text(cls: Any) -> None:
    read = cls.from_text({"seed": "a", "modes": "short-pages,stale-lists:30", "details": "yes"})
    assert read == cls(seed="a", modes=["short-pages", "stale-lists:30"], details=True)


@pytest.mark.parametrize("cls", [WorldSettings, SandboxSettings])
def test_a_world_file_beside_text_may_be_a_path(cls: Any, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    save_world(path, Simulator(seed=7).snapshot())
    assert cls.from_text({"world": path}) == cls.from_text({"world": str(path)})
    assert cls.from_text({"world": path}).seed == 7


@pytest.mark.parametrize(("text", "read"), [("yes", True), ("True", True), ("no", False), ("FALSE", False)])
def test_a_setting_that_is_on_or_off_is_read_in_any_case(text: str, *, read: bool) -> None:
    assert read_bool("details", text) is read


def test_a_setting_that_is_neither_on_nor_off_is_refused() -> None:
    with pytest.raises(InvalidInput, match="details must be yes or no, not 'maybe'"):
        read_bool("details", "maybe")
