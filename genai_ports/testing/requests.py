"""Hypothesis strategies for requests: bodies, filters and options, most of them valid."""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from hypothesis import strategies as st

from genai_ports.api.endpoint import ContentModerationConfig, PiiDetectionConfig, PromptInjectionConfig
from genai_ports.api.enums import ModelCapability
from genai_ports.api.fine_tuning import (
    FineTuneDetails,
    LoraTrainingConfig,
    ObjectStorageDataset,
    TFewTrainingConfig,
)
from genai_ports.api.imported_model import HuggingFaceModel, ObjectStorageObject
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, ENDPOINT, IMPORTED_MODEL, MODEL, OPERATIONS, PRIVATE_ENDPOINT
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE, UPDATE
from genai_ports.simulator.catalogue import base_models
from genai_ports.testing.strategies import instances
from genai_ports.wire import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.api.kind import Kind

T = TypeVar("T")
Strategies: TypeAlias = "dict[str, st.SearchStrategy[Any]]"
IdsOf: TypeAlias = "Callable[..., st.SearchStrategy[str]]"
"""Generates the OCIDs of resources of some kinds: `ids(MODEL, IMPORTED_MODEL)`."""

COMPARTMENTS: Final = ("ocid1.compartment.oc1..one", "ocid1.compartment.oc1..two", "ocid1.tenancy.oc1..root")
UNKNOWN_IDS: Final = (
    "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaaunknown",
    "ocid1.generativeaiendpoint.oc1.eu-frankfurt-1.amaaaaaaunknown",
    "ocid1.generativeaiworkrequest.oc1..amaaaaaaunknown",
    "ocid1.compartment.oc1..one",
    "no OCID at all",
    "%2e?a=b#c;d&é",
    "..",
    " ",
)
"""Identifiers of no resource."""

_WRONG: Final[tuple[Any, ...]] = (None, "", " ", "x" * 256, "?", -1, 0, 5, 2.5, True, (), ("a",), ("a", 5))


@cache
def trainable_base_models(vendor: str | None = None) -> tuple[str, ...]:
    """Return the OCIDs of the base models of two regions that can be fine-tuned: all, or those of a vendor."""
    bases = (record.snapshot for region in ("us-chicago-1", "eu-frankfurt-1") for record in base_models(region))
    trainable = (base for base in bases if ModelCapability.FINE_TUNE in base.capabilities)
    return tuple(base.id for base in trainable if vendor in (None, base.vendor))


