"""The port for endpoints, and the client that implements it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from genai_ports import api
from genai_ports.api.call import ListQuery
from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.client.calls import Calls, without_none
from genai_ports.client.pagination import Listing


@runtime_checkable
class EndpointRepository(Protocol):
    """Endpoints. `GenAi` describes the arguments that operations share."""

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
    ) -> Listing[api.EndpointSummary]:
        """List the endpoints of a compartment, newest first.

        Args:
            compartment_id: the OCID of the compartment; the OCID of the tenancy for its root compartment.
            generative_ai_private_endpoint_id: return only endpoints behind this private endpoint.
            sort_by: `timeCreated` (default) or `displayName`.
            lifecycle_state, display_name, id, sort_order, limit, page, region, request_id: see `GenAi`.

        Returns:
            A listing. It fetches a page when you iterate over it, and no page before that.

        Raises:
            InvalidParameter: a filter, the sort key, the page size or the page token is wrong; raised when you iterate.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/EndpointCollection/ListEndpoints
        """
        ...

    def get_endpoint(
        self, endpoint_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.Endpoint:
        """Read one endpoint.

        Args:
            endpoint_id: the OCID of the endpoint.
            region, request_id: see `GenAi`.

        Returns:
            The endpoint; pass its `etag` as `if_match` to change only this version of it.

        Raises:
            NotFound: the endpoint does not exist in that region.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Endpoint/GetEndpoint
        """
        ...

    def create_endpoint(
        self,
        details: api.CreateEndpointDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.Endpoint:
        """Start serving a model on a hosting cluster.

        Args:
            details: the model, the hosting cluster, and the properties of the endpoint.
            region, retry_token, request_id: see `GenAi`.

        Returns:
            The endpoint in state CREATING. Wait for the work request `response.work_request_id`.

        Raises:
            InvalidParameter: a property is wrong, or the cluster is not a hosting cluster.
            MissingParameter: a required property is missing.
            RelatedResourceNotFound: the model, the cluster or the private endpoint does not exist.
            IncorrectState: the model, the cluster or the private endpoint is not ready; retry when it is ACTIVE.
            LimitExceeded: the cluster has as many endpoints as it can hold.
            InvalidatedRetryToken: the token belongs to another request, or to a resource that was deleted.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Endpoint/CreateEndpoint
        """
        ...

    def update_endpoint(
        self,
        endpoint_id: str,
        details: api.UpdateEndpointDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.Endpoint:
        """Start changing an endpoint.

        Args:
            endpoint_id: the OCID of the endpoint.
            details: the new values; properties that are None do not change.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The endpoint in state UPDATING. Wait for the work request `response.work_request_id`.

        Raises:
            NotFound: the endpoint does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.
            InvalidParameter: a property is wrong.
            RelatedResourceNotFound: the private endpoint does not exist.

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
    ) -> api.ResponseMetadata:
        """Move an endpoint to another compartment, at once.

        Args:
            endpoint_id: the OCID of the endpoint.
            compartment_id: the OCID of the new compartment.
            region, if_match, retry_token, request_id: see `GenAi`.

        Returns:
            The metadata of the response, which has no etag. No work request is started.

        Raises:
            NotFound: the endpoint does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.

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
    ) -> api.ResponseMetadata:
        """Start deleting an endpoint.

        Args:
            endpoint_id: the OCID of the endpoint.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The metadata of the response. Wait for the work request `work_request_id`.

        Raises:
            NotFound: the endpoint does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            PreconditionFailed: its etag is not `if_match`.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Endpoint/DeleteEndpoint
        """
        ...


class Endpoints(Calls, EndpointRepository):
    """`EndpointRepository` over a backend."""

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
    ) -> Listing[api.EndpointSummary]:
        filters = without_none(
            lifecycle_state=lifecycle_state,
            display_name=display_name,
            id=id,
            generative_ai_private_endpoint_id=generative_ai_private_endpoint_id,
        )
        query = ListQuery(
            compartment_id=compartment_id,
            filters=filters,
            sort_by=sort_by,
            sort_order=sort_order,
            limit=limit,
            page=page,
        )
        return self._list("list_endpoints", query, region=region, request_id=request_id)

    def get_endpoint(
        self, endpoint_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.Endpoint:
        endpoint: api.Endpoint = self._send("get_endpoint", target=endpoint_id, region=region, request_id=request_id)
        return endpoint

    def create_endpoint(
        self,
        details: api.CreateEndpointDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.Endpoint:
        endpoint: api.Endpoint = self._send(
            "create_endpoint", details=details, region=region, retry_token=retry_token, request_id=request_id
        )
        return endpoint

    def update_endpoint(
        self,
        endpoint_id: str,
        details: api.UpdateEndpointDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.Endpoint:
        endpoint: api.Endpoint = self._send(
            "update_endpoint",
            target=endpoint_id,
            details=details,
            region=region,
            if_match=if_match,
            request_id=request_id,
        )
        return endpoint

    def change_endpoint_compartment(
        self,
        endpoint_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "change_endpoint_compartment",
            target=endpoint_id,
            details=ChangeCompartmentDetails(compartment_id=compartment_id),
            region=region,
            if_match=if_match,
            retry_token=retry_token,
            request_id=request_id,
        )
        return response

    def delete_endpoint(
        self,
        endpoint_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "delete_endpoint", target=endpoint_id, region=region, if_match=if_match, request_id=request_id
        )
        return response
