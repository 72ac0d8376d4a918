"""Build the polymorphic inputs of the service strictly: a slip is named here, before anything is sent.

The classes in `genai_ports.api` are lenient, because they carry what a service answers. The builders return the
same classes, and refuse with `InvalidInput` a name that is not known, a required field that is missing or blank, a
value of the wrong type (True is no integer; an integer will do for a number) or out of its range.

The ranges are the documented ones, where the service is not known to accept more; integers end at 2147483647,
where Oracle's typed clients end.

Source: https://docs.oracle.com/iaas/Content/generative-ai/fine-tuning-parameters.htm and the models of the same names
in `oci.generative_ai`. `lora_alpha`, `lora_dropout` and `num_of_last_layers` have no documented range that we have
seen: the one here for the first two is commonly quoted.
"""

from __future__ import annotations

import re
import reprlib
import sys
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
from genai_ports.api.imported_model import HuggingFaceModel, ObjectStorageObject
from genai_ports.errors import InvalidInput
from genai_ports.regions import find_region

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

P = ParamSpec("P")
R = TypeVar("R")

_MAX_INTEGER = 2**31 - 1
_MODEL_ID = r"\w[\w.-]*/\w[\w.-]*"


class _Rule(NamedTuple):
    """What is right for one field, in words and in code."""

    right: str
    types: tuple[type, ...]
    accepts: Callable[[Any], bool]
    is_secret: bool = False


def _integer(low: int, high: int = _MAX_INTEGER) -> _Rule:
    return _Rule(f"an integer from {low} to {high}", (int,), lambda given: low <= given <= high)


def _number(right: str, accepts: Callable[[float], bool]) -> _Rule:
    return _Rule(right, (int, float), accepts)


def _instance(right: str, *types: type) -> _Rule:
    return _Rule(right, types, lambda _: True)


def _is_region_id(text: str) -> bool:
    found = find_region(text)
    return found is not None and found.id == text


_TEXT = _Rule("a non-blank string", (str,), lambda given: bool(given.strip()))
_SECRET = _TEXT._replace(is_secret=True)
_REGION_ID = _Rule("a full region id such as 'us-ashburn-1'", (str,), _is_region_id)
_HUGGING_FACE_ID = _Rule(
    "a string of the form org/name, such as 'openai/gpt-oss-20b'",
    (str,),
    lambda given: re.fullmatch(_MODEL_ID, given, re.ASCII) is not None,
)
_HYPERPARAMETERS = {
    "total_training_epochs": _integer(1),
    "learning_rate": _number("a number from 0 to 1", lambda given: 0 <= given <= 1),
    "training_batch_size": _integer(1),
    "early_stopping_patience": _integer(0),
    "early_stopping_threshold": _number("a finite number of 0 or more", lambda given: 0 <= given <= sys.float_info.max),
    "log_model_metrics_interval_in_steps": _integer(0),
}