def rarely(odd: st.SearchStrategy[T], usual: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Draw from `odd` about once in ten times, else from `usual`."""
    return st.integers(0, 9).flatmap(lambda n: odd if n == 9 else usual)


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """Draw None or from the strategy."""
    return st.none() | strategy


_NAMES: Final = st.sampled_from(["a", "b", "B", "ä", "a b&c=d"]) | st.text(max_size=9)
_TAGS: Final = st.dictionaries(_NAMES, _NAMES, max_size=2)
_UNKNOWN: Final = st.sampled_from(["", "NEW", "asc", "a,b"])
"""Values that no enumeration has."""
_VENDORS: Final = st.sampled_from(["meta", "openai", ""])
_COMMON: Final = {
    "display_name": st.sampled_from(["a", "b", "B"]) | _NAMES,
    "description": _NAMES,
    "freeform_tags": _TAGS,
    "defined_tags": st.dictionaries(_NAMES, _TAGS, max_size=1),
}


def _guard(cls: type) -> st.SearchStrategy[Any]:
    return st.builds(cls, is_enabled=st.booleans(), mode=st.sampled_from([None, "INFORM", "BLOCK", "SHOUT"]))


_DNS_PREFIXES: Final = st.sampled_from(["mine", "a-1", "Mine", "-mine", "a.b"])
_OPTIONAL: Final[Mapping[Kind, Callable[[IdsOf], Strategies]]] = {
    MODEL: lambda _: {"vendor": _VENDORS, "version": _NAMES},
    IMPORTED_MODEL: lambda _: {"vendor": _VENDORS, "version": _NAMES},
    ENDPOINT: lambda ids: {
        "content_moderation_config": _guard(ContentModerationConfig),
        "prompt_injection_config": _guard(PromptInjectionConfig),
        "pii_detection_config": _guard(PiiDetectionConfig),
        "generative_ai_private_endpoint_id": ids(PRIVATE_ENDPOINT),
    },
    PRIVATE_ENDPOINT: lambda _: {
        "nsg_ids": st.lists(_NAMES, max_size=2),
        "is_allow_on_demand": st.booleans(),
        "security_attributes": _COMMON["defined_tags"],
    },
}
"""The optional attributes of a kind in addition to those of all kinds. Default: none."""

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
        HuggingFaceModel(model_id="Qwen/Qwen3-Embedding-0.6B", branch="main", access_token="invalid"),
        HuggingFaceModel(model_id="no slash"),
        ObjectStorageObject(namespace_name="ns", bucket_name="b", prefix_name="p"),
        ObjectStorageObject(namespace_name="ns", bucket_name="b", prefix_name="p", region="atlantis-1"),
    ]
)


_BASE_IDS: Final = st.deferred(lambda: st.sampled_from(trainable_base_models()))
_UNIT_COUNTS: Final = st.integers(0, 3)


def _model(ids: IdsOf) -> Strategies:
    tuning = st.builds(
        FineTuneDetails,
        training_dataset=_DATASETS,
        dedicated_ai_cluster_id=ids(DEDICATED_AI_CLUSTER),
        training_config=_TRAINING,
    )
    return {"base_model_id": rarely(ids(MODEL), _BASE_IDS), "fine_tune_details": tuning}


_REQUIRED: Final[Mapping[Kind, Callable[[IdsOf], Strategies]]] = {
    MODEL: _model,
    IMPORTED_MODEL: lambda _: {
        "data_source": _SOURCES,
        "capabilities": st.sampled_from([None, ("TEXT_TO_TEXT",), ("CHAT",), ()]),
    },
    ENDPOINT: lambda ids: {
        "model_id": ids(MODEL, IMPORTED_MODEL) | _BASE_IDS,
        "dedicated_ai_cluster_id": ids(DEDICATED_AI_CLUSTER),
    },
    DEDICATED_AI_CLUSTER: lambda _: {
        "type": st.sampled_from(["HOSTING", "FINE_TUNING", "HOSTING", "OTHER"]),
        "unit_count": _UNIT_COUNTS,
        "unit_shape": st.sampled_from(["LARGE_GENERIC", "H100_X1", "LARGE_GENERIC", "SMALL_COHERE", "TINY"]),
    },
    PRIVATE_ENDPOINT: lambda _: {
        "dns_prefix": _DNS_PREFIXES,
        "resource_type": st.sampled_from([None, "ENDPOINT", "ENDPOINT", "APPLICATION", "OTHER"]),
    },
}
"""What a kind needs in addition to the example in its row."""

_UPDATABLE: Final[Mapping[Kind, Strategies]] = {
    DEDICATED_AI_CLUSTER: {"unit_count": _UNIT_COUNTS},
    PRIVATE_ENDPOINT: {"dns_prefix": _DNS_PREFIXES},
}
"""What an update of a kind can change in addition to what is optional. Default: nothing."""


def create_details(kind: Kind, ids: IdsOf) -> st.SearchStrategy[Any]:
    """Generate bodies of a create operation; most are accepted if the resources that they name are ready.

    Args:
        kind: the kind of resource.
        ids: generates the OCIDs of the resources that a body names.
    """
    cls: Any = kind.operation(CREATE).details
    own = _REQUIRED[kind](ids) if kind in _REQUIRED else {}
    required = {**_example(kind), **own, "compartment_id": st.sampled_from(COMPARTMENTS)}
    usual: st.SearchStrategy[Any] = _built(cls, required, _optional(kind, ids))
    return rarely(instances(cls) | broken(usual), usual)


def update_details(kind: Kind, ids: IdsOf) -> st.SearchStrategy[Any]:
    """Generate bodies of an update operation; some change nothing.

    Args:
        kind: the kind of resource.
        ids: generates the OCIDs of the resources that a body names.
    """
    cls: Any = kind.operation(UPDATE).details
    usual: st.SearchStrategy[Any] = _built(cls, {}, {**_optional(kind, ids), **_UPDATABLE.get(kind, {})})
    return rarely(broken(usual), usual)


def _optional(kind: Kind, ids: IdsOf) -> Strategies:
    return {**_COMMON, **_OPTIONAL[kind](ids)} if kind in _OPTIONAL else _COMMON


def _example(kind: Kind) -> Strategies:
    cls: Any = kind.operation(CREATE).details
    body = decode(cls, kind.example or {})
    return {field.name: st.just(getattr(body, field.name)) for field in fields(cls) if field.default is MISSING}


def _built(cls: type[T], required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[T]:
    return st.builds(cls, **required, **{name: maybe(strategy) for name, strategy in optional.items()})


def broken(details: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Generate bodies with one attribute of any type."""

    def with_a_wrong(body: T) -> st.SearchStrategy[T]:
        names = [field.name for field in fields(body)]  # type: ignore[arg-type]  # all bodies are dataclasses
        changes = st.tuples(st.sampled_from(names), st.sampled_from(_WRONG))
        return changes.map(lambda change: replaced(body, **dict([change])))

    return details.flatmap(with_a_wrong)


def list_options(name: str, *, ids: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Generate filters, order and page size of a list operation, now and then with a value that is refused.

    Args:
        name: the name of the operation.
        ids: OCIDs to filter by.
    """
    operation = OPERATIONS[name]
    filters = {each: _filtered(each, allowed, ids) for each, allowed in operation.filters.items()}
    paging = {
        "sort_by": rarely(_UNKNOWN, st.sampled_from(operation.sort_keys)),
        "sort_order": rarely(_UNKNOWN, st.sampled_from(["ASC", "DESC"])),
        "limit": st.sampled_from([1, 2, 3, 100, 1000, 0, 1001, -1, 10**12]),
    }
    few = st.lists(st.sampled_from(sorted(filters)), max_size=2, unique=True) if filters else st.just([])
    return few.flatmap(lambda chosen: st.fixed_dictionaries({each: filters[each] for each in chosen}, optional=paging))


def _filtered(name: str, allowed: tuple[str, ...], ids: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    if name == "capability":
        return st.lists(rarely(_UNKNOWN, st.sampled_from(allowed)), max_size=2, unique=True)
    if allowed:
        return rarely(_UNKNOWN, st.sampled_from(allowed))
    if name == "vendor":
        return _VENDORS
    return ids if name.endswith("id") else _NAMES
