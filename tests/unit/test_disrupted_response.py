"""Disrupted responses: what the simulator does with a call that a fault applies to, and what the client sees."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.call import Call, Reply
from genai_ports.api.kinds import OPERATIONS
from genai_ports.client.retry import NEVER
from genai_ports.errors import ConnectionLost, InvalidParameter, ServiceError, ServiceUnavailable
from genai_ports.simulator.faults.disrupted_response import DAMAGES, NOT_JSON_TEXT, DisruptedResponse
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.ready import cluster_details, imported_model_details

CREATE = Call(OPERATIONS["create_imported_model"], details=imported_model_details())
REFUSED = Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details(unit_count=0))


def world(*faults: Fault) -> Simulator:
    made = Simulator()
    for fault in faults:
        made.faults.add(fault)
    return made


def disrupted_by(simulator: Simulator, call: Call = CREATE) -> DisruptedResponse:
    with pytest.raises(DisruptedResponse) as caught:
        simulator.handle(call)
    return caught.value


def count(simulator: Simulator) -> int:
    return len(simulator.state()["importedModels"])


def test_an_error_that_comes_at_once_is_simply_raised() -> None:
    simulator = world(Fault(status=503))
    with pytest.raises(ServiceUnavailable) as caught:
        simulator.handle(CREATE)
    (entry,) = simulator.journal
    assert (caught.value.operation, caught.value.request_id) == ("create_imported_model", entry.request_id)
    assert (count(simulator), simulator.handle(CREATE).response.status) == (0, 201)


def test_an_error_that_comes_late_is_the_outcome_of_a_disrupted_response() -> None:
    disrupted = disrupted_by(world(Fault(status=503, latency=4)))
    assert isinstance(disrupted.outcome, ServiceUnavailable)
    assert (disrupted.delay, disrupted.damage) == (4, None)


@pytest.mark.parametrize("damage", ["reset", "time-out", "not-json"])
def test_a_call_whose_response_is_damaged_has_no_outcome_unless_it_was_committed(damage: str) -> None:
    simulator = world(Fault(damage=damage), Fault(damage=damage, committed=True))
    assert (disrupted_by(simulator).outcome, count(simulator)) == (None, 0)
    outcome = disrupted_by(simulator).outcome
    assert isinstance(outcome, Reply)
    assert (outcome.response.status, count(simulator)) == (201, 1)


def test_a_cut_response_was_one_once() -> None:
    simulator = world(Fault(damage="cut"))
    outcome = disrupted_by(simulator).outcome
    assert isinstance(outcome, Reply)
    assert count(simulator) == 1


def test_a_refusal_is_the_outcome_of_a_call_whose_response_is_damaged_or_late() -> None:
    simulator = world(Fault(damage="cut"), Fault(latency=2))
    assert [type(disrupted_by(simulator, REFUSED).outcome) for _ in range(2)] == [InvalidParameter] * 2


def test_without_a_token_a_creation_whose_response_was_lost_is_two_when_it_is_repeated() -> None:
    simulator = world(Fault(damage="reset", committed=True))
    disrupted_by(simulator)
    assert (simulator.handle(CREATE).response.status, count(simulator)) == (201, 2)


def test_with_a_token_it_is_one_and_the_first_response_comes_again() -> None:
    simulator = world(Fault(damage="reset", committed=True))
    call = CREATE._replace(retry_token="once")
    first: Any = disrupted_by(simulator, call).outcome
    again = simulator.handle(call)
    assert (again.value.id, again.response.etag, count(simulator)) == (first.value.id, first.response.etag, 1)


def test_without_retries_a_lost_response_is_the_callers_at_once() -> None:
    genai = InMemoryModelRepository(retry=NEVER)
    genai.simulator.faults.add(Fault(damage="reset", committed=True))
    with pytest.raises(ConnectionLost, match="create_imported_model: the connection was reset"):
        genai.create_imported_model(imported_model_details())
    assert (len(genai.simulator.journal), count(genai.simulator)) == (1, 1)


def test_the_clock_of_the_world_stands_still_until_the_response_is_delivered() -> None:
    simulator = world(Fault(latency=30))
    before = simulator.clock.now()
    assert disrupted_by(simulator).delay == 30
    assert simulator.clock.now() == before


def test_a_fault_is_spent_on_its_call_even_where_that_is_refused_anyway() -> None:
    simulator = world(Fault(status=503, committed=True))
    with pytest.raises(ServiceUnavailable):
        simulator.handle(REFUSED)
    with pytest.raises(InvalidParameter):
        simulator.handle(REFUSED)
    assert [entry.fault for entry in simulator.journal] == [
        "503 ServiceUnavailable after the call was refused",
        None,
    ]


def delivered(call: Call = CREATE, **how: Any) -> Exception:
    disrupted = DisruptedResponse(call.operation, **how)
    with pytest.raises((ConnectionLost, ServiceError)) as caught:
        disrupted.deliver()
    return caught.value


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("reset", "the connection was reset"),
        ("time-out", "no response came in time"),
        ("cut", "the response was cut off"),
        ("not-json", "the response is not a JSON object"),
    ],
)
def test_a_damaged_response_is_a_lost_connection(damage: str, words: str) -> None:
    error = delivered(damage=damage)
    assert type(error) is ConnectionLost
    assert str(error) == f"create_imported_model: {words}"


def test_no_other_damage_is_known() -> None:
    assert set(DAMAGES) == {"reset", "time-out", "cut", "not-json"}


@pytest.mark.parametrize("status", [400, 404, 502])
def test_the_page_of_a_proxy_is_an_error_of_its_status(status: int) -> None:
    error = delivered(damage="not-json", status=status)
    assert isinstance(error, ServiceError)
    assert (error.status, error.code, error.message, error.operation) == (
        status,
        "Unknown",
        NOT_JSON_TEXT,
        "create_imported_model",
    )


def test_a_page_without_a_status_has_that_of_the_operation_or_is_a_bad_gateway_where_no_body_is_read() -> None:
    statuses = {name: DisruptedResponse(operation, damage="not-json").status for name, operation in OPERATIONS.items()}
    assert {name for name, status in statuses.items() if status == 502} == {
        name for name, operation in OPERATIONS.items() if operation.result is None
    }
    assert (statuses["create_model"], statuses["get_model"]) == (OPERATIONS["create_model"].status, 200)


def test_a_late_response_is_delivered_as_it_is() -> None:
    reply = Simulator().handle(CREATE)
    assert DisruptedResponse(CREATE.operation, delay=3, outcome=reply).deliver() is reply
    refusal = InvalidParameter("no")
    assert delivered(delay=3, outcome=refusal) is refusal


def test_a_disrupted_response_says_what_it_is() -> None:
    assert str(DisruptedResponse(CREATE.operation, damage="cut")) == "create_imported_model: cut"
    assert DisruptedResponse(CREATE.operation, damage="cut").delay == 0
    assert str(DisruptedResponse(CREATE.operation, delay=3)) == "create_imported_model: late"
