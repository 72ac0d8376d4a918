"""A `when` function that raises leaves the simulator as it was: no change, no id, no count, no journal entry."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports.api.call import Call, ListQuery
from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
from genai_ports.api.kinds import OPERATIONS
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.ready import COMPARTMENT, cluster_details

CREATE = Call(OPERATIONS["create_dedicated_ai_cluster"], details=cluster_details(display_name="a"))


def fails(_: Call) -> bool:
    raise ZeroDivisionError


def with_a_cluster() -> tuple[Simulator, str]:
    simulator = Simulator()
    made = simulator.handle(CREATE).value
    simulator.scheduler.settle()
    return simulator, made.id


def calls(cluster: str) -> list[Call]:
    details = UpdateDedicatedAiClusterDetails(unit_count=2)
    return [
        CREATE,
        Call(OPERATIONS["update_dedicated_ai_cluster"], target=cluster, details=details),
        Call(OPERATIONS["delete_dedicated_ai_cluster"], target=cluster),
    ]


def later(simulator: Simulator) -> list[Any]:
    """Return all that a client and a test see of what comes next."""
    query = ListQuery(compartment_id=COMPARTMENT)
    replies = [simulator.handle(CREATE)]
    replies.append(simulator.handle(Call(OPERATIONS["list_dedicated_ai_clusters"], query=query)))
    return [replies, simulator.state(), list(simulator.journal)]


@pytest.mark.parametrize("number", range(3), ids=["create", "update", "delete"])
@pytest.mark.parametrize("plan", [Fault(status=500, when=fails), FailingWork(when=fails)], ids=["fault", "work"])
def test_the_call_has_not_been_made(number: int, plan: Any) -> None:
    simulator, cluster = with_a_cluster()
    untouched, _ = with_a_cluster()
    registry: Any = simulator.faults if isinstance(plan, Fault) else simulator.failing_work
    registry.add(plan)
    with pytest.raises(ZeroDivisionError):
        simulator.handle(calls(cluster)[number])
    registry.clear()
    assert later(simulator) == later(untouched)


def test_a_fault_that_lets_the_call_through_is_not_used_up() -> None:
    simulator, _ = with_a_cluster()
    simulator.faults.add(Fault(latency=5))
    simulator.faults.add(Fault(status=500, nth=2, operation="get_model"))
    simulator.failing_work.add(FailingWork(when=fails))
    before = simulator.faults.to_data()
    with pytest.raises(ZeroDivisionError):
        simulator.handle(CREATE)
    assert simulator.faults.to_data() == before
