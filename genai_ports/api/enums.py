"""Oracle's enumerations as classes of string constants. Attributes are plain strings, so new values are accepted too.

Source: the enums of the `oci.generative_ai` models, checked against the installed SDK by a test.
"""

from __future__ import annotations

from typing import Final


def values(enumeration: type) -> tuple[str, ...]:
    """Return the known values of one of the classes below, in Oracle's order."""
    return tuple(member for name, member in vars(enumeration).items() if name.isupper())


class ModelCapability:
    """What a Model can do."""

    TEXT_GENERATION: Final = "TEXT_GENERATION"
    TEXT_SUMMARIZATION: Final = "TEXT_SUMMARIZATION"
    TEXT_EMBEDDINGS: Final = "TEXT_EMBEDDINGS"
    FINE_TUNE: Final = "FINE_TUNE"
    CHAT: Final = "CHAT"
    TEXT_RERANK: Final = "TEXT_RERANK"
    TEXT_TO_IMAGE: Final = "TEXT_TO_IMAGE"
    IMAGE_TEXT_TO_IMAGE: Final = "IMAGE_TEXT_TO_IMAGE"
    IMAGE_TEXT_TO_TEXT: Final = "IMAGE_TEXT_TO_TEXT"
    IMAGE_TEXT_TO_VIDEO: Final = "IMAGE_TEXT_TO_VIDEO"
    IMAGE_TO_IMAGE: Final = "IMAGE_TO_IMAGE"
    REALTIME: Final = "REALTIME"
    AUDIO_TO_AUDIO: Final = "AUDIO_TO_AUDIO"
    AUDIO_TO_TEXT: Final = "AUDIO_TO_TEXT"
    TEXT_TO_AUDIO: Final = "TEXT_TO_AUDIO"
    TEXT_TO_VIDEO: Final = "TEXT_TO_VIDEO"
    AUDIO_TEXT_TO_TEXT: Final = "AUDIO_TEXT_TO_TEXT"
    AUDIO_TRANSLATION: Final = "AUDIO_TRANSLATION"
    VIDEO_TEXT_TO_TEXT: Final = "VIDEO_TEXT_TO_TEXT"


class ImportedModelCapability:
    """What an ImportedModel can do. Some names differ from those of `ModelCapability`."""

    TEXT_TO_TEXT: Final = "TEXT_TO_TEXT"
    IMAGE_TEXT_TO_TEXT: Final = "IMAGE_TEXT_TO_TEXT"
    EMBEDDING: Final = "EMBEDDING"
    RERANK: Final = "RERANK"
    TEXT_TO_IMAGE: Final = "TEXT_TO_IMAGE"
    IMAGE_TEXT_TO_IMAGE: Final = "IMAGE_TEXT_TO_IMAGE"
    IMAGE_TEXT_TO_VIDEO: Final = "IMAGE_TEXT_TO_VIDEO"
    IMAGE_TO_IMAGE: Final = "IMAGE_TO_IMAGE"
    REALTIME: Final = "REALTIME"
    AUDIO_TO_AUDIO: Final = "AUDIO_TO_AUDIO"
    AUDIO_TO_TEXT: Final = "AUDIO_TO_TEXT"
    TEXT_TO_AUDIO: Final = "TEXT_TO_AUDIO"
    TEXT_TO_VIDEO: Final = "TEXT_TO_VIDEO"
    AUDIO_TEXT_TO_TEXT: Final = "AUDIO_TEXT_TO_TEXT"
    AUDIO_TRANSLATION: Final = "AUDIO_TRANSLATION"
    VIDEO_TEXT_TO_TEXT: Final = "VIDEO_TEXT_TO_TEXT"


class ModelLifecycleState:
    """The states of a Model. There is no UPDATING, because an update is synchronous."""

    ACTIVE: Final = "ACTIVE"
    CREATING: Final = "CREATING"
    DELETING: Final = "DELETING"
    DELETED: Final = "DELETED"
    FAILED: Final = "FAILED"


class LifecycleState:
    """The states of an ImportedModel, an Endpoint and a GenerativeAiPrivateEndpoint."""

    ACTIVE: Final = "ACTIVE"
    CREATING: Final = "CREATING"
    UPDATING: Final = "UPDATING"
    DELETING: Final = "DELETING"
    DELETED: Final = "DELETED"
    FAILED: Final = "FAILED"


class DedicatedAiClusterLifecycleState:
    """The states of a DedicatedAiCluster."""

    CREATING: Final = "CREATING"
    ACTIVE: Final = "ACTIVE"
    UPDATING: Final = "UPDATING"
    DELETING: Final = "DELETING"
    DELETED: Final = "DELETED"
    FAILED: Final = "FAILED"
    NEEDS_ATTENTION: Final = "NEEDS_ATTENTION"