def _strict(**rules: _Rule) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check every argument of a builder before it runs, and leave its signature to readers and type checkers."""

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
    rules: Mapping[str, _Rule], required: frozenset[str], given: Mapping[str, Any], *, positional: int
) -> None:
    if positional:
        raise InvalidInput(f"every field is given by name: {', '.join(rules)}")
    for name in given:
        if name not in rules:
            raise InvalidInput(
                f"there is no field {reprlib.repr(name)}: the nearest is {_nearest(name, rules)}, "
                f"and all are {', '.join(rules)}"
            )
    for name, rule in rules.items():
        if name in required and name not in given:
            raise InvalidInput(f"{name} is missing: it must be {rule.right}")


def _check_values(rules: Mapping[str, _Rule], required: frozenset[str], given: Mapping[str, Any]) -> None:
    for name, current in given.items():
        rule = rules[name]
        if current is None and name not in required:
            continue
        if not isinstance(current, rule.types) or isinstance(current, bool):
            raise InvalidInput(f"{name} must be {rule.right}, not of type {type(current).__name__}")
        if not rule.accepts(current):
            raise InvalidInput(f"{name} must be {rule.right}, not {_shown(rule, current)}")


def _nearest(name: str, known: Mapping[str, _Rule]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only a refusal needs it

    near: list[str] = get_close_matches(name, known, n=1, cutoff=0.0)
    return near[0]


def _shown(rule: _Rule, given: object) -> str:
    if rule.is_secret:
        return "what was given (which is a secret, and not shown)"
    if isinstance(given, int) and given.bit_length() > 64:  # noqa: PLR2004  # Python refuses to print very long ones
        return f"an integer of {given.bit_length()} bits"
    return reprlib.repr(given)


@_strict(namespace_name=_TEXT, bucket_name=_TEXT, object_name=_TEXT)
def object_storage_dataset(*, namespace_name: str, bucket_name: str, object_name: str) -> ObjectStorageDataset:
    """Name a training dataset in Object Storage.

    Args:
        namespace_name: the Object Storage namespace.
        bucket_name: the bucket.
        object_name: the object: JSONL, a prompt and its completion on each line.

    Raises:
        InvalidInput: a field is missing, blank, no string, or not known.

    Example:
        >>> object_storage_dataset(namespace_name="ns", bucket_name="data", object_name="train.jsonl")
        ObjectStorageDataset(namespace_name='ns', bucket_name='data', object_name='train.jsonl')
    """
    return ObjectStorageDataset(namespace_name=namespace_name, bucket_name=bucket_name, object_name=object_name)


@_strict(**_HYPERPARAMETERS)
def t_few_training_config(
    *,
    total_training_epochs: int | None = None,
    learning_rate: float | None = None,
    training_batch_size: int | None = None,
    early_stopping_patience: int | None = None,
    early_stopping_threshold: float | None = None,
    log_model_metrics_interval_in_steps: int | None = None,
) -> TFewTrainingConfig:
    """Configure the T-Few method; what is None is left to the service.

    Args:
        total_training_epochs: how often to go through the whole dataset at most; 1 or more.
        learning_rate: how fast the weights move at first; 0 to 1.
        training_batch_size: samples in a mini batch; 1 or more. Base models narrow it, to 8 to 16 for example.
        early_stopping_patience: evaluations without improvement to wait before stopping; 0 or more, 0 disables it.
        early_stopping_threshold: how much the loss must improve to count; 0 or more.
        log_model_metrics_interval_in_steps: steps from one log of the metrics to the next, after the first 20 steps,
            which are all logged; 0 or more, 0 disables it.

    Raises:
        InvalidInput: a field is out of range, of the wrong type, or not known.

    Example:
        >>> t_few_training_config(total_training_epochs=2, learning_rate=0.01)
        TFewTrainingConfig(total_training_epochs=2, learning_rate=0.01)
    """
    return TFewTrainingConfig(
        total_training_epochs=total_training_epochs,
        learning_rate=learning_rate,
        training_batch_size=training_batch_size,
        early_stopping_patience=early_stopping_patience,
        early_stopping_threshold=early_stopping_threshold,
        log_model_metrics_interval_in_steps=log_model_metrics_interval_in_steps,
    )


@_strict(**_HYPERPARAMETERS, num_of_last_layers=_integer(0))
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
    """Configure the Vanilla method; what is None is left to the service.

    Args:
        num_of_last_layers: how many of the last layers to tune; 0 or more.

    The other arguments are those of `t_few_training_config`.

    Raises:
        InvalidInput: a field is out of range, of the wrong type, or not known.

    Example:
        >>> vanilla_training_config(num_of_last_layers=15)
        VanillaTrainingConfig(num_of_last_layers=15)
    """
    return VanillaTrainingConfig(
        total_training_epochs=total_training_epochs,
        learning_rate=learning_rate,
        training_batch_size=training_batch_size,
        early_stopping_patience=early_stopping_patience,
        early_stopping_threshold=early_stopping_threshold,
        log_model_metrics_interval_in_steps=log_model_metrics_interval_in_steps,
        num_of_last_layers=num_of_last_layers,
    )


@_strict(
    **_HYPERPARAMETERS
    | {
        "training_batch_size": _integer(8, 16),
        "lora_r": _integer(1, 64),
        "lora_alpha": _integer(1, 128),
        "lora_dropout": _number("a number from 0 to less than 1", lambda given: 0 <= given < 1),
    }
)
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
    """Configure the LoRA method; what is None is left to the service.

    Args:
        training_batch_size: samples in a mini batch; 8 to 16.
        lora_r: the rank of the update matrices; 1 to 64.
        lora_alpha: the scaling factor of the weight matrices; 1 to 128.
        lora_dropout: the dropout probability of the LoRA layers; 0 to less than 1.

    The other arguments are those of `t_few_training_config`.

    Raises:
        InvalidInput: a field is out of range, of the wrong type, or not known.

    Example:
        >>> lora_training_config(lora_r=8, total_training_epochs=3)
        LoraTrainingConfig(total_training_epochs=3, lora_r=8)
        >>> lora_training_config(lora_r=65)
        Traceback (most recent call last):
            ...
        genai_ports.errors.InvalidInput: lora_training_config: lora_r must be an integer from 1 to 64, not 65
    """
    return LoraTrainingConfig(
        total_training_epochs=total_training_epochs,
        learning_rate=learning_rate,
        training_batch_size=training_batch_size,
        early_stopping_patience=early_stopping_patience,
        early_stopping_threshold=early_stopping_threshold,
        log_model_metrics_interval_in_steps=log_model_metrics_interval_in_steps,
        lora_r=lora_r,
        lora_alpha=lora_alpha,
        lora_dropout=lora_dropout,
    )


@_strict(namespace_name=_TEXT, bucket_name=_TEXT, prefix_name=_TEXT, region=_REGION_ID)
def object_storage_data_source(
    *, namespace_name: str, bucket_name: str, prefix_name: str, region: str | None = None
) -> ObjectStorageObject:
    """Name a model to import from Object Storage.

    Args:
        namespace_name: the Object Storage namespace.
        bucket_name: the bucket.
        prefix_name: the prefix of the files, which are in Hugging Face's layout, `config.json` among them.
        region: the full id of the region where the bucket is; None for the region of the call.

    Raises:
        InvalidInput: a field is missing, blank, no string, or not known, or the region is not a region's id.

    Example:
        >>> object_storage_data_source(namespace_name="ns", bucket_name="b", prefix_name="llama", region="us-ashburn-1")
        ObjectStorageObject(namespace_name='ns', bucket_name='b', prefix_name='llama', region='us-ashburn-1')
    """
    return ObjectStorageObject(
        namespace_name=namespace_name, bucket_name=bucket_name, prefix_name=prefix_name, region=region
    )


@_strict(model_id=_HUGGING_FACE_ID, access_token=_SECRET, branch=_TEXT, commit=_TEXT)
def hugging_face_data_source(
    *, model_id: str, access_token: str | None = None, branch: str | None = None, commit: str | None = None
) -> HuggingFaceModel:
    """Name a model to import from Hugging Face.

    Args:
        model_id: the model, as `org/name`.
        access_token: a Hugging Face token, for a gated model. It is a secret: no error and no repr shows it.
        branch: the branch of its repository; `main` unless told.
        commit: the commit of its repository; it wins over a branch.

    Raises:
        InvalidInput: a field is missing, blank, no string, or not known, or `model_id` is not of the form `org/name`.

    Example:
        >>> hugging_face_data_source(model_id="openai/gpt-oss-20b", access_token="hf_secret")
        HuggingFaceModel(model_id='openai/gpt-oss-20b')
    """
    return HuggingFaceModel(model_id=model_id, access_token=access_token, branch=branch, commit=commit)


@_strict(
    training_dataset=_instance("what object_storage_dataset returns", ObjectStorageDataset),
    dedicated_ai_cluster_id=_TEXT,
    training_config=_instance(
        "what t_few_training_config, vanilla_training_config or lora_training_config returns",
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
    """Say how to fine-tune a base model.

    Args:
        training_dataset: what to train on, from `object_storage_dataset`.
        dedicated_ai_cluster_id: the OCID of the FINE_TUNING cluster to train on.
        training_config: the method and its hyperparameters; None leaves them to the service.

    Raises:
        InvalidInput: a field is missing, of the wrong type, blank, or not known.

    Example:
        >>> dataset = object_storage_dataset(namespace_name="ns", bucket_name="data", object_name="train.jsonl")
        >>> cluster_id = "ocid1.generativeaidedicatedaicluster.oc1.us-chicago-1.amaaaaaa"
        >>> fine_tune_details(training_dataset=dataset, dedicated_ai_cluster_id=cluster_id).training_dataset == dataset
        True
    """
    return FineTuneDetails(
        training_dataset=training_dataset,
        dedicated_ai_cluster_id=dedicated_ai_cluster_id,
        training_config=training_config,
    )
