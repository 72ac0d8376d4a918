"""The checks that several kinds share refuse with what would be right, and defaults have Oracle's form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.kinds import ENDPOINT, IMPORTED_MODEL
from genai_ports.errors import IncorrectState, InvalidParameter, RelatedResourceNotFound
from genai_ports.simulator.rules.common import (
    generated_name,
    generated_version,
    one_of,
    related,
    related_cluster,
    within,
)
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "check",
    [
        lambda: within("count", None, 1, 4),
        lambda: within("count", 1, 1),
        lambda: within("count", 1, 1, 4),
        lambda: within("count", 4, 1, 4),
        lambda: one_of("mode", "A", ("B", "A")),
    ],
)
def test_what_is_allowed_passes(check: Callable[[], None]) -> None:
    check()


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: within("count", 0, 1), "count must be 1 or more, not 0."),
        (lambda: within("count", 0, 1, 4), "count must be from 1 to 4, not 0."),
        (lambda: within("count", 5, 1, 4), "count must be from 1 to 4, not 5."),
        (lambda: one_of("mode", "C", ("B", "A")), "mode must be one of A, B, not a string of 1 character."),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(check: Callable[[], None], message: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        check()
    assert (refused.value.message, refused.value.rule) == (message, "property-value")


def test_a_default_name_and_version_hold_the_time() -> None:
    assert generated_name(ENDPOINT, NOW) == "generativeaiendpoint20250102030405"
    assert generated_version(NOW) == "v20250102030405"


def test_a_related_resource_is_ready() -> None:
    genai = InMemoryModelRepository(pace="10s")
    world, region = genai.simulator.world, genai.default_region
    made = genai.create_imported_model(ready.imported_model_details())
    with pytest.raises(IncorrectState):
        related(world, IMPORTED_MODEL, region, "modelId", made.id)
    ready.finish(genai, made)
    assert related(world, IMPORTED_MODEL, region, "modelId", made.id) == genai.get_imported_model(made.id)
    with pytest.raises(RelatedResourceNotFound, match=f"not found: modelId {made.id} in eu-frankfurt-1"):
        related(world, IMPORTED_MODEL, "eu-frankfurt-1", "modelId", made.id)
    ready.finish(genai, genai.delete_imported_model(made.id))
    with pytest.raises(RelatedResourceNotFound, match=f"not found: modelId {made.id} in {region}"):
        related(world, IMPORTED_MODEL, region, "modelId", made.id)


def test_a_related_cluster_is_of_the_expected_type() -> None:
    genai = InMemoryModelRepository()
    cluster = ready.cluster(genai)
    place = genai.simulator.world, genai.default_region, "clusterId", cluster.id
    assert related_cluster(*place, "HOSTING").id == cluster.id
    with pytest.raises(InvalidParameter, match=f"clusterId must be a FINE_TUNING cluster; {cluster.id} is HOSTING"):
        related_cluster(*place, "FINE_TUNING")
