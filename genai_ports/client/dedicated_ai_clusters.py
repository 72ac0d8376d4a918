"""The port for dedicated AI clusters, and the client that implements it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from genai_ports import api
from genai_ports.api.call import ListQuery
from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.client.calls import Calls, without_none
from genai_ports.client.pagination import Listing


@runtime_checkable
class DedicatedAiClusterRepository(Protocol):
    """Dedicated AI clusters. `GenAi` describes the arguments that operations share."""

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
    ) -> Listing[api.DedicatedAiClusterSummary]:
        """List the dedicated AI clusters of a compartment, newest first.

        Args:
            compartment_id: the OCID of the compartment; the OCID of the tenancy for its root compartment.
            capacity_reservation_id: return only clusters on the capacity reservation with this OCID.
            sort_by: `timeCreated` (default), `displayName` or `lifecycleState`.
            lifecycle_state, display_name, id, sort_order, limit, page, region, request_id: see `GenAi`.

        Returns:
            A listing. It fetches a page when you iterate over it, and no page before that.

        Raises:
            InvalidParameter: a filter, the sort key, the page size or the page token is wrong; raised when you iterate.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiClusterCollection/ListDedicatedAiClusters
        """
        ...

    def get_dedicated_ai_cluster(
        self, dedicated_ai_cluster_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.DedicatedAiCluster:
        """Read one dedicated AI cluster.

        Args:
            dedicated_ai_cluster_id: the OCID of the dedicated AI cluster.
            region, request_id: see `GenAi`.

        Returns:
            The dedicated AI cluster; pass its `etag` as `if_match` to change only this version of it.

        Raises:
            NotFound: the dedicated AI cluster does not exist in that region.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiCluster/GetDedicatedAiCluster
        """
        ...

    def create_dedicated_ai_cluster(
        self,
        details: api.CreateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.DedicatedAiCluster:
        """Start creating a dedicated AI cluster.

        Args:
            details: the type, unit shape and number of units of the cluster.
            region, retry_token, request_id: see `GenAi`.

        Returns:
            The dedicated AI cluster in state CREATING. Wait for the work request `response.work_request_id`.

        Raises:
            InvalidParameter: a property is wrong, such as an unknown type or unit shape, or a number of units below 1.
            MissingParameter: a required property is missing.
            LimitExceeded: the tenancy has not enough units of this shape left.
            QuotaExceeded: the compartment has not enough units of this shape left.
            InvalidatedRetryToken: the token belongs to another request, or to a resource that was deleted.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiCluster/CreateDedicatedAiCluster
        """
        ...

    def update_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        details: api.UpdateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.DedicatedAiCluster:
        """Start changing a dedicated AI cluster.

        Args:
            dedicated_ai_cluster_id: the OCID of the dedicated AI cluster.
            details: the new values; properties that are None do not change.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The dedicated AI cluster in state UPDATING. Wait for the work request `response.work_request_id`.

        Raises:
            NotFound: the dedicated AI cluster does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.
            InvalidParameter: a property is wrong.
            LimitExceeded: the tenancy has not enough units of this shape left.
            QuotaExceeded: the compartment has not enough units of this shape left.

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
    ) -> api.ResponseMetadata:
        """Move a dedicated AI cluster to another compartment, at once.

        Args:
            dedicated_ai_cluster_id: the OCID of the dedicated AI cluster.
            compartment_id: the OCID of the new compartment.
            region, if_match, retry_token, request_id: see `GenAi`.

        Returns:
            The metadata of the response, which has no etag. No work request is started.

        Raises:
            NotFound: the dedicated AI cluster does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.
            QuotaExceeded: the new compartment has not enough units of this shape left.

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
    ) -> api.ResponseMetadata:
        """Start deleting a dedicated AI cluster.

        Args:
            dedicated_ai_cluster_id: the OCID of the dedicated AI cluster.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The metadata of the response. Wait for the work request `work_request_id`.

        Raises:
            NotFound: the dedicated AI cluster does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: an endpoint or a custom model uses it.
            PreconditionFailed: its etag is not `if_match`.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/DedicatedAiCluster/DeleteDedicatedAiCluster
        """
        ...


class DedicatedAiClusters(Calls, DedicatedAiClusterRepository):
    """`DedicatedAiClusterRepository` over a backend."""

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
    ) -> Listing[api.DedicatedAiClusterSummary]:
        filters = without_none(
            lifecycle_state=lifecycle_state,
            display_name=display_name,
            id=id,
            capacity_reservation_id=capacity_reservation_id,
        )
        query = ListQuery(
            compartment_id=compartment_id,
            filters=filters,
            sort_by=sort_by,
            sort_order=sort_order,
            limit=limit,
            page=page,
        )
        return self._list("list_dedicated_ai_clusters", query, region=region, request_id=request_id)

    def get_dedicated_ai_cluster(
        self, dedicated_ai_cluster_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.DedicatedAiCluster:
        dedicated_ai_cluster: api.DedicatedAiCluster = self._send(
            "get_dedicated_ai_cluster", target=dedicated_ai_cluster_id, region=region, request_id=request_id
        )
        return dedicated_ai_cluster

    def create_dedicated_ai_cluster(
        self,
        details: api.CreateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.DedicatedAiCluster:
        dedicated_ai_cluster: api.DedicatedAiCluster = self._send(
            "create_dedicated_ai_cluster",
            details=details,
            region=region,
            retry_token=retry_token,
            request_id=request_id,
        )
        return dedicated_ai_cluster

    def update_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        details: api.UpdateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.DedicatedAiCluster:
        dedicated_ai_cluster: api.DedicatedAiCluster = self._send(
            "update_dedicated_ai_cluster",
            target=dedicated_ai_cluster_id,
            details=details,
            region=region,
            if_match=if_match,
            request_id=request_id,
        )
        return dedicated_ai_cluster

    def change_dedicated_ai_cluster_compartment(
        self,
        dedicated_ai_cluster_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "change_dedicated_ai_cluster_compartment",
            target=dedicated_ai_cluster_id,
            details=ChangeCompartmentDetails(compartment_id=compartment_id),
            region=region,
            if_match=if_match,
            retry_token=retry_token,
            request_id=request_id,
        )
        return response

    def delete_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "delete_dedicated_ai_cluster",
            target=dedicated_ai_cluster_id,
            region=region,
            if_match=if_match,
            request_id=request_id,
        )
        return response
