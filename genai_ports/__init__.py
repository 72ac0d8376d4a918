"""The OCI Generative AI control plane behind a port, with interchangeable backends.

Every public name is available here and is loaded at its first use, so that `import genai_ports` is cheap.

Example:
    >>> from genai_ports import connect
    >>> with connect("memory://us-chicago-1") as genai:
    ...     genai.list_models("ocid1.compartment.oc1..example", vendor="meta", capability="FINE_TUNE").first().type
    'BASE'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from genai_ports import api
from genai_ports.errors import missing_extra

if TYPE_CHECKING:
    from genai_ports import builders as builders
    from genai_ports.api import *  # noqa: F403  # every class that the package api offers
    from genai_ports.backends.connect import connect as connect
    from genai_ports.backends.memory import InMemoryModelRepository as InMemoryModelRepository
    from genai_ports.backends.recorded import CassetteModelRepository as CassetteModelRepository
    from genai_ports.backends.sdk import SdkModelRepository as SdkModelRepository
    from genai_ports.backends.sdk_values import from_sdk as from_sdk, to_sdk as to_sdk
    from genai_ports.client.backend import Backend as Backend
    from genai_ports.client.dedicated_ai_clusters import DedicatedAiClusterRepository as DedicatedAiClusterRepository
    from genai_ports.client.endpoints import EndpointRepository as EndpointRepository
    from genai_ports.client.imported_models import ImportedModelRepository as ImportedModelRepository
    from genai_ports.client.models import ModelRepository as ModelRepository
    from genai_ports.client.pagination import Listing as Listing
    from genai_ports.client.ports import GenAi as GenAi
    from genai_ports.client.private_endpoints import PrivateEndpointRepository as PrivateEndpointRepository
    from genai_ports.client.repository import Repository as Repository
    from genai_ports.client.retry import (
        NEVER as NEVER,
        RetryPolicy as RetryPolicy,
    )
    from genai_ports.client.waiter import WorkRequestFailed as WorkRequestFailed
    from genai_ports.client.work_requests import WorkRequestRepository as WorkRequestRepository
    from genai_ports.errors import (
        CannotParseRequest as CannotParseRequest,
        ConfigurationError as ConfigurationError,
        Conflict as Conflict,
        ConnectionLost as ConnectionLost,
        GenAiError as GenAiError,
        IncorrectState as IncorrectState,
        InternalServerError as InternalServerError,
        InvalidatedRetryToken as InvalidatedRetryToken,
        InvalidInput as InvalidInput,
        InvalidParameter as InvalidParameter,
        LimitExceeded as LimitExceeded,
        MethodNotAllowed as MethodNotAllowed,
        MethodNotImplemented as MethodNotImplemented,
        MissingParameter as MissingParameter,
        NotAllowed as NotAllowed,
        NotAuthenticated as NotAuthenticated,
        NotExactlyOne as NotExactlyOne,
        NotFound as NotFound,
        NotRecorded as NotRecorded,
        PreconditionFailed as PreconditionFailed,
        QuotaExceeded as QuotaExceeded,
        RelatedResourceNotFound as RelatedResourceNotFound,
        RequestTooLarge as RequestTooLarge,
        ServiceError as ServiceError,
        ServiceUnavailable as ServiceUnavailable,
        TooManyRequests as TooManyRequests,
        UnknownOperation as UnknownOperation,
        UnknownRegion as UnknownRegion,
        WaitNeverEnds as WaitNeverEnds,
        WaitTimeout as WaitTimeout,
    )
    from genai_ports.regions import (
        Region as Region,
        all_regions as all_regions,
        endpoint_url as endpoint_url,
        find_region as find_region,
        region as region,
        resolve_region as resolve_region,
    )
    from genai_ports.simulator.faults.failing_work import FailingWork as FailingWork
    from genai_ports.simulator.faults.faults import Fault as Fault
    from genai_ports.simulator.settings import WorldSettings as WorldSettings
    from genai_ports.simulator.simulator import Simulator as Simulator
    from genai_ports.simulator.state.clock import VirtualClock as VirtualClock

    __version__: str
else:
    _MODULES = {
        "api": " ".join(api.__all__),
        "backends.connect": "connect",
        "backends.memory": "InMemoryModelRepository",
        "backends.recorded": "CassetteModelRepository",
        "backends.sdk": "SdkModelRepository",
        "backends.sdk_values": "from_sdk to_sdk",
        "client.pagination": "Listing",
        "client.backend": "Backend",
        "client.dedicated_ai_clusters": "DedicatedAiClusterRepository",
        "client.endpoints": "EndpointRepository",
        "client.imported_models": "ImportedModelRepository",
        "client.models": "ModelRepository",
        "client.ports": "GenAi",
        "client.private_endpoints": "PrivateEndpointRepository",
        "client.repository": "Repository",
        "client.retry": "NEVER RetryPolicy",
        "client.waiter": "WorkRequestFailed",
        "client.work_requests": "WorkRequestRepository",
        "errors": (
            "CannotParseRequest ConfigurationError Conflict ConnectionLost GenAiError IncorrectState "
            "InternalServerError InvalidatedRetryToken InvalidInput InvalidParameter LimitExceeded "
            "MethodNotAllowed MethodNotImplemented MissingParameter NotAllowed NotAuthenticated NotExactlyOne NotFound "
            "NotRecorded PreconditionFailed QuotaExceeded RelatedResourceNotFound RequestTooLarge ServiceError "
            "ServiceUnavailable TooManyRequests UnknownOperation UnknownRegion WaitNeverEnds WaitTimeout"
        ),
        "regions": "Region all_regions endpoint_url find_region region resolve_region",
        "simulator.faults.failing_work": "FailingWork",
        "simulator.faults.faults": "Fault",
        "simulator.settings": "WorldSettings",
        "simulator.simulator": "Simulator",
        "simulator.state.clock": "VirtualClock",
    }
    _MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}
    __all__ = list(_MODULE_OF)
    __all__ += ["builders"]

    def __getattr__(name: str) -> Any:
        """Load a public name from its module; read the version from the metadata of the installed package."""
        if name == "__version__":
            return import_module("importlib.metadata").version("genai-ports")
        if name == "builders":
            return import_module("genai_ports.builders")
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = _MODULE_OF[name]
        try:
            loaded = getattr(import_module(f"{__name__}.{module}"), name)
        except ModuleNotFoundError as error:
            raise missing_extra(error, name, "recording" if module == "backends.recorded" else "oci") from error
        globals()[name] = loaded
        return loaded

    def __dir__() -> list[str]:
        return sorted(__all__)
