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
    """What a list call asks for.

    Args:
        compartment_id: whose resources; None for the errors and logs of one work request.
        filters: exact matches by Python name; several values under `capability` mean any of them.
        sort_by: one of the operation's sort keys, in Oracle's spelling; its first unless given.
        sort_order: `ASC` or `DESC`; newest first for times and ascending for the rest unless given.
        limit: the page size, 1 to 1000; 100 unless given.
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
        operation: which.
        region: the region id it goes to; None for the backend's default.
        target: the OCID of the resource it is about, where it is about one.
        details: the body.
        query: for lists.
        if_match: the etag that the resource must still have.
        retry_token: makes repeating a create or a move safe for 24 hours.
        request_id: the client's own id for the call.
        user: the OCID of who asks; None for nobody in particular, who may do everything.
        ignored: what else was asked for that nobody reads, for the journal.
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


class Reply(NamedTuple):
    """What a call brought: a snapshot, a page, or None, and the answer's metadata.

    `extra` are properties, in Oracle's spelling, that each item of a page has beside its own; None for none.
    """

    value: Any
    response: ResponseMetadata
    extra: Mapping[str, Any] | None = None
