"""The port for private endpoints, and the client that implements it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from genai_ports import api
from genai_ports.api.call import ListQuery
from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.client.calls import Calls, without_none
from genai_ports.client.pagination import Listing


@runtime_checkable
class PrivateEndpointRepository(Protocol):
    """Private endpoints. `GenAi` describes the arguments that operations share."""

    def list_generative_ai_private_endpoints(
        self,
        compartment_id: str,
        *,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        resource_type: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[api.GenerativeAiPrivateEndpointSummary]:
        """List the private endpoints of a compartment, newest first.

        Args:
            compartment_id: the OCID of the compartment; the OCID of the tenancy for its root compartment.
            resource_type: return only those for `ENDPOINT` or for `APPLICATION`.
            sort_by: `timeCreated`, the only key.
            lifecycle_state, display_name, id, sort_order, limit, page, region, request_id: see `GenAi`.

        Returns:
            A listing. It fetches a page when you iterate over it, and no page before that.

        Raises:
            InvalidParameter: a filter, the sort key, the page size or the page token is wrong; raised when you iterate.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/GenerativeAiPrivateEndpointCollection/ListGenerativeAiPrivateEndpoints
        """
        ...

    def get_generative_ai_private_endpoint(
        self, generative_ai_private_endpoint_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.GenerativeAiPrivateEndpoint:
        """Read one private endpoint.

        Args:
            generative_ai_private_endpoint_id: the OCID of the private endpoint.
            region, request_id: see `GenAi`.

        Returns:
            The private endpoint; pass its `etag` as `if_match` to change only this version of it.

        Raises:
            NotFound: the private endpoint does not exist in that region.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/GenerativeAiPrivateEndpoint/GetGenerativeAiPrivateEndpoint
        """
        ...

    def create_generative_ai_private_endpoint(
        self,
        details: api.CreateGenerativeAiPrivateEndpointDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.GenerativeAiPrivateEndpoint:
        """Start creating a private endpoint in a subnet.

        Args:
            details: the subnet, the DNS prefix, and the other properties of the private endpoint.
            region, retry_token, request_id: see `GenAi`.

        Returns:
            The private endpoint in state CREATING. Wait for the work request `response.work_request_id`.

        Raises:
            InvalidParameter: a property is wrong.
            MissingParameter: a required property is missing.
            InvalidatedRetryToken: the token belongs to another request, or to a resource that was deleted.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/GenerativeAiPrivateEndpoint/CreateGenerativeAiPrivateEndpoint
        """
        ...

    def update_generative_ai_private_endpoint(
        self,
        generative_ai_private_endpoint_id: str,
        details: api.UpdateGenerativeAiPrivateEndpointDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.GenerativeAiPrivateEndpoint:
        """Start changing a private endpoint.

        Args:
            generative_ai_private_endpoint_id: the OCID of the private endpoint.
            details: the new values; properties that are None do not change.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The private endpoint in state UPDATING. Wait for the work request `response.work_request_id`.

        Raises:
            NotFound: the private endpoint does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.
            InvalidParameter: a property is wrong.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/GenerativeAiPrivateEndpoint/UpdateGenerativeAiPrivateEndpoint
        """
        ...

    def change_generative_ai_private_endpoint_compartment(
        self,
        generative_ai_private_endpoint_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        """Move a private endpoint to another compartment, at once.

        Args:
            generative_ai_private_endpoint_id: the OCID of the private endpoint.
            compartment_id: the OCID of the new compartment.
            region, if_match, retry_token, request_id: see `GenAi`.

        Returns:
            The metadata of the response, which has no etag. No work request is started.

        Raises:
            NotFound: the private endpoint does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/GenerativeAiPrivateEndpoint/ChangeGenerativeAiPrivateEndpointCompartment
        """
        ...

    def delete_generative_ai_private_endpoint(
        self,
        generative_ai_private_endpoint_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        """Start deleting a private endpoint.

        Args:
            generative_ai_private_endpoint_id: the OCID of the private endpoint.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The metadata of the response. Wait for the work request `work_request_id`.

        Raises:
            NotFound: the private endpoint does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: an endpoint uses it.
            PreconditionFailed: its etag is not `if_match`.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/GenerativeAiPrivateEndpoint/DeleteGenerativeAiPrivateEndpoint
        """
        ...


class PrivateEndpoints(Calls, PrivateEndpointRepository):
    """`PrivateEndpointRepository` over a backend."""

    def list_generative_ai_private_endpoints(
        self,
        compartment_id: str,
        *,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        resource_type: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[api.GenerativeAiPrivateEndpointSummary]:
        filters = without_none(
            lifecycle_state=lifecycle_state,
            display_name=display_name,
            id=id,
            resource_type=resource_type,
        )
        query = ListQuery(
            compartment_id=compartment_id,
            filters=filters,
            sort_by=sort_by,
            sort_order=sort_order,
            limit=limit,
            page=page,
        )
        return self._list("list_generative_ai_private_endpoints", query, region=region, request_id=request_id)

    def get_generative_ai_private_endpoint(
        self, generative_ai_private_endpoint_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.GenerativeAiPrivateEndpoint:
        private_endpoint: api.GenerativeAiPrivateEndpoint = self._send(
            "get_generative_ai_private_endpoint",
            target=generative_ai_private_endpoint_id,
            region=region,
            request_id=request_id,
        )
        return private_endpoint

    def create_generative_ai_private_endpoint(
        self,
        details: api.CreateGenerativeAiPrivateEndpointDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.GenerativeAiPrivateEndpoint:
        private_endpoint: api.GenerativeAiPrivateEndpoint = self._send(
            "create_generative_ai_private_endpoint",
            details=details,
            region=region,
            retry_token=retry_token,
            request_id=request_id,
        )
        return private_endpoint

    def update_generative_ai_private_endpoint(
        self,
        generative_ai_private_endpoint_id: str,
        details: api.UpdateGenerativeAiPrivateEndpointDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.GenerativeAiPrivateEndpoint:
        private_endpoint: api.GenerativeAiPrivateEndpoint = self._send(
            "update_generative_ai_private_endpoint",
            target=generative_ai_private_endpoint_id,
            details=details,
            region=region,
            if_match=if_match,
            request_id=request_id,
        )
        return private_endpoint

    def change_generative_ai_private_endpoint_compartment(
        self,
        generative_ai_private_endpoint_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "change_generative_ai_private_endpoint_compartment",
            target=generative_ai_private_endpoint_id,
            details=ChangeCompartmentDetails(compartment_id=compartment_id),
            region=region,
            if_match=if_match,
            retry_token=retry_token,
            request_id=request_id,
        )
        return response

    def delete_generative_ai_private_endpoint(
        self,
        generative_ai_private_endpoint_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "delete_generative_ai_private_endpoint",
            target=generative_ai_private_endpoint_id,
            region=region,
            if_match=if_match,
            request_id=request_id,
        )
        return response
