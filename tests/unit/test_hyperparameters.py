"""The ranges of the hyperparameters: one table, whose ends hold in the builders and in the simulator."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import pytest

from genai_ports import InMemoryModelRepository, builders
from genai_ports.api.fine_tuning import LoraTrainingConfig, TFewTrainingConfig, VanillaTrainingConfig
from genai_ports.api.hyperparameters import LORA_RANGES, RANGES
from genai_ports.errors import InvalidInput, InvalidParameter, ServiceError
from genai_ports.testing import ready

BUILDERS = {
    TFewTrainingConfig: builders.t_few_training_config,
    VanillaTrainingConfig: builders.vanilla_training_config,
    LoraTrainingConfig: builders.lora_training_config,
}
CONFIGS = [(cls, field.name) for cls in BUILDERS for field in fields(cls)]

TINY = math.ulp(0.0)
SERVED = {
    "total_training_epochs": ([1, 2**63 - 1], [0, -1]),
    "learning_rate": ([0, 1, TINY], [-TINY, math.nextafter(1, 2), 2]),
    "training_batch_size": ([1, 2**63 - 1], [0, -1]),
    "early_stopping_patience": ([0, 2**63 - 1], [-1]),
    "early_stopping_threshold": ([0, 1e308], [-TINY, -1]),
    "log_model_metrics_interval_in_steps": ([0, 2**63 - 1], [-1]),
    "num_of_last_layers": ([0, 2**63 - 1], [-1]),
    "lora_r": ([1, 64], [0, 65]),
    "lora_alpha": ([1, 2**63 - 1], [0, -1]),
    "lora_dropout": ([0, 1, TINY], [-TINY, math.nextafter(1, 2)]),
}
"""For each hyperparameter, values that the simulator accepts and refuses: both sides of each end."""
MOST = 2**31 - 1
BUILT = SERVED | {
    "total_training_epochs": ([1, MOST], [0, MOST + 1]),
    "training_batch_size": ([1, MOST], [0, MOST + 1]),
    "early_stopping_patience": ([0, MOST], [-1, MOST + 1]),
    "log_model_metrics_interval_in_steps": ([0, MOST], [-1, MOST + 1]),
    "num_of_last_layers": ([0, MOST], [-1, MOST + 1]),
}
"""The same for the builders: their integers end where those of Oracle's typed clients do."""
BUILT_FOR_LORA = BUILT | {
    "training_batch_size": ([8, 16], [7, 17]),
    "lora_alpha": ([1, 128], [0, 129]),
    "lora_dropout": ([0, math.nextafter(1, 0)], [-TINY, 1]),
}


@pytest.fixture(scope="module")
def refused():
    """Return a function that creates a model with a configuration, and returns the error; None if it is accepted."""
    genai = InMemoryModelRepository()
    cluster = ready.cluster(genai, type="FINE_TUNING")
    base = ready.base_model(genai, capability="FINE_TUNE", vendor="meta")

    def run(config: Any) -> ServiceError | None:
        tuning = ready.fine_tuning(cluster.id, config)
        try:
            genai.create_model(ready.model_details(genai, base_model_id=base.id, fine_tune_details=tuning))
        except InvalidParameter as error:
            return error
        return None

    return run


def test_every_hyperparameter_has_a_range() -> None:
    assert set(RANGES) == set(LORA_RANGES) == set(SERVED) == {name for _, name in CONFIGS}


@pytest.mark.parametrize(("cls", "name"), CONFIGS)
def test_the_simulator_refuses_beyond_the_ends_of_each_range(refused, cls: type, name: str) -> None:
    accepted, wrong = SERVED[name]
    for number in accepted:
        error = refused(cls(**{name: number}))
        assert error is None or error.rule == "training-method"
    for number in wrong:
        error = refused(cls(**{name: number}))
        assert error is not None
        assert error.rule == "property-value"


@pytest.mark.parametrize(("cls", "name"), CONFIGS)
def test_the_builders_refuse_beyond_the_ends_of_each_range(cls: type, name: str) -> None:
    accepted, wrong = (BUILT_FOR_LORA if cls is LoraTrainingConfig else BUILT)[name]
    for number in accepted:
        assert getattr(BUILDERS[cls](**{name: number}), name) == number
    for number in wrong:
        with pytest.raises(InvalidInput, match=f"{name} must be "):
            BUILDERS[cls](**{name: number})


@pytest.mark.parametrize(("cls", "name"), CONFIGS)
def test_the_service_accepts_all_that_the_builders_build(refused, cls: type, name: str) -> None:
    accepted, _ = (BUILT_FOR_LORA if cls is LoraTrainingConfig else BUILT)[name]
    for number in accepted:
        error = refused(BUILDERS[cls](**{name: number}))
        assert error is None or error.rule == "training-method"
