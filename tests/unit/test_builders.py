"""The builders accept what the service accepts, and name what is wrong in everything else."""

from __future__ import annotations

import math
import sys
from dataclasses import fields
from inspect import signature
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import builders
from genai_ports.api.fine_tuning import (
    FineTuneDetails,
    LoraTrainingConfig,
    ObjectStorageDataset,
    TFewTrainingConfig,
    VanillaTrainingConfig,
)
from genai_ports.api.imported_model import HuggingFaceModel, ObjectStorageObject
from genai_ports.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    Builder = Callable[..., Any]

DATASET = builders.object_storage_dataset(namespace_name="ns", bucket_name="b", object_name="train.jsonl")
ALL: dict[Builder, tuple[type, dict[str, Any]]] = {
    builders.object_storage_dataset: (
        ObjectStorageDataset,
        {"namespace_name": "ns", "bucket_name": "b", "object_name": "train.jsonl"},
    ),
    builders.t_few_training_config: (TFewTrainingConfig, {}),
    builders.vanilla_training_config: (VanillaTrainingConfig, {}),
    builders.lora_training_config: (LoraTrainingConfig, {}),
    builders.object_storage_data_source: (
        ObjectStorageObject,
        {"namespace_name": "ns", "bucket_name": "b", "prefix_name": "llama"},
    ),
    builders.hugging_face_data_source: (HuggingFaceModel, {"model_id": "openai/gpt-oss-20b"}),
    builders.fine_tune_details: (
        FineTuneDetails,
        {"training_dataset": DATASET, "dedicated_ai_cluster_id": "ocid1.generativeaidedicatedaicluster.oc1.phx.a"},
    ),
}
REQUIRED = [(build, name) for build, (_, arguments) in ALL.items() for name in arguments]
CONFIGS = [builders.t_few_training_config, builders.vanilla_training_config, builders.lora_training_config]


@pytest.mark.parametrize("build", ALL)
def test_a_builder_has_the_fields_of_its_class(build: Builder) -> None:
    domain_class, _ = ALL[build]
    assert set(signature(build).parameters) == {field.name for field in fields(domain_class)}


@pytest.mark.parametrize("build", ALL)
def test_the_required_fields_are_enough(build: Builder) -> None:
    domain_class, arguments = ALL[build]
    built = build(**arguments)
    assert type(built) is domain_class
    assert {name: getattr(built, name) for name in arguments} == arguments


@pytest.mark.parametrize("build", ALL)
def test_an_optional_field_can_be_none(build: Builder) -> None:
    _, arguments = ALL[build]
    unset = {name: None for name in signature(build).parameters if name not in arguments}
    assert build(**arguments, **unset) == build(**arguments)


@pytest.mark.parametrize("build", CONFIGS)
def test_what_follows_an_optional_field_that_is_none_is_checked(build: Builder) -> None:
    with pytest.raises(InvalidInput, match="learning_rate must be a number from 0 to 1, not 5"):
        build(total_training_epochs=None, learning_rate=5)


@pytest.mark.parametrize(("build", "name"), REQUIRED)
def test_a_missing_required_field_is_named(build: Builder, name: str) -> None:
    arguments = {**ALL[build][1]}
    del arguments[name]
    with pytest.raises(InvalidInput, match=f"^{build.__name__}: {name} is missing: it must be "):
        build(**arguments)


@pytest.mark.parametrize(("build", "name"), REQUIRED)
def test_a_required_field_cannot_be_none(build: Builder, name: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{build.__name__}: {name} must be .*, not of type NoneType$"):
        build(**{**ALL[build][1], name: None})


@pytest.mark.parametrize(
    ("build", "unknown", "nearest"),
    [
        (builders.lora_training_config, "lora_rank", "lora_r"),
        (builders.lora_training_config, "loraAlpha", "lora_alpha"),
        (builders.t_few_training_config, "lora_r", "learning_rate"),
        (builders.vanilla_training_config, "number_of_last_layers", "num_of_last_layers"),
        (builders.object_storage_dataset, "bucketName", "bucket_name"),
        (builders.hugging_face_data_source, "acess_token", "access_token"),
        (builders.fine_tune_details, "dedicatedAiClusterId", "dedicated_ai_cluster_id"),
    ],
)
def test_an_unknown_name_is_refused_with_a_suggestion(build: Builder, unknown: str, nearest: str) -> None:
    with pytest.raises(InvalidInput, match=rf"^{build.__name__}: unknown field '{unknown}'; did you mean {nearest}\?"):
        build(**ALL[build][1], **{unknown: "hf_secret"})


@pytest.mark.parametrize("unknown", ["", "x" * 10_000, "ЖЖЖ"])
def test_an_unknown_name_that_is_similar_to_no_field_is_refused(unknown: str) -> None:
    with pytest.raises(InvalidInput, match=r"unknown field .*; did you mean .*\? The fields are") as refused:
        builders.lora_training_config(**{unknown: 1})
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("build", ALL)
def test_fields_are_accepted_by_name_only(build: Builder) -> None:
    with pytest.raises(InvalidInput, match=f"^{build.__name__}: pass every field by name: "):
        build("ns")


@pytest.mark.parametrize("build", CONFIGS)
@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("total_training_epochs", 1),
        ("learning_rate", 0),
        ("learning_rate", 1),
        ("learning_rate", 6e-7),
        ("training_batch_size", 8),
        ("training_batch_size", 16),
        ("early_stopping_patience", 0),
        ("early_stopping_threshold", 0),
        ("early_stopping_threshold", 1e300),
        ("early_stopping_threshold", sys.float_info.max),
        ("log_model_metrics_interval_in_steps", 0),
        ("log_model_metrics_interval_in_steps", 2**31 - 1),
    ],
)
def test_the_ends_of_the_ranges_are_accepted(build: Builder, name: str, right: float) -> None:
    assert getattr(build(**{name: right}), name) == right


