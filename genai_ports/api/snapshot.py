"""What comes back from a call: a snapshot of a resource, the answer's metadata, a page of a list."""

from __future__ import annotations

from dataclasses import field
from typing import Generic, TypeVar

from genai_ports.api.value import Value, value

T_co = TypeVar("T_co", covariant=True)


@value
class ResponseMetadata(Value):
    """What an answer says beside its body.

    Args:
        status: the HTTP status, such as 200.
        request_id: `opc-request-id`.
        etag: the version of the resource, for `if_match`.
        work_request_id: `opc-work-request-id`, where the operation starts a work request.
        retry_after: seconds until another look at a work request is worth while.
        model_deprecation_info: what the service says of a deprecated model that the call used.
    """

    status: int
    request_id: str | None = None
    etag: str | None = None
    work_request_id: str | None = None
    retry_after: int | None = None
    model_deprecation_info: str | None = None


@value
class Snapshot(Value):
    """A resource as it was when it was read; equality and repr leave out the answer that brought it."""

    response: ResponseMetadata | None = field(default=None, compare=False, repr=False)

    @property
    def etag(self) -> str | None:
        """The version read, to be passed as `if_match`."""
        return self.response.etag if self.response else None


@value
class Page(Value, Generic[T_co]):
    """One page of a list.

    Args:
        items: what is on it, in order; it may be empty although more follow.
        next_page: the token of the page after it; None on the last.
        response: the metadata of the answer.
    """

    items: tuple[T_co, ...]
    next_page: str | None = None
    response: ResponseMetadata | None = field(default=None, compare=False, repr=False)
