"""Tags of a snapshot cannot be changed, and are otherwise plain dicts."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping  # noqa: TC003  # read at run time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.frozen import EMPTY, FrozenDict, frozen
from genai_ports.api.value import Value, value
from genai_ports.simulator.verbs import immutable

if TYPE_CHECKING:
    from collections.abc import Callable


def test_it_is_equal_to_a_dict_with_the_same_entries() -> None:
    tags: FrozenDict[str, int] = FrozenDict(a=1)
    assert tags == {"a": 1}
    assert tags["a"] == tags.get("a") == 1
    assert json.dumps(tags) == '{"a": 1}'
    assert isinstance(tags, dict)


@pytest.mark.parametrize(
    "change",
    [
        lambda tags: tags.__setitem__("a", 2),
        lambda tags: tags.__delitem__("a"),
        lambda tags: tags.__ior__({"b": 2}),
        lambda tags: tags.clear(),
        lambda tags: tags.pop("a"),
        lambda tags: tags.popitem(),
        lambda tags: tags.setdefault("b", 2),
        lambda tags: tags.update(b=2),
    ],
)
def test_it_refuses_every_change(change: Callable[[Any], object]) -> None:
    tags: FrozenDict[str, int] = FrozenDict(a=1)
    with pytest.raises(TypeError, match="cannot be changed: pass new tags to an update"):
        change(tags)
    assert tags == {"a": 1}


def test_equal_ones_have_equal_hashes() -> None:
    assert len({frozen({"a": [1]}), frozen({"a": [1]}), frozen({"a": [2]})}) == 2


def test_a_dict_made_from_it_can_be_changed() -> None:
    tags: FrozenDict[str, int] = FrozenDict(a=1)
    new = dict(tags)
    new["b"] = 2
    assert (tags | {"b": 2}, new, tags) == ({"a": 1, "b": 2}, {"a": 1, "b": 2}, {"a": 1})


@pytest.mark.parametrize("same", [copy.copy, copy.deepcopy, lambda tags: pickle.loads(pickle.dumps(tags))])  # noqa: S301
def test_its_copies_are_frozen_too(same: Callable[[Any], Any]) -> None:
    tags = frozen({"a": {"b": ["c"]}})
    again = same(tags)
    assert again == tags
    assert type(again) is type(again["a"]) is FrozenDict


def test_json_is_frozen_at_every_depth() -> None:
    given: dict[str, Any] = {"a": [1, {"b": []}], "c": {}, "d": "text", "e": None}
    made = frozen(given)
    assert made == {"a": (1, {"b": ()}), "c": {}, "d": "text", "e": None}
    assert type(made) is type(made["a"][1]) is FrozenDict
    given["a"].append("later")
    assert len(made["a"]) == 2


def test_every_kind_of_mapping_and_sequence_is_accepted() -> None:
    made = frozen(MappingProxyType({"a": (1, MappingProxyType({"b": 2}))}))
    assert type(made) is type(made["a"][1]) is FrozenDict


def test_all_empty_mappings_are_one_object() -> None:
    assert frozen({}) is frozen(MappingProxyType({})) is EMPTY


@value
class Details(Value):
    """A body with a list and two maps."""

    names: tuple[str, ...] | None = None
    counts: Mapping[str, int] | None = None
    groups: Mapping[str, Mapping[str, Any]] | None = None
    title: str | None = None


def test_every_list_and_map_of_a_body_is_copied() -> None:
    names: Any = ["a"]
    kept = immutable(Details(names=names, groups={"b": {"c": ["d"]}}, title="e"))
    assert kept == Details(names=("a",), groups={"b": {"c": ("d",)}}, title="e")
    assert type(kept.groups) is type(kept.groups["b"]) is FrozenDict
