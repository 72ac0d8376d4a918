"""The verbs, one complete row each: the facts about an operation that are the same for every kind of resource.

Source: `GenerativeAiClient` of the OCI SDK; Oracle's page on permissions of Generative AI; the states and details are
explained under "Lifecycle" in `docs/fidelity.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.api.enums import ActionType
from genai_ports.api.value import Row, Value, value

if TYPE_CHECKING:
    from collections.abc import Mapping


@value
class Transition(Value):
    """What the work of a verb does to its resource.

    Args:
        under_way: the lifecycle state while the work is under way.
        succeeded: the state after success.
        failed: the state after failure.
        details_under_way: the lifecycle details while the work is under way.
        details: the lifecycle details after success; after failure they are the error's message.
        action: the `action_type` of the resource in the work request after success.
    """

    under_way: str
    succeeded: str
    failed: str
    details_under_way: str
    details: str
    action: str


@value
class Verb(Row):
    """One verb.

    Args:
        name: its name, such as `change_compartment`.
        method: the HTTP method.
        path: the path after the collection; `{target}` is the place of the OCID.
        permission: the verb that a policy must allow: `inspect`, `read`, `use` or `manage`.
        request_headers: the headers that a request may have in addition to `opc-request-id`.
        transition: what its work does to the resource; None for a verb without work.
    """

    name: str
    method: str
    path: str
    permission: str
    request_headers: tuple[str, ...]
    transition: Transition | None

    def __reduce__(self) -> str:
        return self.name.upper()  # pickled as the name of the constant below


LIST: Final = Verb(
    name="list",
    method="GET",
    path="",
    permission="inspect",
    request_headers=(),
    transition=None,
)
GET: Final = Verb(
    name="get",
    method="GET",
    path="/{target}",
    permission="read",
    request_headers=(),
    transition=None,
)
CREATE: Final = Verb(
    name="create",
    method="POST",
    path="",
    permission="manage",
    request_headers=("opc-retry-token",),
    transition=Transition(
        under_way="CREATING",
        succeeded="ACTIVE",
        failed="FAILED",
        details_under_way="Creating",
        details="Created",
        action=ActionType.CREATED,
    ),
)
UPDATE: Final = Verb(
    name="update",
    method="PUT",
    path="/{target}",
    permission="use",
    request_headers=("if-match",),
    transition=Transition(
        under_way="UPDATING",
        succeeded="ACTIVE",
        failed="ACTIVE",
        details_under_way="Updating",
        details="Updated",
        action=ActionType.UPDATED,
    ),
)
CHANGE_COMPARTMENT: Final = Verb(
    name="change_compartment",
    method="POST",
    path="/{target}/actions/changeCompartment",
    permission="manage",
    request_headers=("if-match", "opc-retry-token"),
    transition=None,
)
DELETE: Final = Verb(
    name="delete",
    method="DELETE",
    path="/{target}",
    permission="manage",
    request_headers=("if-match",),
    transition=Transition(
        under_way="DELETING",
        succeeded="DELETED",
        failed="FAILED",
        details_under_way="Deleting",
        details="Deleted",
        action=ActionType.DELETED,
    ),
)
LIST_ERRORS: Final = Verb(
    name="list_errors",
    method="GET",
    path="/{target}/errors",
    permission="read",
    request_headers=(),
    transition=None,
)
LIST_LOGS: Final = Verb(
    name="list_logs",
    method="GET",
    path="/{target}/logs",
    permission="read",
    request_headers=(),
    transition=None,
)

VERBS: Final[Mapping[str, Verb]] = {
    verb.name: verb for verb in (LIST, GET, CREATE, UPDATE, CHANGE_COMPARTMENT, DELETE, LIST_ERRORS, LIST_LOGS)
}
"""All verbs by name."""

TRANSIENT_STATES: Final = frozenset(verb.transition.under_way for verb in VERBS.values() if verb.transition)
"""The lifecycle states of a resource while work is under way."""
