"""A call of an operation and the reply to it, as values that every backend carries."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, NamedTuple

from genai_ports.api.value import Value, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.kind import Operation
    from genai_ports.api.snapshot import ResponseMetadata


@value
class ListQuery(Value):
    """The parameters of a list call.

    Args:
        compartment_id: the OCID of the compartment of the resources; None for the errors and logs of one work request.
        filters: exact matches by Python name; several values under `capability` mean any of them.
        sort_by: one of the operation's sort keys, in Oracle's spelling; default: the first of them.
        sort_order: `ASC` or `DESC`; default: `DESC` for times (newest first), `ASC` for others.
        limit: the page size, 1 to 1000; default: 1000.
        page: the token of the page to fetch.
    """

    compartment_id: str | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    sort_by: str | None = None
    sort_order: str | None = None
    limit: int | None = None
    page: str | None = None


class Call(NamedTuple):
    """One call of an operation.

    Args:
        operation: the operation.
        region: the id of its region; None for the backend's default.
        target: the OCID in its path; None for create and list.
        details: the body; None for no body.
        query: the parameters of a list; None for other operations.
        if_match: the etag that the resource must still have.
        retry_token: makes repeating a create or a move safe for 24 hours.
        request_id: the client's own id for the call.
        user: the OCID of the caller; None for a caller who is allowed everything.
        ignored: unknown parameters and properties of the request, for the journal.
        user_agent: what the client says about itself; None in memory.
    """

    operation: Operation
    region: str | None = None
    target: str | None = None
    details: Any = None
    query: ListQuery | None = None
    if_match: str | None = None
    retry_token: str | None = None
    request_id: str | None = None
    user: str | None = None
    ignored: tuple[str, ...] = ()
    user_agent: str | None = None


class Reply(NamedTuple):
    """The result of a call.

    Args:
        value: a snapshot, a page, or None for no body.
        response: the metadata of the response.
        extra: properties in Oracle's spelling that each item of a page has in addition; None for none.
    """

    value: Any
    response: ResponseMetadata
    extra: Mapping[str, Any] | None = None
