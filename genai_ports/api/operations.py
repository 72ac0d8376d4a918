"""The 28 operations as one table, and a call of one of them as a value.

Every backend carries a `Call` to something that knows the service and brings a `Reply` back; what the operations
have in common is told here, once.

Source: `GenerativeAiClient` of the OCI SDK; the statuses are told apart in `docs/fidelity.md`.
"""

from __future__ import annotations

from dataclasses import field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.enums import (
    DedicatedAiClusterLifecycleState,
    ImportedModelCapability,
    LifecycleState,
    ModelCapability,
    ModelLifecycleState,
    WorkRequestStatus,
    values,
)
from genai_ports.api.value import Value, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.snapshot import ResponseMetadata


@cache
def _load(module: str, before: str, after: str) -> type:
    """Load a class of the domain when it is first needed: defining all of them takes longer than all else here."""
    name = before + module.title().replace("_", "") + after
    cls: type = getattr(import_module(f"genai_ports.api.{module}"), name)
    return cls


@value
class Kind(Value):
    """A kind of resource, and what Oracle calls it in each place.

    Args:
        name: as in the operations' names, such as `imported_model`; also the module of its classes.
        title: for messages, such as `imported model`.
        ocid_type: the second part of its OCIDs.
        entity_type: what work requests call it.
        states: its lifecycle states.
    """

    name: str
    title: str
    ocid_type: str
    entity_type: str
    states: tuple[str, ...]

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def snapshot(self) -> type:
        """The class that GET returns."""
        return self.load("")

    @property
    def summary(self) -> type:
        """The class that lists show."""
        return self.load("Summary")

    def load(self, after: str, before: str = "") -> type:
        """Load the class whose name is the kind's with something before or after it."""
        return _load(self.name, before, after)


MODEL: Final = Kind(
    name="model",
    title="model",
    ocid_type="generativeaimodel",
    entity_type="model",
    states=values(ModelLifecycleState),
)
IMPORTED_MODEL: Final = Kind(
    name="imported_model",
    title="imported model",
    ocid_type="generativeaiimportedmodel",
    entity_type="importedModel",
    states=values(LifecycleState),
)
ENDPOINT: Final = Kind(
    name="endpoint",
    title="endpoint",
    ocid_type="generativeaiendpoint",
    entity_type="endpoint",
    states=values(LifecycleState),
)
DEDICATED_AI_CLUSTER: Final = Kind(
    name="dedicated_ai_cluster",
    title="dedicated AI cluster",
    ocid_type="generativeaidedicatedaicluster",
    entity_type="dedicatedAiCluster",
    states=values(DedicatedAiClusterLifecycleState),
)
WORK_REQUEST: Final = Kind(
    name="work_request",
    title="work request",
    ocid_type="generativeaiworkrequest",
    entity_type="workRequest",
    states=values(WorkRequestStatus),
)
RESOURCE_KINDS: Final = (MODEL, IMPORTED_MODEL, ENDPOINT, DEDICATED_AI_CLUSTER)
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (*RESOURCE_KINDS, WORK_REQUEST)}


@value
class Operation(Value):
    """One operation.

    Args:
        name: as the OCI SDK names it, such as `change_model_compartment`.
        kind: the kind of resource it is about.
        verb: `list`, `get`, `create`, `update`, `change_compartment`, `delete`, `list_errors` or `list_logs`.
        status: the HTTP status of success.
        filters: for lists, the filters and, where the values are an enumeration, what they may be.
        sort_keys: for lists, what `sort_by` takes; the first is the default.
        operation_type: what its work request is called; None where there is none.
    """

    name: str
    kind: Kind
    verb: str
    status: int = 200
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort_keys: tuple[str, ...] = ()
    operation_type: str | None = None

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def result(self) -> type | None:
        """The class of the answer's body, or of a list's items; None where there is no body."""
        if self.verb in ("get", "create", "update"):
            return self.kind.snapshot
        return self.kind.load(_ITEMS[self.verb]) if self.is_list else None

    @property
    def details(self) -> type | None:
        """The class of the request's body; None where there is none."""
        if self.verb in ("create", "update"):
            return self.kind.load("Details", self.verb.title())
        return _load("compartment", "Change", "Details") if self.verb == "change_compartment" else None

    @property
    def is_list(self) -> bool:
        """Whether the answer is a page."""
        return bool(self.sort_keys)

    @property
    def takes_if_match(self) -> bool:
        """Whether it changes something that exists."""
        return self.verb in ("update", "change_compartment", "delete")

    @property
    def takes_retry_token(self) -> bool:
        """Whether a retry token makes it safe to repeat."""
        return self.verb in ("create", "change_compartment")


_ITEMS: Final = {"list": "Summary", "list_errors": "Error", "list_logs": "LogEntry"}
_ANY: Final[tuple[str, ...]] = ()
_NAMED: Final = {"display_name": _ANY, "id": _ANY}


def _resource_operations(
    kind: Kind,
    *,
    filters: Mapping[str, tuple[str, ...]],
    sort_keys: tuple[str, ...],
    update_has_work_request: bool = True,
    update_status: int = 200,
) -> tuple[Operation, ...]:
    name, work = kind.name, kind.name.upper()
    update_work = f"UPDATE_{work}" if update_has_work_request else None
    return (
        Operation(
            name=f"list_{name}s",
            kind=kind,
            verb="list",
            filters={**filters, "lifecycle_state": kind.states, **_NAMED},
            sort_keys=sort_keys,
        ),
        Operation(name=f"get_{name}", kind=kind, verb="get"),
        Operation(name=f"create_{name}", kind=kind, verb="create", status=201, operation_type=f"CREATE_{work}"),
        Operation(name=f"update_{name}", kind=kind, verb="update", status=update_status, operation_type=update_work),
        Operation(name=f"change_{name}_compartment", kind=kind, verb="change_compartment", status=204),
        Operation(name=f"delete_{name}", kind=kind, verb="delete", status=202, operation_type=f"DELETE_{work}"),
    )


_WORK_REQUEST_OPERATIONS: Final = (
    Operation(
        name="list_work_requests",
        kind=WORK_REQUEST,
        verb="list",
        filters={"work_request_id": _ANY, "status": values(WorkRequestStatus), "resource_id": _ANY},
        sort_keys=("timeAccepted",),
    ),
    Operation(name="get_work_request", kind=WORK_REQUEST, verb="get"),
    Operation(name="list_work_request_errors", kind=WORK_REQUEST, verb="list_errors", sort_keys=("timestamp",)),
    Operation(name="list_work_request_logs", kind=WORK_REQUEST, verb="list_logs", sort_keys=("timestamp",)),
)

OPERATIONS: Final[Mapping[str, Operation]] = {
    operation.name: operation
    for operation in (
        *_resource_operations(
            MODEL,
            filters={"vendor": _ANY, "capability": values(ModelCapability)},
            sort_keys=("timeCreated", "displayName", "lifecycleState"),
            update_has_work_request=False,
        ),
        *_resource_operations(
            IMPORTED_MODEL,
            filters={"vendor": _ANY, "capability": values(ImportedModelCapability)},
            sort_keys=("timeCreated", "displayName", "lifecycleState"),
            update_status=202,
        ),
        *_resource_operations(
            ENDPOINT, filters={"generative_ai_private_endpoint_id": _ANY}, sort_keys=("timeCreated", "displayName")
        ),
        *_resource_operations(
            DEDICATED_AI_CLUSTER,
            filters={"capacity_reservation_id": _ANY},
            sort_keys=("timeCreated", "displayName", "lifecycleState"),
        ),
        *_WORK_REQUEST_OPERATIONS,
    )
}


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
