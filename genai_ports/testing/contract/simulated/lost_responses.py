"""Lost answers: what was asked for is done, and whoever asked never hears of it."""

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
"""How often the usual policy tries."""

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
    """Plan that a call is carried out, and its answer lost."""
    harness.simulator.faults.add(Fault(committed=True, **lost))


def works(harness: Harness, identifier: str) -> list[str]:
    """List what work was ever begun on a resource, newest first."""
    listed = harness.genai.list_work_requests(ready.COMPARTMENT, resource_id=identifier)
    return [work.operation_type for work in listed]


class LostResponseBehaviours:
    """What is true where a call is carried out and its answer lost."""

    @lost_in_any_way
    def test_a_creation_that_is_tried_again_finds_what_it_has_made(
        self, harness: Harness, resources: Resources, lost: dict[str, Any]
    ) -> None:
        """The caller gets the first answer, as if nothing had happened, and there is one resource."""
        resources.details()
        asked = harness.genai.clock.now()
        lose(harness, **lost)
        made = resources.create(display_name="mine")
        assert harness.calls(resources.operation(CREATE)) == 2
        assert (made.lifecycle_state, made.time_created, response_of(made).status) == ("CREATING", asked, 201)
        assert resources.list(display_name="mine").one().id == made.id
        assert works(harness, made.id) == [resources.expected.create_work]
        assert ready.finish(harness.genai, made).resources[0].identifier == made.id

    def test_who_gives_up_and_asks_again_gets_a_second_resource(self, harness: Harness, resources: Resources) -> None:
        """A call of its own has a retry token of its own: the first resource is there, and nobody knows."""
        resources.details()
        lose(harness, damage="reset", times=TRIES)
        with pytest.raises(ConnectionLost):
            resources.create(display_name="mine")
        assert len(list(resources.list(display_name="mine"))) == 1
        resources.create(display_name="mine")
        assert len(list(resources.list(display_name="mine"))) == 2

    def test_who_gives_up_and_asks_again_with_the_same_token_gets_the_first_resource(
        self, harness: Harness, resources: Resources
    ) -> None:
        """A token that the caller keeps outlives the tries of one call."""
        resources.details()
        lose(harness, damage="time-out", times=TRIES)
        with pytest.raises(ConnectionLost):
            resources.create(display_name="mine", retry_token="mine")
        made = resources.create(display_name="mine", retry_token="mine")
        assert resources.list(display_name="mine").one().id == made.id

    @lost_in_any_way
    def test_a_move_that_is_tried_again_is_done_once(
        self, harness: Harness, resources: Resources, lost: dict[str, Any]
    ) -> None:
        """The first answer comes again, and the resource was last changed by the first try."""
        made = resources.ready()
        asked = harness.genai.clock.now()
        lose(harness, **lost)
        moved = resources.move(made.id, ready.ELSEWHERE)
        current = resources.get(made.id)
        assert (current.compartment_id, current.time_updated, moved.status) == (ready.ELSEWHERE, asked, 204)
        assert harness.calls(resources.operation(CHANGE_COMPARTMENT)) == 2

    @lost_in_any_way
    def test_an_update_that_is_tried_again_is_done_twice(
        self, harness: Harness, resources: Resources, lost: dict[str, Any]
    ) -> None:
        """It has no token; the second one changes nothing that the first has not, but it is work again."""
        made = resources.ready()
        begun = len(works(harness, made.id))
        lose(harness, **lost)
        resources.rename(made.id, "after")
        assert resources.get(made.id).display_name == "after"
        work = resources.expected.update_work
        again = [work] * 2 if work else []
        assert works(harness, made.id)[: len(again)] == again
        assert len(works(harness, made.id)) == begun + len(again)
        assert harness.calls(resources.operation(UPDATE)) == 2

    def test_an_update_that_is_tried_again_while_the_first_is_under_way_is_refused(
        self, realistic: Harness, kind: Kind
    ) -> None:
        """The refusal is about what the caller has done without knowing; a Model, never UPDATING, does not mind."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        lose(realistic, damage="reset")
        if not resources.expected.update_work:
            assert resources.rename(made.id, "after").display_name == "after"
            return
        with pytest.raises(IncorrectState) as refused:
            resources.rename(made.id, "after")
        assert (refused.value.rule, resources.get(made.id).lifecycle_state) == ("state-will-pass", "UPDATING")

    def test_an_update_with_an_etag_is_not_done_twice(self, harness: Harness, resources: Resources) -> None:
        """The first one has changed the etag: the second is refused, and what was asked for is there."""
        made = resources.ready()
        lose(harness, damage="cut")
        with pytest.raises(PreconditionFailed) as refused:
            resources.rename(made.id, "after", if_match=made.etag)
        assert (refused.value.rule, resources.get(made.id).display_name) == ("stale-etag", "after")

    @lost_in_any_way
    def test_a_deletion_that_is_tried_again_finds_nothing_to_delete(
        self, harness: Harness, resources: Resources, lost: dict[str, Any]
    ) -> None:
        """It was quick: what is DELETED is not there for a deletion, and 404 is how the caller hears of the success."""
        made = resources.ready()
        lose(harness, **lost)
        with pytest.raises(NotFound) as refused:
            resources.delete(made.id)
        assert (refused.value.rule, resources.get(made.id).lifecycle_state) == ("not-found", "DELETED")

    def test_a_deletion_that_is_tried_again_while_the_first_is_under_way_is_refused(
        self, realistic: Harness, kind: Kind
    ) -> None:
        """It is DELETING: 409, of the sort that passes."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        lose(realistic, damage="reset")
        with pytest.raises(Conflict) as refused:
            resources.delete(made.id)
        assert (type(refused.value), refused.value.rule) == (IncorrectState, "state-will-pass")
        assert works(realistic, made.id).count(resources.expected.delete_work) == 1

    @lost_in_any_way
    def test_a_refusal_can_be_lost_too(self, harness: Harness, lost: dict[str, Any]) -> None:
        """The next try brings it, and nothing has changed."""
        lose(harness, **lost)
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count=0))
        entries = harness.simulator.journal.query(operation="create_dedicated_ai_cluster")
        assert [(entry.status, entry.rule) for entry in entries] == [(400, "property-value")] * 2

    def test_failing_work_begins_once_although_its_answer_is_lost(self, harness: Harness) -> None:
        """The try that finds the first resource is no second creation: the next failure waits for one."""
        harness.simulator.failing_work.add(FailingWork(times=2))
        lose(harness, damage="reset")
        with pytest.raises(WorkRequestFailed):
            ready.imported_model(harness.genai)
        assert [plan.times for plan in harness.simulator.failing_work] == [1]

    def test_the_error_of_a_lost_answer_is_the_one_that_was_planned(self, harness: Harness) -> None:
        """With the request id of the call that was carried out."""
        lose(harness, status=501, message="Not yet.")
        with pytest.raises(ServiceError, match=r"Not yet\.") as caught:
            harness.genai.create_imported_model(ready.imported_model_details())
        (entry,) = harness.simulator.journal.query(operation="create_imported_model")
        assert (caught.value.status, caught.value.rule) == (501, "fault")
        assert (entry.status, entry.request_id) == (201, caught.value.request_id)
