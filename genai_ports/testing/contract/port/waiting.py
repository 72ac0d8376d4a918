"""Waiting for work requests, on the clock of the backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.errors import InvalidInput, NotFound, WaitTimeout
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.harness import response_of

if TYPE_CHECKING:
    from genai_ports.api.work_request import WorkRequest
    from genai_ports.testing.contract.port.harness import PortHarness


def seconds_since(harness: PortHarness, started: Any) -> float:
    """Return how many seconds have passed on the clock of the backend."""
    passed: float = (harness.genai.clock.now() - started).total_seconds()
    return passed


class WaitingBehaviours:
    """What is true of `wait_for_work_request`."""

    @needs(Capability.PACE)
    def test_waiting_returns_the_finished_work_request(self, realistic: PortHarness) -> None:
        """The clock moves by the time that the work takes."""
        started = realistic.genai.clock.now()
        model_id, work_request_id = ready.begin_import(realistic.genai)
        work = realistic.genai.wait_for_work_request(work_request_id)
        assert (work.id, work.status, work.percent_complete) == (work_request_id, "SUCCEEDED", 100)
        assert realistic.genai.get_imported_model(model_id).lifecycle_state == "ACTIVE"
        assert seconds_since(realistic, started) == 2880

    @needs(Capability.PACE)
    def test_waiting_polls_at_the_interval_of_retry_after(self, realistic: PortHarness) -> None:
        """An import of 48 minutes is polled every 288 seconds."""
        _, work_request_id = ready.begin_import(realistic.genai)
        seen: list[WorkRequest] = []
        realistic.genai.wait_for_work_request(work_request_id, on_progress=seen.append)
        assert len(seen) == 11

    @needs(Capability.PACE)
    def test_waiting_polls_at_the_interval_of_the_caller(self, realistic: PortHarness) -> None:
        """`interval` has priority over `retry-after`."""
        _, work_request_id = ready.begin_import(realistic.genai)
        seen: list[WorkRequest] = []
        realistic.genai.wait_for_work_request(work_request_id, interval=960, on_progress=seen.append)
        assert len(seen) == 4

    def test_waiting_for_finished_work_returns_at_once(self, harness: PortHarness) -> None:
        """It polls once, and no time passes."""
        _, work_request_id = ready.begin_import(harness.genai)
        harness.genai.wait_for_work_request(work_request_id)
        started = harness.genai.clock.now()
        seen: list[WorkRequest] = []
        harness.genai.wait_for_work_request(work_request_id, on_progress=seen.append)
        assert len(seen) == 1
        assert seconds_since(harness, started) < 1

    @needs(Capability.PACE)
    def test_waiting_reports_the_progress(self, realistic: PortHarness) -> None:
        """`on_progress` is called with every snapshot, including the last one."""
        seen: list[WorkRequest] = []
        _, work_request_id = ready.begin_import(realistic.genai)
        work = realistic.genai.wait_for_work_request(work_request_id, on_progress=seen.append)
        percents = [each.percent_complete for each in seen]
        assert seen[-1] is work
        assert len(seen) == 11
        assert percents == sorted(percents)
        assert (percents[0], percents[-1]) == (0, 100)
        assert response_of(seen[0]).retry_after == 288

    @needs(Capability.PACE)
    def test_waiting_stops_after_its_timeout(self, realistic: PortHarness) -> None:
        """The error shows how far the work is. The work goes on."""
        started = realistic.genai.clock.now()
        _, work_request_id = ready.begin_import(realistic.genai)
        with pytest.raises(WaitTimeout, match="is IN_PROGRESS at 50 % after 1584 seconds"):
            realistic.genai.wait_for_work_request(work_request_id, timeout=1584)
        assert seconds_since(realistic, started) == 1584
        assert realistic.genai.wait_for_work_request(work_request_id).status == "SUCCEEDED"

    @needs(Capability.UNDER_WAY)
    def test_waiting_with_a_timeout_of_zero_polls_once(self, realistic: PortHarness) -> None:
        """It checks whether the work is finished now."""
        _, work_request_id = ready.begin_import(realistic.genai)
        seen: list[WorkRequest] = []
        with pytest.raises(WaitTimeout):
            realistic.genai.wait_for_work_request(work_request_id, timeout=0, on_progress=seen.append)
        assert len(seen) == 1

    def test_waiting_for_an_unknown_work_request_is_not_found(self, harness: PortHarness) -> None:
        """The error is the one of GET."""
        with harness.refuses(NotFound, "not-found"):
            harness.genai.wait_for_work_request("ocid1.generativeaiworkrequest.oc1.us-chicago-1.amaaaaaaunknown")

    @pytest.mark.parametrize(
        "options",
        [{"timeout": -1}, {"timeout": None}, {"timeout": "60"}, {"interval": 0}, {"interval": -5}, {"interval": True}],
        ids=str,
    )
    def test_waiting_with_an_invalid_time_is_refused(self, harness: PortHarness, options: dict[str, Any]) -> None:
        """A timeout is 0 or more, an interval is more than 0."""
        _, work_request_id = ready.begin_import(harness.genai)
        with pytest.raises(InvalidInput, match=r"must be (0 or more|more than 0) seconds"):
            harness.genai.wait_for_work_request(work_request_id, **options)
