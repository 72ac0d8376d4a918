"""The operations on dedicated AI clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.api.call import ListQuery
from genai_ports.client.repository.calls import Calls, given

if TYPE_CHECKING:
    from genai_ports.api.dedicated_ai_cluster import (
        CreateDedicatedAiClusterDetails,
        DedicatedAiCluster,
        DedicatedAiClusterSummary,
        UpdateDedicatedAiClusterDetails,
    )
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.client.pagination import Listing


class DedicatedAiClusters(Calls):
    """The operations on dedicated AI clusters."""

    def list_dedicated_ai_clusters(
        self,
        compartment_id: str,
        *,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        capacity_reservation_id: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[DedicatedAiClusterSummary]:
        """List the compartment's clusters, newest first. See `genai_ports.client.ports`."""
        return self._list(
            "list_dedicated_ai_clusters",
            ListQuery(
                compartment_id=compartment_id,
                filters=given(
                    lifecycle_state=lifecycle_state,
                    display_name=display_name,
                    id=id,
                    capacity_reservation_id=capacity_reservation_id,
                ),
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                page=page,
            ),
            region=region,
            request_id=request_id,
        )

    def get_dedicated_ai_cluster(
        self, dedicated_ai_cluster_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> DedicatedAiCluster:
        """Read one cluster. See `genai_ports.client.ports`."""
        snapshot: DedicatedAiCluster = self._send(
            "get_dedicated_ai_cluster", target=dedicated_ai_cluster_id, region=region, request_id=request_id
        )
        return snapshot

    def create_dedicated_ai_cluster(
        self,
        details: CreateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> DedicatedAiCluster:
        """Start to make a cluster. See `genai_ports.client.ports`."""
        snapshot: DedicatedAiCluster = self._create(
            "create_dedicated_ai_cluster", details, retry_token=retry_token, region=region, request_id=request_id
        )
        return snapshot

    def update_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        details: UpdateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> DedicatedAiCluster:
        """Start to change a cluster. See `genai_ports.client.ports`."""
        snapshot: DedicatedAiCluster = self._send(
            "update_dedicated_ai_cluster",
            target=dedicated_ai_cluster_id,
            details=details,
            if_match=if_match,
            region=region,
            request_id=request_id,
        )
        return snapshot

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
        """Move a cluster. See `genai_ports.client.ports`."""
        return self._change_compartment(
            "change_dedicated_ai_cluster_compartment",
            dedicated_ai_cluster_id,
            compartment_id,
            if_match=if_match,
            retry_token=retry_token,
            region=region,
            request_id=request_id,
        )

    def delete_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete a cluster that no endpoint and no custom model uses. See `genai_ports.client.ports`."""
        return self._delete(
            "delete_dedicated_ai_cluster",
            dedicated_ai_cluster_id,
            if_match=if_match,
            region=region,
            request_id=request_id,
        )
