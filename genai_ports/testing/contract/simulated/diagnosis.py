"""Troubles: clients that do what can lead nowhere, as the journal shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.client.waiter import WorkRequestFailed
from genai_ports.errors import (
    ConnectionLost,
    InvalidParameter,
    NotFound,
    ServiceError,
    ServiceUnavailable,
)
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.simulator.observe.diagnosis import Trouble
    from genai_ports.testing.contract.simulated.harness import Harness

UNKNOWN = "ocid1.generativeaiimportedmodel.oc1.us-chicago-1.amaaaaaaunknown"
CREATE = "create_dedicated_ai_cluster"


def refused(harness: Harness, times: int, **changes: Any) -> None:
    """Ask for a cluster of no units, so many times."""
    for _ in range(times):
        with pytest.raises(InvalidParameter):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(**{"unit_count": 0, **changes}))


def looks(harness: Harness, work_id: str, times: int) -> None:
    """Look at a work request, so many times."""
    for _ in range(times):
        harness.genai.get_work_request(work_id)


def troubles(harness: Harness) -> list[tuple[str, str, int]]:
    """List kind, operation and number of each trouble."""
    return [(each.kind, each.operation, each.times) for each in harness.simulator.troubles()]


def only(harness: Harness) -> Trouble:
    """Give the one trouble that there is."""
    (trouble,) = harness.simulator.troubles()
    return trouble


class DiagnosisBehaviours:
    """What is true of clients in trouble."""

    def test_a_client_that_does_well_is_in_no_trouble(self, harness: Harness) -> None:
        """However often it does it."""
        for _ in range(10):
            ready.imported_model(harness.genai)
        assert troubles(harness) == []

    @pytest.mark.parametrize(("times", "noticed"), [(4, False), (5, True), (7, True)])
    def test_the_same_request_refused_five_times_is_noticed(
        self, harness: Harness, times: int, *, noticed: bool
    ) -> None:
        """With what was refused, how often, since when, and what would help."""
        began = harness.genai.clock.now()
        for _ in range(times):
            refused(harness, 1)
            harness.pass_time(10)
        if not noticed:
            assert troubles(harness) == []
            return
        trouble = only(harness)
        assert (trouble.kind, trouble.operation, trouble.resource) == ("repeated-request", CREATE, None)
        assert (trouble.status, trouble.code, trouble.rule) == (400, "InvalidParameter", "property-value")
        assert (trouble.times, trouble.first) == (times, began)
        assert (trouble.last - began).total_seconds() == 10 * (times - 1)
        assert "mend it" in trouble.advice

    def test_other_calls_in_between_do_not_matter(self, harness: Harness) -> None:
        """A busy client may be in trouble with one thing only."""
        for _ in range(5):
            refused(harness, 1)
            ready.imported_model(harness.genai)
        assert troubles(harness) == [("repeated-request", CREATE, 5)]

    def test_different_requests_are_not_the_same_one(self, harness: Harness) -> None:
        """Who changes the request is still looking for the right one."""
        for number in range(8):
            refused(harness, 1, display_name=f"try {number}")
        assert troubles(harness) == []

    def test_a_success_in_between_ends_the_trouble(self, harness: Harness) -> None:
        """Counting begins anew."""
        refused(harness, 5)
        harness.genai.create_dedicated_ai_cluster(ready.cluster_details())
        assert troubles(harness) == []
        refused(harness, 4)
        assert troubles(harness) == []
        refused(harness, 1)
        assert troubles(harness) == [("repeated-request", CREATE, 5)]

    def test_the_success_of_another_resource_ends_no_trouble(self, harness: Harness) -> None:
        """Each resource is a story of its own."""
        model = ready.imported_model(harness.genai)
        for _ in range(5):
            with pytest.raises(NotFound):
                harness.genai.get_imported_model(UNKNOWN)
            harness.genai.get_imported_model(model.id)
        assert (only(harness).resource, only(harness).status) == (UNKNOWN, 404)

    def test_tries_that_never_get_through_are_noticed(self, harness: Harness) -> None:
        """Eight tries of one call are the same request eight times."""
        harness.simulator.faults.add(Fault(status=503, times=8))
        with pytest.raises(ServiceUnavailable):
            list(harness.genai.list_endpoints(ready.COMPARTMENT))
        assert troubles(harness) == [("repeated-request", "list_endpoints", 8)]
        assert "give up" in only(harness).advice

    def test_tries_that_get_through_in_the_end_are_no_trouble(self, harness: Harness) -> None:
        """Seven times no, and then yes."""
        harness.simulator.faults.add(Fault(status=503, times=7))
        assert list(harness.genai.list_endpoints(ready.COMPARTMENT)) == []
        assert troubles(harness) == []

    @pytest.mark.parametrize("fault", [{"damage": "reset"}, {"status": 500}, {"damage": "cut"}])
    def test_tries_that_are_carried_out_and_never_answered_are_noticed(
        self, harness: Harness, fault: dict[str, Any]
    ) -> None:
        """Every answer is lost: without a token of one's own for the whole, each call makes another model."""
        lost = {**fault, "committed": fault.get("damage") != "cut"}
        harness.simulator.faults.add(Fault(operation="create_imported_model", times=8, **lost))
        with pytest.raises((ConnectionLost, ServiceError)):
            ready.imported_model(harness.genai)
        trouble = only(harness)
        assert (trouble.kind, trouble.operation, trouble.times) == ("repeated-request", "create_imported_model", 8)
        assert (trouble.status, trouble.code) == (201, None)
        assert "carried out" in trouble.advice
        assert "opc-retry-token" in trouble.advice

    def test_each_call_anew_whose_answer_is_lost_is_noticed(self, harness: Harness) -> None:
        """Five models of one request: nobody told the client that there is one."""
        harness.simulator.faults.add(Fault(operation="create_imported_model", committed=True, status=501, times=5))
        for _ in range(5):
            with pytest.raises(ServiceError):
                ready.imported_model(harness.genai)
        assert troubles(harness) == [("repeated-request", "create_imported_model", 5)]
        ready.imported_model(harness.genai)
        assert troubles(harness) == []

    def test_answers_that_only_come_late_are_no_trouble(self, harness: Harness) -> None:
        """They were read in the end."""
        harness.simulator.faults.add(Fault(latency=5, times=8))
        for _ in range(8):
            list(harness.genai.list_endpoints(ready.COMPARTMENT))
        assert troubles(harness) == []

    @pytest.mark.parametrize(("times", "noticed"), [(2, False), (3, True), (6, True)])
    def test_three_looks_at_work_that_has_failed_are_noticed(
        self, harness: Harness, times: int, *, noticed: bool
    ) -> None:
        """FAILED is an end; who goes on looking waits for what will not come."""
        harness.simulator.failing_work.add(FailingWork())
        _, work_id = ready.begin_import(harness.genai)
        looks(harness, work_id, times)
        assert troubles(harness) == ([("polls-failed-work", "get_work_request", times)] if noticed else [])
        if noticed:
            assert (only(harness).resource, only(harness).status, only(harness).code) == (work_id, 200, None)
            assert "FAILED is an end" in only(harness).advice

    def test_looks_before_the_end_are_as_they_should_be(self, realistic: Harness) -> None:
        """Waiting as one should is no trouble, even where the work fails."""
        realistic.simulator.failing_work.add(FailingWork(percent=90))
        _, work_id = ready.begin_import(realistic.genai)
        with pytest.raises(WorkRequestFailed):
            realistic.genai.wait_for_work_request(work_id)
        assert realistic.calls("get_work_request") > 3
        assert troubles(realistic) == []

    def test_looks_at_work_that_has_succeeded_are_no_trouble(self, harness: Harness) -> None:
        """There is nothing to stop for."""
        _, work_id = ready.begin_import(harness.genai)
        looks(harness, work_id, 10)
        assert troubles(harness) == []

    def test_troubles_are_told_by_when_they_began(self, harness: Harness) -> None:
        """Several may be there at a time."""
        harness.simulator.failing_work.add(FailingWork())
        _, work_id = ready.begin_import(harness.genai)
        looks(harness, work_id, 1)
        harness.pass_time(1)
        refused(harness, 5)
        harness.pass_time(1)
        looks(harness, work_id, 2)
        assert [kind for kind, *_ in troubles(harness)] == ["polls-failed-work", "repeated-request"]

    def test_trouble_is_told_of_only_while_the_journal_remembers_it(self, harness: Harness) -> None:
        """A journal that was cleared tells nothing."""
        refused(harness, 5)
        harness.simulator.journal.clear()
        with pytest.raises(ServiceError):
            harness.genai.get_imported_model(UNKNOWN)
        assert troubles(harness) == []
