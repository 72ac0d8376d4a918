"""Hypothesis strategies for what clients ask: bodies, filters and options, mostly right and now and then wrong."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

from genai_ports.domain.dedicated_ai_cluster import CreateDedicatedAiClusterDetails
from genai_ports.domain.endpoint import (
    ContentModerationConfig,
    CreateEndpointDetails,
    PiiDetectionConfig,
    PromptInjectionConfig,
)
from genai_ports.domain.fine_tuning import (
    FineTuneDetails,
    LoraTrainingConfig,
    ObjectStorageDataset,
    TFewTrainingConfig,
)
from genai_ports.domain.imported_model import CreateImportedModelDetails, HuggingFaceModel, ObjectStorageObject
from genai_ports.domain.model import CreateModelDetails
from genai_ports.domain.operations import DEDICATED_AI_CLUSTER, ENDPOINT, IMPORTED_MODEL, MODEL, OPERATIONS, Kind
from genai_ports.domain.value import replaced
from genai_ports.testing.strategies import instances

T = TypeVar("T")

COMPARTMENTS: Final = ("ocid1.compartment.oc1..one", "ocid1.compartment.oc1..two", "ocid1.tenancy.oc1..root")
STRAYS: Final = (
    "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaaunknown",
    "ocid1.generativeaiendpoint.oc1.eu-frankfurt-1.amaaaaaaunknown",
    "ocid1.generativeaiworkrequest.oc1..amaaaaaaunknown",
    "ocid1.compartment.oc1..one",
    "no OCID at all",
    "%2e?a=b#c;d&é",
    "..",
    " ",
)
"""Identifiers that name nothing."""

_WRONG: Final[tuple[Any, ...]] = (None, "", " ", "x" * 256, "?", -1, 0, 5, 2.5, True, (), ("a",), ("a", 5))


def rarely(odd: st.SearchStrategy[T], usual: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Draw the odd about once in ten times, else the usual."""
    return st.integers(0, 9).flatmap(lambda n: odd if n == 9 else usual)  # noqa: PLR2004  # one of ten, shrunk last


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """Draw None, or from the strategy."""
    return st.none() | strategy


NAMES: Final = st.sampled_from(["a", "b", "B", "ä", "a b&c=d"]) | st.text(max_size=9)
_TAGS: Final = st.dictionaries(NAMES, NAMES, max_size=2)
_COMMON: Final = {
    "display_name": NAMES,
    "description": NAMES,
    "freeform_tags": _TAGS,
    "defined_tags": st.dictionaries(NAMES, _TAGS, max_size=1),
}
_VENDOR_AND_VERSION: Final = {"vendor": st.sampled_from(["meta", "openai", ""]), "version": NAMES}
_MODES: Final = {"is_enabled": st.booleans(), "mode": st.sampled_from([None, "INFORM", "BLOCK", "SHOUT"])}
_GUARDS: Final = {
    "content_moderation_config": st.builds(ContentModerationConfig, **_MODES),
    "prompt_injection_config": st.builds(PromptInjectionConfig, **_MODES),
    "pii_detection_config": st.builds(PiiDetectionConfig, **_MODES),
}
_OPTIONAL: Final = {
    MODEL: {**_COMMON, **_VENDOR_AND_VERSION},
    IMPORTED_MODEL: {**_COMMON, **_VENDOR_AND_VERSION},
    ENDPOINT: {**_COMMON, **_GUARDS},
    DEDICATED_AI_CLUSTER: _COMMON,
}
_DATASETS: Final = st.builds(
    ObjectStorageDataset, namespace_name=st.just("ns"), bucket_name=st.just("b"), object_name=st.just("o.jsonl")
)
_TRAINING: Final = st.sampled_from(
    [
        None,
        LoraTrainingConfig(),
        LoraTrainingConfig(lora_r=8, total_training_epochs=2, learning_rate=1),
        LoraTrainingConfig(lora_r=65),
        TFewTrainingConfig(total_training_epochs=1),
    ]
)
_SOURCES: Final = st.sampled_from(
    [
        HuggingFaceModel(model_id="openai/gpt-oss-20b"),
        HuggingFaceModel(model_id="Qwen/Qwen3-Embedding-0.6B", branch="main", access_token="hf_secret"),
        HuggingFaceModel(model_id="no slash"),
        ObjectStorageObject(namespace_name="ns", bucket_name="b", prefix_name="p"),
        ObjectStorageObject(namespace_name="ns", bucket_name="b", prefix_name="p", region="atlantis-1"),
    ]
)


