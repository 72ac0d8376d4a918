"""ImportedModel: an open model imported from Hugging Face or from Object Storage.

Source: `ImportedModel`, its summary, details and data sources of `oci.generative_ai`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # read at run time by the codec and the rules
from dataclasses import field
from datetime import datetime  # noqa: TC003
from typing import Any, ClassVar, TypeAlias

from genai_ports.api.snapshot import Snapshot
from genai_ports.api.strings import CompartmentId, DisplayName, Identifier  # noqa: TC001
from genai_ports.api.value import Value, value
from genai_ports.api.variant import UnknownVariant, Variant


@value
class HuggingFaceModel(Variant):
    """A model on Hugging Face; `commit` takes precedence over `branch`; default: the branch `main`.

    `access_token` is a secret: it is sent to the service, and neither shown in a repr nor kept by the simulator.
    """

    DISCRIMINATOR: ClassVar[str] = "source_type"
    source_type: ClassVar[str] = "HUGGING_FACE_MODEL"

    model_id: Identifier
    access_token: str | None = field(default=None, repr=False)
    branch: str | None = None
    commit: str | None = None


@value
class ObjectStorageObject(Variant):
    """A model in Object Storage: files in Hugging Face's layout under one prefix, `config.json` among them."""

    DISCRIMINATOR: ClassVar[str] = "source_type"
    source_type: ClassVar[str] = "OBJECT_STORAGE_OBJECT"

    namespace_name: Identifier
    bucket_name: Identifier
    prefix_name: str
    region: str | None = None


ModelDataSource: TypeAlias = HuggingFaceModel | ObjectStorageObject | UnknownVariant


@value
class ImportedModelSummary(Snapshot):
    """An ImportedModel as lists show it."""

    id: str
    compartment_id: str
    capabilities: tuple[str, ...]
    lifecycle_state: str
    time_created: datetime
    lifecycle_details: str | None = None
    display_name: str | None = None
    description: str | None = None
    vendor: str | None = None
    version: str | None = None
    data_source: ModelDataSource | None = None
    time_updated: datetime | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
    system_tags: Mapping[str, Mapping[str, Any]] | None = None


@value
class ImportedModel(ImportedModelSummary):
    """An ImportedModel with everything that GET returns."""

    previous_state: ImportedModel | None = None


@value
class CreateImportedModelDetails(Value):
    """The source and the compartment of a new imported model, and its other properties."""

    compartment_id: CompartmentId
    data_source: ModelDataSource
    display_name: DisplayName | None = None
    description: str | None = None
    vendor: str | None = None
    version: str | None = None
    capabilities: tuple[str, ...] | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None


@value
class UpdateImportedModelDetails(Value):
    """What to change of an imported model; attributes that are None do not change."""

    display_name: DisplayName | None = None
    description: str | None = None
    vendor: str | None = None
    version: str | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
