"""The base models that each region offers, and what is documented of models that can be imported.

Source: the data files beside this module; `docs/fidelity.md` lists which ids and times are
recorded and which are derived.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import ModelCapability, ModelLifecycleState, ModelType
from genai_ports.api.frozen import EMPTY
from genai_ports.api.kinds import MODEL
from genai_ports.api.model import Model
from genai_ports.api.value import replaced
from genai_ports.simulator.state.ids import IdFactory
from genai_ports.simulator.state.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_IDS: Final = IdFactory("oracle")
"""Base models belong to Oracle: their ids are the same in every world, whatever its seed."""

_RELEASED_UNKNOWN: Final = "2026-01-21"


def _load(name: str) -> list[dict[str, Any]]:
    text = resources.files("genai_ports.simulator").joinpath("catalogue_data", name).read_text(encoding="utf-8")
    models: list[dict[str, Any]] = json.loads(text)["models"]
    return models


@lru_cache(maxsize=1)
def _base_models() -> list[dict[str, Any]]:
    return _load("base_models.json")


@lru_cache(maxsize=1)
def _importable_capabilities() -> dict[str, str]:
    return {model["modelId"].lower(): model["capability"] for model in _load("importable_models.json")}


def importable_capability(model_id: str) -> str | None:
    """Return the capability that Oracle documents for a Hugging Face model; None if the model is not on the list."""
    return _importable_capabilities().get(model_id.lower())


@cache
def public_names_and_ids() -> frozenset[str]:
    """Return what everybody knows: the names and OCIDs of all base models, and the ids of importable models."""
    regions = {region for model in _base_models() for region in model["servingModes"]}
    base = [record.snapshot for region in regions for record in base_models(region)]
    importable = (model["modelId"] for model in _load("importable_models.json"))
    return frozenset({each.id for each in base} | {str(each.display_name) for each in base} | set(importable))


def base_models(region: str, copies: int = 1) -> tuple[Record, ...]:
    """List the base models of a region, as records that all worlds share and never change.

    Args:
        region: its id.
        copies: how many there are of each, under one name, for the mode `same-names`.
    """
    return _all_records(region, copies)


@lru_cache(maxsize=128)
def _all_records(region: str, copies: int) -> tuple[Record, ...]:
    records: list[Record] = []
    for model in _base_models():
        if region in model["servingModes"] or region in model["recorded"]:
            records.extend(_records(model, region, -1 - len(records)))
    return with_copies(records, copies)


def with_copies(records: Sequence[Record], copies: int) -> tuple[Record, ...]:
    """Add copies of base models under the same names; `copies` as for `base_models`."""
    further = [_copy(record, number, len(records)) for number in range(1, copies) for record in records]
    return (*records, *further)


def _copy(record: Record, number: int, originals: int) -> Record:
    """Make another model of the same name: one second older for each copy, and last among equals."""
    model = record.snapshot
    snapshot = replaced(
        model,
        id=_IDS.ocid(MODEL, record.region, f"{model.id} {number}"),
        time_created=model.time_created - timedelta(seconds=number),
    )
    return Record(record.order - number * originals, record.region, snapshot)


@lru_cache(maxsize=128)
def base_models_by_id(region: str, copies: int) -> Mapping[str, Record]:
    """Map the OCIDs of the base models of a region to their records; arguments as for `base_models`."""
    return {record.snapshot.id: record for record in base_models(region, copies)}


def training_methods(base: Model) -> tuple[str, ...]:
    """List the `trainingConfigType` values that a base model can be fine-tuned with."""
    if ModelCapability.FINE_TUNE not in base.capabilities:
        return ()
    return _training_methods().get(str(base.display_name), ())


@cache
def _training_methods() -> dict[str, tuple[str, ...]]:
    return {model["displayName"]: tuple(model["fineTuning"]) for model in _base_models()}


def _records(model: dict[str, Any], region: str, order: int) -> list[Record]:
    """Make the records of one catalogue entry: a fine-tunable model is listed twice, the second time with FINE_TUNE."""
    plain = tuple(model["capabilities"])
    variants = [plain]
    if model["fineTuning"] and ModelCapability.FINE_TUNE not in plain:
        variants.append((*plain, ModelCapability.FINE_TUNE))
    recorded = model["recorded"].get(region, [])
    return [
        _record(model, region, capabilities, recorded[n] if n < len(recorded) else {}, order - n)
        for n, capabilities in enumerate(variants)
    ]


def _record(
    model: dict[str, Any], region: str, capabilities: tuple[str, ...], recorded: dict[str, Any], order: int
) -> Record:
    name = model["displayName"]
    snapshot = Model(
        id=recorded.get("id") or _IDS.ocid(MODEL, region, f"{name} {' '.join(capabilities)}"),
        compartment_id=None,
        capabilities=capabilities,
        lifecycle_state=ModelLifecycleState.ACTIVE,
        lifecycle_details="Created",
        time_created=_time(recorded.get("timeCreated")) or _derived_time(model, order),
        type=ModelType.BASE,
        display_name=name,
        vendor=model["vendor"],
        version="1.0",
        is_long_term_supported=True,
        time_deprecated=_time(recorded.get("timeDeprecated")),
        time_on_demand_retired=_time(recorded.get("timeOnDemandRetired", model["onDemandRetired"])),
        time_dedicated_retired=_time(recorded.get("timeDedicatedRetired", model["dedicatedRetired"])),
        freeform_tags=EMPTY,
        defined_tags=EMPTY,
        system_tags=EMPTY,
    )
    return Record(order, region, snapshot)


def _derived_time(model: dict[str, Any], order: int) -> datetime:
    """Release day plus a few seconds that differ for each model, so that no two models are equally new."""
    released = datetime.fromisoformat(model["released"] or _RELEASED_UNKNOWN).replace(tzinfo=UTC)
    return released + timedelta(hours=18, seconds=-order)


def _time(text: str | None) -> datetime | None:
    """Read a day or a time; all times in the catalogue are in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
