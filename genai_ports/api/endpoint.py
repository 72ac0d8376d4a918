"""Endpoint: a model served on a hosting cluster. Its model and cluster cannot be deleted while it exists.

Source: `Endpoint`, its summary, details and guards of `oci.generative_ai`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # read at run time by the codec and the rules
from datetime import datetime  # noqa: TC003
from typing import Any

from genai_ports.api.snapshot import Snapshot
from genai_ports.api.strings import CompartmentId, DisplayName, Identifier  # noqa: TC001
from genai_ports.api.value import Value, value


@value
class GuardConfig(Value):
    """The configuration that the three guards of an endpoint have in common.

    Args:
        is_enabled: whether the guard is on.
        mode: `INFORM` or `BLOCK`.
        model_id: OCID of the guard's model.
    """

    is_enabled: bool
    mode: str | None = None
    model_id: Identifier | None = None


@value
class ContentModerationConfig(GuardConfig):
    """The guard against harmful content."""


@value
class PromptInjectionConfig(GuardConfig):
    """The guard against prompt injection."""


@value
class PiiDetectionConfig(GuardConfig):
    """The guard that detects personally identifiable information."""


@value
class EndpointSummary(Snapshot):
    """An Endpoint as lists show it."""

    id: str
    compartment_id: str
    model_id: str
    dedicated_ai_cluster_id: str
    lifecycle_state: str
    time_created: datetime
    lifecycle_details: str | None = None
    display_name: str | None = None
    description: str | None = None
    generative_ai_private_endpoint_id: str | None = None
    time_updated: datetime | None = None
    content_moderation_config: ContentModerationConfig | None = None
    prompt_injection_config: PromptInjectionConfig | None = None
    pii_detection_config: PiiDetectionConfig | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
    system_tags: Mapping[str, Mapping[str, Any]] | None = None


@value
class Endpoint(EndpointSummary):
    """An Endpoint with everything that GET returns."""

    previous_state: Endpoint | None = None


@value
class CreateEndpointDetails(Value):
    """The model and the cluster of a new endpoint, and its other properties."""

    compartment_id: CompartmentId
    model_id: Identifier
    dedicated_ai_cluster_id: Identifier
    display_name: DisplayName | None = None
    description: str | None = None
    generative_ai_private_endpoint_id: Identifier | None = None
    content_moderation_config: ContentModerationConfig | None = None
    prompt_injection_config: PromptInjectionConfig | None = None
    pii_detection_config: PiiDetectionConfig | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None


@value
class UpdateEndpointDetails(Value):
    """What to change of an endpoint; attributes that are None do not change."""

    display_name: DisplayName | None = None
    description: str | None = None
    generative_ai_private_endpoint_id: Identifier | None = None
    content_moderation_config: ContentModerationConfig | None = None
    prompt_injection_config: PromptInjectionConfig | None = None
    pii_detection_config: PiiDetectionConfig | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