def create_details(
    kind: Kind, *, models: st.SearchStrategy[str], clusters: st.SearchStrategy[str]
) -> st.SearchStrategy[Any]:
    """Make bodies of a create operation, most of which are accepted if the resources that they name are ready.

    Args:
        kind: what is to be created.
        models: OCIDs to serve, or to fine-tune.
        clusters: OCIDs to run on.
    """
    compartment = {"compartment_id": st.sampled_from(COMPARTMENTS)}
    required = _required(kind, models, clusters)
    cls: type = _REQUESTS[kind]
    usual = _partly(cls, {**compartment, **required}, _OPTIONAL[kind])
    return rarely(rarely(instances(cls), broken(usual)), usual)


def _required(
    kind: Kind, models: st.SearchStrategy[str], clusters: st.SearchStrategy[str]
) -> dict[str, st.SearchStrategy[Any]]:
    if kind is MODEL:
        tuning = st.builds(
            FineTuneDetails, training_dataset=_DATASETS, dedicated_ai_cluster_id=clusters, training_config=_TRAINING
        )
        return {"base_model_id": models, "fine_tune_details": tuning}
    if kind is IMPORTED_MODEL:
        return {"data_source": _SOURCES, "capabilities": st.sampled_from([None, ("TEXT_TO_TEXT",), ("CHAT",), ()])}
    if kind is ENDPOINT:
        return {"model_id": models, "dedicated_ai_cluster_id": clusters}
    return {
        "type": st.sampled_from(["HOSTING", "FINE_TUNING", "HOSTING", "OTHER"]),
        "unit_count": st.integers(0, 3),
        "unit_shape": st.sampled_from(["LARGE_GENERIC", "H100_X1", "LARGE_GENERIC", "TINY"]),
    }


_REQUESTS: Final = {
    MODEL: CreateModelDetails,
    IMPORTED_MODEL: CreateImportedModelDetails,
    ENDPOINT: CreateEndpointDetails,
    DEDICATED_AI_CLUSTER: CreateDedicatedAiClusterDetails,
}


def update_details(kind: Kind) -> st.SearchStrategy[Any]:
    """Make bodies of an update operation, some of which change nothing."""
    cls = OPERATIONS[f"update_{kind.name}"].details
    assert cls
    optional: dict[str, Any] = dict(_OPTIONAL[kind])
    if kind is DEDICATED_AI_CLUSTER:
        optional["unit_count"] = st.integers(0, 3)
    usual = _partly(cls, {}, optional)
    return rarely(broken(usual), usual)


def _partly(cls: type[T], required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[T]:
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: cls(**given))


def broken(details: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Give one attribute of a body a value of any type."""

    def breaking(body: T) -> st.SearchStrategy[T]:
        names = [field.name for field in fields(body)]  # type: ignore[arg-type]  # all bodies are dataclasses
        return st.builds(
            lambda name, wrong: replaced(body, **{name: wrong}), st.sampled_from(names), st.sampled_from(_WRONG)
        )

    return details.flatmap(breaking)


def list_options(name: str, *, ids: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Make the filters, sort and page size of a list operation; enumerations have only values that the SDK lets pass.

    Args:
        name: the operation's.
        ids: OCIDs to filter by.
    """
    operation = OPERATIONS[name]
    filters: dict[str, Any] = {
        filtered: st.sampled_from(allowed) if allowed else (ids if filtered.endswith("id") else NAMES)
        for filtered, allowed in operation.filters.items()
    }
    if "vendor" in filters:
        filters["vendor"] = _VENDOR_AND_VERSION["vendor"]
    if "capability" in filters:
        filters["capability"] = st.lists(filters["capability"], max_size=2, unique=True)
    paging = {
        "sort_by": st.sampled_from(operation.sort_keys),
        "sort_order": st.sampled_from(["ASC", "DESC"]),
        "limit": st.sampled_from([1, 2, 3, 100, 1000, 0, 1001]),
    }
    few = st.lists(st.sampled_from(sorted(filters)), max_size=2, unique=True) if filters else st.just([])
    return few.flatmap(lambda chosen: st.fixed_dictionaries({each: filters[each] for each in chosen}, optional=paging))
