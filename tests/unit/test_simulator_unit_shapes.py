"""The name of a unit shape decides its limit, how much it counts, and which models fit."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports.api.dedicated_ai_cluster import DedicatedAiCluster
from genai_ports.api.enums import UNIT_SHAPES
from genai_ports.api.kinds import IMPORTED_MODEL, MODEL
from genai_ports.api.value import replaced
from genai_ports.errors import InvalidParameter
from genai_ports.simulator.catalogue import base_models
from genai_ports.simulator.rules.unit_shapes import check_fits, counted
from genai_ports.simulator.state.clock import EPOCH

GPUS = ("A10", "A100_40G", "A100_80G", "H100", "H200", "B200", "B300", "L40S", "MI300X")
BASES = [record.snapshot for record in base_models("us-chicago-1")]
PLAIN = {shape for shape in UNIT_SHAPES if shape.startswith(GPUS)}
COHERE = {shape for shape in UNIT_SHAPES if "COHERE" in shape}
SIZED_COHERE = {shape for shape in COHERE if shape.startswith(("SMALL", "LARGE"))}
GENERIC = {shape for shape in UNIT_SHAPES if "GENERIC" in shape}


def cluster(shape: str) -> DedicatedAiCluster:
    return DedicatedAiCluster(
        id="cluster",
        compartment_id="one",
        type="HOSTING",
        unit_count=1,
        unit_shape=shape,
        lifecycle_state="ACTIVE",
        time_created=EPOCH,
    )


def fitting(model: Any) -> set[str]:
    """Find all shapes that a base model fits."""
    return {shape for shape in UNIT_SHAPES if fits(model, shape)}


def fits(model: Any, shape: str) -> bool:
    try:
        check_fits(MODEL, model, cluster(shape), "dedicatedAiClusterId")
    except InvalidParameter:
        return False
    return True


@pytest.mark.parametrize("gpu", GPUS)
@pytest.mark.parametrize("vendor", ["", "COHERE_", "META_", "OAI_"])
def test_a_shape_of_gpus_counts_for_each_of_them(gpu: str, vendor: str) -> None:
    name = f"dedicated-unit-{gpu.lower().replace('_', '-')}-count"
    assert [counted(f"{vendor}{gpu}_X{number}") for number in (1, 2, 32)] == [(name, 1), (name, 2), (name, 32)]


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ("LARGE_COHERE LARGE_COHERE_V2 LARGE_COHERE_V3", ("large-cohere", 1)),
        ("LARGE_COHERE_V2_2", ("large-cohere", 2)),
        ("SMALL_COHERE SMALL_COHERE_V2", ("small-cohere", 1)),
        ("SMALL_COHERE_4", ("small-cohere", 4)),
        ("EMBED_COHERE", ("embed-cohere", 1)),
        ("RERANK_COHERE", ("rerank-cohere", 1)),
        ("LLAMA2_70", ("llama2-70", 1)),
        ("LARGE_GENERIC LARGE_GENERIC_V1 LARGE_GENERIC_V2 LARGE_GENERIC_V5", ("large-meta", 1)),
        ("LARGE_GENERIC_2", ("large-meta", 2)),
        ("LARGE_GENERIC_4", ("large-meta", 4)),
        ("MEDIUM_GENERIC_V1", ("medium-meta", 1)),
        ("SMALL_GENERIC_V1 SMALL_GENERIC_V2", ("small-meta", 1)),
        ("SB_B200_X1", ("b200", 1)),
        ("OAI_A100_80G_X2", ("a100-80g", 2)),
        ("NEW-SHAPE", ("new-shape", 1)),
    ],
)
def test_a_shape_counts_against_the_limit_of_its_size_and_vendor(shapes: str, expected: tuple[str, int]) -> None:
    limit, each = expected
    assert {counted(shape) for shape in shapes.split()} == {(f"dedicated-unit-{limit}-count", each)}


@pytest.mark.parametrize("model", BASES, ids=lambda model: f"{model.display_name}-{len(model.capabilities)}")
def test_no_base_model_runs_on_plain_gpus_and_each_runs_somewhere(model: Any) -> None:
    shapes = fitting(model)
    assert shapes
    assert shapes.isdisjoint(PLAIN)
    assert len(PLAIN) > 40
    assert shapes & COHERE == (shapes - {"SB_B200_X1"} if model.vendor == "cohere" else set())
    assert shapes >= GENERIC or model.vendor == "cohere"
    sized = {shape for shape in shapes & COHERE if not shape.startswith("COHERE")}
    own = {"TEXT_EMBEDDINGS": {"EMBED_COHERE"}, "TEXT_RERANK": {"RERANK_COHERE"}}.get(model.capabilities[0])
    assert model.vendor != "cohere" or sized == (own or SIZED_COHERE)
    assert ("LLAMA2_70" in shapes) == ("META_B300_X1" in shapes) == (model.vendor == "meta")
    assert ("OAI_B300_X1" in shapes) == (model.vendor == "openai")


PLAIN_REFUSED = "not a plain GPU shape, which is for imported models alone"
SIZED_COHERE_ONES = "one such as SMALL_COHERE or LARGE_COHERE"


@pytest.mark.parametrize(
    ("vendor", "capability", "shape", "models", "expected"),
    [
        ("meta", "CHAT", "H100_X1", "meta models", PLAIN_REFUSED),
        ("meta", "CHAT", "SMALL_COHERE", "meta models", "a GENERIC one"),
        ("meta", "TEXT_EMBEDDINGS", "EMBED_COHERE", "meta models", "a GENERIC one"),
        ("xai", "CHAT", "LLAMA2_70", "xai models", "a GENERIC one"),
        (None, "CHAT", "OAI_H100_X1", "this model", "a GENERIC one"),
        ("cohere", "CHAT", "LARGE_GENERIC", "cohere models", SIZED_COHERE_ONES),
        ("cohere", "CHAT", "META_H100_X1", "cohere models", SIZED_COHERE_ONES),
        ("cohere", "CHAT", "RERANK_COHERE", "cohere models", SIZED_COHERE_ONES),
        ("cohere", "TEXT_EMBEDDINGS", "SMALL_COHERE", "cohere models of TEXT_EMBEDDINGS", "EMBED_COHERE"),
        ("cohere", "TEXT_RERANK", "OAI_H100_X1", "cohere models of TEXT_RERANK", "RERANK_COHERE"),
    ],
)
def test_a_refused_shape_is_named_with_one_that_fits(
    vendor: str | None, capability: str, shape: str, models: str, expected: str
) -> None:
    model = replaced(BASES[0], vendor=vendor, capabilities=(capability,))
    with pytest.raises(InvalidParameter) as refused:
        check_fits(MODEL, model, cluster(shape), "dedicatedAiClusterId")
    assert refused.value.message == (
        f"dedicatedAiClusterId must be a cluster whose unit shape fits {models}: {expected}; "
        f"(a string of 7 characters) is of {shape}."
    )


def test_an_imported_model_fits_every_shape() -> None:
    for shape in UNIT_SHAPES:
        check_fits(IMPORTED_MODEL, None, cluster(shape), "dedicatedAiClusterId")
