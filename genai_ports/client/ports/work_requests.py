"""The port for work requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.api.work_request import WorkRequest, WorkRequestError, WorkRequestLogEntry, WorkRequestSummary
    from genai_ports.client.pagination import Listing


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
