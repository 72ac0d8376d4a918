"""Build the polymorphic inputs of the service with strict checks, before anything is sent.

The classes in `genai_ports.api` accept everything, because they also hold responses. The builders return the same
classes, and refuse with `InvalidInput`: an unknown name, a required field that is missing or blank, a value of the
wrong type (True is not an integer; an integer is a number) or out of its range.

The ranges are the documented ones, except where the service is known to accept more. Integers end at 2147483647, as
in Oracle's typed clients.

Source: https://docs.oracle.com/iaas/Content/generative-ai/fine-tuning-parameters.htm and the models with the same
names in `oci.generative_ai`. We know no documented range of `lora_alpha`, `lora_dropout` and `num_of_last_layers`;
the ranges of the first two here are commonly quoted.
"""

from __future__ import annotations

import re
import reprlib
import sys
from dataclasses import fields
from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from genai_ports.api.fine_tuning import (
    FineTuneDetails,
    LoraTrainingConfig,
    ObjectStorageDataset,
    TFewTrainingConfig,
    VanillaTrainingConfig,
)
from genai_ports.api.hyperparameters import LORA_RANGES, RANGES
from genai_ports.api.imported_model import HuggingFaceModel, ObjectStorageObject
from genai_ports.api.strings import check_text
from genai_ports.errors import InvalidInput
from genai_ports.regions import find_region

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.api.fine_tuning import TrainingHyperparameters
    from genai_ports.api.hyperparameters import Range

P = ParamSpec("P")
R = TypeVar("R")

_MAX_INTEGER = 2**31 - 1
_MODEL_ID = r"\w[\w.-]*/\w[\w.-]*"


class _Rule(NamedTuple):
    """The accepted values of one field, in words and in code."""

    expected: str
    types: tuple[type, ...]
    accepts: Callable[[Any], bool]
    is_secret: bool = False


def _in_range(accepted: Range) -> _Rule:
    low, high = accepted.least, accepted.most
    if accepted.is_whole:
        most = _MAX_INTEGER if high is None else high
        return _Rule(f"an integer from {low} to {most}", (int,), lambda number: low <= number <= most)
    if high is None:
        expected = f"a finite number of {low} or more"
        return _Rule(expected, (int, float), lambda number: low <= number <= sys.float_info.max)
    if accepted.excludes_most:
        return _Rule(f"a number from {low} to less than {high}", (int, float), lambda number: low <= number < high)
    return _Rule(f"a number from {low} to {high}", (int, float), lambda number: low <= number <= high)


def _instance(expected: str, *types: type) -> _Rule:
    return _Rule(expected, types, lambda _: True)


def _is_region_id(text: str) -> bool:
    found = find_region(text)
    return found is not None and found.id == text


_TEXT = _Rule("a non-blank string", (str,), lambda text: bool(text.strip()))
_SECRET = _TEXT._replace(is_secret=True)
_REGION_ID = _Rule("a full region id such as 'us-ashburn-1'", (str,), _is_region_id)
_HUGGING_FACE_ID = _Rule(
    "a string of the form org/name, such as 'openai/gpt-oss-20b'",
    (str,),
    lambda text: re.fullmatch(_MODEL_ID, text, re.ASCII) is not None,
)


def _hyperparameters(cls: type[TrainingHyperparameters], ranges: Mapping[str, Range] = RANGES) -> dict[str, _Rule]:
    return {field.name: _in_range(ranges[field.name]) for field in fields(cls)}


