"""What is true of every simulated world at any time, after any calls."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, ENDPOINT, MODEL, RESOURCE_KINDS, WORK_REQUEST
from genai_ports.regions import resolve_region
from genai_ports.simulator.rules.dedicated_ai_cluster import ENDPOINTS_A_CLUSTER
from genai_ports.simulator.state.world import references

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from genai_ports.api.work_request import WorkRequest
    from genai_ports.simulator.simulator import Simulator

_UNDER_WAY: Final = {"CREATE": "CREATING", "UPDATE": "UPDATING", "DELETE": "DELETING"}
_AFTER: Final = {
    ("CREATE", "SUCCEEDED"): "ACTIVE",
    ("CREATE", "FAILED"): "FAILED",
    ("UPDATE", "SUCCEEDED"): "ACTIVE",
    ("UPDATE", "FAILED"): "ACTIVE",
    ("DELETE", "SUCCEEDED"): "DELETED",
    ("DELETE", "FAILED"): "FAILED",
}
_FINISHED: Final = ("SUCCEEDED", "FAILED")


class InvariantChecker:
    """Checks a world repeatedly, and compares it with the check before.

    A check completes the work that is due, and changes nothing else.

    Args:
        simulator: the world.
    """

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._versions: dict[str, tuple[str, Any]] = {}
        self._works: dict[str, WorkRequest] = {}

    def check(self, touched: Collection[str] = ()) -> None:
        """Check everything that is always true.

        Args:
            touched: the OCIDs of resources that calls may have changed since the last check. Their etags may differ
                although their snapshots do not. The etag of every other resource changes with its snapshot only.

        Raises:
            AssertionError: something is not true. The message names the resource.
        """
        state = self._simulator.state()
        self._check_ids(state)
        self._check_lifecycle(state)
        self._check_references(state)
        _check_capacity(state)
        self._check_versions(touched)
        for work in state[WORK_REQUEST.collection]:
            self._check_work(work)

    def _check_ids(self, state: Mapping[str, tuple[Any, ...]]) -> None:
        ids = [snapshot.id for snapshots in state.values() for snapshot in snapshots]
        assert len(ids) == len(set(ids)), "an id exists twice"

    def _check_lifecycle(self, state: Mapping[str, tuple[Any, ...]]) -> None:
        """Check that the state of a resource fits its last work request, and that all earlier ones are finished."""
        works: dict[str, list[WorkRequest]] = defaultdict(list)
        for work in state[WORK_REQUEST.collection]:
            works[work.resources[0].identifier].append(work)
        for kind in RESOURCE_KINDS:
            for snapshot in state[kind.collection]:
                *earlier, last = works.pop(snapshot.id)
                assert all(work.is_finished for work in earlier), f"{snapshot.id} has several unfinished work requests"
                states = snapshot.lifecycle_state, _state_after(last)
                if states == ("NEEDS_ATTENTION", "ACTIVE") and "NEEDS_ATTENTION" in kind.states:
                    continue
                assert states[0] == states[1], f"{snapshot.id} is {states[0]}, but {states[1]} by its work request"
        assert not works, f"work requests without a resource: {works}"

    def _check_references(self, state: Mapping[str, tuple[Any, ...]]) -> None:
        """Check that no resource uses a deleted one, and that each resource has the right dependents."""
        world, existing = self._simulator.world, _not_deleted(state, *state.keys() - {WORK_REQUEST.collection})
        users: dict[str, set[str]] = defaultdict(set)
        for kind in RESOURCE_KINDS:
            for user in _not_deleted(state, kind.collection).values():
                region = resolve_region(None, user.id, "")
                for identifier in references(kind, user):
                    exists = identifier in existing or world.find(MODEL, identifier, region)
                    assert exists, f"{user.id} uses {identifier}, which is deleted"
                    users[identifier].add(user.id)
        for identifier in {*existing, *users}:
            dependents = set(world.dependents(identifier))
            assert users[identifier] <= dependents, f"{identifier} lacks dependents"
            # An update can fail, so what a resource used before the update stays in use until the update finishes.
            others = {each for each in dependents - users[identifier] if existing[each].lifecycle_state != "UPDATING"}
            assert not others, f"{others} do not use {identifier}"

    def _check_versions(self, touched: Collection[str]) -> None:
        world, seen = self._simulator.world, self._versions
        self._versions = {}
        for table in world.tables.values():
            for record in table:
                identifier, now = record.snapshot.id, (world.etag(record), record.snapshot)
                self._versions[identifier] = now
                before = seen.get(identifier, now)
                assert (before[1] == now[1]) or before[0] != now[0], f"{identifier} has changed, but its etag has not"
                if identifier not in touched:
                    assert before[1] != now[1] or before[0] == now[0], f"the etag of {identifier} alone has changed"

    def _check_work(self, work: WorkRequest) -> None:
        before = self._works.get(work.id, work)
        assert work.percent_complete >= before.percent_complete, f"{work.id} goes backwards"
        assert not before.is_finished or work == before, f"{work.id} has changed after its end"
        assert (work.percent_complete == 100) == (work.status == "SUCCEEDED"), f"{work.id} is {work.status} at 100 %"
        assert (work.time_started is None) == (work.status == "ACCEPTED"), (
            f"{work.id} is {work.status}, but has the wrong start time"
        )
        assert (work.time_finished is None) == (work.status not in _FINISHED), (
            f"{work.id} is {work.status}, but has the wrong end time"
        )
        times = [work.time_accepted, work.time_started, work.time_finished, self._simulator.world.now]
        known = [time for time in times if time]
        assert known == sorted(known), f"the times of {work.id} are out of order"
        [resource] = work.resources
        assert resource.action_type == _action(work), (
            f"{work.id} is {work.status}, but its action is {resource.action_type}"
        )
        self._works[work.id] = work


def _verb(work: WorkRequest) -> str:
    return work.operation_type.partition("_")[0]


def _state_after(work: WorkRequest) -> str:
    return _AFTER[_verb(work), work.status] if work.is_finished else _UNDER_WAY[_verb(work)]


def _action(work: WorkRequest) -> str:
    if not work.is_finished:
        return "IN_PROGRESS"
    return f"{_verb(work)}D" if work.status == "SUCCEEDED" else "FAILED"


def _not_deleted(state: Mapping[str, tuple[Any, ...]], *collections: str) -> dict[str, Any]:
    return {each.id: each for name in collections for each in state[name] if each.lifecycle_state != "DELETED"}


def _check_capacity(state: Mapping[str, tuple[Any, ...]]) -> None:
    """Check that a hosting cluster counts its endpoints, and that a fine-tuning cluster has no capacity."""
    used = Counter(endpoint.dedicated_ai_cluster_id for endpoint in _not_deleted(state, ENDPOINT.collection).values())
    for cluster in state[DEDICATED_AI_CLUSTER.collection]:
        if cluster.type != "HOSTING":
            assert cluster.capacity is None, f"{cluster.id} hosts nothing, but has a capacity"
            continue
        shown = cluster.capacity.used_endpoint_capacity, cluster.capacity.total_endpoint_capacity
        assert shown == (used[cluster.id], ENDPOINTS_A_CLUSTER), f"{cluster.id} shows {shown[0]} endpoints"
