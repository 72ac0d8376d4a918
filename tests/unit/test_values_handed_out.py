"""What callers get can be put into sets, and shows no secret."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # read at run time
from typing import Any

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.frozen import FrozenDict
from genai_ports.api.imported_model import CreateImportedModelDetails
from genai_ports.api.value import Value, value
from genai_ports.api.variant import UnknownVariant
from genai_ports.errors import InvalidParameter
from genai_ports.simulator.verbs import immutable
from genai_ports.testing import ready


@value
class Details(Value):
    """A body with a list and two maps."""

    names: tuple[str, ...] | None = None
    counts: Mapping[str, int] | None = None
    groups: Mapping[str, Mapping[str, Any]] | None = None
    title: str | None = None


def test_every_list_and_map_of_a_body_is_copied_whatever_its_name() -> None:
    names: Any = ["a"]
    kept = immutable(Details(names=names, groups={"b": {"c": ["d"]}}, title="e"))
    assert kept == Details(names=("a",), groups={"b": {"c": ("d",)}}, title="e")
    assert type(kept.groups) is type(kept.groups["b"]) is FrozenDict


def test_a_snapshot_has_a_hash_that_equal_ones_share() -> None:
    tags = {"freeform_tags": {"a": "b", "c": "d"}, "defined_tags": {"n": {"list": [1, {"x": None}]}}}
    genai = InMemoryModelRepository()
    made = genai.create_imported_model(ready.imported_model_details(**tags))
    read, again = genai.get_imported_model(made.id), genai.get_imported_model(made.id)
    assert len({made, read, again}) == 2


def test_what_is_not_known_of_a_variant_is_not_shown() -> None:
    source = UnknownVariant(document={"sourceType": "NEW", "accessToken": "hf_secret"})
    assert repr(source) == "UnknownVariant(sourceType, accessToken)"
    details = CreateImportedModelDetails(compartment_id=ready.COMPARTMENT, data_source=source)
    with pytest.raises(InvalidParameter) as refused:
        InMemoryModelRepository().create_imported_model(details)
    assert "hf_secret" not in f"{refused.value} {details!r}"


@pytest.mark.parametrize("token", ["a b", "x" * 65, ""])
def test_a_retry_token_that_is_none_is_refused_in_the_same_words_everywhere(token: str) -> None:
    with pytest.raises(InvalidParameter, match="opc-retry-token must be 1 to 64 printable ASCII characters") as refused:
        InMemoryModelRepository().create_imported_model(ready.imported_model_details(), retry_token=token)
    assert refused.value.rule == "header-value"
