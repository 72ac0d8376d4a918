"""The operations on work requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.api.call import ListQuery
from genai_ports.client.repository.calls import Calls, given
from genai_ports.client.waiter import wait_until_finished

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.api.work_request import WorkRequest, WorkRequestError, WorkRequestLogEntry, WorkRequestSummary
    from genai_ports.client.pagination import Listing


class WorkRequests(Calls):
    """The operations on work requests."""

    def wait_for_work_request(
        self,
        work_request_id: str,
        *,
        timeout: float = 7200,
        interval: float | None = None,
        on_progress: Callable[[WorkRequest], None] | None = None,
        region: str | None = None,
    ) -> WorkRequest:
        """Wait until a work request has finished, on the backend's clock.

        Args:
            work_request_id: its OCID, as `response.work_request_id` of the call that started it has it.
            timeout: seconds after which to give up; two hours unless given.
            interval: seconds between looks; as the service's `retry-after` says unless given.
            on_progress: called with each snapshot that was read.
            region: where it is; as its OCID says unless given.

        Returns:
            The work request, SUCCEEDED.

        Raises:
            WorkRequestFailed: it ended FAILED or CANCELED.
            WaitTimeout: it did not finish in time.
            InvalidInput: `timeout` is negative, or `interval` not positive, or one of them is no number.
        """
        return wait_until_finished(
            lambda: self.get_work_request(work_request_id, region=region),
            lambda: self.list_work_request_errors(work_request_id, region=region),
            self._backend.clock,
            timeout=timeout,
            interval=interval,
            on_progress=on_progress,
        )

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
        """List the compartment's work requests, newest first. See `genai_ports.client.ports`."""
        return self._list(
            "list_work_requests",
            ListQuery(
                compartment_id=compartment_id,
                filters=given(
                    work_request_id=work_request_id,
                    status=status,
                    resource_id=resource_id,
                ),
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                page=page,
            ),
            region=region,
            request_id=request_id,
        )

    def get_work_request(
        self, work_request_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> WorkRequest:
        """Read one work request. See `genai_ports.client.ports`."""
        snapshot: WorkRequest = self._send(
            "get_work_request", target=work_request_id, region=region, request_id=request_id
        )
        return snapshot

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
        """List what went wrong, newest first. See `genai_ports.client.ports`."""
        return self._list(
            "list_work_request_errors",
            ListQuery(sort_by=sort_by, sort_order=sort_order, limit=limit, page=page),
            target=work_request_id,
            region=region,
            request_id=request_id,
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
    ) -> Listing[WorkRequestLogEntry]:
        """List the log, newest first. See `genai_ports.client.ports`."""
        return self._list(
            "list_work_request_logs",
            ListQuery(sort_by=sort_by, sort_order=sort_order, limit=limit, page=page),
            target=work_request_id,
            region=region,
            request_id=request_id,
        )
