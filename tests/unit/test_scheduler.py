"""Polls and the clock move work forward evenly, and to its planned failure."""

from __future__ import annotations

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.endpoint import UpdateEndpointDetails
from genai_ports.errors import InvalidParameter, WaitTimeout
from genai_ports.testing import ready


def test_work_moves_evenly_with_many_polls_and_with_few() -> None:
    genai = InMemoryModelRepository(pace="reads:499")
    work = ready.work_begun(genai.create_imported_model(ready.imported_model_details()))
    seen = [genai.get_work_request(work).percent_complete for _ in range(500)]
    assert all(look / 5 - 1 <= percent <= (look + 1) / 5 for look, percent in enumerate(seen))
    record = genai.simulator.world.works.get(work)
    assert record
    assert len(record.snapshot.marks) == 99


def test_a_poll_of_finished_work_moves_no_other() -> None:
    genai = InMemoryModelRepository(pace="reads:0")
    made = genai.create_imported_model(ready.imported_model_details())
    genai.get_imported_model(made.id)
    deleting = genai.delete_imported_model(made.id).work_request_id
    genai.get_work_request(ready.work_begun(made))
    [listed] = genai.list_work_requests(ready.COMPARTMENT, work_request_id=deleting)
    assert listed.status == "ACCEPTED"


@pytest.mark.parametrize("pace", ["manual", "1000s", "reads:9"])
def test_work_that_is_further_already_fails_at_once_whatever_its_new_pace(pace: str) -> None:
    genai = InMemoryModelRepository(pace="10s")
    made = genai.create_imported_model(ready.imported_model_details())
    genai.clock.sleep(6)
    genai.simulator.set_pace(made.id, pace)
    genai.simulator.fail(made.id, percent=30)
    [listed] = genai.list_work_requests(ready.COMPARTMENT)
    assert (listed.status, listed.percent_complete) == ("FAILED", 55)


def test_work_that_fails_between_two_percents_shows_the_lower_one() -> None:
    genai = InMemoryModelRepository(pace="manual")
    made = genai.create_imported_model(ready.imported_model_details())
    genai.simulator.fail(made.id, percent=33.3)
    assert genai.get_work_request(ready.work_begun(made)).percent_complete == 33
    last = genai.list_work_request_logs(ready.work_begun(made)).first()
    assert last
    assert last.message.startswith("Failed at 33 %")


def test_work_that_reads_have_moved_to_its_failure_fails_at_once() -> None:
    genai = InMemoryModelRepository(pace="reads:3")
    made = genai.create_imported_model(ready.imported_model_details())
    assert genai.get_work_request(ready.work_begun(made)).percent_complete == 25
    genai.simulator.fail(made.id, percent=25)
    [listed] = genai.list_work_requests(ready.COMPARTMENT)
    assert (listed.status, listed.percent_complete) == ("FAILED", 25)


def test_the_work_on_a_resource_is_its_last() -> None:
    genai = InMemoryModelRepository(pace="manual")
    made = genai.create_imported_model(ready.imported_model_details())
    genai.simulator.finish(made.id)
    deletion = genai.delete_imported_model(made.id).work_request_id
    assert genai.simulator.work_on(made.id).id == deletion
    genai.simulator.finish(made.id)
    assert genai.get_imported_model(made.id).lifecycle_state == "DELETED"


def test_reads_count_from_the_first_pace_of_reads_on() -> None:
    genai = InMemoryModelRepository(pace="manual")
    made = genai.create_imported_model(ready.imported_model_details())
    scheduler = genai.simulator.scheduler
    assert not scheduler.reads_count
    genai.simulator.set_pace(made.id, "2s")
    genai.simulator.set_world_pace("instant")
    assert not scheduler.reads_count
    genai.simulator.set_world_pace("reads")
    genai.simulator.set_world_pace("instant")
    assert scheduler.reads_count
    assert InMemoryModelRepository(pace="reads").simulator.scheduler.reads_count


def test_reads_count_when_one_piece_of_work_has_a_pace_of_reads() -> None:
    genai = InMemoryModelRepository(pace="manual")
    made = genai.create_imported_model(ready.imported_model_details())
    genai.simulator.set_pace(made.id, "reads")
    assert genai.simulator.scheduler.reads_count


def test_of_steps_that_are_due_at_the_same_time_the_one_that_was_added_first_comes_first() -> None:
    genai = InMemoryModelRepository(pace="2s")
    made = [genai.create_imported_model(ready.imported_model_details()) for _ in range(5)]
    steps = genai.simulator.scheduler.due_steps()
    assert [step.action for step in steps] == ["start"] * 5 + ["finish"] * 5
    assert [step.identifier for step in steps] == [ready.work_begun(each) for each in made] * 2


@pytest.mark.parametrize("wait", [{"interval": 0.0001, "timeout": 0.01}, {"timeout": 1.0004}])
def test_who_waits_for_less_than_a_millisecond_does_not_wait_for_ever(wait: dict[str, float]) -> None:
    genai = InMemoryModelRepository(pace="manual")
    made = genai.create_imported_model(ready.imported_model_details())
    with pytest.raises(WaitTimeout):
        genai.wait_for_work_request(ready.work_begun(made), **wait)  # type: ignore[arg-type]


def test_an_endpoint_of_an_imported_model_gets_no_private_endpoint_by_an_update_either() -> None:
    genai = InMemoryModelRepository()
    model = genai.create_imported_model(ready.imported_model_details())
    endpoint = genai.create_endpoint(ready.endpoint_details(genai, model_id=model.id))
    with pytest.raises(InvalidParameter, match="cannot be used with an imported model") as refused:
        genai.update_endpoint(endpoint.id, UpdateEndpointDetails(generative_ai_private_endpoint_id="ocid1.a.b.c.d"))
    assert refused.value.rule == "no-private-endpoint"
