"""Work requests: how work moves along, what is told of it, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from genai_ports import builders
from genai_ports.domain.imported_model import UpdateImportedModelDetails
from genai_ports.errors import NotFound
from genai_ports.testing import ready
from genai_ports.testing.behaviours.harness import answer

if TYPE_CHECKING:
    from genai_ports.domain.work_request import WorkRequest, WorkRequestSummary
    from genai_ports.testing.behaviours.harness import Harness, OpenHarness

UNKNOWN = "ocid1.generativeaiworkrequest.oc1.us-chicago-1.amaaaaaaunknown"


def begin(harness: Harness) -> tuple[str, str]:
    """Begin an import; give the OCIDs of the model and of its work request."""
    begun = harness.genai.create_imported_model(ready.imported_model_details())
    return begun.id, ready.work_begun(begun)


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


class WorkRequestBehaviours:
    """What is true of work requests."""

    @pytest.mark.parametrize(("pace", "seconds"), [("realistic", 60), ("2s", 0.1), ("reads:3", 0)])
    def test_work_is_accepted_then_in_progress_then_succeeded(
        self, open_harness: OpenHarness, pace: str, seconds: float
    ) -> None:
        """By whatever pace: states in order, percents that move and never fall, times as they should be."""
        harness = open_harness(pace=pace)
        _, work_request_id = begin(harness)
        assert_tells_one_story(watch(harness, work_request_id, seconds), "SUCCEEDED")

    @pytest.mark.parametrize(("pace", "seconds"), [("realistic", 60), ("2s", 0.1), ("reads:8", 0)])
    def test_work_that_fails_stops_where_it_failed(self, open_harness: OpenHarness, pace: str, seconds: float) -> None:
        """It gets as far as it was told, and then is FAILED for good."""
        harness = open_harness(pace=pace)
        model_id, work_request_id = begin(harness)
        harness.simulator.fail(model_id, percent=60, code="ImportFailed", message="config.json is missing.")
        seen = watch(harness, work_request_id, seconds)
        assert_tells_one_story(seen, "FAILED")
        assert seen[-1].percent_complete == 60
        harness.pass_time(7200)
        assert harness.genai.get_work_request(work_request_id) == seen[-1]

    def test_work_that_is_further_already_fails_where_it_is(self, realistic: Harness) -> None:
        """Percents never fall, not even for a failure."""
        model_id, work_request_id = begin(realistic)
        realistic.pass_time(600)
        reached = realistic.genai.get_work_request(work_request_id).percent_complete
        realistic.simulator.fail(model_id, percent=10)
        failed = realistic.genai.get_work_request(work_request_id)
        assert (failed.status, failed.percent_complete) == ("FAILED", reached)
        assert reached > 40

    def test_work_by_the_pace_manual_is_where_it_was_told_to_be(self, open_harness: OpenHarness) -> None:
        """Progress is set by hand, never back, until the work is finished by hand."""
        harness = open_harness(pace="manual")
        model_id, work_request_id = begin(harness)
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
        (quick, quick_work), (_, slow_work) = begin(realistic), begin(realistic)
        realistic.simulator.set_pace(quick, "1s")
        realistic.pass_time(1)
        statuses = [realistic.genai.get_work_request(work).status for work in (quick_work, slow_work)]
        assert statuses == ["SUCCEEDED", "ACCEPTED"]

    def test_a_resource_and_its_work_request_never_contradict_each_other(self, realistic: Harness) -> None:
        """The resource is CREATING exactly as long as the work is not finished."""
        model_id, work_request_id = begin(realistic)
        for _ in range(25):
            work = realistic.genai.get_work_request(work_request_id)
            model = realistic.genai.get_imported_model(model_id)
            assert model.lifecycle_state == ("ACTIVE" if work.is_finished else "CREATING")
            realistic.pass_time(60)
        assert realistic.genai.get_work_request(work_request_id).is_finished

    def test_the_action_is_in_progress_until_it_is_done(self, realistic: Harness) -> None:
        """A resource of a work request is IN_PROGRESS first, and CREATED or UPDATED in the end."""
        genai = realistic.genai
        begun = genai.create_imported_model(ready.imported_model_details())
        assert actions(genai.get_work_request(ready.work_begun(begun))) == ["IN_PROGRESS"]
        assert actions(ready.finish(genai, begun)) == ["CREATED"]
        updating = genai.update_imported_model(begun.id, UpdateImportedModelDetails(vendor="us"))
        assert actions(genai.get_work_request(ready.work_begun(updating))) == ["IN_PROGRESS"]
        updated = ready.finish(genai, updating)
        assert (actions(updated), updated.operation_type) == (["UPDATED"], "UPDATE_IMPORTED_MODEL")

    def test_the_action_of_work_that_failed_is_failed(self, realistic: Harness) -> None:
        """Nothing was CREATED then."""
        model_id, work_request_id = begin(realistic)
        realistic.simulator.fail(model_id)
        realistic.pass_time(3600)
        assert actions(realistic.genai.get_work_request(work_request_id)) == ["FAILED"]

    def test_work_that_failed_lists_its_error(self, realistic: Harness) -> None:
        """Code, message, and the time at which it failed; before that there is none."""
        model_id, work_request_id = begin(realistic)
        realistic.simulator.fail(model_id, percent=60, code="ImportFailed", message="config.json is missing.")
        assert list(realistic.genai.list_work_request_errors(work_request_id)) == []
        realistic.pass_time(3600)
        error = realistic.genai.list_work_request_errors(work_request_id).one()
        assert (error.code, error.message) == ("ImportFailed", "config.json is missing.")
        assert error.timestamp == realistic.genai.get_work_request(work_request_id).time_finished

    def test_work_that_succeeded_lists_no_errors(self, realistic: Harness) -> None:
        """There is nothing to tell."""
        _, work_request_id = begin(realistic)
        realistic.pass_time(3600)
        assert realistic.genai.get_work_request(work_request_id).status == "SUCCEEDED"
        assert list(realistic.genai.list_work_request_errors(work_request_id)) == []

    def test_work_has_a_log_from_the_moment_it_is_accepted(self, realistic: Harness) -> None:
        """The log grows with the work, newest line first, and what was told stays told."""
        genai = realistic.genai
        _, work_request_id = begin(realistic)
        logs = []
        for _ in range(5):
            logs.append([line.message for line in genai.list_work_request_logs(work_request_id)])
            realistic.pass_time(300)
        assert len(logs[0]) == 1
        assert "accepted" in logs[0][0]
        assert all(later[-len(earlier) :] == earlier for earlier, later in pairwise(logs))
        assert "succeeded" in logs[-1][0]
        times = [line.timestamp for line in genai.list_work_request_logs(work_request_id)]
        assert times == sorted(times, reverse=True)

    def test_the_log_of_a_fine_tuning_tells_of_every_epoch(self, realistic: Harness) -> None:
        """Oldest line first: the dataset is checked, then each epoch ends, then the metrics are made."""
        genai = realistic.genai
        config = builders.lora_training_config(total_training_epochs=3)
        tuning = ready.fine_tuning(ready.cluster(genai, type="FINE_TUNING").id, config)
        begun = genai.create_model(ready.model_details(genai, fine_tune_details=tuning))
        ready.finish(genai, begun)
        log = genai.list_work_request_logs(ready.work_begun(begun), sort_by="timestamp", sort_order="ASC")
        told = [line.message for line in log]
        assert told == [
            f"CREATE_MODEL of model {begun.id} accepted.",
            "Checking the training dataset.",
            "Training dataset checked; training starts.",
            *(f"Epoch {n} of 3 finished." for n in (1, 2, 3)),
            "Training finished; computing the model's metrics.",
            "CREATE_MODEL succeeded.",
        ]

    def test_the_log_of_work_that_failed_tells_why(self, realistic: Harness) -> None:
        """The last line has the code and the message of the error."""
        model_id, work_request_id = begin(realistic)
        realistic.simulator.fail(model_id, percent=60, code="ImportFailed", message="config.json is missing.")
        realistic.pass_time(3600)
        last = realistic.genai.list_work_request_logs(work_request_id).first()
        assert last is not None
        assert "ImportFailed: config.json is missing." in last.message

    def test_logs_and_errors_come_in_pages(self, realistic: Harness) -> None:
        """They are lists like all others."""
        _, work_request_id = begin(realistic)
        realistic.pass_time(3600)
        whole = list(realistic.genai.list_work_request_logs(work_request_id))
        pages = list(realistic.genai.list_work_request_logs(work_request_id, limit=2).pages())
        assert [line for page in pages for line in page.items] == whole
        assert [len(page.items) for page in pages[:-1]] == [2] * (len(pages) - 1)

    def test_retry_after_is_sent_until_the_work_is_finished(self, realistic: Harness) -> None:
        """A tenth of the whole time, since a closer look would show little more."""
        _, work_request_id = begin(realistic)
        asked = answer(realistic.genai.get_work_request(work_request_id)).retry_after
        assert asked == 120
        realistic.pass_time(1200)
        assert answer(realistic.genai.get_work_request(work_request_id)).retry_after is None

    def test_the_etag_of_a_work_request_changes_as_it_moves(self, realistic: Harness) -> None:
        """Who has seen a version sees by its etag whether there is another."""
        _, work_request_id = begin(realistic)
        etags = []
        for _ in range(4):
            etags += [answer(realistic.genai.get_work_request(work_request_id)).etag for _ in range(2)]
            realistic.pass_time(400)
        assert etags[::2] == etags[1::2]
        assert len(set(etags)) == 4

    def test_work_requests_are_listed_newest_first(self, realistic: Harness) -> None:
        """`timeAccepted` is what they are sorted by, downwards unless told."""
        begun = []
        for _ in range(3):
            begun.append(begin(realistic)[1])
            realistic.pass_time(1)
        genai = realistic.genai
        assert [work.id for work in genai.list_work_requests(ready.COMPARTMENT)] == begun[::-1]
        upwards = genai.list_work_requests(ready.COMPARTMENT, sort_by="timeAccepted", sort_order="ASC")
        assert [work.id for work in upwards] == begun
        paged = genai.list_work_requests(ready.COMPARTMENT, limit=2)
        assert [len(page.items) for page in paged.pages()] == [2, 1]

    def test_work_requests_can_be_filtered(self, realistic: Harness) -> None:
        """By id, by resource and by status, each and together."""
        genai = realistic.genai
        (first, first_work), (_, second_work) = begin(realistic), begin(realistic)
        realistic.simulator.finish(first)

        def listed(**filters: str) -> list[str]:
            return [work.id for work in genai.list_work_requests(ready.COMPARTMENT, **filters)]  # type: ignore[arg-type]

        assert listed(work_request_id=second_work) == [second_work]
        assert listed(resource_id=first) == [first_work]
        assert listed(status="SUCCEEDED") == [first_work]
        assert listed(status="ACCEPTED") == [second_work]
        assert listed(status="SUCCEEDED", work_request_id=second_work) == []

    def test_lists_of_work_requests_do_not_move_work(self, open_harness: OpenHarness) -> None:
        """Only a look at the work request or its resource counts as a look."""
        harness = open_harness(pace="reads:2")
        _, work_request_id = begin(harness)
        statuses = [work.status for _ in range(5) for work in harness.genai.list_work_requests(ready.COMPARTMENT)]
        assert statuses == ["ACCEPTED"] * 5
        assert watch(harness, work_request_id, 0)[-1].status == "SUCCEEDED"

    def test_a_work_request_stays_where_it_was_accepted(self, realistic: Harness) -> None:
        """It belongs to the compartment of its resource at that time, wherever the resource moves."""
        genai = realistic.genai
        model = ready.imported_model(genai)
        genai.change_imported_model_compartment(model.id, ready.ELSEWHERE)
        deleting = genai.delete_imported_model(model.id)
        [created] = genai.list_work_requests(ready.COMPARTMENT)
        [deleted] = genai.list_work_requests(ready.ELSEWHERE)
        assert (created.operation_type, deleted.id) == ("CREATE_IMPORTED_MODEL", deleting.work_request_id)
        assert (created.compartment_id, deleted.compartment_id) == (ready.COMPARTMENT, ready.ELSEWHERE)

    def test_an_unknown_work_request_is_not_found(self, harness: Harness) -> None:
        """Nor are its errors and logs."""
        genai = harness.genai
        with harness.refuses(NotFound, "not-found"):
            genai.get_work_request(UNKNOWN)
        with harness.refuses(NotFound, "not-found"):
            genai.list_work_request_errors(UNKNOWN).first()
        with harness.refuses(NotFound, "not-found"):
            genai.list_work_request_logs(UNKNOWN).first()

    def test_work_is_timed_from_acceptance_to_end(self, realistic: Harness) -> None:
        """Its times are when things happened, not when somebody looked."""
        _, work_request_id = begin(realistic)
        realistic.pass_time(100_000)
        work = realistic.genai.get_work_request(work_request_id)
        assert work.time_started is not None
        assert work.time_finished is not None
        assert work.time_started - work.time_accepted == timedelta(minutes=2)
        assert work.time_finished - work.time_accepted == timedelta(minutes=20)


def actions(work: WorkRequest) -> list[str]:
    """List what a work request does, or did, to its resources."""
    return [resource.action_type for resource in work.resources]
