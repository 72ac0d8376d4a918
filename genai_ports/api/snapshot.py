"""The results of calls: a snapshot of a resource, a page of a list, and the metadata of a response."""

from __future__ import annotations

from dataclasses import field
from typing import Generic, TypeVar

from genai_ports.api.value import Value, value

T_co = TypeVar("T_co", covariant=True)


@value
class ResponseMetadata(Value):
    """The status and the headers of a response.

    Args:
        status: the HTTP status, such as 200.
        request_id: `opc-request-id`.
        etag: the version of the resource, for `if_match`.
        work_request_id: `opc-work-request-id`; None if the operation starts no work request.
        retry_after: seconds to wait before the next read of a work request.
        model_deprecation_info: a message about a deprecated model that the call used.
    """

    status: int
    request_id: str | None = None
    etag: str | None = None
    work_request_id: str | None = None
    retry_after: int | None = None
    model_deprecation_info: str | None = None


@value
class Snapshot(Value):
    """A resource as it was when it was read. Equality and repr leave out the metadata of the response."""

    response: ResponseMetadata | None = field(default=None, compare=False, repr=False)

    @property
    def etag(self) -> str | None:
        """The version of the resource, for `if_match`."""
        return self.response.etag if self.response else None


@value
class Page(Value, Generic[T_co]):
    """One page of a list.

    Args:
        items: the items in order. An empty page can have a next page.
        next_page: the token of the next page; None on the last page.
        response: the metadata of the response.
    """

    items: tuple[T_co, ...]
    next_page: str | None = None
    response: ResponseMetadata | None = field(default=None, compare=False, repr=False)
