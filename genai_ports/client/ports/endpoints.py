"""The port for endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from genai_ports.api.endpoint import CreateEndpointDetails, Endpoint, EndpointSummary, UpdateEndpointDetails
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.client.pagination import Listing


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
