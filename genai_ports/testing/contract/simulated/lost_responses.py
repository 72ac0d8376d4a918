"""Lost responses: a call is carried out, and its response is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, UPDATE
from genai_ports.client.waiter import WorkRequestFailed
from genai_ports.errors import (
    Conflict,
    ConnectionLost,
    IncorrectState,
    InvalidParameter,
    NotFound,
    PreconditionFailed,
    ServiceError,
)
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing import ready
from genai_ports.testing.contract.port.harness import response_of
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.testing.contract.simulated.harness import Harness

TRIES = 8
"""How often the default retry policy sends a call."""

LOST = [
    {"damage": "reset"},
    {"damage": "time-out"},
    {"damage": "cut"},
    {"damage": "not-json"},
    {"status": 500},
    {"status": 503, "retry_after": 30},
]
lost_in_any_way = pytest.mark.parametrize("lost", LOST, ids=str)


def lose(harness: Harness, **lost: Any) -> None:
    """Plan that a call is carried out and its response is lost."""
    harness.simulator.faults.add(Fault(committed=True, **lost))


def works(harness: Harness, identifier: str) -> list[str]:
    """Return the operation types of all work on a resource, newest first."""
    listed = harness.genai.list_work_requests(ready.COMPARTMENT, resource_id=identifier)
    return [work.operation_type for work in listed]


class LostResponseBehaviours:
    """What is true if a call is carried out and its response is lost."""

    @lost_in_any_way
    def test_a_retried_creation_returns_the_first_resource(
        self, harness: Harness, resources: Resources, lost: dict[str, Any]
    ) -> None:
        """The caller gets the first response, and there is one resource."""
        resources.details()
        started = harness.genai.clock.now()
        lose(harness, **lost)
        made = resources.create(display_name="mine")
        assert harness.calls(resources.operation(CREATE)) == 2
        assert (made.lifecycle_state, made.time_created, response_of(made).status) == ("CREATING", started, 201)
        assert resources.list(display_name="mine").one().id == made.id
        assert works(harness, made.id) == [resources.expected.create_work]
        assert ready.finish(harness.genai, made).resources[0].identifier == made.id

    def test_a_new_call_after_all_tries_creates_a_second_resource(self, harness: Harness, resources: Resources) -> None:
        """The new call has a new retry token. The caller does not know of the first resource."""
        resources.details()
        lose(harness, damage="reset", times=TRIES)
        with pytest.raises(ConnectionLost):
            resources.create(display_name="mine")
        assert len(list(resources.list(display_name="mine"))) == 1
        resources.create(display_name="mine")
        assert len(list(resources.list(display_name="mine"))) == 2

    def test_a_new_call_with_the_same_retry_token_returns_the_first_resource(
        self, harness: Harness, resources: Resources
    ) -> None:
        """A retry token of the caller's is valid for longer than one call."""
        resources.details()
        lose(harness, damage="time-out", times=TRIES)
        with pytest.raises(ConnectionLost):
            resources.create(display_name="mine", retry_token="mine")
        made = resources.create(display_name="mine", retry_token="mine")
        assert resources.list(display_name="mine").one().id == made.id

    @lost_in_any_way
    def test_a_retried_move_is_done_once(self, harness: Harness, resources: Resources, lost: dict[str, Any]) -> None:
        """The caller gets the first response, and the time of the last update is that of the first try."""
        made = resources.ready()
        started = harness.genai.clock.now()
        lose(harness, **lost)
        moved = resources.move(made.id, ready.ELSEWHERE)
        current = resources.get(made.id)
        assert (current.compartment_id, current.time_updated, moved.status) == (ready.ELSEWHERE, started, 204)
        assert harness.calls(resources.operation(CHANGE_COMPARTMENT)) == 2

    @lost_in_any_way
    def test_a_retried_update_is_done_twice(self, harness: Harness, resources: Resources, lost: dict[str, Any]) -> None:
        """It has no retry token. The second try changes no attribute, but may start work again."""
        made = resources.ready()
        before = len(works(harness, made.id))
        lose(harness, **lost)
        resources.rename(made.id, "after")
        assert resources.get(made.id).display_name == "after"
        work = resources.expected.update_work
        again = [work] * 2 if work else []
        assert works(harness, made.id)[: len(again)] == again
        assert len(works(harness, made.id)) == before + len(again)
        assert harness.calls(resources.operation(UPDATE)) == 2

    def test_a_retried_update_is_refused_while_the_first_is_in_progress(self, realistic: Harness, kind: Kind) -> None:
        """The first try made the resource UPDATING. Kinds that are updated at once accept it."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        lose(realistic, damage="reset")
        if not resources.expected.update_work:
            assert resources.rename(made.id, "after").display_name == "after"
            return
        with pytest.raises(IncorrectState) as refused:
            resources.rename(made.id, "after")
        assert (refused.value.rule, resources.get(made.id).lifecycle_state) == ("state-will-pass", "UPDATING")

    def test_a_retried_update_with_an_etag_is_refused(self, harness: Harness, resources: Resources) -> None:
        """The first try changed the etag. The update is done once."""
        made = resources.ready()
        lose(harness, damage="cut")
        with pytest.raises(PreconditionFailed) as refused:
            resources.rename(made.id, "after", if_match=made.etag)
        assert (refused.value.rule, resources.get(made.id).display_name) == ("stale-etag", "after")

    @lost_in_any_way
    def test_a_retried_deletion_is_not_found(
        self, harness: Harness, resources: Resources, lost: dict[str, Any]
    ) -> None:
        """The first try deleted the resource: 404 means success here."""
        made = resources.ready()
        lose(harness, **lost)
        with pytest.raises(NotFound) as refused:
            resources.delete(made.id)
        assert (refused.value.rule, resources.get(made.id).lifecycle_state) == ("not-found", "DELETED")

    def test_a_retried_deletion_is_refused_while_the_first_is_in_progress(self, realistic: Harness, kind: Kind) -> None:
        """The resource is DELETING: 409 IncorrectState."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        lose(realistic, damage="reset")
        with pytest.raises(Conflict) as refused:
            resources.delete(made.id)
        assert (type(refused.value), refused.value.rule) == (IncorrectState, "state-will-pass")
        assert works(realistic, made.id).count(resources.expected.delete_work) == 1

    @lost_in_any_way
    def test_the_response_of_a_refused_call_can_be_lost(self, harness: Harness, lost: dict[str, Any]) -> None:
        """The next try returns the error, and nothing changes."""
        lose(harness, **lost)
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count=0))
        entries = harness.simulator.journal.query(operation="create_dedicated_ai_cluster")
        assert [(entry.status, entry.rule) for entry in entries] == [(400, "property-value")] * 2

    def test_a_retried_creation_uses_up_one_planned_failure(self, harness: Harness) -> None:
        """The second try starts no work, so the next plan stays."""
        harness.simulator.failing_work.add(FailingWork(times=2))
        lose(harness, damage="reset")
        with pytest.raises(WorkRequestFailed):
            ready.imported_model(harness.genai)
        assert [plan.times for plan in harness.simulator.failing_work] == [1]

    def test_a_committed_fault_can_have_any_error(self, harness: Harness) -> None:
        """It has the request id of the call that was carried out."""
        lose(harness, status=501, message="Not yet.")
        with pytest.raises(ServiceError, match=r"Not yet\.") as caught:
            harness.genai.create_imported_model(ready.imported_model_details())
        (entry,) = harness.simulator.journal.query(operation="create_imported_model")
        assert (caught.value.status, caught.value.rule) == (501, "fault")
        assert (entry.status, entry.request_id) == (201, caught.value.request_id)