def test_t_few_accepts_values_that_the_service_has_accepted() -> None:
    accepted: dict[str, Any] = {
        "total_training_epochs": 2,
        "learning_rate": 0.001,
        "training_batch_size": 32,
        "early_stopping_patience": 2,
        "early_stopping_threshold": 0.005,
        "log_model_metrics_interval_in_steps": 100,
    }
    assert builders.t_few_training_config(**accepted) == TFewTrainingConfig(**accepted)


def test_lora_accepts_the_ends_of_its_own_ranges() -> None:
    lowest = builders.lora_training_config(lora_r=1, lora_alpha=1, lora_dropout=0)
    highest = builders.lora_training_config(lora_r=64, lora_alpha=128, lora_dropout=math.nextafter(1, 0))
    assert (lowest.lora_r, lowest.lora_alpha, lowest.lora_dropout) == (1, 1, 0)
    assert (highest.lora_r, highest.lora_alpha) == (64, 128)


@pytest.mark.parametrize("build", CONFIGS)
@pytest.mark.parametrize(
    ("name", "wrong", "expected"),
    [
        ("total_training_epochs", 0, "an integer from 1 to 2147483647, not 0"),
        ("total_training_epochs", 2**31, "an integer from 1 to 2147483647, not 2147483648"),
        pytest.param(
            "total_training_epochs",
            10**5000,
            "an integer from 1 to 2147483647, not an integer of 16610 bits",
            id="too long for Python to print",
        ),
        ("total_training_epochs", 2**64 - 1, f"an integer from 1 to 2147483647, not {2**64 - 1}"),
        ("total_training_epochs", 2**64, "an integer from 1 to 2147483647, not an integer of 65 bits"),
        ("total_training_epochs", 3.0, "an integer from 1 to 2147483647, not of type float"),
        ("total_training_epochs", "3", "an integer from 1 to 2147483647, not of type str"),
        ("total_training_epochs", True, "an integer from 1 to 2147483647, not of type bool"),
        ("learning_rate", -0.1, "a number from 0 to 1, not -0.1"),
        ("learning_rate", 1.1, "a number from 0 to 1, not 1.1"),
        ("learning_rate", math.nan, "a number from 0 to 1, not nan"),
        ("learning_rate", True, "a number from 0 to 1, not of type bool"),
        ("learning_rate", "0.1", "a number from 0 to 1, not of type str"),
        ("early_stopping_patience", -1, "an integer from 0 to 2147483647, not -1"),
        ("early_stopping_threshold", -1, "a finite number of 0 or more, not -1"),
        ("early_stopping_threshold", math.inf, "a finite number of 0 or more, not inf"),
        ("early_stopping_threshold", math.nan, "a finite number of 0 or more, not nan"),
        ("early_stopping_threshold", 10**400, "a finite number of 0 or more, not an integer of 1329 bits"),
        ("log_model_metrics_interval_in_steps", -1, "an integer from 0 to 2147483647, not -1"),
    ],
)
def test_a_wrong_hyperparameter_is_refused_with_the_expected_values(
    build: Builder, name: str, wrong: object, expected: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        build(**{name: wrong})
    assert str(refused.value) == f"{build.__name__}: {name} must be {expected}"


@pytest.mark.parametrize(
    ("build", "name", "wrong", "right"),
    [
        (builders.t_few_training_config, "training_batch_size", 0, "an integer from 1 to 2147483647"),
        (builders.vanilla_training_config, "training_batch_size", 0, "an integer from 1 to 2147483647"),
        (builders.vanilla_training_config, "num_of_last_layers", -1, "an integer from 0 to 2147483647"),
        (builders.lora_training_config, "training_batch_size", 7, "an integer from 8 to 16"),
        (builders.lora_training_config, "training_batch_size", 17, "an integer from 8 to 16"),
        (builders.lora_training_config, "lora_r", 0, "an integer from 1 to 64"),
        (builders.lora_training_config, "lora_r", 65, "an integer from 1 to 64"),
        (builders.lora_training_config, "lora_alpha", 0, "an integer from 1 to 128"),
        (builders.lora_training_config, "lora_alpha", 129, "an integer from 1 to 128"),
        (builders.lora_training_config, "lora_dropout", 1, "a number from 0 to less than 1"),
        (builders.lora_training_config, "lora_dropout", -0.1, "a number from 0 to less than 1"),
    ],
)
def test_each_method_has_its_own_ranges(build: Builder, name: str, wrong: float, right: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        build(**{name: wrong})
    assert str(refused.value) == f"{build.__name__}: {name} must be {right}, not {wrong}"


@pytest.mark.parametrize("region", ["", "phx", "US-ASHBURN-1", "atlantis-1"])
def test_the_region_of_a_bucket_must_be_a_full_region_id(region: str) -> None:
    with pytest.raises(InvalidInput, match=f"region must be a full region id such as 'us-ashburn-1', not '{region}'"):
        builders.object_storage_data_source(namespace_name="ns", bucket_name="b", prefix_name="p", region=region)


def test_a_full_region_id_is_accepted() -> None:
    fields = {"namespace_name": "ns", "bucket_name": "b", "prefix_name": "p", "region": "us-ashburn-1"}
    assert builders.object_storage_data_source(**fields).region == "us-ashburn-1"


def test_a_string_with_an_unpaired_surrogate_is_refused() -> None:
    with pytest.raises(InvalidInput, match="branch must be text without unpaired surrogates"):
        builders.hugging_face_data_source(model_id="a/b", branch="\ud800")


@pytest.mark.parametrize(
    "model_id",
    ["", "gpt-oss-20b", "openai/", "/gpt-oss-20b", "openai/gpt/20b", "open ai/gpt", "openai/gpt\n", "../secret", "a/ö"],
)
def test_a_hugging_face_model_must_have_an_organisation_and_a_name(model_id: str) -> None:
    with pytest.raises(
        InvalidInput, match="model_id must be a string of the form org/name, such as 'openai/gpt-oss-20b'"
    ):
        builders.hugging_face_data_source(model_id=model_id)


@pytest.mark.parametrize("model_id", ["openai/gpt-oss-20b", "meta-llama/Llama-3.3-70B-Instruct", "a/b", "01-ai/Yi_1.5"])
def test_hugging_face_names_are_accepted(model_id: str) -> None:
    assert builders.hugging_face_data_source(model_id=model_id).model_id == model_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"access_token": b"hf_secret"},
        {"access_token": ["hf_secret"]},
        {"branch": " ", "access_token": "hf_secret"},
        {"acces_token": "hf_secret"},
        {"model_id": 7, "access_token": "hf_secret"},
    ],
)
def test_no_error_shows_the_access_token(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        builders.hugging_face_data_source(**{"model_id": "openai/gpt-oss-20b", **wrong})
    assert "hf_secret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_blank_access_token_is_refused_without_showing_it() -> None:
    with pytest.raises(InvalidInput) as refused:
        builders.hugging_face_data_source(model_id="openai/gpt-oss-20b", access_token=" \t ")
    assert str(refused.value).endswith("access_token must be a non-blank string; its value is a secret and not shown")


@pytest.mark.parametrize("wrong", [{"object_name": "train.jsonl"}, "train.jsonl", builders.lora_training_config()])
def test_fine_tuning_accepts_only_a_built_dataset(wrong: Any) -> None:
    with pytest.raises(InvalidInput, match="training_dataset must be the result of object_storage_dataset, not "):
        builders.fine_tune_details(training_dataset=wrong, dedicated_ai_cluster_id="c")


def test_fine_tuning_accepts_only_a_built_training_config() -> None:
    wrong: Any = DATASET
    with pytest.raises(
        InvalidInput, match=r"training_config must be the result of .*, not of type ObjectStorageDataset"
    ):
        builders.fine_tune_details(training_dataset=DATASET, dedicated_ai_cluster_id="c", training_config=wrong)


@pytest.mark.parametrize("build", CONFIGS)
def test_fine_tuning_accepts_each_training_config(build: Builder) -> None:
    config = build(total_training_epochs=1)
    built = builders.fine_tune_details(training_dataset=DATASET, dedicated_ai_cluster_id="c", training_config=config)
    assert built.training_config is config
