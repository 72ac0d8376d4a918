"""DedicatedAiCluster: the units that endpoints run on, or that custom models are fine-tuned on.

Source: `DedicatedAiCluster`, its summary, details and capacity of `oci.generative_ai`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # read at run time by the codec and the rules
from datetime import datetime  # noqa: TC003
from typing import Any, ClassVar, TypeAlias

from genai_ports.api.snapshot import Snapshot
from genai_ports.api.strings import CompartmentId, DisplayName  # noqa: TC001
from genai_ports.api.value import Value, value
from genai_ports.api.variant import UnknownVariant, Variant


@value
class DedicatedAiClusterHostingCapacity(Variant):
    """How many endpoints a hosting cluster can hold, and how many it holds."""

    DISCRIMINATOR: ClassVar[str] = "capacity_type"
    capacity_type: ClassVar[str] = "HOSTING_CAPACITY"

    total_endpoint_capacity: int | None = None
    used_endpoint_capacity: int | None = None


DedicatedAiClusterCapacity: TypeAlias = DedicatedAiClusterHostingCapacity | UnknownVariant


@value
class DedicatedAiClusterSummary(Snapshot):
    """A DedicatedAiCluster as lists show it; only hosting clusters have a capacity."""

    id: str
    compartment_id: str
    type: str
    unit_count: int
    unit_shape: str
    lifecycle_state: str
    time_created: datetime
    lifecycle_details: str | None = None
    display_name: str | None = None
    description: str | None = None
    time_updated: datetime | None = None
    capacity_reservation_id: str | None = None
    capacity: DedicatedAiClusterCapacity | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
    system_tags: Mapping[str, Mapping[str, Any]] | None = None


@value
class DedicatedAiCluster(DedicatedAiClusterSummary):
    """A DedicatedAiCluster with everything that GET returns."""

    previous_state: DedicatedAiCluster | None = None


@value
class CreateDedicatedAiClusterDetails(Value):
    """The type, unit count and unit shape of a new cluster, and its other properties."""

    compartment_id: CompartmentId
    type: str
    unit_count: int
    unit_shape: str
    display_name: DisplayName | None = None
    description: str | None = None
    capacity_reservation_id: str | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None


@value
class UpdateDedicatedAiClusterDetails(Value):
    """What to change of a cluster; attributes that are None do not change."""

    display_name: DisplayName | None = None
    description: str | None = None
    unit_count: int | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
