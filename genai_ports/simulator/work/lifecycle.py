"""Lifecycle: the states that work takes a resource through, as tables.

Source: the lifecycle states of the SDK; see "Lifecycle" in `docs/fidelity.md`. `lifecycle_details` are recorded for
CREATING and ACTIVE, the rest is our choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.verbs import TRANSIENT_STATES
from genai_ports.simulator.rules.refusals import CLUSTER_NEEDS_ATTENTION, STATE_IS_FINAL, STATE_WILL_PASS
from genai_ports.simulator.work.operation import NEEDS_ATTENTION

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.api.verbs import Transition, Verb
    from genai_ports.simulator.work.operation import Failure, Work

_KEPT_ON_FAILED_UPDATE: Final = frozenset({"response", "capacity", "time_updated"})


def transition_of(verb: Verb) -> Transition:
    """Return what the work of a verb does; only verbs that start work come here."""
    assert verb.transition  # noqa: S101  # for the type checkers
    return verb.transition


def entering(verb: Verb) -> dict[str, Any]:
    """Return what changes of a resource when work of a verb is accepted."""
    transition = transition_of(verb)
    return {"lifecycle_state": transition.under_way, "lifecycle_details": transition.details_under_way}


def outcome_of_failure(work: Work, failure: Failure, snapshot: Any) -> dict[str, Any]:
    """Return what changes of a resource when work on it fails; a failed update leaves it as it was before."""
    if failure.leaves:
        return {"lifecycle_state": failure.leaves, "lifecycle_details": failure.message}
    restored = {}
    if work.before is not None:
        names = vars(snapshot).keys() - _KEPT_ON_FAILED_UPDATE
        restored = {name: getattr(work.before, name) for name in names}
    failed = transition_of(work.operation.verb).failed
    return {"lifecycle_state": failed, **restored, "lifecycle_details": failure.message}


def check_can_change(kind: Kind, snapshot: Any) -> None:
    """Refuse to update or move a resource that is busy (409 IncorrectState) or has failed (409 Conflict)."""
    check_not_busy(kind, snapshot)
    if snapshot.lifecycle_state == "FAILED":
        raise STATE_IS_FINAL(title=kind.title, identifier=snapshot.id, state=snapshot.lifecycle_state)


def check_usable(kind: Kind, snapshot: Any) -> None:
    """Refuse to use a resource that is busy (409 IncorrectState), has failed or needs attention (409)."""
    check_can_change(kind, snapshot)
    if snapshot.lifecycle_state == NEEDS_ATTENTION:
        raise CLUSTER_NEEDS_ATTENTION(identifier=snapshot.id)


def check_not_busy(kind: Kind, snapshot: Any) -> None:
    """Refuse with 409 IncorrectState while work on a resource is under way."""
    if snapshot.lifecycle_state in TRANSIENT_STATES:
        raise STATE_WILL_PASS(title=kind.title, identifier=snapshot.id, state=snapshot.lifecycle_state)
