"""Model: a pretrained base model of Oracle's, or a custom model that was fine-tuned from one.

Source: `Model`, `ModelSummary`, `CreateModelDetails` and `UpdateModelDetails` of `oci.generative_ai`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # read at run time by the codec and the rules
from datetime import datetime  # noqa: TC003
from typing import Any

from genai_ports.api.fine_tuning import FineTuneDetails, ModelMetrics  # noqa: TC001
from genai_ports.api.snapshot import Snapshot
from genai_ports.api.strings import CompartmentId, DisplayName, Identifier  # noqa: TC001
from genai_ports.api.value import Value, value


@value
class ModelSummary(Snapshot):
    """A Model as lists show it; `compartment_id` and `base_model_id` are None for base models."""

    id: str
    compartment_id: str | None
    capabilities: tuple[str, ...]
    lifecycle_state: str
    time_created: datetime
    type: str
    lifecycle_details: str | None = None
    display_name: str | None = None
    vendor: str | None = None
    version: str | None = None
    base_model_id: str | None = None
    fine_tune_details: FineTuneDetails | None = None
    model_metrics: ModelMetrics | None = None
    is_long_term_supported: bool | None = None
    time_deprecated: datetime | None = None
    time_on_demand_retired: datetime | None = None
    time_dedicated_retired: datetime | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
    system_tags: Mapping[str, Mapping[str, Any]] | None = None


@value
class Model(ModelSummary):
    """A Model with everything that GET returns."""

    description: str | None = None
    time_updated: datetime | None = None
    previous_state: Model | None = None


@value
class CreateModelDetails(Value):
    """The base model and the fine-tuning of a new custom model, and its other properties."""

    compartment_id: CompartmentId
    base_model_id: Identifier
    fine_tune_details: FineTuneDetails
    display_name: DisplayName | None = None
    description: str | None = None
    vendor: str | None = None
    version: str | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None


@value
class UpdateModelDetails(Value):
    """What to change of a custom model; attributes that are None do not change."""

    display_name: DisplayName | None = None
    description: str | None = None
    vendor: str | None = None
    version: str | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
