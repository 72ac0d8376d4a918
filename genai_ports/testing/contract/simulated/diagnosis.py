"""Diagnosis: clients that repeat calls in vain, as the journal shows them."""

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


def send_invalid_request(harness: Harness, times: int, **changes: Any) -> None:
    """Request a cluster of no units, that many times."""
    for _ in range(times):
        with pytest.raises(InvalidParameter):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(**{"unit_count": 0, **changes}))


def poll(harness: Harness, work_id: str, times: int) -> None:
    """Get a work request, that many times."""
    for _ in range(times):
        harness.genai.get_work_request(work_id)


def reports(harness: Harness) -> list[tuple[str, str, int]]:
    """Return kind, operation and number of calls of each report."""
    return [(each.kind, each.operation, each.times) for each in harness.simulator.troubles()]


def only_report(harness: Harness) -> Trouble:
    """Return the only report."""
    (trouble,) = harness.simulator.troubles()
    return trouble


class DiagnosisBehaviours:
    """What is true of the reports on clients."""

    def test_successful_calls_are_not_reported(self, harness: Harness) -> None:
        """Their number does not matter."""
        for _ in range(10):
            ready.imported_model(harness.genai)
        assert reports(harness) == []

    @pytest.mark.parametrize(("times", "noticed"), [(4, False), (5, True), (7, True)])
    def test_the_same_request_refused_five_times_is_reported(
        self, harness: Harness, times: int, *, noticed: bool
    ) -> None:
        """The report has the error, the number of calls, the first and last time, and an advice."""
        began = harness.genai.clock.now()
        for _ in range(times):
            send_invalid_request(harness, 1)
            harness.pass_time(10)
        if not noticed:
            assert reports(harness) == []
            return
        trouble = only_report(harness)
        assert (trouble.kind, trouble.operation, trouble.resource) == ("repeated-request", CREATE, None)
        assert (trouble.status, trouble.code, trouble.rule) == (400, "InvalidParameter", "property-value")
        assert (trouble.times, trouble.first) == (times, began)
        assert (trouble.last - began).total_seconds() == 10 * (times - 1)
        assert "fix it" in trouble.advice

    def test_other_calls_in_between_do_not_end_the_count(self, harness: Harness) -> None:
        """A client may repeat one request and succeed with others."""
        for _ in range(5):
            send_invalid_request(harness, 1)
            ready.imported_model(harness.genai)
        assert reports(harness) == [("repeated-request", CREATE, 5)]

    def test_different_refused_requests_are_not_reported(self, harness: Harness) -> None:
        """A client that changes its request makes progress."""
        for number in range(8):
            send_invalid_request(harness, 1, display_name=f"try {number}")
        assert reports(harness) == []

    def test_a_success_in_between_ends_the_count(self, harness: Harness) -> None:
        """The count starts again."""
        send_invalid_request(harness, 5)
        harness.genai.create_dedicated_ai_cluster(ready.cluster_details())
        assert reports(harness) == []
        send_invalid_request(harness, 4)
        assert reports(harness) == []
        send_invalid_request(harness, 1)
        assert reports(harness) == [("repeated-request", CREATE, 5)]

    def test_the_success_of_another_resource_does_not_end_the_count(self, harness: Harness) -> None:
        """Each resource has its own count."""
        model = ready.imported_model(harness.genai)
        for _ in range(5):
            with pytest.raises(NotFound):
                harness.genai.get_imported_model(UNKNOWN)
            harness.genai.get_imported_model(model.id)
        assert (only_report(harness).resource, only_report(harness).status) == (UNKNOWN, 404)

    def test_retries_that_all_fail_are_reported(self, harness: Harness) -> None:
        """Eight tries of one call are eight equal requests."""
        harness.simulator.faults.add(Fault(status=503, times=8))
        with pytest.raises(ServiceUnavailable):
            list(harness.genai.list_endpoints(ready.COMPARTMENT))
        assert reports(harness) == [("repeated-request", "list_endpoints", 8)]
        assert "give up" in only_report(harness).advice

    def test_retries_that_succeed_in_the_end_are_not_reported(self, harness: Harness) -> None:
        """Seven tries fail, and the eighth succeeds."""
        harness.simulator.faults.add(Fault(status=503, times=7))
        assert list(harness.genai.list_endpoints(ready.COMPARTMENT)) == []
        assert reports(harness) == []

    @pytest.mark.parametrize("fault", [{"damage": "reset"}, {"status": 500}, {"damage": "cut"}])
    def test_retries_whose_responses_are_all_lost_are_reported(self, harness: Harness, fault: dict[str, Any]) -> None:
        """Each new call without a retry token of the caller's creates another model."""
        lost = {**fault, "committed": fault.get("damage") != "cut"}
        harness.simulator.faults.add(Fault(operation="create_imported_model", times=8, **lost))
        with pytest.raises((ConnectionLost, ServiceError)):
            ready.imported_model(harness.genai)
        trouble = only_report(harness)
        assert (trouble.kind, trouble.operation, trouble.times) == ("repeated-request", "create_imported_model", 8)
        assert (trouble.status, trouble.code) == (201, None)
        assert "carried out" in trouble.advice
        assert "opc-retry-token" in trouble.advice

    def test_repeated_calls_whose_responses_are_lost_are_reported(self, harness: Harness) -> None:
        """The client created five models with one request, and does not know it."""
        harness.simulator.faults.add(Fault(operation="create_imported_model", committed=True, status=501, times=5))
        for _ in range(5):
            with pytest.raises(ServiceError):
                ready.imported_model(harness.genai)
        assert reports(harness) == [("repeated-request", "create_imported_model", 5)]
        ready.imported_model(harness.genai)
        assert reports(harness) == []

    def test_late_responses_are_not_reported(self, harness: Harness) -> None:
        """The client received them."""
        harness.simulator.faults.add(Fault(latency=5, times=8))
        for _ in range(8):
            list(harness.genai.list_endpoints(ready.COMPARTMENT))
        assert reports(harness) == []

    @pytest.mark.parametrize(("times", "noticed"), [(2, False), (3, True), (6, True)])
    def test_three_polls_of_failed_work_are_reported(self, harness: Harness, times: int, *, noticed: bool) -> None:
        """FAILED is a final state: more polls show nothing new."""
        harness.simulator.failing_work.add(FailingWork())
        _, work_id = ready.begin_import(harness.genai)
        poll(harness, work_id, times)
        assert reports(harness) == ([("polls-failed-work", "get_work_request", times)] if noticed else [])
        if noticed:
            assert (only_report(harness).resource, only_report(harness).status, only_report(harness).code) == (
                work_id,
                200,
                None,
            )
            assert "FAILED is final" in only_report(harness).advice

    def test_polls_before_the_end_are_not_reported(self, realistic: Harness) -> None:
        """This also applies to work that fails later."""
        realistic.simulator.failing_work.add(FailingWork(percent=90))
        _, work_id = ready.begin_import(realistic.genai)
        with pytest.raises(WorkRequestFailed):
            realistic.genai.wait_for_work_request(work_id)
        assert realistic.calls("get_work_request") > 3
        assert reports(realistic) == []

    def test_polls_of_successful_work_are_not_reported(self, harness: Harness) -> None:
        """The client has nothing to correct."""
        _, work_id = ready.begin_import(harness.genai)
        poll(harness, work_id, 10)
        assert reports(harness) == []

    def test_reports_are_sorted_by_their_first_call(self, harness: Harness) -> None:
        """Several may exist at a time."""
        harness.simulator.failing_work.add(FailingWork())
        _, work_id = ready.begin_import(harness.genai)
        poll(harness, work_id, 1)
        harness.pass_time(1)
        send_invalid_request(harness, 5)
        harness.pass_time(1)
        poll(harness, work_id, 2)
        assert [kind for kind, *_ in reports(harness)] == ["polls-failed-work", "repeated-request"]

    def test_a_report_needs_the_calls_in_the_journal(self, harness: Harness) -> None:
        """Nothing is reported after the journal is cleared."""
        send_invalid_request(harness, 5)
        harness.simulator.journal.clear()
        with pytest.raises(ServiceError):
            harness.genai.get_imported_model(UNKNOWN)
        assert reports(harness) == []
