"""Lifecycle: the states that work takes a resource through, as tables.

Source: the lifecycle states of the SDK; see "Lifecycle" in `docs/fidelity.md`. `lifecycle_details` are recorded for
CREATING and ACTIVE, the rest is our choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.simulator.rules.refusals import CLUSTER_NEEDS_ATTENTION, STATE_IS_FINAL, STATE_WILL_PASS
from genai_ports.simulator.work.operation import NEEDS_ATTENTION

if TYPE_CHECKING:
    from genai_ports.api.operations import Kind
    from genai_ports.simulator.work.operation import Work

UNDER_WAY: Final = {"create": "CREATING", "update": "UPDATING", "delete": "DELETING"}
"""The state a resource is in while work of that verb is under way."""

_SUCCEEDED: Final = {"create": "ACTIVE", "update": "ACTIVE", "delete": "DELETED"}
_FAILED: Final = {"create": "FAILED", "update": "ACTIVE", "delete": "FAILED"}
_TRANSIENT: Final = frozenset(UNDER_WAY.values())
_DETAILS: Final = {"create": "Created", "update": "Updated", "delete": "Deleted"}
_DETAILS_UNDER_WAY: Final = {"create": "Creating", "update": "Updating", "delete": "Deleting"}
_KEPT_ON_FAILED_UPDATE: Final = frozenset({"response", "capacity", "lifecycle_details"})


def entering(verb: str) -> dict[str, Any]:
    """Tell what a resource changes to when work of that verb is accepted."""
    return {"lifecycle_state": UNDER_WAY[verb], "lifecycle_details": _DETAILS_UNDER_WAY[verb]}


def outcome(work: Work, snapshot: Any) -> dict[str, Any]:
    """Tell what a resource changes to when work on it ends; a failed update leaves it as it was before."""
    if work.failure is None:
        return {"lifecycle_state": _SUCCEEDED[work.verb], "lifecycle_details": _DETAILS[work.verb]}
    if work.failure.leaves:
        return {"lifecycle_state": work.failure.leaves, "lifecycle_details": work.failure.message}
    restored = {}
    if work.before is not None:
        names = type(snapshot).__dataclass_fields__.keys() - _KEPT_ON_FAILED_UPDATE - {"time_updated"}
        restored = {name: getattr(work.before, name) for name in names}
    return {"lifecycle_state": _FAILED[work.verb], **restored, "lifecycle_details": work.failure.message}


def check_can_change(kind: Kind, snapshot: Any) -> None:
    """Refuse to update or move a resource that is busy (409 IncorrectState) or has failed (409 Conflict)."""
    check_not_busy(kind, snapshot)
    if snapshot.lifecycle_state == "FAILED":
        raise STATE_IS_FINAL(title=kind.title, identifier=snapshot.id, state=snapshot.lifecycle_state)


def check_usable(kind: Kind, snapshot: Any) -> None:
    """Refuse to build upon a resource that is busy (409 IncorrectState), has failed or needs attention (409)."""
    check_can_change(kind, snapshot)
    if snapshot.lifecycle_state == NEEDS_ATTENTION:
        raise CLUSTER_NEEDS_ATTENTION(identifier=snapshot.id)


def check_not_busy(kind: Kind, snapshot: Any) -> None:
    """Refuse with 409 IncorrectState while work on a resource is under way."""
    if snapshot.lifecycle_state in _TRANSIENT:
        raise STATE_WILL_PASS(title=kind.title, identifier=snapshot.id, state=snapshot.lifecycle_state)
