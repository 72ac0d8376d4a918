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
        """List base models and the compartment's custom models, newest first.

        Args:
            compartment_id: the OCID of a compartment, or of a tenancy for its root.
            vendor: only those of exactly this vendor.
            capability: only those with this capability, or with any of several.
            lifecycle_state: only those in this state.
            display_name: only those with exactly this name.
            id: only the one with this OCID.
            sort_by: `timeCreated`, `displayName` or `lifecycleState`; the first unless given.
            sort_order: `ASC` or `DESC`; newest first for times and ascending for the rest unless given.
            limit: the size of a page, 1 to 1000; 100 unless given.
            page: the token of the page to begin with; the first unless given.
            region: an id or a three-letter code; the backend's default unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            A list that fetches its pages as it is walked; that is when the service is asked.

        Raises:
            InvalidParameter: a filter, sort key, page size or page token is not one that the list takes.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ModelCollection/ListModels
        """
        ...

    def get_model(self, model_id: str, *, region: str | None = None, request_id: str | None = None) -> Model:
        """Read one model, base or custom.

        Args:
            model_id: the OCID of the model.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot; its `response` has the etag.

        Raises:
            NotFound: it does not exist in that region.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/GetModel
        """
        ...

    def create_model(
        self,
        details: CreateModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Model:
        """Start to fine-tune a custom model.

        Args:
            details: what to make it of.
            region: an id or a three-letter code; the backend's default unless given.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours; made up unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, CREATING; `response.work_request_id` names what to wait for.

        Raises:
            InvalidParameter: a property is wrong; the base model cannot be fine-tuned, or not by this method, or not
                on this cluster.
            MissingParameter: a required property is missing.
            RelatedResourceNotFound: the base model or the cluster does not exist.
            IncorrectState: the cluster is not ready yet.
            InvalidatedRetryToken: the token was used for another request, or for what is gone.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/CreateModel
        """
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
        """Change a custom model, at once.

        Args:
            model_id: the OCID of the model.
            details: what to change; what is None stays.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot with the changes; there is no work request.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.
            InvalidParameter: it is a base model.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/UpdateModel
        """
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
        """Move a custom model.

        Args:
            model_id: the OCID of the model.
            compartment_id: the OCID of the compartment to move it to.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; it has neither an etag nor a work request.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.
            InvalidParameter: it is a base model.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/ChangeModelCompartment
        """
        ...

    def delete_model(
        self,
        model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete a custom model that no endpoint uses.

        Args:
            model_id: the OCID of the model.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; `work_request_id` names what to wait for.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it is in use.
            PreconditionFailed: it has another etag than `if_match`.
            InvalidParameter: it is a base model.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/DeleteModel
        """
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
        """List the compartment's imported models, newest first.

        Args:
            compartment_id: the OCID of a compartment, or of a tenancy for its root.
            vendor: only those of exactly this vendor.
            capability: only those with this capability, or with any of several.
            lifecycle_state: only those in this state.
            display_name: only those with exactly this name.
            id: only the one with this OCID.
            sort_by: `timeCreated`, `displayName` or `lifecycleState`; the first unless given.
            sort_order: `ASC` or `DESC`; newest first for times and ascending for the rest unless given.
            limit: the size of a page, 1 to 1000; 100 unless given.
            page: the token of the page to begin with; the first unless given.
            region: an id or a three-letter code; the backend's default unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            A list that fetches its pages as it is walked; that is when the service is asked.

        Raises:
            InvalidParameter: a filter, sort key, page size or page token is not one that the list takes.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModelCollection/ListImportedModels
        """
        ...

    def get_imported_model(
        self, imported_model_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> ImportedModel:
        """Read one imported model.

        Args:
            imported_model_id: the OCID of the imported model.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot; its `response` has the etag.

        Raises:
            NotFound: it does not exist in that region.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/GetImportedModel
        """
        ...

    def create_imported_model(
        self,
        details: CreateImportedModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ImportedModel:
        """Start to import a model.

        Args:
            details: what to make it of.
            region: an id or a three-letter code; the backend's default unless given.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours; made up unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, CREATING; `response.work_request_id` names what to wait for.

        Raises:
            InvalidParameter: a property is wrong; the source or the capability is not one that can be imported.
            MissingParameter: a required property is missing.
            InvalidatedRetryToken: the token was used for another request, or for what is gone.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/CreateImportedModel
        """
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
        """Start to change an imported model.

        Args:
            imported_model_id: the OCID of the imported model.
            details: what to change; what is None stays.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, UPDATING; `response.work_request_id` names what to wait for.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/UpdateImportedModel
        """
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
        """Move an imported model.

        Args:
            imported_model_id: the OCID of the imported model.
            compartment_id: the OCID of the compartment to move it to.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; it has neither an etag nor a work request.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/ChangeImportedModelCompartment
        """
        ...

    def delete_imported_model(
        self,
        imported_model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete an imported model that no endpoint uses.

        Args:
            imported_model_id: the OCID of the imported model.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; `work_request_id` names what to wait for.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it is in use.
            PreconditionFailed: it has another etag than `if_match`.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/DeleteImportedModel
        """
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
        """List the compartment's endpoints, newest first.

        Args:
            compartment_id: the OCID of a compartment, or of a tenancy for its root.
            lifecycle_state: only those in this state.
            display_name: only those with exactly this name.
            id: only the one with this OCID.
            generative_ai_private_endpoint_id: only those behind this private endpoint.
            sort_by: `timeCreated` or `displayName`; the first unless given.
            sort_order: `ASC` or `DESC`; newest first for times and ascending for the rest unless given.
            limit: the size of a page, 1 to 1000; 100 unless given.
            page: the token of the page to begin with; the first unless given.
            region: an id or a three-letter code; the backend's default unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            A list that fetches its pages as it is walked; that is when the service is asked.

        Raises:
            InvalidParameter: a filter, sort key, page size or page token is not one that the list takes.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/EndpointCollection/ListEndpoints
        """
        ...

    def get_endpoint(self, endpoint_id: str, *, region: str | None = None, request_id: str | None = None) -> Endpoint:
        """Read one endpoint.

        Args:
            endpoint_id: the OCID of the endpoint.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot; its `response` has the etag.

        Raises:
            NotFound: it does not exist in that region.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Endpoint/GetEndpoint
        """
        ...

    def create_endpoint(
        self,
        details: CreateEndpointDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Endpoint:
        """Start to serve a model on a hosting cluster.

        Args:
            details: what to make it of.
            region: an id or a three-letter code; the backend's default unless given.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours; made up unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, CREATING; `response.work_request_id` names what to wait for.

        Raises:
            InvalidParameter: a property is wrong; the cluster is not a hosting one.
            MissingParameter: a required property is missing.
            RelatedResourceNotFound: the model or the cluster does not exist.
            IncorrectState: the model or the cluster is not ready yet.
            LimitExceeded: the cluster holds all the endpoints that it can.
            InvalidatedRetryToken: the token was used for another request, or for what is gone.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Endpoint/CreateEndpoint
        """
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
        """Start to change an endpoint.

        Args:
            endpoint_id: the OCID of the endpoint.
            details: what to change; what is None stays.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, UPDATING; `response.work_request_id` names what to wait for.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Endpoint/UpdateEndpoint
        """
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
        """Move an endpoint.

        Args:
            endpoint_id: the OCID of the endpoint.
            compartment_id: the OCID of the compartment to move it to.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; it has neither an etag nor a work request.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Endpoint/ChangeEndpointCompartment
        """
        ...

    def delete_endpoint(
        self,
        endpoint_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete an endpoint.

        Args:
            endpoint_id: the OCID of the endpoint.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; `work_request_id` names what to wait for.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            PreconditionFailed: it has another etag than `if_match`.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Endpoint/DeleteEndpoint
        """
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
        """List the compartment's clusters, newest first.

        Args:
            compartment_id: the OCID of a compartment, or of a tenancy for its root.
            lifecycle_state: only those in this state.
            display_name: only those with exactly this name.
            id: only the one with this OCID.
            sort_by: `timeCreated`, `displayName` or `lifecycleState`; the first unless given.
            sort_order: `ASC` or `DESC`; newest first for times and ascending for the rest unless given.
            limit: the size of a page, 1 to 1000; 100 unless given.
            page: the token of the page to begin with; the first unless given.
            region: an id or a three-letter code; the backend's default unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            A list that fetches its pages as it is walked; that is when the service is asked.

        Raises:
            InvalidParameter: a filter, sort key, page size or page token is not one that the list takes.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiClusterCollection/ListDedicatedAiClusters
        """
        ...

    def get_dedicated_ai_cluster(
        self, dedicated_ai_cluster_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> DedicatedAiCluster:
        """Read one cluster.

        Args:
            dedicated_ai_cluster_id: the OCID of the dedicated AI cluster.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot; its `response` has the etag.

        Raises:
            NotFound: it does not exist in that region.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiCluster/GetDedicatedAiCluster
        """
        ...

    def create_dedicated_ai_cluster(
        self,
        details: CreateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> DedicatedAiCluster:
        """Start to make a cluster.

        Args:
            details: what to make it of.
            region: an id or a three-letter code; the backend's default unless given.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours; made up unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, CREATING; `response.work_request_id` names what to wait for.

        Raises:
            InvalidParameter: a property is wrong; there is no such type or shape, or the number of units is not
                positive.
            MissingParameter: a required property is missing.
            InvalidatedRetryToken: the token was used for another request, or for what is gone.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiCluster/CreateDedicatedAiCluster
        """
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
        """Start to change a cluster.

        Args:
            dedicated_ai_cluster_id: the OCID of the dedicated AI cluster.
            details: what to change; what is None stays.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, UPDATING; `response.work_request_id` names what to wait for.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiCluster/UpdateDedicatedAiCluster
        """
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
        """Move a cluster.

        Args:
            dedicated_ai_cluster_id: the OCID of the dedicated AI cluster.
            compartment_id: the OCID of the compartment to move it to.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; it has neither an etag nor a work request.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiCluster/ChangeDedicatedAiClusterCompartment
        """
        ...

    def delete_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete a cluster that no endpoint and no custom model uses.

        Args:
            dedicated_ai_cluster_id: the OCID of the dedicated AI cluster.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; `work_request_id` names what to wait for.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it is in use.
            PreconditionFailed: it has another etag than `if_match`.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiCluster/DeleteDedicatedAiCluster
        """
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
        """List the compartment's work requests, newest first.

        Args:
            compartment_id: the OCID of a compartment, or of a tenancy for its root.
            work_request_id: only the one with this OCID.
            status: only those in this state.
            resource_id: only those about this resource.
            sort_by: `timeAccepted`.
            sort_order: `ASC` or `DESC`; newest first for times and ascending for the rest unless given.
            limit: the size of a page, 1 to 1000; 100 unless given.
            page: the token of the page to begin with; the first unless given.
            region: an id or a three-letter code; the backend's default unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            A list that fetches its pages as it is walked; that is when the service is asked.

        Raises:
            InvalidParameter: a filter, sort key, page size or page token is not one that the list takes.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/WorkRequest/ListWorkRequests
        """
        ...

    def get_work_request(
        self, work_request_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> WorkRequest:
        """Read one work request.

        Args:
            work_request_id: the OCID of the work request.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot; its `response` has the etag.

        Raises:
            NotFound: it does not exist in that region.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/WorkRequest/GetWorkRequest
        """
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
        """List what went wrong, newest first.

        Args:
            work_request_id: the OCID of the work request.
            sort_by: `timestamp`.
            sort_order: `ASC` or `DESC`; newest first for times and ascending for the rest unless given.
            limit: the size of a page, 1 to 1000; 100 unless given.
            page: the token of the page to begin with; the first unless given.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            A list that fetches its pages as it is walked; that is when the service is asked.

        Raises:
            InvalidParameter: a filter, sort key, page size or page token is not one that the list takes.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/WorkRequestError/ListWorkRequestErrors
        """
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
        """List the log, newest first.

        Args:
            work_request_id: the OCID of the work request.
            sort_by: `timestamp`.
            sort_order: `ASC` or `DESC`; newest first for times and ascending for the rest unless given.
            limit: the size of a page, 1 to 1000; 100 unless given.
            page: the token of the page to begin with; the first unless given.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            A list that fetches its pages as it is walked; that is when the service is asked.

        Raises:
            InvalidParameter: a filter, sort key, page size or page token is not one that the list takes.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/WorkRequestLogEntry/ListWorkRequestLogs
        """
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
