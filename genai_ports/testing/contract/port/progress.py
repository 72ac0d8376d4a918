"""Progress: the states, percentages and times of work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.harness import response_of

if TYPE_CHECKING:
    from genai_ports.api.work_request import WorkRequestSummary
    from genai_ports.testing.contract.port.harness import OpenPortHarness, PortHarness


def poll(harness: PortHarness, work_request_id: str, seconds: float) -> list[WorkRequestSummary]:
    """Poll a work request until it is finished; return a summary from a list and then all snapshots."""
    genai = harness.genai
    seen = [genai.list_work_requests(ready.COMPARTMENT, work_request_id=work_request_id).one()]
    while seen[-1].time_finished is None and len(seen) < 100:
        harness.pass_time(seconds)
        seen.append(genai.get_work_request(work_request_id))
    return seen


def assert_progress(seen: list[WorkRequestSummary], ending: str) -> None:
    """Check that the states are in order, percentages never fall, and times are there when they should be."""
    states = [work.status for work in seen]
    assert list(dict.fromkeys(states)) == ["ACCEPTED", "IN_PROGRESS", ending]
    percents = [work.percent_complete for work in seen]
    assert percents == sorted(percents)
    assert len(set(percents)) > 3
    for work in seen:
        assert (work.time_started is None) == (work.status == "ACCEPTED")
        assert (work.time_finished is None) == (work.status != ending)
        assert (work.percent_complete == 100) == (work.status == "SUCCEEDED")
    last = seen[-1]
    assert last.time_accepted <= (last.time_started or last.time_accepted) <= (last.time_finished or last.time_accepted)


class ProgressBehaviours:
    """What is true of work while it is under way."""

    @needs(Capability.PACE)
    @pytest.mark.parametrize(("pace", "seconds"), [("realistic", 60), ("2s", 0.1), ("reads:3", 0)])
    def test_work_is_accepted_then_in_progress_then_succeeded(
        self, open_harness: OpenPortHarness, pace: str, seconds: float
    ) -> None:
        """With every pace the states are in order, percentages never fall, and times are there when they should be."""
        harness = open_harness(pace=pace)
        _, work_request_id = ready.begin_import(harness.genai)
        assert_progress(poll(harness, work_request_id, seconds), "SUCCEEDED")

    def test_a_resource_and_its_work_request_agree(self, realistic: PortHarness) -> None:
        """The resource is CREATING as long as the work is not finished."""
        model_id, work_request_id = ready.begin_import(realistic.genai)
        for _ in range(50):
            work = realistic.genai.get_work_request(work_request_id)
            model = realistic.genai.get_imported_model(model_id)
            assert model.lifecycle_state == ("ACTIVE" if work.is_finished else "CREATING")
            realistic.pass_time(60)
        assert realistic.genai.get_work_request(work_request_id).is_finished

    @needs(Capability.PACE)
    def test_retry_after_is_sent_until_the_work_is_finished(self, realistic: PortHarness) -> None:
        """It is a tenth of the whole time."""
        _, work_request_id = ready.begin_import(realistic.genai)
        seconds = response_of(realistic.genai.get_work_request(work_request_id)).retry_after
        assert seconds == 288
        realistic.pass_time(2880)
        assert response_of(realistic.genai.get_work_request(work_request_id)).retry_after is None

    @needs(Capability.PACE)
    def test_the_etag_of_a_work_request_changes_with_its_progress(self, realistic: PortHarness) -> None:
        """It stays while the progress stays."""
        _, work_request_id = ready.begin_import(realistic.genai)
        etags = []
        for _ in range(4):
            etags += [response_of(realistic.genai.get_work_request(work_request_id)).etag for _ in range(2)]
            realistic.pass_time(960)
        assert etags[::2] == etags[1::2]
        assert len(set(etags)) == 4

    @needs(Capability.PACE)
    def test_lists_of_work_requests_do_not_count_as_reads(self, open_harness: OpenPortHarness) -> None:
        """With the pace `reads`, only GET of the work request or of its resource counts."""
        harness = open_harness(pace="reads:2")
        _, work_request_id = ready.begin_import(harness.genai)
        statuses = [work.status for _ in range(5) for work in harness.genai.list_work_requests(ready.COMPARTMENT)]
        assert statuses == ["ACCEPTED"] * 5
        assert poll(harness, work_request_id, 0)[-1].status == "SUCCEEDED"

    @needs(Capability.PACE, Capability.DAYS)
    def test_the_times_of_work_do_not_depend_on_reads(self, realistic: PortHarness) -> None:
        """They are the times of the events, not of the reads."""
        _, work_request_id = ready.begin_import(realistic.genai)
        realistic.pass_time(100_000)
        work = realistic.genai.get_work_request(work_request_id)
        assert work.time_started is not None
        assert work.time_finished is not None
        assert work.time_started - work.time_accepted == timedelta(minutes=4.8)
        assert work.time_finished - work.time_accepted == timedelta(minutes=48)
