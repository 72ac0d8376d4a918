"""The operations on endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.api.call import ListQuery
from genai_ports.client.repository.calls import Calls, given

if TYPE_CHECKING:
    from genai_ports.api.endpoint import CreateEndpointDetails, Endpoint, EndpointSummary, UpdateEndpointDetails
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.client.pagination import Listing


class Endpoints(Calls):
    """The operations on endpoints."""

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
        """List the compartment's endpoints, newest first. See `genai_ports.client.ports`."""
        return self._list(
            "list_endpoints",
            ListQuery(
                compartment_id=compartment_id,
                filters=given(
                    lifecycle_state=lifecycle_state,
                    display_name=display_name,
                    id=id,
                    generative_ai_private_endpoint_id=generative_ai_private_endpoint_id,
                ),
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                page=page,
            ),
            region=region,
            request_id=request_id,
        )

    def get_endpoint(self, endpoint_id: str, *, region: str | None = None, request_id: str | None = None) -> Endpoint:
        """Read one endpoint. See `genai_ports.client.ports`."""
        snapshot: Endpoint = self._send("get_endpoint", target=endpoint_id, region=region, request_id=request_id)
        return snapshot

    def create_endpoint(
        self,
        details: CreateEndpointDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Endpoint:
        """Start to serve a model on a hosting cluster. See `genai_ports.client.ports`."""
        snapshot: Endpoint = self._create(
            "create_endpoint", details, retry_token=retry_token, region=region, request_id=request_id
        )
        return snapshot

    def update_endpoint(
        self,
        endpoint_id: str,
        details: UpdateEndpointDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> Endpoint:
        """Start to change an endpoint. See `genai_ports.client.ports`."""
        snapshot: Endpoint = self._send(
            "update_endpoint",
            target=endpoint_id,
            details=details,
            if_match=if_match,
            region=region,
            request_id=request_id,
        )
        return snapshot

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
        """Move an endpoint. See `genai_ports.client.ports`."""
        return self._change_compartment(
            "change_endpoint_compartment",
            endpoint_id,
            compartment_id,
            if_match=if_match,
            retry_token=retry_token,
            region=region,
            request_id=request_id,
        )

    def delete_endpoint(
        self,
        endpoint_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete an endpoint. See `genai_ports.client.ports`."""
        return self._delete("delete_endpoint", endpoint_id, if_match=if_match, region=region, request_id=request_id)
