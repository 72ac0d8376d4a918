"""Domain values are read from data that has their form, and from no other."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports.api.dedicated_ai_cluster import DedicatedAiCluster
from genai_ports.api.endpoint import ContentModerationConfig
from genai_ports.api.fine_tuning import LoraTrainingConfig
from genai_ports.api.imported_model import ImportedModel
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.state.damage import Damaged
from genai_ports.simulator.state.data import from_data, to_data

CLUSTER = DedicatedAiCluster(
    id="a",
    compartment_id="b",
    type="HOSTING",
    unit_count=1,
    unit_shape="A10_X1",
    lifecycle_state="ACTIVE",
    time_created=EPOCH,
    freeform_tags={"team": "a"},
)
MODEL = ImportedModel(
    id="a", compartment_id="b", lifecycle_state="ACTIVE", time_created=EPOCH, capabilities=("CHAT", "RERANK")
)


@pytest.mark.parametrize(
    "value",
    [
        CLUSTER,
        MODEL,
        ContentModerationConfig(is_enabled=False),
        LoraTrainingConfig(learning_rate=1, lora_dropout=0.5, lora_r=8),
    ],
    ids=type,
)
def test_a_value_is_read_as_it_was_written(value: Any) -> None:
    assert from_data(type(value), to_data(value)) == value


@pytest.mark.parametrize(
    ("value", "name", "wrong"),
    [
        (CLUSTER, "unitCount", [1.5, "1", True]),
        (CLUSTER, "unitShape", [1, 1.5, True, {}]),
        (CLUSTER, "timeCreated", [1, "yesterday", True]),
        (CLUSTER, "freeformTags", [1, "a", []]),
        (MODEL, "capabilities", [1, "CHAT", {}]),
        (CLUSTER, "capacity", [1, {"capacityType": []}]),
        (ContentModerationConfig(is_enabled=False), "isEnabled", [0, "false"]),
        (LoraTrainingConfig(), "learningRate", ["1", True]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_value_of_another_type_is_refused_by_name(value: Any, name: str, wrong: list[Any]) -> None:
    for each in wrong:
        with pytest.raises(Damaged, match=f"^at {name}: "):
            from_data(type(value), {**to_data(value), name: each})


def test_a_missing_value_is_refused_by_name() -> None:
    with pytest.raises(Damaged, match=r"^at unitShape: it is missing$"):
        from_data(DedicatedAiCluster, {name: part for name, part in to_data(CLUSTER).items() if name != "unitShape"})
