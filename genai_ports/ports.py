"""The ports: what an application asks a backend for, as narrow protocols, and what a backend must bring.

Ask for the narrowest one that does: a function that reads models takes a `ModelRepository`, whatever is behind it.
Operation and attribute names are Oracle's, so Oracle's own reference applies:
https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from genai_ports.domain.clock import Clock
    from genai_ports.domain.dedicated_ai_cluster import (
        CreateDedicatedAiClusterDetails,
        DedicatedAiCluster,
        DedicatedAiClusterSummary,
        UpdateDedicatedAiClusterDetails,
    )
    from genai_ports.domain.endpoint import CreateEndpointDetails, Endpoint, EndpointSummary, UpdateEndpointDetails
    from genai_ports.domain.imported_model import (
        CreateImportedModelDetails,
        ImportedModel,
        ImportedModelSummary,
        UpdateImportedModelDetails,
    )
    from genai_ports.domain.model import CreateModelDetails, Model, ModelSummary, UpdateModelDetails
    from genai_ports.domain.operations import Call, Reply
    from genai_ports.domain.snapshot import ResponseMetadata
    from genai_ports.domain.work_request import (
        WorkRequest,
        WorkRequestError,
        WorkRequestLogEntry,
        WorkRequestSummary,
    )
    from genai_ports.listing import Listing


class Backend(Protocol):
    """What is below the repositories: something that carries one call to the service and brings its reply."""

    @property
    def clock(self) -> Clock:
        """The clock that waits and retries go by."""
        ...

    @property
    def default_region(self) -> str:
        """The id of the region that calls go to when they name none."""
        ...

    def send(self, call: Call) -> Reply:
        """Carry out one call, once.

        Raises:
            ServiceError: the service said no.
            ConnectionLost: there was no whole answer.
        """
        ...

    def new_retry_token(self) -> str:
        """Make a retry token that was never used before."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class ModelRepository(Protocol):
    """Models and imported models."""

    def list_models(
        self,
        compartment_id: str,
        *,
        vendor: str | None = None,
        capability: str | Sequence[str] | None = None,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[ModelSummary]:
        """List base models and the compartment's custom models, newest first."""
        ...

    def get_model(self, model_id: str, *, region: str | None = None, request_id: str | None = None) -> Model:
        """Read one model, base or custom."""
        ...

    def create_model(
        self,
        details: CreateModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Model:
        """Start to fine-tune a custom model."""
        ...

    def update_model(
        self,
        model_id: str,
        details: UpdateModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> Model:
        """Change a custom model, at once."""
        ...

    def change_model_compartment(
        self,
        model_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Move a custom model."""
        ...

    def delete_model(
        self,
        model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete a custom model that no endpoint uses."""
        ...

    def list_imported_models(
        self,
        compartment_id: str,
        *,
        vendor: str | None = None,
        capability: str | Sequence[str] | None = None,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[ImportedModelSummary]:
        """List the compartment's imported models, newest first."""
        ...

    def get_imported_model(
        self, imported_model_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> ImportedModel:
        """Read one imported model."""
        ...

    def create_imported_model(
        self,
        details: CreateImportedModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ImportedModel:
        """Start to import a model."""
        ...

    def update_imported_model(
        self,
        imported_model_id: str,
        details: UpdateImportedModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ImportedModel:
        """Start to change an imported model."""
        ...

    def change_imported_model_compartment(
        self,
        imported_model_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Move an imported model."""
        ...

    def delete_imported_model(
        self,
        imported_model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete an imported model that no endpoint uses."""
        ...


class EndpointRepository(Protocol):
    """Endpoints."""

    def list_endpoints(
        self,
        compartment_id: str,
        *,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        generative_ai_private_endpoint_id: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[EndpointSummary]:
        """List the compartment's endpoints, newest first."""
        ...

    def get_endpoint(self, endpoint_id: str, *, region: str | None = None, request_id: str | None = None) -> Endpoint:
        """Read one endpoint."""
        ...

    def create_endpoint(
        self,
        details: CreateEndpointDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Endpoint:
        """Start to serve a model on a hosting cluster."""
        ...

    def update_endpoint(
        self,
        endpoint_id: str,
        details: UpdateEndpointDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> Endpoint:
        """Start to change an endpoint."""
        ...

    def change_endpoint_compartment(
        self,
        endpoint_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Move an endpoint."""
        ...

    def delete_endpoint(
        self,
        endpoint_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete an endpoint."""
        ...


class DedicatedAiClusterRepository(Protocol):
    """Dedicated AI clusters."""

    def list_dedicated_ai_clusters(
        self,
        compartment_id: str,
        *,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[DedicatedAiClusterSummary]:
        """List the compartment's clusters, newest first."""
        ...

    def get_dedicated_ai_cluster(
        self, dedicated_ai_cluster_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> DedicatedAiCluster:
        """Read one cluster."""
        ...

    def create_dedicated_ai_cluster(
        self,
        details: CreateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> DedicatedAiCluster:
        """Start to make a cluster."""
        ...

    def update_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        details: UpdateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> DedicatedAiCluster:
        """Start to change a cluster."""
        ...

    def change_dedicated_ai_cluster_compartment(
        self,
        dedicated_ai_cluster_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Move a cluster."""
        ...

    def delete_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete a cluster that no endpoint and no custom model uses."""
        ...


class WorkRequestRepository(Protocol):
    """Work requests."""

    def list_work_requests(
        self,
        compartment_id: str,
        *,
        work_request_id: str | None = None,
        status: str | None = None,
        resource_id: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[WorkRequestSummary]:
        """List the compartment's work requests, newest first."""
        ...

    def get_work_request(
        self, work_request_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> WorkRequest:
        """Read one work request."""
        ...

    def list_work_request_errors(
        self,
        work_request_id: str,
        *,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[WorkRequestError]:
        """List what went wrong, newest first."""
        ...

    def list_work_request_logs(
        self,
        work_request_id: str,
        *,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[WorkRequestLogEntry]:
        """List the log, newest first."""
        ...

    def wait_for_work_request(
        self,
        work_request_id: str,
        *,
        timeout: float = 7200,
        interval: float | None = None,
        on_progress: Callable[[WorkRequest], None] | None = None,
        region: str | None = None,
    ) -> WorkRequest:
        """Wait until a work request has finished."""
        ...


class GenAi(ModelRepository, EndpointRepository, DedicatedAiClusterRepository, WorkRequestRepository, Protocol):
    """All four repositories, and the backend's clock and default region: what `connect` gives."""

    @property
    def clock(self) -> Clock:
        """The clock that waits and retries go by."""
        ...

    @property
    def default_region(self) -> str:
        """The id of the region that calls go to when nothing names one."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
