"""A timeline shows what the world and its journal have about one resource."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime  # noqa: TC003
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports.api.call import Call
from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput, ServiceError
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.simulator.work.removal import DELETED_STAYS
from genai_ports.testing.ready import ELSEWHERE, cluster_details, imported_model_details

CHANGED = ChangeCompartmentDetails(compartment_id=ELSEWHERE)
UPDATED = UpdateImportedModelDetails(description="changed")


def create(simulator: Simulator, *, retry_token: str | None = None, **changes: Any) -> Any:
    details = imported_model_details(**changes)
    return simulator.handle(Call(OPERATIONS["create_imported_model"], details=details, retry_token=retry_token)).value


def call(simulator: Simulator, operation: str, target: str) -> None:
    simulator.handle(Call(OPERATIONS[operation], target=target))


def words(simulator: Simulator, identifier: str) -> list[str]:
    return [moment.what for moment in simulator.timeline(identifier)]


def test_at_pace_instant_a_timeline_shows_work_that_no_client_has_read() -> None:
    simulator = Simulator()
    made = create(simulator, display_name="mine")
    assert words(simulator, made.id) == [
        "mine was requested.",
        f"CREATE_IMPORTED_MODEL of imported model {made.id} accepted.",
        "create_imported_model returned 201.",
        "Reading the model's configuration.",
        "Copying the model's files.",
        "Files copied; checking the model.",
        "CREATE_IMPORTED_MODEL succeeded.",
    ]


def test_a_timeline_shows_by_what_name_a_resource_was_requested() -> None:
    simulator = Simulator()
    made = create(simulator, display_name="old")
    renamed = UpdateImportedModelDetails(display_name="new")
    simulator.handle(Call(OPERATIONS["update_imported_model"], target=made.id, details=renamed))
    assert words(simulator, made.id)[0] == "old was requested."


def test_a_timeline_shows_why_a_cluster_needs_attention() -> None:
    simulator = Simulator(pace="10s")
    made = simulator.handle(Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details())).value
    simulator.clock.sleep(10)
    simulator.needs_attention(made.id, "One unit is lost.")
    simulator.clock.sleep(10)
    *_, before, last = simulator.timeline(made.id)
    assert before.what == "CREATE_DEDICATED_AI_CLUSTER succeeded."
    assert last.what == "NEEDS_ATTENTION, requested by a test: One unit is lost."
    assert (last.time - made.time_created).total_seconds() == 10


class Ticking(VirtualClock):
    """A clock that has moved a little whenever it is looked at, as a real one has."""

    def now(self) -> datetime:
        self.advance(0.001)
        return super().now()


def test_events_at_one_time_are_in_order_on_a_real_clock_too() -> None:
    still, ticking = Simulator(), Simulator(clock=Ticking())
    stories = [words(simulator, create(simulator, display_name="mine").id) for simulator in (still, ticking)]
    assert stories[0] == stories[1]


def all_in_one_instant(simulator: Simulator) -> Any:
    """Create with a token and again, move, update, fail to update, delete."""
    made = create(simulator, retry_token="once")
    create(simulator, retry_token="once")
    moved = Call(OPERATIONS["change_imported_model_compartment"], target=made.id, details=CHANGED)
    simulator.handle(moved)
    updated = Call(OPERATIONS["update_imported_model"], target=made.id, details=UPDATED)
    simulator.handle(updated)
    with pytest.raises(ServiceError):
        simulator.handle(updated._replace(if_match="stale"))
    call(simulator, "delete_imported_model", made.id)
    return made


EXPECTED = [
    "CREATE_IMPORTED_MODEL of imported model",
    "create_imported_model returned 201.",
    "CREATE_IMPORTED_MODEL succeeded.",
    "create_imported_model returned 201.",
    "change_imported_model_compartment returned 204.",
    "UPDATE_IMPORTED_MODEL of imported model",
    "update_imported_model returned 202.",
    "UPDATE_IMPORTED_MODEL succeeded.",
    "update_imported_model returned 412 NoEtagMatch by the rule stale-etag.",
    "DELETE_IMPORTED_MODEL of imported model",
    "delete_imported_model returned 202.",
    "DELETE_IMPORTED_MODEL succeeded.",
]


def shortened(shown: list[str]) -> list[str]:
    """Keep the lines about an imported model, without OCIDs."""
    return [what.partition(" ocid1.")[0] for what in shown if "_imported_model" in what.lower()]


def test_events_at_one_time_are_in_order() -> None:
    simulator = Simulator()
    made = all_in_one_instant(simulator)
    assert shortened(words(simulator, made.id)) == EXPECTED


@pytest.mark.parametrize("forgotten", range(1, 7))
def test_work_without_calls_in_the_journal_is_shown(forgotten: int) -> None:
    simulator = Simulator()
    made = all_in_one_instant(simulator)
    remembered = list(simulator.journal)[forgotten:]
    simulator.journal.clear()
    for entry in remembered:
        simulator.journal.add(entry)
    shown = shortened(words(simulator, made.id))
    assert [what for what in shown if what[0].isupper()] == [what for what in EXPECTED if what[0].isupper()]
    assert [what for what in shown if "returned" in what] == [what for what in EXPECTED if "returned" in what][
        forgotten:
    ]


def test_each_line_of_work_says_how_far_it_was_and_when() -> None:
    simulator = Simulator(pace="100s")
    simulator.failing_work.add(FailingWork(percent=85))
    made = create(simulator)
    simulator.clock.sleep(100)
    begun = made.time_created
    assert [
        (moment.what.split(":")[0], moment.percent, (moment.time - begun).total_seconds())
        for moment in simulator.timeline(made.id)
    ] == [
        (f"{made.display_name} was requested.", None, 0),
        (f"CREATE_IMPORTED_MODEL of imported model {made.id} accepted.", 0, 0),
        ("create_imported_model returned 201.", None, 0),
        ("Reading the model's configuration.", 0, 10),
        ("Copying the model's files.", 20, 28),
        ("Files copied; checking the model.", 80, 82),
        ("Failed at 85 %", 85, 86.5),
    ]


@pytest.mark.parametrize(
    ("seconds", "status", "percent"), [(0, "ACCEPTED", 0), (10, "IN_PROGRESS", 0), (55, "IN_PROGRESS", 50)]
)
def test_work_under_way_is_shown_as_it_is_now(seconds: float, status: str, percent: float) -> None:
    simulator = Simulator(pace="100s")
    made = create(simulator)
    simulator.clock.sleep(seconds)
    now = [moment for moment in simulator.timeline(made.id) if moment.what == f"CREATE_IMPORTED_MODEL is {status}."]
    assert [(moment.time, moment.percent) for moment in now] == [(simulator.clock.now(), percent)]


def test_a_read_is_shown_only_if_it_failed() -> None:
    simulator = Simulator()
    made = create(simulator)
    before = words(simulator, made.id)
    call(simulator, "get_imported_model", made.id)
    assert words(simulator, made.id) == before
    simulator.faults.add(Fault(status=404))
    with pytest.raises(ServiceError):
        call(simulator, "get_imported_model", made.id)
    assert words(simulator, made.id)[-1] == (
        "get_imported_model returned 404 NotAuthorizedOrNotFound by the rule fault; fault: 404 NotAuthorizedOrNotFound."
    )


def test_the_timeline_of_a_base_model_shows_failed_and_refused_calls() -> None:
    simulator = Simulator()
    model = simulator.base_models(simulator.region)[0].resource.id
    call(simulator, "get_model", model)
    assert simulator.timeline(model) == ()
    with pytest.raises(ServiceError):
        call(simulator, "delete_model", model)
    assert [what.partition(" by")[0] for what in words(simulator, model)] == [
        "delete_model returned 400 InvalidParameter"
    ]


def test_a_call_on_another_resource_is_not_shown() -> None:
    simulator = Simulator()
    one, other = create(simulator), create(simulator)
    before = words(simulator, one.id)
    call(simulator, "delete_imported_model", other.id)
    assert words(simulator, one.id) == before


def test_an_event_names_the_request_id_or_the_work_request() -> None:
    simulator = Simulator()
    made = create(simulator)
    moments = simulator.timeline(made.id)
    assert {moment.work_request_id for moment in moments} == {None, made.response.work_request_id}
    assert [moment.what for moment in moments if moment.request_id == made.response.request_id] == [
        "create_imported_model returned 201."
    ]
    assert not [moment for moment in moments if moment.request_id and moment.work_request_id]


def test_a_cluster_that_needs_attention_shows_why() -> None:
    simulator = Simulator()
    simulator.failing_work.add(FailingWork(failure="needs-attention"))
    made = simulator.handle(Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details())).value
    assert (
        "CREATE_DEDICATED_AI_CLUSTER succeeded, and left NEEDS_ATTENTION: The cluster needs attention: not all of its "
        "units are healthy."
    ) in words(simulator, made.id)


def test_the_work_request_of_a_deletion_leads_to_the_resource_too() -> None:
    simulator = Simulator()
    made = create(simulator)
    simulator.clock.sleep(1)
    deletion = Call(OPERATIONS["delete_imported_model"], target=made.id)
    work_id = simulator.handle(deletion).response.work_request_id
    assert simulator.timeline(str(work_id)) == simulator.timeline(made.id)
    assert words(simulator, made.id)[-1] == "DELETE_IMPORTED_MODEL succeeded."


def test_a_timeline_lacks_the_calls_that_the_journal_dropped() -> None:
    simulator = Simulator()
    made = create(simulator)
    simulator.journal.clear()
    assert words(simulator, made.id)[-1] == "CREATE_IMPORTED_MODEL succeeded."


def test_a_resource_that_is_forgotten_has_no_timeline() -> None:
    simulator = Simulator()
    made = create(simulator)
    simulator.clock.sleep(1)
    call(simulator, "delete_imported_model", made.id)
    simulator.clock.sleep(DELETED_STAYS.total_seconds() - 1)
    assert simulator.timeline(made.id)
    simulator.clock.sleep(1)
    with pytest.raises(InvalidInput) as refused:
        simulator.timeline(made.id)
    assert str(refused.value) == (f"{made.id} is not the OCID of a resource or work request of this simulator")


@given(
    steps=st.lists(st.sampled_from(["get", "delete", "wait"]), max_size=12), pace=st.sampled_from(["10s", "instant"])
)
def test_whatever_happens_a_timeline_is_in_the_order_of_time_and_begins_with_the_wish(
    steps: list[str], pace: str
) -> None:
    simulator = Simulator(pace=pace)
    made = create(simulator, display_name="mine")
    for step in steps:
        simulator.clock.sleep(4 if step == "wait" else 0)
        target = made.id if step == "delete" else f"{made.id}x"
        with suppress(ServiceError):
            call(simulator, f"{step}_imported_model" if step != "wait" else "get_endpoint", target)
    times = [moment.time for moment in simulator.timeline(made.id)]
    assert times == sorted(times)
    assert words(simulator, made.id)[0] == "mine was requested."
