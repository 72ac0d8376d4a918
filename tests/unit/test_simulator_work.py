"""Work has a plan and an outcome. It moves forward by itself, or by calls of a test."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import (
    CreateImportedModelDetails,
    HuggingFaceModel,
    InMemoryModelRepository,
    UpdateDedicatedAiClusterDetails,
)
from genai_ports.api.kinds import MODEL, RESOURCE_KINDS
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE, VERBS
from genai_ports.errors import InvalidInput
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.work.operation import Failure, Work, percent_complete
from genai_ports.simulator.work.work_request_view import errors, logs, work_request, work_request_summary
from genai_ports.testing import ready

if TYPE_CHECKING:
    from datetime import datetime

    from genai_ports.api.kind import Kind
    from genai_ports.api.work_request import WorkRequest

FAILURE = Failure(percent=40, code="OutOfLuck", message="No luck.")


def at(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def work(**changes: Any) -> Work:
    """A creation that takes 100 seconds, and so starts after 10."""
    begun = Work(
        id="work",
        operation=MODEL.operation(CREATE),
        resource_id="model",
        compartment_id="compartment",
        time_accepted=EPOCH,
        planned=EPOCH,
        epochs=2,
        duration=timedelta(seconds=100),
    )
    return replaced(begun, **changes)


def started(**changes: Any) -> Work:
    return work(**{"status": "IN_PROGRESS", "time_started": at(10), **changes})


def test_a_plan_says_when_work_starts_and_ends() -> None:
    assert (work().starts, work().ends) == (at(10), at(100))
    assert (work(failure=FAILURE).starts, work(failure=FAILURE).ends) == (at(10), at(46))


def test_without_a_duration_there_is_no_plan() -> None:
    assert (work(duration=None).starts, work(duration=None).ends) == (None, None)


@pytest.mark.parametrize("milliseconds", [1, 3, 5, 7])
def test_work_is_planned_in_whole_milliseconds(milliseconds: int) -> None:
    short = work(duration=timedelta(milliseconds=milliseconds))
    assert short.starts
    assert short.starts.microsecond % 1000 == 0
    assert short.starts == short.planned_at(0)


@pytest.mark.parametrize(
    ("seconds", "percent"), [(10, 0), (10.5, 0), (11, 1), (54.9, 49), (55, 50), (99.9, 99), (100, 99), (1000, 99)]
)
def test_percent_follows_the_clock_in_whole_numbers_and_is_100_at_success_alone(seconds: float, percent: int) -> None:
    assert percent_complete(started(), at(seconds)) == percent


def test_work_that_has_not_started_or_has_no_plan_is_where_it_was_left() -> None:
    assert percent_complete(work(), at(50)) == 0
    assert percent_complete(started(duration=None, percent=7.0), at(50)) == 7
    assert percent_complete(started(duration=timedelta(), percent=7.0), at(50)) == 7


def test_a_new_plan_takes_nothing_back() -> None:
    assert percent_complete(started(planned=at(50), percent=44.0), at(50)) == 44
    assert percent_complete(started(planned=at(50), percent=44.0), at(110)) == 55


def test_finished_work_stays_where_it_ended() -> None:
    assert percent_complete(started(time_finished=at(46), percent=40.0, failure=FAILURE), at(99)) == 40


def lines(reported: Work, seconds: float) -> list[tuple[str, float]]:
    return [(entry.message, (entry.timestamp - EPOCH).total_seconds()) for entry in logs(reported, at(seconds))]


def test_the_log_of_accepted_work_is_one_line() -> None:
    assert lines(work(), 50) == [("CREATE_MODEL of model model accepted.", 0)]


def test_the_log_shows_each_step_with_its_time() -> None:
    assert lines(started(), 55)[1:] == [
        ("Checking the training dataset.", 10),
        ("Training dataset checked; training starts.", 19),
        ("Epoch 1 of 2 finished.", 55),
    ]


def test_the_log_of_work_that_succeeded_ends_with_that() -> None:
    done = started(status="SUCCEEDED", percent=100.0, time_finished=at(100))
    assert lines(done, 500)[-2:] == [
        ("Training finished; computing the model's metrics.", 91),
        ("CREATE_MODEL succeeded.", 100),
    ]


def test_the_log_of_work_that_failed_ends_with_the_reason() -> None:
    failed = started(status="FAILED", percent=40.0, time_finished=at(46), failure=FAILURE)
    assert lines(failed, 500)[-2:] == [
        ("Training dataset checked; training starts.", 19),
        ("Failed at 40 %: OutOfLuck: No luck.", 46),
    ]


def test_errors_are_there_once_work_has_failed() -> None:
    assert errors(started()) == errors(started(failure=FAILURE)) == ()
    [error] = errors(started(failure=FAILURE, time_finished=at(46)))
    assert (error.code, error.message, error.timestamp) == ("OutOfLuck", "No luck.", at(46))


@pytest.mark.parametrize("kind", RESOURCE_KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize(("verb", "action"), [("create", "CREATED"), ("update", "UPDATED"), ("delete", "DELETED")])
def test_a_work_request_names_its_resource_and_what_is_done_to_it(kind: Kind, verb: str, action: str) -> None:
    def actions(**changes: Any) -> list[str]:
        reported = work_request(work(operation=kind.operation(VERBS[verb]), **changes), at(50))
        [resource] = reported.resources
        assert (resource.entity_type, resource.identifier) == (kind.entity_type, "model")
        assert resource.entity_uri == f"/20231130/{kind.collection}/model"
        return [resource.action_type]

    assert actions() == ["IN_PROGRESS"]
    assert actions(status="SUCCEEDED", time_finished=at(50)) == [action]
    assert actions(status="FAILED", time_finished=at(50)) == ["FAILED"]


def test_lists_show_work_as_get_does() -> None:
    whole, summary = work_request(started(), at(55)), work_request_summary(started(), at(55))
    assert [getattr(whole, name) for name in summary.__dataclass_fields__] == [
        getattr(summary, name) for name in summary.__dataclass_fields__
    ]
    assert (whole.percent_complete, whole.time_started, whole.time_finished) == (50, at(10), None)


# Work that somebody takes over.


class Import:
    """An import under way at some pace; one that takes 1200 seconds starts after 120."""

    def __init__(self, pace: str) -> None:
        self.genai = InMemoryModelRepository(pace=pace)
        details = CreateImportedModelDetails(
            compartment_id=ready.COMPARTMENT, data_source=HuggingFaceModel(model_id="a/b")
        )
        begun = self.genai.create_imported_model(details)
        self.simulator, self.id, self.work = self.genai.simulator, begun.id, ready.work_begun(begun)

    def now(self) -> WorkRequest:
        return self.genai.get_work_request(self.work)

    def reported(self) -> list[tuple[float, str]]:
        """The log but for the first line: seconds since the epoch, and message."""
        entries = self.genai.list_work_request_logs(self.work, sort_order="ASC")
        return [((entry.timestamp - EPOCH).total_seconds(), entry.message) for entry in entries][1:]


def test_log_lines_stay_when_work_is_finished_by_hand() -> None:
    taken = Import("1200s")
    taken.genai.clock.sleep(400)
    before = taken.reported()
    assert before == [(120, "Reading the model's configuration."), (336, "Copying the model's files.")]
    taken.simulator.finish(taken.id)
    assert taken.reported() == [
        *before,
        (400, "Files copied; checking the model."),
        (400, "CREATE_IMPORTED_MODEL succeeded."),
    ]


def test_log_lines_stay_when_work_gets_another_pace() -> None:
    taken = Import("1200s")
    taken.genai.clock.sleep(400)
    before = taken.reported()
    taken.simulator.set_pace(taken.id, "2s")
    taken.genai.clock.sleep(2)
    assert taken.reported() == [
        *before,
        (401.64, "Files copied; checking the model."),
        (402, "CREATE_IMPORTED_MODEL succeeded."),
    ]


def test_the_pace_of_the_world_is_that_of_all_its_work() -> None:
    taken = Import("1200s")
    taken.genai.clock.sleep(400)
    ended = Simulator.restore(taken.simulator.snapshot())
    ended.set_world_pace("instant")
    assert ended.state()["importedModels"][0].lifecycle_state == "ACTIVE"
    taken.simulator.set_world_pace("reads:2")
    assert taken.simulator.pace == "reads:2"
    kept = Simulator.restore(taken.simulator.snapshot())
    assert (kept.pace, kept.settings.pace) == ("reads:2", "1200s")
    states = [taken.genai.get_imported_model(taken.id).lifecycle_state for _ in range(3)]
    assert states == ["CREATING", "CREATING", "ACTIVE"]


def test_work_that_has_ended_gets_no_other_pace() -> None:
    taken = Import("1200s")
    taken.simulator.finish(taken.id)
    before = taken.simulator.snapshot()["world"]
    taken.simulator.set_world_pace("2s")
    assert taken.simulator.snapshot()["world"] == before


def test_a_log_begins_when_work_starts_however_little_is_done_by_then() -> None:
    taken = Import("reads:499")
    taken.genai.clock.sleep(30)
    assert taken.now().percent_complete == 0
    taken.genai.clock.sleep(30)
    assert taken.reported() == [(30, "Reading the model's configuration.")]


@pytest.mark.parametrize("seconds", [0, 400])
@pytest.mark.parametrize("pace", ["manual", "reads:3", "99999s"])
def test_work_that_gets_another_pace_forgets_when_it_was_to_start_and_to_end(seconds: float, pace: str) -> None:
    taken = Import("1200s")
    taken.genai.clock.sleep(seconds)
    [before] = taken.genai.list_work_requests(ready.COMPARTMENT)
    taken.simulator.set_pace(taken.id, pace)
    for _ in range(2):
        taken.genai.clock.sleep(600 - seconds)
        [listed] = taken.genai.list_work_requests(ready.COMPARTMENT)
        assert (listed.status, listed.time_started) == (before.status, before.time_started)


def test_work_that_is_to_fail_later_than_it_was_to_fail_before_does() -> None:
    taken = Import("1200s")
    taken.simulator.fail(taken.id, percent=10)
    taken.simulator.fail(taken.id, percent=50)
    taken.genai.clock.sleep(600)
    assert taken.now().status == "IN_PROGRESS"
    taken.genai.clock.sleep(60)
    assert (taken.now().status, taken.now().time_finished) == ("FAILED", at(660))


@pytest.mark.parametrize("pace", ["manual", "reads:3", "1200s"])
def test_how_far_work_is_stays_when_it_gets_another_pace(pace: str) -> None:
    taken = Import("1200s")
    taken.genai.clock.sleep(400)
    taken.simulator.set_pace(taken.id, pace)
    [listed] = taken.genai.list_work_requests(ready.COMPARTMENT)
    assert (listed.status, listed.percent_complete) == ("IN_PROGRESS", 25)


def test_work_that_is_further_already_fails_at_once_and_where_it_is() -> None:
    taken = Import("1200s")
    taken.genai.clock.sleep(400.005)
    percent = taken.now().percent_complete
    taken.simulator.fail(taken.id, percent=10)
    failed = taken.now()
    assert (failed.status, failed.percent_complete, failed.time_finished) == ("FAILED", percent, at(400.005))


def test_work_that_is_between_two_percents_does_not_fail_in_the_past() -> None:
    taken = Import("1200s")
    taken.genai.clock.sleep(400)
    assert taken.now().percent_complete == 25
    taken.simulator.fail(taken.id, percent=25.5)
    assert taken.now().time_finished == at(400)


def test_work_that_has_not_started_fails_when_it_does() -> None:
    taken = Import("1200s")
    taken.simulator.fail(taken.id)
    assert taken.now().status == "ACCEPTED"
    taken.genai.clock.sleep(120)
    assert (taken.now().status, taken.now().time_finished) == ("FAILED", at(120))


@pytest.mark.parametrize("percent", [60, 75])
def test_work_that_is_moved_by_hand_to_where_it_was_to_fail_fails_there(percent: float) -> None:
    taken = Import("1200s")
    taken.simulator.fail(taken.id, percent=60)
    taken.simulator.progress(taken.id, 59)
    assert (taken.now().status, taken.now().percent_complete) == ("IN_PROGRESS", 59)
    taken.simulator.progress(taken.id, percent)
    assert (taken.now().status, taken.now().percent_complete) == ("FAILED", 60)


def test_work_that_is_finished_by_hand_ends_as_it_was_to_end() -> None:
    taken = Import("1200s")
    taken.simulator.fail(taken.id, percent=60, code="OutOfLuck", message="No luck.")
    taken.simulator.finish(taken.work)
    assert (taken.now().status, taken.now().percent_complete) == ("FAILED", 60)
    assert taken.genai.list_work_request_errors(taken.work).one().code == "OutOfLuck"
    assert taken.genai.get_imported_model(taken.id).lifecycle_details == "No luck."


def test_by_hand_work_goes_forward_and_never_back() -> None:
    taken = Import("manual")
    for percent, reached in [(30, 30), (10, 30), (50.9, 50)]:
        taken.simulator.progress(taken.id, percent)
        assert taken.now().percent_complete == reached


def test_each_poll_moves_work_by_equal_steps_and_to_its_failure() -> None:
    taken = Import("reads:3")
    assert [taken.now().percent_complete for _ in range(4)] == [25, 50, 75, 100]
    doomed = Import("reads:3")
    doomed.simulator.fail(doomed.id, percent=50)
    assert [doomed.now().status for _ in range(3)] == ["IN_PROGRESS", "FAILED", "FAILED"]


def test_a_list_is_no_look() -> None:
    taken = Import("reads:0")
    for _ in range(3):
        [listed] = taken.genai.list_work_requests(ready.COMPARTMENT)
        assert listed.status == "ACCEPTED"
    assert taken.genai.get_imported_model(taken.id).lifecycle_state == "ACTIVE"


def test_work_by_hand_fails_at_once() -> None:
    taken = Import("manual")
    taken.simulator.fail(taken.id, percent=60)
    assert (taken.now().status, taken.now().percent_complete) == ("FAILED", 60)


@pytest.mark.parametrize("action", ["finish", "fail"])
def test_finished_work_cannot_be_taken_over(action: str) -> None:
    taken = Import("manual")
    taken.simulator.finish(taken.id)
    for identifier in (taken.id, taken.work, "nothing"):
        with pytest.raises(InvalidInput, match="no work is in progress on"):
            getattr(taken.simulator, action)(identifier)


@pytest.mark.parametrize("percent", [-1, 100, float("nan"), float("inf")])
@pytest.mark.parametrize("action", ["progress", "fail"])
def test_a_percentage_is_from_0_to_99(action: str, percent: float) -> None:
    taken = Import("manual")
    with pytest.raises(InvalidInput, match=f"percent must be from 0 to 99, not {percent!r}"):
        getattr(taken.simulator, action)(taken.id, percent=percent)
    assert taken.now().status == "ACCEPTED"


def test_work_with_a_pace_of_its_own_moves_on_with_reads_of_its_resource() -> None:
    genai = InMemoryModelRepository(pace="manual")
    begun = genai.create_imported_model(ready.imported_model_details())
    genai.simulator.set_pace(begun.id, "reads:1")
    seen = [genai.get_imported_model(begun.id).lifecycle_state for _ in range(3)]
    assert seen == ["CREATING", "ACTIVE", "ACTIVE"]


def test_a_cluster_that_needs_attention_has_no_error_and_a_last_line_that_says_why() -> None:
    failure = Failure(percent=100, code="NeedsAttention", message="A unit is down.", leaves="NEEDS_ATTENTION")
    done = started(status="SUCCEEDED", percent=100.0, time_finished=at(100), failure=failure)
    assert errors(done) == ()
    assert lines(done, 100)[-1] == ("CREATE_MODEL succeeded, and left NEEDS_ATTENTION: A unit is down.", 100)


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [
        ("1s", 1),
        ("14s", 1),
        ("16s", 2),
        ("54s", 5),
        ("2990s", 299),
        ("3000s", 300),
        ("2h", 300),
        ("manual", 1),
        ("reads:3", 1),
    ],
)
def test_work_is_to_be_read_again_after_a_tenth_of_its_time_from_1_second_to_5_minutes(pace: str, seconds: int) -> None:
    genai = InMemoryModelRepository(pace=pace)
    _, work_request_id = ready.begin_import(genai)
    shown = genai.get_work_request(work_request_id)
    assert shown.response is not None
    assert shown.response.retry_after == seconds
    genai.simulator.finish(work_request_id)
    assert genai.get_work_request(work_request_id).response.retry_after is None


def test_reads_of_a_cluster_or_of_its_current_work_request_move_on_its_last_work_alone() -> None:
    genai = InMemoryModelRepository()
    cluster = ready.cluster(genai)
    genai.simulator.set_world_pace("reads:1")
    update = UpdateDedicatedAiClusterDetails(unit_count=2)
    finished = ready.finish(genai, genai.update_dedicated_ai_cluster(cluster.id, update)).id
    for read in (lambda id_, _: genai.get_dedicated_ai_cluster(id_), lambda _, work: genai.get_work_request(work)):
        begun = genai.update_dedicated_ai_cluster(cluster.id, update)
        for _ in range(4):
            genai.get_work_request(finished)
        assert genai.simulator.state()["dedicatedAiClusters"][0].lifecycle_state == "UPDATING"
        for _ in range(2):
            read(cluster.id, begun.response.work_request_id)
        assert genai.simulator.state()["dedicatedAiClusters"][0].lifecycle_state == "ACTIVE"
