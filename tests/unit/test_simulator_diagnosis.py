"""Diagnosis finds clients in trouble in the journal, and gives advice by the status of the refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports.api.call import Call, ListQuery
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.api.kinds import OPERATIONS
from genai_ports.backends.memory import InMemoryModelRepository
from genai_ports.client.retry import RetryPolicy
from genai_ports.errors import ConnectionLost, ServiceError
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.observe.diagnosis import MANY_POLLS, MANY_TRIES, POLLS_FAILED_WORK, REPEATED
from genai_ports.simulator.rules.refusals import QUERY_MISSING, REQUEST_DATE
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.state.journal import Entry
from genai_ports.simulator.work.removal import DELETED_STAYS
from genai_ports.testing.ready import cluster_details, imported_model_details

LISTED = ListQuery()
GOOD = Entry(EPOCH, "create_model", "us-chicago-1", None, 201, None, None, "id")
REFUSED = GOOD._replace(status=400, code="InvalidParameter", rule="property-value", request="digest")
LOST = REFUSED._replace(status=None, code=None, rule=None, fault="reset")


def troubles(*entries: Entry) -> list[tuple[str, str, int]]:
    simulator = Simulator()
    for second, entry in enumerate(entries):
        simulator.journal.add(entry._replace(time=EPOCH + timedelta(seconds=second)))
    return [(each.kind, each.operation, each.times) for each in simulator.troubles()]


def test_an_empty_journal_shows_no_trouble() -> None:
    assert troubles() == []


def test_the_fifth_refusal_and_the_third_poll_are_trouble() -> None:
    assert troubles(*[REFUSED] * 4) == []
    assert troubles(*[REFUSED] * 5) == [(REPEATED, "create_model", 5)]
    simulator, work_id = failing_import()
    simulator.clock.sleep(100)
    for found in (0, 0, 1):
        look(simulator, work_id)
        assert len(simulator.troubles()) == found


@given(st.lists(st.sampled_from(["good", "refused", "other"]), max_size=30))
def test_a_request_is_in_trouble_if_it_was_refused_five_times_since_the_last_success(story: list[str]) -> None:
    other = REFUSED._replace(operation="delete_model", resource="a")
    entries = {"good": GOOD, "refused": REFUSED, "other": other}
    since = len(story) - story[::-1].index("good") if "good" in story else 0
    refused, others = story[since:].count("refused"), story.count("other")
    expected = [(REPEATED, "create_model", refused)] if refused >= MANY_TRIES else []
    expected += [(REPEATED, "delete_model", others)] if others >= MANY_TRIES else []
    assert sorted(troubles(*(entries[each] for each in story))) == sorted(expected)


@pytest.mark.parametrize(
    "change",
    [{"request": "another"}, {"resource": "another"}, {"region": "us-phoenix-1"}, {"operation": "create_endpoint"}],
    ids=str,
)
def test_requests_that_differ_in_anything_are_not_the_same(change: dict[str, str]) -> None:
    other = REFUSED._replace(**change)  # type: ignore[arg-type]
    assert troubles(*[REFUSED, other] * (MANY_TRIES - 1)) == []
    assert len(troubles(*[REFUSED, other] * MANY_TRIES)) == 2


def test_a_success_elsewhere_ends_no_trouble() -> None:
    tries = [REFUSED._replace(resource="a")] * MANY_TRIES
    for change in ({"resource": "b"}, {"resource": "a", "region": "us-phoenix-1"}, {"resource": "a", "operation": "x"}):
        assert len(troubles(*tries, GOOD._replace(**change))) == 1  # type: ignore[arg-type]
    assert troubles(*tries, GOOD._replace(resource="a")) == []


def test_a_creation_that_succeeds_ends_the_trouble_of_those_before() -> None:
    assert troubles(*[REFUSED] * MANY_TRIES, GOOD._replace(resource="new")) == []


def test_lost_responses_are_trouble_too() -> None:
    assert troubles(*[LOST] * MANY_TRIES) == [(REPEATED, "create_model", MANY_TRIES)]
    assert troubles(*[REFUSED] * MANY_TRIES, LOST) == [(REPEATED, "create_model", MANY_TRIES + 1)]


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "fix it"),
        (401, "sign it"),
        (403, "it is not allowed"),
        (404, "check the OCID"),
        (405, "fix it"),
        (413, "fix it"),
        (409, "what the message of the conflict says"),
        (412, "read the resource again"),
        (429, "as long as retry-after says"),
        (499, "fix it"),
        (500, "give up after a while"),
        (501, "is not implemented"),
        (503, "give up after a while"),
        (None, "give up after a while"),
    ],
)
def test_the_advice_is_for_the_status_that_was_seen_last(status: int | None, advice: str) -> None:
    simulator = Simulator()
    for _ in range(MANY_TRIES):
        simulator.journal.add(REFUSED)
    simulator.journal.add(REFUSED._replace(status=status, code="Some", rule="last"))
    (trouble,) = simulator.troubles()
    assert advice in trouble.advice
    assert (trouble.status, trouble.code, trouble.rule) == (status, "Some", "last")


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (409, "IncorrectState", "wait until the work request has finished"),
        (409, "Conflict", "what the message of the conflict says"),
        (409, "InvalidatedRetryToken", "send another opc-retry-token"),
        (404, "NotFound", "check the path"),
        (404, "NotAuthorizedOrNotFound", "check the OCID"),
    ],
)
def test_the_advice_is_for_the_code_where_one_status_has_several(status: int, code: str, advice: str) -> None:
    simulator = Simulator()
    for _ in range(MANY_TRIES):
        simulator.journal.add(REFUSED._replace(status=status, code=code))
    (trouble,) = simulator.troubles()
    assert advice in trouble.advice


def test_a_client_that_retries_a_new_resource_is_not_in_trouble() -> None:
    genai = InMemoryModelRepository(modes=["hidden-after-create:30"])
    model = genai.create_imported_model(imported_model_details())
    for _ in range(MANY_TRIES):
        with pytest.raises(ServiceError):
            genai.get_imported_model(model.id)
    assert genai.simulator.troubles() == ()
    for _ in range(MANY_TRIES):
        with pytest.raises(ServiceError):
            genai.get_imported_model("unknown")
    assert [each.resource for each in genai.simulator.troubles()] == ["(7 characters)"]


def test_a_repeated_wrong_signature_is_noticed_although_messages_differ_in_time() -> None:
    simulator = Simulator()
    for second in range(MANY_TRIES):
        error = REQUEST_DATE(date="", now=str(second), first="", last="")
        simulator.refuse(error, "list_models")
    assert [(each.kind, each.times) for each in simulator.troubles()] == [(REPEATED, MANY_TRIES)]
    assert len({entry.request for entry in simulator.journal}) == 1


def test_the_same_refusal_of_requests_about_different_resources_is_no_trouble() -> None:
    simulator = Simulator()
    for n in range(MANY_TRIES):
        simulator.refuse(QUERY_MISSING(parameter="compartmentId"), "get_model", resource=f"ocid1.{n}")
    assert simulator.troubles() == ()


def failing_import() -> tuple[Simulator, str]:
    simulator = Simulator(pace="100s")
    simulator.failing_work.add(FailingWork(percent=50))
    reply = simulator.handle(Call(OPERATIONS["create_imported_model"], details=imported_model_details()))
    return simulator, str(reply.response.work_request_id)


def look(simulator: Simulator, work_id: str, operation: str = "get_work_request") -> None:
    simulator.handle(Call(OPERATIONS[operation], target=work_id))


def test_only_polls_after_the_end_of_failed_work_are_counted() -> None:
    simulator, work_id = failing_import()
    for _ in range(10):
        look(simulator, work_id)
    simulator.clock.sleep(54.999)
    look(simulator, work_id)
    assert simulator.troubles() == ()
    simulator.clock.sleep(0.001)
    ended = simulator.clock.now()
    for _ in range(MANY_POLLS):
        assert simulator.troubles() == ()
        look(simulator, work_id)
        simulator.clock.sleep(1)
    (trouble,) = simulator.troubles()
    assert (trouble.kind, trouble.resource, trouble.times) == (POLLS_FAILED_WORK, work_id, MANY_POLLS)
    assert (trouble.first, trouble.last) == (ended, ended + timedelta(seconds=MANY_POLLS - 1))


def test_reading_the_errors_and_the_logs_is_what_one_should_do() -> None:
    simulator, work_id = failing_import()
    simulator.clock.sleep(100)
    for operation in ("list_work_request_errors", "list_work_request_logs") * 5:
        simulator.handle(Call(OPERATIONS[operation], target=work_id, query=LISTED))
    assert simulator.troubles() == ()


@pytest.mark.parametrize("looks", [MANY_POLLS - 1, MANY_POLLS])
def test_polls_of_a_failed_resource_are_trouble(looks: int) -> None:
    simulator, _ = failing_import()
    model = simulator.state()["importedModels"][0].id
    for _ in range(10):
        look(simulator, model, "get_imported_model")
    simulator.clock.sleep(100)
    for _ in range(looks):
        look(simulator, model, "get_imported_model")
    found = [(each.kind, each.operation, each.resource, each.times) for each in simulator.troubles()]
    assert found == [(POLLS_FAILED_WORK, "get_imported_model", model, looks)][: looks // MANY_POLLS]


def test_polls_until_the_failure_are_no_trouble_with_a_virtual_clock() -> None:
    simulator = Simulator(pace="reads:5")
    simulator.failing_work.add(FailingWork(percent=90))
    reply = simulator.handle(Call(OPERATIONS["create_imported_model"], details=imported_model_details()))
    looks, state = 0, None
    while state != "FAILED":
        looked = simulator.handle(Call(OPERATIONS["get_imported_model"], target=reply.value.id))
        looks, state = looks + 1, looked.value.lifecycle_state
    assert looks > MANY_POLLS
    for _ in range(MANY_POLLS - 1):
        assert simulator.troubles() == ()
        look(simulator, reply.value.id, "get_imported_model")
    assert [each.times for each in simulator.troubles()] == [MANY_POLLS]


def test_a_poll_with_a_lost_response_has_shown_nothing() -> None:
    simulator, work_id = failing_import()
    simulator.clock.sleep(100)
    for fault in (Fault(damage="reset"), Fault(damage="cut"), Fault(status=503, committed=True)):
        simulator.faults.add(fault)
        with pytest.raises((ServiceError, DisruptedResponse)):
            look(simulator, work_id)
    look(simulator, work_id)
    assert simulator.troubles() == ()


@pytest.mark.parametrize(("operation", "advice"), [("create_model", "opc-retry-token"), ("list_models", "wait longer")])
def test_the_advice_for_lost_responses_fits_the_request(operation: str, advice: str) -> None:
    lost = GOOD._replace(operation=operation, request="digest", fault="cut")
    simulator = Simulator()
    for _ in range(MANY_TRIES):
        simulator.journal.add(lost)
    (trouble,) = simulator.troubles()
    assert advice in trouble.advice


def test_polls_of_a_resource_with_a_failed_update_are_no_trouble() -> None:
    simulator = Simulator()
    model = simulator.handle(Call(OPERATIONS["create_imported_model"], details=imported_model_details())).value.id
    look(simulator, model, "get_imported_model")
    simulator.failing_work.add(FailingWork())
    renamed = UpdateImportedModelDetails(display_name="b")
    simulator.handle(Call(OPERATIONS["update_imported_model"], target=model, details=renamed))
    for _ in range(MANY_POLLS):
        look(simulator, model, "get_imported_model")
    assert simulator.troubles() == ()


def test_work_requests_are_counted_apart() -> None:
    simulator, one = failing_import()
    simulator.failing_work.add(FailingWork())
    other = simulator.handle(Call(OPERATIONS["create_imported_model"], details=imported_model_details()))
    simulator.clock.sleep(100)
    for _ in range(MANY_POLLS - 1):
        look(simulator, one)
        look(simulator, str(other.response.work_request_id))
    assert simulator.troubles() == ()


def test_removed_work_is_no_trouble() -> None:
    simulator, work_id = failing_import()
    simulator.clock.sleep(100)
    for _ in range(MANY_POLLS):
        look(simulator, work_id)
    resource = simulator.state()["importedModels"][0].id
    simulator.handle(Call(OPERATIONS["delete_imported_model"], target=resource))
    assert len(simulator.troubles()) == 1
    simulator.clock.sleep(100 + DELETED_STAYS.total_seconds())
    assert simulator.troubles() == ()


def test_lost_responses_of_different_requests_are_not_one_trouble() -> None:
    genai = InMemoryModelRepository(retry=RetryPolicy(attempts=1))
    genai.simulator.faults.add(Fault(operation="create_dedicated_ai_cluster", damage="reset", times="always"))
    for count in (*range(1, MANY_TRIES + 1), *[9] * MANY_TRIES):
        with pytest.raises(ConnectionLost):
            genai.create_dedicated_ai_cluster(cluster_details(unit_count=count))
    assert [trouble.times for trouble in genai.simulator.troubles()] == [MANY_TRIES]


def test_a_delayed_response_is_no_trouble() -> None:
    genai = InMemoryModelRepository()
    genai.simulator.faults.add(Fault(latency=1, times="always"))
    for _ in range(MANY_TRIES):
        genai.create_dedicated_ai_cluster(cluster_details())
    assert genai.simulator.troubles() == ()


def test_who_sends_another_etag_at_each_try_does_not_repeat_the_same_request() -> None:
    genai = InMemoryModelRepository()
    cluster = genai.create_dedicated_ai_cluster(cluster_details())
    for etags, found in ((map(str, range(MANY_TRIES)), 0), (["old"] * MANY_TRIES, 1)):
        for etag in etags:
            with pytest.raises(ServiceError):
                genai.delete_dedicated_ai_cluster(cluster.id, if_match=etag)
        assert len(genai.simulator.troubles()) == found
