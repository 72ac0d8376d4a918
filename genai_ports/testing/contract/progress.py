"""Progress: how work moves along, by whatever pace, from acceptance to its end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from genai_ports.testing import ready
from genai_ports.testing.contract.harness import answer

if TYPE_CHECKING:
    from genai_ports.api.work_request import WorkRequestSummary
    from genai_ports.testing.contract.harness import Harness, OpenHarness


def watch(harness: Harness, work_request_id: str, seconds: float) -> list[WorkRequestSummary]:
    """Look at a work request again and again until it is finished; at first by a list, which moves nothing."""
    genai = harness.genai
    seen = [genai.list_work_requests(ready.COMPARTMENT, work_request_id=work_request_id).one()]
    while seen[-1].time_finished is None and len(seen) < 100:
        harness.pass_time(seconds)
        seen.append(genai.get_work_request(work_request_id))
    return seen


def assert_tells_one_story(seen: list[WorkRequestSummary], ending: str) -> None:
    """Check that states come in their order, percents never fall, and times are there exactly when they should."""
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

    @pytest.mark.parametrize(("pace", "seconds"), [("realistic", 60), ("2s", 0.1), ("reads:3", 0)])
    def test_work_is_accepted_then_in_progress_then_succeeded(
        self, open_harness: OpenHarness, pace: str, seconds: float
    ) -> None:
        """By whatever pace: states in order, percents that move and never fall, times as they should be."""
        harness = open_harness(pace=pace)
        _, work_request_id = ready.begin_import(harness.genai)
        assert_tells_one_story(watch(harness, work_request_id, seconds), "SUCCEEDED")

    @pytest.mark.parametrize(("pace", "seconds"), [("realistic", 60), ("2s", 0.1), ("reads:8", 0)])
    def test_work_that_fails_stops_where_it_failed(self, open_harness: OpenHarness, pace: str, seconds: float) -> None:
        """It gets as far as it was told, and then is FAILED for good."""
        harness = open_harness(pace=pace)
        model_id, work_request_id = ready.begin_import(harness.genai)
        harness.simulator.fail(model_id, percent=60, code="ImportFailed", message="config.json is missing.")
        seen = watch(harness, work_request_id, seconds)
        assert_tells_one_story(seen, "FAILED")
        assert seen[-1].percent_complete == 60
        harness.pass_time(7200)
        assert harness.genai.get_work_request(work_request_id) == seen[-1]

    def test_work_that_is_further_already_fails_where_it_is(self, realistic: Harness) -> None:
        """Percents never fall, not even for a failure."""
        model_id, work_request_id = ready.begin_import(realistic.genai)
        realistic.pass_time(600)
        reached = realistic.genai.get_work_request(work_request_id).percent_complete
        realistic.simulator.fail(model_id, percent=10)
        failed = realistic.genai.get_work_request(work_request_id)
        assert (failed.status, failed.percent_complete) == ("FAILED", reached)
        assert reached > 40

    def test_work_by_the_pace_manual_is_where_it_was_told_to_be(self, open_harness: OpenHarness) -> None:
        """Progress is set by hand, never back, until the work is finished by hand."""
        harness = open_harness(pace="manual")
        model_id, work_request_id = ready.begin_import(harness.genai)
        seen = watch(harness, work_request_id, 0)[:1]
        assert seen[0].status == "ACCEPTED"
        for percent in (10, 40, 30, 80):
            harness.simulator.progress(model_id, percent)
            seen.append(harness.genai.get_work_request(work_request_id))
        harness.simulator.finish(work_request_id)
        seen.append(harness.genai.get_work_request(work_request_id))
        assert_tells_one_story(seen, "SUCCEEDED")
        assert [work.percent_complete for work in seen] == [0, 10, 40, 40, 80, 100]

    def test_one_resource_may_go_by_a_pace_of_its_own(self, realistic: Harness) -> None:
        """The others keep the pace of the world."""
        (quick, quick_work), (_, slow_work) = ready.begin_import(realistic.genai), ready.begin_import(realistic.genai)
        realistic.simulator.set_pace(quick, "1s")
        realistic.pass_time(1)
        statuses = [realistic.genai.get_work_request(work).status for work in (quick_work, slow_work)]
        assert statuses == ["SUCCEEDED", "ACCEPTED"]

    def test_a_resource_and_its_work_request_never_contradict_each_other(self, realistic: Harness) -> None:
        """The resource is CREATING exactly as long as the work is not finished."""
        model_id, work_request_id = ready.begin_import(realistic.genai)
        for _ in range(25):
            work = realistic.genai.get_work_request(work_request_id)
            model = realistic.genai.get_imported_model(model_id)
            assert model.lifecycle_state == ("ACTIVE" if work.is_finished else "CREATING")
            realistic.pass_time(60)
        assert realistic.genai.get_work_request(work_request_id).is_finished

    def test_retry_after_is_sent_until_the_work_is_finished(self, realistic: Harness) -> None:
        """A tenth of the whole time, since a closer look would show little more."""
        _, work_request_id = ready.begin_import(realistic.genai)
        asked = answer(realistic.genai.get_work_request(work_request_id)).retry_after
        assert asked == 120
        realistic.pass_time(1200)
        assert answer(realistic.genai.get_work_request(work_request_id)).retry_after is None

    def test_the_etag_of_a_work_request_changes_as_it_moves(self, realistic: Harness) -> None:
        """Who has seen a version sees by its etag whether there is another."""
        _, work_request_id = ready.begin_import(realistic.genai)
        etags = []
        for _ in range(4):
            etags += [answer(realistic.genai.get_work_request(work_request_id)).etag for _ in range(2)]
            realistic.pass_time(400)
        assert etags[::2] == etags[1::2]
        assert len(set(etags)) == 4

    def test_lists_of_work_requests_do_not_move_work(self, open_harness: OpenHarness) -> None:
        """Only a look at the work request or its resource counts as a look."""
        harness = open_harness(pace="reads:2")
        _, work_request_id = ready.begin_import(harness.genai)
        statuses = [work.status for _ in range(5) for work in harness.genai.list_work_requests(ready.COMPARTMENT)]
        assert statuses == ["ACCEPTED"] * 5
        assert watch(harness, work_request_id, 0)[-1].status == "SUCCEEDED"

    def test_work_is_timed_from_acceptance_to_end(self, realistic: Harness) -> None:
        """Its times are when things happened, not when somebody looked."""
        _, work_request_id = ready.begin_import(realistic.genai)
        realistic.pass_time(100_000)
        work = realistic.genai.get_work_request(work_request_id)
        assert work.time_started is not None
        assert work.time_finished is not None
        assert work.time_started - work.time_accepted == timedelta(minutes=2)
        assert work.time_finished - work.time_accepted == timedelta(minutes=20)
