"""The OCI Generative AI control plane behind a port, with interchangeable backends.

Everything public is here, and loaded when it is first used, so that `import genai_ports` costs next to nothing.

Example:
    >>> from genai_ports import connect
    >>> with connect("memory://us-chicago-1") as genai:
    ...     genai.list_models("ocid1.compartment.oc1..example", vendor="meta", capability="FINE_TUNE").first().type
    'BASE'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genai_ports import builders
    from genai_ports.adapters.memory import InMemoryModelRepository
    from genai_ports.adapters.sdk import SdkModelRepository
    from genai_ports.connecting import connect
    from genai_ports.domain.clock import Clock
    from genai_ports.domain.dedicated_ai_cluster import (
        CreateDedicatedAiClusterDetails,
        DedicatedAiCluster,
        DedicatedAiClusterHostingCapacity,
        DedicatedAiClusterSummary,
        UpdateDedicatedAiClusterDetails,
    )
    from genai_ports.domain.endpoint import (
        ContentModerationConfig,
        CreateEndpointDetails,
        Endpoint,
        EndpointSummary,
        PiiDetectionConfig,
        PromptInjectionConfig,
        UpdateEndpointDetails,
    )
    from genai_ports.domain.enums import (
        ActionType,
        DedicatedAiClusterLifecycleState,
        DedicatedAiClusterType,
        GuardMode,
        ImportedModelCapability,
        LifecycleState,
        ModelCapability,
        ModelLifecycleState,
        ModelType,
        SortOrder,
        WorkRequestStatus,
    )
    from genai_ports.domain.fine_tuning import (
        ChatModelMetrics,
        FineTuneDetails,
        LoraTrainingConfig,
        ObjectStorageDataset,
        TextGenerationModelMetrics,
        TFewTrainingConfig,
        VanillaTrainingConfig,
    )
    from genai_ports.domain.imported_model import (
        CreateImportedModelDetails,
        HuggingFaceModel,
        ImportedModel,
        ImportedModelSummary,
        ObjectStorageObject,
        UpdateImportedModelDetails,
    )
    from genai_ports.domain.model import CreateModelDetails, Model, ModelSummary, UpdateModelDetails
    from genai_ports.domain.snapshot import Page, ResponseMetadata
    from genai_ports.domain.variant import UnknownVariant
    from genai_ports.domain.work_request import (
        WorkRequest,
        WorkRequestError,
        WorkRequestLogEntry,
        WorkRequestResource,
        WorkRequestSummary,
    )
    from genai_ports.errors import (
        CannotParseRequest,
        ConfigurationError,
        Conflict,
        ConnectionLost,
        GenAiError,
        IncorrectState,
        InternalServerError,
        InvalidatedRetryToken,
        InvalidInput,
        InvalidParameter,
        LimitExceeded,
        MethodNotAllowed,
        MethodNotImplemented,
        MissingParameter,
        NotAllowed,
        NotAuthenticated,
        NotFound,
        PreconditionFailed,
        QuotaExceeded,
        RelatedResourceNotFound,
        RequestTooLarge,
        ServiceError,
        ServiceUnavailable,
        TooManyRequests,
        UnknownOperation,
        UnknownRegion,
        WaitTimeout,
        WorkRequestFailed,
    )
    from genai_ports.listing import Listing, NotExactlyOne
    from genai_ports.ports import (
        Backend,
        DedicatedAiClusterRepository,
        EndpointRepository,
        GenAi,
        ImportedModelRepository,
        ModelRepository,
        WorkRequestRepository,
    )
    from genai_ports.regions import Region, all_regions, endpoint_url, find_region, region, resolve_region
    from genai_ports.repository import Repository
    from genai_ports.retrying import NEVER, RetryPolicy
    from genai_ports.simulator.clock import VirtualClock
    from genai_ports.simulator.failing_work import FailingWork
    from genai_ports.simulator.faults import Fault
    from genai_ports.simulator.simulator import Simulator

_HOMES = {
    "adapters.memory": "InMemoryModelRepository",
    "adapters.sdk": "SdkModelRepository",
    "connecting": "connect",
    "domain.clock": "Clock",
    "domain.dedicated_ai_cluster": (
        "CreateDedicatedAiClusterDetails DedicatedAiCluster DedicatedAiClusterHostingCapacity "
        "DedicatedAiClusterSummary UpdateDedicatedAiClusterDetails "
    ),
    "domain.endpoint": (
        "ContentModerationConfig CreateEndpointDetails Endpoint EndpointSummary PiiDetectionConfig "
        "PromptInjectionConfig UpdateEndpointDetails "
    ),
    "domain.enums": (
        "ActionType DedicatedAiClusterLifecycleState DedicatedAiClusterType GuardMode ImportedModelCapability "
        "LifecycleState ModelCapability ModelLifecycleState ModelType SortOrder WorkRequestStatus "
    ),
    "domain.fine_tuning": (
        "ChatModelMetrics FineTuneDetails LoraTrainingConfig ObjectStorageDataset TextGenerationModelMetrics "
        "TFewTrainingConfig VanillaTrainingConfig "
    ),
    "domain.imported_model": (
        "CreateImportedModelDetails HuggingFaceModel ImportedModel ImportedModelSummary ObjectStorageObject "
        "UpdateImportedModelDetails "
    ),
    "domain.model": "CreateModelDetails Model ModelSummary UpdateModelDetails",
    "domain.snapshot": "Page ResponseMetadata",
    "domain.variant": "UnknownVariant",
    "domain.work_request": ("WorkRequest WorkRequestError WorkRequestLogEntry WorkRequestResource WorkRequestSummary "),
    "errors": (
        "CannotParseRequest ConfigurationError Conflict ConnectionLost GenAiError IncorrectState "
        "InternalServerError InvalidatedRetryToken InvalidInput InvalidParameter LimitExceeded MethodNotAllowed "
        "MethodNotImplemented MissingParameter NotAllowed NotAuthenticated NotFound PreconditionFailed "
        "QuotaExceeded RelatedResourceNotFound RequestTooLarge ServiceError ServiceUnavailable TooManyRequests "
        "UnknownOperation UnknownRegion WaitTimeout WorkRequestFailed "
    ),
    "listing": "Listing NotExactlyOne",
    "ports": (
        "Backend DedicatedAiClusterRepository EndpointRepository GenAi ImportedModelRepository ModelRepository "
        "WorkRequestRepository"
    ),
    "regions": "Region all_regions endpoint_url find_region region resolve_region",
    "repository": "Repository",
    "retrying": "NEVER RetryPolicy",
    "simulator.clock": "VirtualClock",
    "simulator.failing_work": "FailingWork",
    "simulator.faults": "Fault",
    "simulator.simulator": "Simulator",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "NEVER",
    "ActionType",
    "Backend",
    "CannotParseRequest",
    "ChatModelMetrics",
    "Clock",
    "ConfigurationError",
    "Conflict",
    "ConnectionLost",
    "ContentModerationConfig",
    "CreateDedicatedAiClusterDetails",
    "CreateEndpointDetails",
    "CreateImportedModelDetails",
    "CreateModelDetails",
    "DedicatedAiCluster",
    "DedicatedAiClusterHostingCapacity",
    "DedicatedAiClusterLifecycleState",
    "DedicatedAiClusterRepository",
    "DedicatedAiClusterSummary",
    "DedicatedAiClusterType",
    "Endpoint",
    "EndpointRepository",
    "EndpointSummary",
    "FailingWork",
    "Fault",
    "FineTuneDetails",
    "GenAi",
    "GenAiError",
    "GuardMode",
    "HuggingFaceModel",
    "ImportedModel",
    "ImportedModelCapability",
    "ImportedModelRepository",
    "ImportedModelSummary",
    "InMemoryModelRepository",
    "IncorrectState",
    "InternalServerError",
    "InvalidInput",
    "InvalidParameter",
    "InvalidatedRetryToken",
    "LifecycleState",
    "LimitExceeded",
    "Listing",
    "LoraTrainingConfig",
    "MethodNotAllowed",
    "MethodNotImplemented",
    "MissingParameter",
    "Model",
    "ModelCapability",
    "ModelLifecycleState",
    "ModelRepository",
    "ModelSummary",
    "ModelType",
    "NotAllowed",
    "NotAuthenticated",
    "NotExactlyOne",
    "NotFound",
    "ObjectStorageDataset",
    "ObjectStorageObject",
    "Page",
    "PiiDetectionConfig",
    "PreconditionFailed",
    "PromptInjectionConfig",
    "QuotaExceeded",
    "Region",
    "RelatedResourceNotFound",
    "Repository",
    "RequestTooLarge",
    "ResponseMetadata",
    "RetryPolicy",
    "SdkModelRepository",
    "ServiceError",
    "ServiceUnavailable",
    "Simulator",
    "SortOrder",
    "TFewTrainingConfig",
    "TextGenerationModelMetrics",
    "TooManyRequests",
    "UnknownOperation",
    "UnknownRegion",
    "UnknownVariant",
    "UpdateDedicatedAiClusterDetails",
    "UpdateEndpointDetails",
    "UpdateImportedModelDetails",
    "UpdateModelDetails",
    "VanillaTrainingConfig",
    "VirtualClock",
    "WaitTimeout",
    "WorkRequest",
    "WorkRequestError",
    "WorkRequestFailed",
    "WorkRequestLogEntry",
    "WorkRequestRepository",
    "WorkRequestResource",
    "WorkRequestStatus",
    "WorkRequestSummary",
    "all_regions",
    "builders",
    "connect",
    "endpoint_url",
    "find_region",
    "region",
    "resolve_region",
]


def __getattr__(name: str) -> Any:
    """Load a public name from the module it lives in."""
    if name == "builders":
        return import_module("genai_ports.builders")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'genai_ports' has no attribute {name!r}")
    found = getattr(import_module(f"genai_ports.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
