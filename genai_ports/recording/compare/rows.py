"""The one table from what is compared to rows of `docs/fidelity.md`, named by the text of their first cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, IMPORTED_MODEL, MODEL, WORK_REQUEST
from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, DELETE, GET, LIST, LIST_ERRORS, LIST_LOGS, UPDATE
from genai_ports.wire.http import NEXT_PAGE

if TYPE_CHECKING:
    from genai_ports.api.kind import Operation

API: Final = "Paths, methods, parameters and bodies of the operations, under `/20231130`"
READ_STATUS: Final = "GET and lists return 200"
UPDATE_STATUS: Final = "Update of a model, endpoint, cluster or private endpoint returns 200"
UPDATE_IMPORTED_STATUS: Final = "Update of an imported model returns 202"
STATUSES: Final = {
    LIST: READ_STATUS,
    GET: READ_STATUS,
    LIST_ERRORS: READ_STATUS,
    LIST_LOGS: READ_STATUS,
    CREATE: "Create returns 201",
    UPDATE: UPDATE_STATUS,
    CHANGE_COMPARTMENT: "Change of compartment returns 204",
    DELETE: "Delete returns 202",
}
CODES: Final = "Which codes have which statuses"
ERROR_BODY: Final = 'An error\'s body is `{"code": …, "message": …}`'
MESSAGE: Final = "The message of an error"
NULLS: Final = "A property that is not set is left out; `compartmentId` of a base model is null"
TIMES: Final = "Times are UTC in milliseconds, such as `2024-01-05T02:19:51.103Z`"
OCIDS: Final = "The form of OCIDs: 60 characters last, `amaaaaaa` first, then eight that stand for the tenancy"
ETAG_CHANGES: Final = (
    "The etag changes with every change that a client can see; of a cluster also when its endpoints come and go"
)
DELETED_STAYS: Final = "GET and lists show a deleted resource as DELETED"
FILTERS: Final = "Filters match exactly; several different ones must all match"
NEWEST_FIRST: Final = "Default order: newest first"
ASCENDING: Final = "Default order of names and states: ascending"
ROWS_NEWEST_FIRST: Final = "Errors and logs are listed newest first"
PAGE_SIZE: Final = "Default page size: 1000"
BASE_MODELS: Final = "Which base models there are, in which regions"
NEVER: Final = "Never WAITING, CANCELING or CANCELED"
LOG: Final = "The lines of the log"
NAMED: Final = "A generated name is the type and the time, such as `generativeaiendpoint20250531235319`"
NAMED_BY_ANALOGY: Final = "The same for models and clusters"

HEADERS: Final = {
    "etag": "`etag` comes with create, get and update, also of work requests; not with lists, deletes and moves",
    "opc-work-request-id": "`opc-work-request-id` comes with every create and delete, and with updates except those "
    "of models",
    "opc-request-id": "`opc-request-id` comes with every response: three parts of 32 upper-case hexadecimal digits",
    NEXT_PAGE: "`opc-next-page` comes exactly when there is a next page",
    "retry-after": "`retry-after` comes with a work request that is in progress, in whole seconds",
    "model-deprecation-info": "`model-deprecation-info` comes with creating a model or endpoint from a base model "
    "that is deprecated",
}
STATES: Final = "CREATING to ACTIVE or FAILED; UPDATING to ACTIVE; DELETING to DELETED"
_DETAILS: Final = "lifecycleDetails"

_ENTITY_TYPE: Final = "resources[].entityType"
IMPORTED_ENTITY_TYPE: Final = "`entityType` of an imported model: `IMPORTED_MODEL`"
_WORK_REQUEST: Final = {
    "status": "ACCEPTED, IN_PROGRESS, then SUCCEEDED or FAILED",
    "operationType": "Operation types: CREATE, UPDATE, DELETE of each kind, such as CREATE_PRIVATE_ENDPOINT, but no "
    "UPDATE_MODEL",
    "timeFinished": "`timeFinished` is set together with the last status",
    "percentComplete": "`percentComplete` is whole, never goes back, is 100 only at success, and stays where work "
    "failed",
    "resources": "One resource, with action type IN_PROGRESS until the end, then CREATED, UPDATED or DELETED",
    "resources[].actionType": "One resource, with action type IN_PROGRESS until the end, then CREATED, UPDATED or "
    "DELETED",
    _ENTITY_TYPE: "`entityType` otherwise: `model`, `endpoint`, `dedicatedAiCluster`, `generativeAiPrivateEndpoint`",
    "resources[].entityUri": "`entityUri`: the path of a GET request, such as `/20231130/models/{id}`",
    "resources[].metadata": "`metadata` of a resource is absent",
    "compartmentId": "They stay in the compartment in which the call was made",
}
_FAILED_ACTION: Final = "Action type FAILED if the work has failed"
_BASE_SHAPE: Final = "Type BASE, no base model, no fine-tuning, no metrics, empty tags"
_RETIREMENT: Final = "Times of deprecation and retirement"
_BASE_MODEL: Final = {
    **dict.fromkeys(("id", "displayName", "capabilities"), BASE_MODELS),
    "version": "`version` is `1.0`",
    "vendor": "Vendors are in lower case",
    "isLongTermSupported": "`isLongTermSupported` is true",
    _DETAILS: "`lifecycleDetails` is `Created` of a base model",
    "timeCreated": "`timeCreated` that was recorded with the OCID",
    "timeDeprecated": _RETIREMENT,
    "timeOnDemandRetired": _RETIREMENT,
    "timeDedicatedRetired": _RETIREMENT,
    **dict.fromkeys(
        ("type", "baseModelId", "fineTuneDetails", "modelMetrics", "freeformTags", "definedTags", "systemTags"),
        _BASE_SHAPE,
    ),
}
_PROPERTIES: Final = {
    MODEL.name: {
        "capabilities": "The model inherits its base model's capabilities, FINE_TUNE included",
        "vendor": "It inherits the vendor by default",
        "version": "A generated version is `v` and the time",
        "isLongTermSupported": "`isLongTermSupported` is false",
        "modelMetrics": "Metrics are present when it is ACTIVE; their class depends on the capability",
    },
    IMPORTED_MODEL.name: {
        "capabilities": "Without one: what Oracle documents for that Hugging Face model",
        "version": "A generated version is `v` and the time",
        "dataSource.accessToken": "`accessToken` is never stored, listed, logged or returned",
        "dataSource": "From Hugging Face or Object Storage, with these properties",
    },
    "endpoint": {
        "contentModerationConfig": "Content moderation is off by default, and its configuration is returned",
    },
    DEDICATED_AI_CLUSTER.name: {
        "capacity": "A hosting cluster holds 50 endpoints, and its capacity says how many it holds",
        "unitShape": "Unit shapes: any that the SDK knows; one unit or more; see [limits and shapes]"
        "(#limits-and-shapes)",
    },
    "generative_ai_private_endpoint": {
        "fqdn": "`fqdn` is `PREFIX.pe.inference.generativeai.REGION.oci.` and the domain of the realm, from the start",
        "privateEndpointIp": "`privateEndpointIp` is there when it is ACTIVE, as `10.x.y.z`: `x` follows from the seed "
        "and the subnet, `y.z` is another one for each private endpoint",
        "resourceType": "`resourceType` is ENDPOINT by default",
        "isAllowOnDemand": "`isAllowOnDemand` is false by default",
        "nsgIds": "`nsgIds` and `securityAttributes` are empty by default",
        "securityAttributes": "`nsgIds` and `securityAttributes` are empty by default",
    },
}
_CREATING_CLUSTER: Final = "`lifecycleDetails` is `Creating` while a cluster is created"
_OTHER_DETAILS: Final = "`lifecycleDetails` otherwise"
_NO_CAPACITY: Final = "A cluster for fine-tuning has no capacity"
_ONE_ERROR: Final = "One error, with code and message, if the work has failed"

ALL_ROWS: Final = frozenset(
    {
        *(text for name, text in globals().copy().items() if name.isupper() and isinstance(text, str) and " " in text),
        *STATUSES.values(),
        *HEADERS.values(),
        *_WORK_REQUEST.values(),
        *_BASE_MODEL.values(),
        *(row for table in _PROPERTIES.values() for row in table.values()),
    }
)
"""Every row that this module names, for the test that finds each of them in the page. The rules of refusals, which
are generated there, come in addition."""


class Item(NamedTuple):
    """The object of a response body that a property belongs to.

    Args:
        operation: the operation of the request.
        document: the recorded object.
    """

    operation: Operation
    document: dict[str, object]

    @property
    def is_base_model(self) -> bool:
        """Whether it is one of Oracle's base models."""
        return self.operation.kind is MODEL and self.document.get("type") == "BASE"