class ModelType:
    """Whether a Model is a base model of Oracle or a fine-tuned model of the customer."""

    BASE: Final = "BASE"
    CUSTOM: Final = "CUSTOM"


class DedicatedAiClusterType:
    """The use of a DedicatedAiCluster: hosting endpoints, or fine-tuning models."""

    HOSTING: Final = "HOSTING"
    FINE_TUNING: Final = "FINE_TUNING"


class GenerativeAiPrivateEndpointResourceType:
    """The resource that a private endpoint gives access to."""

    APPLICATION: Final = "APPLICATION"
    ENDPOINT: Final = "ENDPOINT"


class GuardMode:
    """What the guard of an endpoint does with a finding: report it, or block the content."""

    INFORM: Final = "INFORM"
    BLOCK: Final = "BLOCK"


class WorkRequestStatus:
    """The states of a WorkRequest."""

    ACCEPTED: Final = "ACCEPTED"
    IN_PROGRESS: Final = "IN_PROGRESS"
    WAITING: Final = "WAITING"
    FAILED: Final = "FAILED"
    SUCCEEDED: Final = "SUCCEEDED"
    CANCELING: Final = "CANCELING"
    CANCELED: Final = "CANCELED"


class ActionType:
    """What the work of a work request does, or did, to a resource."""

    CREATED: Final = "CREATED"
    UPDATED: Final = "UPDATED"
    DELETED: Final = "DELETED"
    IN_PROGRESS: Final = "IN_PROGRESS"
    RELATED: Final = "RELATED"
    FAILED: Final = "FAILED"


class SortOrder:
    """The order of a list: ascending or descending."""

    ASC: Final = "ASC"
    DESC: Final = "DESC"


UNIT_SHAPES: Final = frozenset(
    """
    LARGE_COHERE LARGE_COHERE_V2 SMALL_COHERE SMALL_COHERE_V2 SMALL_COHERE_4 EMBED_COHERE LLAMA2_70
    LARGE_GENERIC LARGE_COHERE_V2_2 LARGE_GENERIC_4 SMALL_GENERIC_V2 LARGE_GENERIC_2 LARGE_GENERIC_V2
    LARGE_GENERIC_V3 LARGE_GENERIC_V4 LARGE_GENERIC_V5 COHERE_H100_X1 COHERE_A100_80G_X1 COHERE_A100_40G_X1
    COHERE_A10_X1 COHERE_A100_40G_X2 COHERE_A100_40G_X4 COHERE_A100_40G_X8 COHERE_A100_80G_X2
    COHERE_A100_80G_X4 COHERE_A100_80G_X8 COHERE_H100_X2 COHERE_H100_X4 COHERE_H100_X8 COHERE_H200_X1
    COHERE_H200_X2 COHERE_H200_X4 COHERE_H200_X8 COHERE_B200_X1 COHERE_B200_X2 COHERE_B200_X4 COHERE_B200_X8
    META_A100_40G_X1 META_A100_40G_X2 META_A100_40G_X4 META_A100_40G_X8 META_A100_80G_X1 META_A100_80G_X2
    META_A100_80G_X4 META_A100_80G_X8 META_H100_X1 META_H100_X2 META_H100_X4 META_H100_X8 META_H200_X1
    META_H200_X2 META_H200_X4 META_H200_X8 META_B200_X1 META_B200_X2 META_B200_X4 META_B200_X8 COHERE_B300_X1
    META_B300_X1 OAI_B300_X1 LARGE_COHERE_V3 RERANK_COHERE SMALL_GENERIC_V1 MEDIUM_GENERIC_V1 LARGE_GENERIC_V1
    A10_X1 A10_X2 A10_X4 A100_40G_X1 A100_40G_X2 A100_40G_X4 A100_40G_X8 A100_80G_X1 A100_80G_X2 A100_80G_X4
    A100_80G_X8 H100_X1 H100_X2 H100_X4 H100_X8 H100_X16 H100_X32 H200_X1 H200_X2 H200_X4 H200_X8 OAI_H100_X4
    OAI_A10_X2 OAI_H100_X1 OAI_H100_X2 OAI_H200_X1 OAI_A100_80G_X1 OAI_A100_80G_X2 OAI_A100_40G_X1
    OAI_A100_40G_X4 B200_X1 B200_X2 B200_X4 B200_X8 OAI_B200_X1 OAI_B200_X2 OAI_B200_X4 OAI_B200_X8 SB_B200_X1
    B200_X16 B200_X32 B300_X1 B300_X2 B300_X4 B300_X8 B300_X16 B300_X32 L40S_X1 L40S_X2 L40S_X4 L40S_X8
    L40S_X16 L40S_X32 MI300X_X1 MI300X_X2 MI300X_X4 MI300X_X8 MI300X_X16 MI300X_X32
    """.split()
)
"""Every unit shape that a DedicatedAiCluster may report."""
