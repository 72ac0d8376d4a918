"""The port for work requests, and the client that implements it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from genai_ports import api
from genai_ports.api.call import ListQuery
from genai_ports.client.calls import Calls, without_none
from genai_ports.client.pagination import Listing
from genai_ports.client.waiter import wait_until_finished


@runtime_checkable
class WorkRequestRepository(Protocol):
    """Work requests. `GenAi` describes the arguments that operations share."""

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
    ) -> Listing[api.WorkRequestSummary]:
        """List the work requests of a compartment, newest first.

        Args:
            compartment_id: the OCID of the compartment; the OCID of the tenancy for its root compartment.
            work_request_id: return only the work request with this OCID.
            status: return only work requests with this status.
            resource_id: return only work requests about the resource with this OCID.
            sort_by: `timeAccepted` (default).
            sort_order, limit, page, region, request_id: see `GenAi`.

        Returns:
            A listing. It fetches a page when you iterate over it, and no page before that.

        Raises:
            InvalidParameter: a filter, the sort key, the page size or the page token is wrong; raised when you iterate.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/WorkRequest/ListWorkRequests
        """
        ...

    def get_work_request(
        self, work_request_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.WorkRequest:
        """Read one work request.

        Args:
            work_request_id: the OCID of the work request.
            region, request_id: see `GenAi`.

        Returns:
            The work request. `response.retry_after` is the seconds to wait before reading it again.

        Raises:
            NotFound: the work request does not exist in that region.

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
    ) -> Listing[api.WorkRequestError]:
        """List the errors of a work request, newest first.

        Args:
            work_request_id: the OCID of the work request.
            sort_by: `timestamp` (default).
            sort_order, limit, page, region, request_id: see `GenAi`.

        Returns:
            A listing. It fetches a page when you iterate over it, and no page before that.

        Raises:
            NotFound: the work request does not exist in that region; raised when you iterate.
            InvalidParameter: the sort key, the page size or the page token is wrong; raised when you iterate.

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
    ) -> Listing[api.WorkRequestLogEntry]:
        """List the log of a work request, newest first.

        Args:
            work_request_id: the OCID of the work request.
            sort_by: `timestamp` (default).
            sort_order, limit, page, region, request_id: see `GenAi`.

        Returns:
            A listing. It fetches a page when you iterate over it, and no page before that.

        Raises:
            NotFound: the work request does not exist in that region; raised when you iterate.
            InvalidParameter: the sort key, the page size or the page token is wrong; raised when you iterate.

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
        on_progress: Callable[[api.WorkRequest], None] | None = None,
        region: str | None = None,
    ) -> api.WorkRequest:
        """Wait until a work request has succeeded, on the backend's clock.

        Args:
            work_request_id: the OCID of the work request; the response that started it has it in
                `response.work_request_id`.
            timeout: how many seconds to wait at most, 0 or more. Default: two hours. What counts is how long the
                wait sleeps, before a retry too, and not what the clock shows: it may be frozen, or moved by others.
            interval: seconds between two reads, more than 0. Default: the `retry-after` of the service, else 5.
            on_progress: called with the work request after each read.
            region: see `GenAi`.

        Returns:
            The work request in status SUCCEEDED.

        Raises:
            WorkRequestFailed: it ended FAILED or CANCELED.
            WaitTimeout: it did not finish within `timeout` seconds.
            NotFound: it does not exist in that region. A service may find a work request only some seconds after the
                create, so a wait that begins with 404 reads again for ten seconds.
            InvalidInput: `timeout` or `interval` is not a number in its range.
        """
        ...


class WorkRequests(Calls, WorkRequestRepository):
    """`WorkRequestRepository` over a backend."""

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
    ) -> Listing[api.WorkRequestSummary]:
        filters = without_none(work_request_id=work_request_id, status=status, resource_id=resource_id)
        query = ListQuery(
            compartment_id=compartment_id,
            filters=filters,
            sort_by=sort_by,
            sort_order=sort_order,
            limit=limit,
            page=page,
        )
        return self._list("list_work_requests", query, region=region, request_id=request_id)

    def get_work_request(
        self, work_request_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.WorkRequest:
        work_request: api.WorkRequest = self._send(
            "get_work_request", target=work_request_id, region=region, request_id=request_id
        )
        return work_request

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
    ) -> Listing[api.WorkRequestError]:
        query = ListQuery(sort_by=sort_by, sort_order=sort_order, limit=limit, page=page)
        return self._list(
            "list_work_request_errors", query, target=work_request_id, region=region, request_id=request_id
        )

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
    ) -> Listing[api.WorkRequestLogEntry]:
        query = ListQuery(sort_by=sort_by, sort_order=sort_order, limit=limit, page=page)
        return self._list("list_work_request_logs", query, target=work_request_id, region=region, request_id=request_id)

    def wait_for_work_request(
        self,
        work_request_id: str,
        *,
        timeout: float = 7200,
        interval: float | None = None,
        on_progress: Callable[[api.WorkRequest], None] | None = None,
        region: str | None = None,
    ) -> api.WorkRequest:
        return wait_until_finished(
            lambda clock: self._send("get_work_request", target=work_request_id, region=region, clock=clock),
            lambda: self.list_work_request_errors(work_request_id, region=region),
            self._backend.clock,
            timeout=timeout,
            interval=interval,
            on_progress=on_progress,
        )
