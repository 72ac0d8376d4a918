"""`create_app`: what it refuses before it makes an app."""

from __future__ import annotations

from typing import Any

import pytest

from fake_server import Settings, create_app
from genai_ports import ConfigurationError, InvalidInput
from genai_ports.simulator.simulator import Simulator


@pytest.mark.parametrize("given", [{"settings": "virtual"}, {"simulator": "a world"}, {"simulator": Simulator}])
def test_an_argument_of_another_type_is_refused_by_its_name(given: dict[str, Any]) -> None:
    [name] = given
    with pytest.raises(InvalidInput, match=f"{name} must be of type {name.capitalize()}, not "):
        create_app(**given)


@pytest.mark.parametrize("setting", [{"pace": "5s"}, {"clock": "virtual"}, {"max_tenancies": 7}, {"one_world": True}])
def test_a_setting_of_a_world_does_not_apply_to_a_world_that_exists(setting: dict[str, Any]) -> None:
    [name] = setting
    with pytest.raises(ConfigurationError, match=f"omit {name}, or omit simulator"):
        create_app(Settings(**setting), simulator=Simulator())


def test_a_setting_of_the_server_applies_to_a_world_that_exists() -> None:
    create_app(Settings(lenient=True, verify_signatures=True), simulator=Simulator())