def status_row(operation: Operation | None, rule: str | None) -> str:
    """Return the row of a status or code: that of the simulator's refusal, else that of the verb."""
    if rule is not None:
        return f"`{rule}`"
    if operation is None:
        return API
    if operation.verb is UPDATE and operation.kind is IMPORTED_MODEL:
        return UPDATE_IMPORTED_STATUS
    return STATUSES[operation.verb]


def property_row(item: Item, path: str) -> str:
    """Return the row of a property.

    Args:
        item: the object that it belongs to.
        path: its names without numbers of items, such as `resources[].entityType`.
    """
    top = path.partition(".")[0].partition("[")[0]
    row = _row_of_work(item, path, top) if item.operation.kind is WORK_REQUEST else _row_of_resource(item, path, top)
    return row or (TIMES if top.startswith("time") else API)


def _row_of_work(item: Item, path: str, top: str) -> str | None:
    if item.operation.verb in (LIST_LOGS, LIST_ERRORS):
        return LOG if item.operation.verb is LIST_LOGS else _ONE_ERROR
    status = item.document.get("status")
    if path == "status" and status in ("WAITING", "CANCELING", "CANCELED"):
        return NEVER
    if path.endswith("actionType") and status == "FAILED":
        return _FAILED_ACTION
    if path == _ENTITY_TYPE and str(item.document.get("operationType")).endswith("_IMPORTED_MODEL"):
        return IMPORTED_ENTITY_TYPE
    return _WORK_REQUEST.get(path) or _WORK_REQUEST.get(top)


def _row_of_resource(item: Item, path: str, top: str) -> str | None:
    kind, state = item.operation.kind, item.document.get("lifecycleState")
    if path == "lifecycleState":
        return DELETED_STAYS if state == "DELETED" else STATES
    if item.is_base_model:
        return _BASE_MODEL.get(top)
    if path == _DETAILS:
        return _CREATING_CLUSTER if kind is DEDICATED_AI_CLUSTER and state == "CREATING" else _OTHER_DETAILS
    if path == "displayName":
        return NAMED_BY_ANALOGY if kind in (MODEL, DEDICATED_AI_CLUSTER) else NAMED
    if top == "capacity" and item.document.get("type") == "FINE_TUNING":
        return _NO_CAPACITY
    table = _PROPERTIES.get(kind.name, {})
    return table.get(path) or table.get(top)


def order_row(operation: Operation, sort_by: str | None) -> str:
    """Return the row of the order of a list."""
    if operation.verb in (LIST_LOGS, LIST_ERRORS):
        return ROWS_NEWEST_FIRST
    return ASCENDING if sort_by in ("displayName", "lifecycleState") else NEWEST_FIRST
