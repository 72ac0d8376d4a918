"""Modes are read from text, by name and number; what cannot be is refused with what would be right."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fake_server import Settings, create_app
from genai_ports.errors import InvalidInput
from genai_ports.simulator.lists.modes import MODES, mode_texts, read_modes
from genai_ports.simulator.rules.refusals import DERIVED, DOCUMENTED, OUR_CHOICE, RECORDED
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY

NUMBERED = {"capped-pages": 10, "hidden-after-create": 5, "hidden-work-requests": 5, "stale-lists": 5, "same-names": 4}
"""The modes that take a number, and its default."""


def test_the_registry_has_all_modes() -> None:
    assert [*MODES] == [
        "short-pages",
        "capped-pages",
        "empty-pages",
        "unknown-enum-values",
        "absent-fields",
        "extra-fields",
        "hidden-after-create",
        "hidden-work-requests",
        "stale-lists",
        "same-names",
        "endless-list",
        "in-use-not-allowed",
    ]
    for name, mode in MODES.items():
        assert mode.name == name
        assert mode.text
        assert mode.evidence in (RECORDED, DOCUMENTED, DERIVED, OUR_CHOICE)
        assert mode.source
        assert bool(mode.number) == (mode.default is not None) == (name in NUMBERED)


@pytest.mark.parametrize("name", MODES)
def test_a_mode_has_its_own_or_the_default_number(name: str) -> None:
    assert read_modes([name]) == {name: NUMBERED.get(name)}
    if name in NUMBERED:
        assert read_modes([f"{name}:7"]) == {name: 7}


def test_modes_are_written_as_they_are_read() -> None:
    texts = ["short-pages", "stale-lists:30", "same-names:100", "hidden-after-create:86400"]
    assert mode_texts(read_modes(texts)) == texts
    assert read_modes([]) == {}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (
            ["stale-lists:1", "short-pages", "stale-lists:2"],
            "stale-lists is repeated, as stale-lists:1 and stale-lists:2",
        ),
        (["stale-lists:30", "stale-lists"], "stale-lists is repeated, as stale-lists:30 and stale-lists"),
        (["short-pages", "short-pages"], "short-pages is repeated, as short-pages and short-pages"),
    ],
)
def test_a_mode_is_given_once(texts: list[str], message: str) -> None:
    simulator = Simulator(modes=["empty-pages"])
    for enable in (read_modes, lambda modes: simulator.set_modes(*modes), lambda modes: Simulator(modes=modes)):
        with pytest.raises(InvalidInput) as refused:
            enable(texts)
        assert str(refused.value) == f"mode {message}: pass it once"
    assert simulator.modes == {"empty-pages": None}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("short-page", "mode 'short-page' does not exist; did you mean short-pages?; known: short-pages, capped-pages"),
        ("Short-Pages", "mode 'Short-Pages' does not exist"),
        ("", "mode '' does not exist"),
        ("stale-lists:", "mode (a string of 12 characters) does not exist"),
        ("stale-lists:-1", "mode (a string of 14 characters) does not exist"),
        ("stale-lists:1.5", "mode 'stale-lists:1.5' does not exist"),
        ("stale-lists:123456", "mode 'stale-lists:123456' does not exist"),
        ("stale-lists: 5", "mode (a string of 14 characters) does not exist"),
        ("short-pages:2", "mode short-pages takes no number, but has 2"),
        ("extra-fields:0", "mode extra-fields takes no number, but has 0"),
        ("stale-lists:0", "the number of stale-lists must be from 1 to 86400, not 0"),
        ("hidden-after-create:86401", "the number of hidden-after-create must be from 1 to 86400, not 86401"),
        ("same-names:101", "the number of same-names must be from 1 to 100, not 101"),
        (5, "a mode must be a string, such as short-pages, not 5"),
        ("capped-pages:0", "the number of capped-pages must be from 1 to 86400, not 0"),
    ],
)
def test_an_unknown_mode_is_refused_and_changes_nothing(text: Any, message: str) -> None:
    simulator = Simulator(modes=["stale-lists:30"])
    with pytest.raises(InvalidInput, match=re.escape(message)):
        simulator.set_modes("short-pages", text)
    assert simulator.modes == {"stale-lists": 30}
    with pytest.raises(InvalidInput, match=re.escape(message)):
        Simulator(modes=[text])


def test_modes_are_no_single_string() -> None:
    with pytest.raises(InvalidInput, match=re.escape("such as ['short-pages'], not 'short-pages'")):
        Simulator(modes="short-pages")


@pytest.mark.parametrize("given", [None, 5])
def test_modes_are_several(given: Any) -> None:
    with pytest.raises(InvalidInput, match=re.escape(f"such as ['short-pages'], not {given}")):
        Simulator(modes=given)


def test_modes_that_come_one_after_the_other_are_refused_since_they_may_never_end() -> None:
    given: Any = (text for text in ("short-pages", "stale-lists:30"))
    with pytest.raises(InvalidInput, match=r"modes must be a sequence of strings.*, not a value of type generator"):
        Simulator(modes=given)


def test_modes_are_those_given_last_and_none_at_first() -> None:
    simulator = Simulator()
    assert simulator.modes == {}
    simulator.set_modes("short-pages", "same-names")
    assert simulator.modes == {"short-pages": None, "same-names": 4}
    simulator.set_modes("empty-pages")
    assert simulator.modes == {"empty-pages": None}
    simulator.set_modes()
    assert simulator.modes == {}


def test_a_world_starts_and_resets_with_the_modes_of_its_settings() -> None:
    simulator = create_app(Settings(modes=("short-pages",))).worlds.get(TENANCY)
    assert simulator.modes == {"short-pages": None}
    simulator.set_modes()
    simulator.reset()
    assert simulator.modes == {"short-pages": None}