def _strict(**rules: _Rule) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check every argument of a builder before it runs.

    Each builder writes out the fields of its class. With a signature taken from the class, editors would show the
    docstring of the class in place of the builder's.
    """

    def decorate(build: Callable[P, R]) -> Callable[P, R]:
        parameters = signature(build).parameters.values()
        required = frozenset(each.name for each in parameters if each.default is Parameter.empty)

        @wraps(build)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                _check_names(rules, required, kwargs, positional=len(args))
                _check_values(rules, required, kwargs)
            except InvalidInput as refusal:
                raise InvalidInput(f"{build.__name__}: {refusal}") from None
            return build(*args, **kwargs)

        return checked

    return decorate


def _check_names(
    rules: Mapping[str, _Rule], required: frozenset[str], arguments: Mapping[str, Any], *, positional: int
) -> None:
    if positional:
        raise InvalidInput(f"pass every field by name: {', '.join(rules)}")
    for name in arguments:
        if name not in rules:
            raise InvalidInput(
                f"unknown field {reprlib.repr(name)}; did you mean {_nearest(name, rules)}? "
                f"The fields are {', '.join(rules)}"
            )
    for name, rule in rules.items():
        if name in required and name not in arguments:
            raise InvalidInput(f"{name} is missing: it must be {rule.expected}")


def _check_values(rules: Mapping[str, _Rule], required: frozenset[str], arguments: Mapping[str, Any]) -> None:
    for name, current in arguments.items():
        rule = rules[name]
        if current is None and name not in required:
            continue
        check_text(name, current)
        if not isinstance(current, rule.types) or isinstance(current, bool):
            raise InvalidInput(f"{name} must be {rule.expected}, not of type {type(current).__name__}")
        if not rule.accepts(current):
            raise InvalidInput(f"{name} must be {rule.expected}{_but_is(rule, current)}")


def _nearest(name: str, known: Mapping[str, _Rule]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only a refusal needs it

    near: list[str] = get_close_matches(name, known, n=1, cutoff=0.0)
    [nearest] = near
    return nearest


def _but_is(rule: _Rule, wrong: object) -> str:
    if rule.is_secret:
        return "; its value is a secret and not shown"
    if isinstance(wrong, int) and wrong.bit_length() > 64:  # noqa: PLR2004  # Python refuses to print very long ones
        return f", not an integer of {wrong.bit_length()} bits"
    return f", not {reprlib.repr(wrong)}"


@_strict(namespace_name=_TEXT, bucket_name=_TEXT, object_name=_TEXT)
def object_storage_dataset(*, namespace_name: str, bucket_name: str, object_name: str) -> ObjectStorageDataset:
    """Build the reference to a training dataset in Object Storage.

    Args:
        namespace_name: the Object Storage namespace.
        bucket_name: the bucket.
        object_name: the object: JSONL with a prompt and its completion on each line.

    Raises:
        InvalidInput: a field is missing, blank, not a string, or unknown.

    Example:
        >>> object_storage_dataset(namespace_name="ns", bucket_name="data", object_name="train.jsonl")
        ObjectStorageDataset(namespace_name='ns', bucket_name='data', object_name='train.jsonl')
    """
    return ObjectStorageDataset(**locals())


@_strict(**_hyperparameters(TFewTrainingConfig))
def t_few_training_config(
    *,
    total_training_epochs: int | None = None,
    learning_rate: float | None = None,
    training_batch_size: int | None = None,
    early_stopping_patience: int | None = None,
    early_stopping_threshold: float | None = None,
    log_model_metrics_interval_in_steps: int | None = None,
) -> TFewTrainingConfig:
    """Configure the T-Few method. The service chooses the values that are None.

    Args:
        total_training_epochs: how many times at most to go through the whole dataset, 1 or more.
        learning_rate: how fast the weights change at the start, 0 to 1.
        training_batch_size: samples in a mini batch, 1 or more. Base models narrow this, for example to 8 to 16.
        early_stopping_patience: evaluations without improvement before the training stops, 0 or more; 0 disables it.
        early_stopping_threshold: how much the loss must improve to count as improvement, 0 or more.
        log_model_metrics_interval_in_steps: steps between two logs of the metrics, 0 or more; 0 disables it. The first
            20 steps are always logged.

    Raises:
        InvalidInput: a field is out of range, of the wrong type, or unknown.

    Example:
        >>> t_few_training_config(total_training_epochs=2, learning_rate=0.01)
        TFewTrainingConfig(total_training_epochs=2, learning_rate=0.01)
    """
    return TFewTrainingConfig(**locals())


@_strict(**_hyperparameters(VanillaTrainingConfig))
def vanilla_training_config(
    *,
    total_training_epochs: int | None = None,
    learning_rate: float | None = None,
    training_batch_size: int | None = None,
    early_stopping_patience: int | None = None,
    early_stopping_threshold: float | None = None,
    log_model_metrics_interval_in_steps: int | None = None,
    num_of_last_layers: int | None = None,
) -> VanillaTrainingConfig:
    """Configure the Vanilla method. The service chooses the values that are None.

    Args:
        num_of_last_layers: how many of the last layers to tune, 0 or more.

    The other arguments are those of `t_few_training_config`.

    Raises:
        InvalidInput: a field is out of range, of the wrong type, or unknown.

    Example:
        >>> vanilla_training_config(num_of_last_layers=15)
        VanillaTrainingConfig(num_of_last_layers=15)
    """
    return VanillaTrainingConfig(**locals())


@_strict(**_hyperparameters(LoraTrainingConfig, LORA_RANGES))
def lora_training_config(
    *,
    total_training_epochs: int | None = None,
    learning_rate: float | None = None,
    training_batch_size: int | None = None,
    early_stopping_patience: int | None = None,
    early_stopping_threshold: float | None = None,
    log_model_metrics_interval_in_steps: int | None = None,
    lora_r: int | None = None,
    lora_alpha: int | None = None,
    lora_dropout: float | None = None,
) -> LoraTrainingConfig:
    """Configure the LoRA method. The service chooses the values that are None.

    Args:
        training_batch_size: samples in a mini batch, 8 to 16.
        lora_r: the rank of the update matrices, 1 to 64.
        lora_alpha: the scaling factor of the weight matrices, 1 to 128.
        lora_dropout: the dropout probability of the LoRA layers, 0 to less than 1.

    The other arguments are those of `t_few_training_config`.

    Raises:
        InvalidInput: a field is out of range, of the wrong type, or unknown.

    Example:
        >>> lora_training_config(lora_r=8, total_training_epochs=3)
        LoraTrainingConfig(total_training_epochs=3, lora_r=8)
        >>> lora_training_config(lora_r=65)
        Traceback (most recent call last):
            ...
        genai_ports.errors.InvalidInput: lora_training_config: lora_r must be an integer from 1 to 64, not 65
    """
    return LoraTrainingConfig(**locals())


@_strict(namespace_name=_TEXT, bucket_name=_TEXT, prefix_name=_TEXT, region=_REGION_ID)
def object_storage_data_source(
    *, namespace_name: str, bucket_name: str, prefix_name: str, region: str | None = None
) -> ObjectStorageObject:
    """Build the reference to a model in Object Storage that is to be imported.

    Args:
        namespace_name: the Object Storage namespace.
        bucket_name: the bucket.
        prefix_name: the prefix of the files. They have the layout of Hugging Face, with a `config.json`.
        region: the full id of the region of the bucket. Default: the region of the call.

    Raises:
        InvalidInput: a field is missing, blank, not a string, or unknown; the region is not a region id.

    Example:
        >>> object_storage_data_source(namespace_name="ns", bucket_name="b", prefix_name="llama", region="us-ashburn-1")
        ObjectStorageObject(namespace_name='ns', bucket_name='b', prefix_name='llama', region='us-ashburn-1')
    """
    return ObjectStorageObject(**locals())


@_strict(model_id=_HUGGING_FACE_ID, access_token=_SECRET, branch=_TEXT, commit=_TEXT)
def hugging_face_data_source(
    *, model_id: str, access_token: str | None = None, branch: str | None = None, commit: str | None = None
) -> HuggingFaceModel:
    """Build the reference to a model on Hugging Face that is to be imported.

    Args:
        model_id: the model, as `org/name`.
        access_token: a Hugging Face token, for a gated model. It is a secret: no error and no repr shows it.
        branch: the branch of its repository. Default: `main`.
        commit: the commit of its repository; it has precedence over `branch`.

    Raises:
        InvalidInput: a field is missing, blank, not a string, or unknown; `model_id` has not the form `org/name`.

    Example:
        >>> hugging_face_data_source(model_id="openai/gpt-oss-20b", access_token="hf_secret")
        HuggingFaceModel(model_id='openai/gpt-oss-20b')
    """
    return HuggingFaceModel(**locals())


@_strict(
    training_dataset=_instance("the result of object_storage_dataset", ObjectStorageDataset),
    dedicated_ai_cluster_id=_TEXT,
    training_config=_instance(
        "the result of t_few_training_config, vanilla_training_config or lora_training_config",
        TFewTrainingConfig,
        VanillaTrainingConfig,
        LoraTrainingConfig,
    ),
)
def fine_tune_details(
    *,
    training_dataset: ObjectStorageDataset,
    dedicated_ai_cluster_id: str,
    training_config: TFewTrainingConfig | VanillaTrainingConfig | LoraTrainingConfig | None = None,
) -> FineTuneDetails:
    """Build the description of how to fine-tune a base model.

    Args:
        training_dataset: the dataset, from `object_storage_dataset`.
        dedicated_ai_cluster_id: the OCID of the FINE_TUNING cluster to train on.
        training_config: the method and its hyperparameters. Default: the service chooses them.

    Raises:
        InvalidInput: a field is missing, of the wrong type, blank, or unknown.

    Example:
        >>> dataset = object_storage_dataset(namespace_name="ns", bucket_name="data", object_name="train.jsonl")
        >>> cluster_id = "ocid1.generativeaidedicatedaicluster.oc1.us-chicago-1.amaaaaaa"
        >>> fine_tune_details(training_dataset=dataset, dedicated_ai_cluster_id=cluster_id).training_dataset == dataset
        True
    """
    return FineTuneDetails(**locals())
