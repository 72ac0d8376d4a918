"""Oracle's resources as immutable values, and the operations on them. Standard library only.

The public classes are attributes of this package. Each is loaded at its first use, because defining all of them takes
most of the time of an import. Type checkers read the imports below; at run time, `_MODULES` says where each class is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genai_ports.api.clock import Clock as Clock
    from genai_ports.api.dedicated_ai_cluster import (
        CreateDedicatedAiClusterDetails as CreateDedicatedAiClusterDetails,
        DedicatedAiCluster as DedicatedAiCluster,
        DedicatedAiClusterHostingCapacity as DedicatedAiClusterHostingCapacity,
        DedicatedAiClusterSummary as DedicatedAiClusterSummary,
        UpdateDedicatedAiClusterDetails as UpdateDedicatedAiClusterDetails,
    )
    from genai_ports.api.endpoint import (
        ContentModerationConfig as ContentModerationConfig,
        CreateEndpointDetails as CreateEndpointDetails,
        Endpoint as Endpoint,
        EndpointSummary as EndpointSummary,
        PiiDetectionConfig as PiiDetectionConfig,
        PromptInjectionConfig as PromptInjectionConfig,
        UpdateEndpointDetails as UpdateEndpointDetails,
    )
    from genai_ports.api.enums import (
        ActionType as ActionType,
        DedicatedAiClusterLifecycleState as DedicatedAiClusterLifecycleState,
        DedicatedAiClusterType as DedicatedAiClusterType,
        GenerativeAiPrivateEndpointResourceType as GenerativeAiPrivateEndpointResourceType,
        GuardMode as GuardMode,
        ImportedModelCapability as ImportedModelCapability,
        LifecycleState as LifecycleState,
        ModelCapability as ModelCapability,
        ModelLifecycleState as ModelLifecycleState,
        ModelType as ModelType,
        SortOrder as SortOrder,
        WorkRequestStatus as WorkRequestStatus,
    )
    from genai_ports.api.fine_tuning import (
        ChatModelMetrics as ChatModelMetrics,
        FineTuneDetails as FineTuneDetails,
        LoraTrainingConfig as LoraTrainingConfig,
        ObjectStorageDataset as ObjectStorageDataset,
        TextGenerationModelMetrics as TextGenerationModelMetrics,
        TFewTrainingConfig as TFewTrainingConfig,
        VanillaTrainingConfig as VanillaTrainingConfig,
    )
    from genai_ports.api.imported_model import (
        CreateImportedModelDetails as CreateImportedModelDetails,
        HuggingFaceModel as HuggingFaceModel,
        ImportedModel as ImportedModel,
        ImportedModelSummary as ImportedModelSummary,
        ObjectStorageObject as ObjectStorageObject,
        UpdateImportedModelDetails as UpdateImportedModelDetails,
    )
    from genai_ports.api.model import (
        CreateModelDetails as CreateModelDetails,
        Model as Model,
        ModelSummary as ModelSummary,
        UpdateModelDetails as UpdateModelDetails,
    )
    from genai_ports.api.private_endpoint import (
        CreateGenerativeAiPrivateEndpointDetails as CreateGenerativeAiPrivateEndpointDetails,
        GenerativeAiPrivateEndpoint as GenerativeAiPrivateEndpoint,
        GenerativeAiPrivateEndpointSummary as GenerativeAiPrivateEndpointSummary,
        UpdateGenerativeAiPrivateEndpointDetails as UpdateGenerativeAiPrivateEndpointDetails,
    )
    from genai_ports.api.snapshot import (
        Page as Page,
        ResponseMetadata as ResponseMetadata,
    )
    from genai_ports.api.variant import UnknownVariant as UnknownVariant
    from genai_ports.api.work_request import (
        WorkRequest as WorkRequest,
        WorkRequestError as WorkRequestError,
        WorkRequestLogEntry as WorkRequestLogEntry,
        WorkRequestResource as WorkRequestResource,
        WorkRequestSummary as WorkRequestSummary,
    )
else:
    _MODULES = {
        "clock": "Clock",
        "dedicated_ai_cluster": (
            "CreateDedicatedAiClusterDetails DedicatedAiCluster DedicatedAiClusterHostingCapacity "
            "DedicatedAiClusterSummary UpdateDedicatedAiClusterDetails"
        ),
        "endpoint": (
            "ContentModerationConfig CreateEndpointDetails Endpoint EndpointSummary PiiDetectionConfig "
            "PromptInjectionConfig UpdateEndpointDetails"
        ),
        "enums": (
            "ActionType DedicatedAiClusterLifecycleState DedicatedAiClusterType "
            "GenerativeAiPrivateEndpointResourceType GuardMode ImportedModelCapability LifecycleState ModelCapability "
            "ModelLifecycleState ModelType SortOrder WorkRequestStatus"
        ),
        "fine_tuning": (
            "ChatModelMetrics FineTuneDetails LoraTrainingConfig ObjectStorageDataset "
            "TextGenerationModelMetrics TFewTrainingConfig VanillaTrainingConfig"
        ),
        "imported_model": (
            "CreateImportedModelDetails HuggingFaceModel ImportedModel ImportedModelSummary "
            "ObjectStorageObject UpdateImportedModelDetails"
        ),
        "model": "CreateModelDetails Model ModelSummary UpdateModelDetails",
        "private_endpoint": (
            "CreateGenerativeAiPrivateEndpointDetails GenerativeAiPrivateEndpoint "
            "GenerativeAiPrivateEndpointSummary UpdateGenerativeAiPrivateEndpointDetails"
        ),
        "snapshot": "Page ResponseMetadata",
        "variant": "UnknownVariant",
        "work_request": "WorkRequest WorkRequestError WorkRequestLogEntry WorkRequestResource WorkRequestSummary",
    }
    _MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}
    __all__ = list(_MODULE_OF)

    def __getattr__(name: str) -> Any:
        """Load a public class from its module."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        loaded = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = loaded
        return loaded
