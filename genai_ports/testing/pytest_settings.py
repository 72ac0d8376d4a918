"""The settings of a sandbox in pytest: of the ini option `genai`, a fixture, markers, and the option `--genai-seed`."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from genai_ports.api.display import display
from genai_ports.errors import GenAiError, InvalidInput
from genai_ports.testing.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

OF_SUITE: Final = pytest.StashKey[SandboxSettings]()
_IN_USE: Final = pytest.StashKey[bool]()
RANDOM: Final = "random"
_RANDOM_SEEDS: Final = 10**9


def settings_of_suite(config: pytest.Config) -> SandboxSettings:
    """Return the settings of the ini option `genai`.

    Raises:
        pytest.UsageError: the option names no setting, or a value is not valid.
    """
    if OF_SUITE not in config.stash:
        try:
            config.stash[OF_SUITE] = _read_ini(config.getini("genai"), config.rootpath)
        except GenAiError as error:
            raise pytest.UsageError(f"{config.inipath or '-o'}: genai: {error}") from None
    return config.stash[OF_SUITE]


def settings_of_test(node: pytest.Item, given: object) -> SandboxSettings:
    """Return the settings of one test: those of the fixture, changed by its markers and by `--genai-seed`.

    Args:
        node: the test.
        given: what the fixture `genai_settings` returned.
    """
    node.stash[_IN_USE] = True
    if not isinstance(given, SandboxSettings):
        raise _failure(
            node, "fixture genai_settings", f"it must return SandboxSettings, not {display(given)}; see its changed()"
        )
    try:
        settings = given.changed(**_of_markers(node))
    except GenAiError as error:
        raise _failure(node, "marker genai", str(error)) from None
    seed = node.config.getoption("genai_seed")
    if seed is None or settings.world is not None:
        return settings
    return settings.changed(seed=secrets.randbelow(_RANDOM_SEEDS) if seed == RANDOM else seed)


def check_marker_used(node: pytest.Item) -> None:
    """Fail a test with a marker of its own that has used no fixture: the marker had no effect."""
    if _IN_USE not in node.stash:
        message = (
            "it has no effect, for the test uses no fixture of genai_ports; in a GenAiTestCase, use sandbox_settings"
        )
        raise _failure(node, "marker genai", message)


def _read_ini(words: list[str], directory: Path) -> SandboxSettings:
    options: dict[str, Any] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not (name and sign and text):
            raise InvalidInput(f"{display(word)} is not name=value, such as pace=2s")
        if name in options:
            raise InvalidInput(f"{name} is repeated")
        options[name] = text
    return SandboxSettings.from_text(_with_path(options, directory))


def _of_markers(node: pytest.Item) -> dict[str, Any]:
    """Return the options of all markers of a test; those of the closest one win."""
    options: dict[str, Any] = {}
    for marker in node.iter_markers("genai"):
        if marker.args:
            raise InvalidInput(f"it takes settings by name, such as genai(pace='2s'), not {display(marker.args[0])}")
        options = {**marker.kwargs, **options}
    return _with_path(options, node.path.parent)


def _with_path(options: Mapping[str, Any], directory: Path) -> dict[str, Any]:
    """Make the path of a world file absolute."""
    world = options.get("world")
    return {**options, "world": directory / world} if isinstance(world, str | Path) and str(world) else dict(options)


def _failure(node: pytest.Item, where: str, message: str) -> BaseException:
    """Make the failure of a test's setup, which is shown without a traceback."""
    return pytest.fail.Exception(f"{node.nodeid}: {where}: {message}", pytrace=False)
