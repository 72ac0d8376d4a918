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
    from genai_ports.api.clock import Clock
    from genai_ports.api.dedicated_ai_cluster import (
        CreateDedicatedAiClusterDetails,
        DedicatedAiCluster,
        DedicatedAiClusterHostingCapacity,
        DedicatedAiClusterSummary,
        UpdateDedicatedAiClusterDetails,
    )
    from genai_ports.api.endpoint import (
        ContentModerationConfig,
        CreateEndpointDetails,
        Endpoint,
        EndpointSummary,
        PiiDetectionConfig,
        PromptInjectionConfig,
        UpdateEndpointDetails,
    )
    from genai_ports.api.enums import (
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
    from genai_ports.api.fine_tuning import (
        ChatModelMetrics,
        FineTuneDetails,
        LoraTrainingConfig,
        ObjectStorageDataset,
        TextGenerationModelMetrics,
        TFewTrainingConfig,
        VanillaTrainingConfig,
    )
    from genai_ports.api.imported_model import (
        CreateImportedModelDetails,
        HuggingFaceModel,
        ImportedModel,
        ImportedModelSummary,
        ObjectStorageObject,
        UpdateImportedModelDetails,
    )
    from genai_ports.api.model import CreateModelDetails, Model, ModelSummary, UpdateModelDetails
    from genai_ports.api.snapshot import Page, ResponseMetadata
    from genai_ports.api.variant import UnknownVariant
    from genai_ports.api.work_request import (
        WorkRequest,
        WorkRequestError,
        WorkRequestLogEntry,
        WorkRequestResource,
        WorkRequestSummary,
    )
    from genai_ports.backends.connect import connect
    from genai_ports.backends.memory import InMemoryModelRepository
    from genai_ports.backends.sdk import SdkModelRepository
    from genai_ports.client.pagination import Listing, NotExactlyOne
    from genai_ports.client.ports import (
        Backend,
        DedicatedAiClusterRepository,
        EndpointRepository,
        GenAi,
        ImportedModelRepository,
        ModelRepository,
        WorkRequestRepository,
    )
    from genai_ports.client.repository import Repository
    from genai_ports.client.retry import NEVER, RetryPolicy
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
    from genai_ports.regions import Region, all_regions, endpoint_url, find_region, region, resolve_region
    from genai_ports.simulator.faults.failing_work import FailingWork
    from genai_ports.simulator.faults.faults import Fault
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.state.clock import VirtualClock

_HOMES = {
    "backends.memory": "InMemoryModelRepository",
    "backends.sdk": "SdkModelRepository",
    "backends.connect": "connect",
    "api.clock": "Clock",
    "api.dedicated_ai_cluster": (
        "CreateDedicatedAiClusterDetails DedicatedAiCluster DedicatedAiClusterHostingCapacity "
        "DedicatedAiClusterSummary UpdateDedicatedAiClusterDetails "
    ),
    "api.endpoint": (
        "ContentModerationConfig CreateEndpointDetails Endpoint EndpointSummary PiiDetectionConfig "
        "PromptInjectionConfig UpdateEndpointDetails "
    ),
    "api.enums": (
        "ActionType DedicatedAiClusterLifecycleState DedicatedAiClusterType GuardMode ImportedModelCapability "
        "LifecycleState ModelCapability ModelLifecycleState ModelType SortOrder WorkRequestStatus "
    ),
    "api.fine_tuning": (
        "ChatModelMetrics FineTuneDetails LoraTrainingConfig ObjectStorageDataset TextGenerationModelMetrics "
        "TFewTrainingConfig VanillaTrainingConfig "
    ),
    "api.imported_model": (
        "CreateImportedModelDetails HuggingFaceModel ImportedModel ImportedModelSummary ObjectStorageObject "
        "UpdateImportedModelDetails "
    ),
    "api.model": "CreateModelDetails Model ModelSummary UpdateModelDetails",
    "api.snapshot": "Page ResponseMetadata",
    "api.variant": "UnknownVariant",
    "api.work_request": ("WorkRequest WorkRequestError WorkRequestLogEntry WorkRequestResource WorkRequestSummary "),
    "errors": (
        "CannotParseRequest ConfigurationError Conflict ConnectionLost GenAiError IncorrectState "
        "InternalServerError InvalidatedRetryToken InvalidInput InvalidParameter LimitExceeded MethodNotAllowed "
        "MethodNotImplemented MissingParameter NotAllowed NotAuthenticated NotFound PreconditionFailed "
        "QuotaExceeded RelatedResourceNotFound RequestTooLarge ServiceError ServiceUnavailable TooManyRequests "
        "UnknownOperation UnknownRegion WaitTimeout WorkRequestFailed "
    ),
    "client.pagination": "Listing NotExactlyOne",
    "client.ports": (
        "Backend DedicatedAiClusterRepository EndpointRepository GenAi ImportedModelRepository ModelRepository "
        "WorkRequestRepository"
    ),
    "regions": "Region all_regions endpoint_url find_region region resolve_region",
    "client.repository": "Repository",
    "client.retry": "NEVER RetryPolicy",
    "simulator.state.clock": "VirtualClock",
    "simulator.faults.failing_work": "FailingWork",
    "simulator.faults.faults": "Fault",
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
