"""The mutation command: which changes it makes, how a loaded function gets one, and whether its equivalents exist."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mutants import mutants_of
from patching import loaded_functions, patch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[2]
EQUIVALENTS: list[dict[str, Any]] = tomllib.loads((ROOT / "tests/mutation/equivalents.toml").read_text("utf-8"))[
    "equivalent"
]
SOURCE = """
LIMIT = 3


class Shop:
    def fits(self, number):
        if number < LIMIT:
            return [each for each in range(number) if each]
        raise ValueError

    def adder(self, number):
        return lambda other: number + other
"""


def test_each_place_has_its_changes(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(SOURCE)
    found = {str(each).removeprefix("shop.py:") for each in mutants_of(tmp_path, "shop.py")}
    assert found == {
        "2: 3  ->  (4)",
        "2: 3  ->  (2)",
        "7: number < LIMIT  ->  (number <= LIMIT)",
        "8: return [each for each in range(number) if each]  ->  return None",
        "9: raise ValueError  ->  pass",
        "12: return lambda other: number + other  ->  return None",
        "12: number + other  ->  (number - other)",
    }


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ModuleType]:
    """A loaded module."""
    path = tmp_path / "shop_of_a_test.py"
    path.write_text(SOURCE)
    spec: Any = importlib.util.spec_from_file_location(path.stem, path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[path.stem]


def change(module: ModuleType, before: str, after: str) -> bool:
    assert before in SOURCE
    original, changed = SOURCE.encode(), SOURCE.replace(before, after).encode()
    return patch(loaded_functions(), Path(str(module.__file__)), original, changed)


def test_a_loaded_function_gets_the_changed_code(shop: Any) -> None:
    fits = shop.Shop().fits
    assert change(shop, "number < LIMIT", "(number <= LIMIT)")
    assert fits(3) == [1, 2]


def test_a_function_that_another_one_has_made_gets_the_changed_code_too(shop: Any) -> None:
    three = shop.Shop().adder(3)
    assert change(shop, "number + other", "(number - other)")
    assert (three(1), shop.Shop().adder(5)(1)) == (2, 4)


def test_what_has_run_at_the_import_cannot_be_patched(shop: Any) -> None:
    assert not change(shop, "LIMIT = 3", "LIMIT = (4)")
    assert not change(shop, "class Shop:", "class Shop:\n    SIZE = 1\n")
    assert shop.Shop().fits(2) == [1]


@pytest.mark.parametrize("entry", EQUIVALENTS, ids=lambda entry: f"{entry['file']}: {entry['line'][:40]}")
def test_an_equivalent_is_a_change_that_the_command_makes(entry: dict[str, Any]) -> None:
    lines = (ROOT / entry["file"]).read_text("utf-8").splitlines()
    made = {each.after for each in mutants_of(ROOT, entry["file"]) if lines[each.line - 1].strip() == entry["line"]}
    assert {*entry["after"]} <= made
    assert entry["reason"].endswith(".")
