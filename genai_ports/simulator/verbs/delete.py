"""Delete: begin to delete a resource that nothing stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.api.verbs import DELETE
from genai_ports.simulator.answer import Answer
from genai_ports.simulator.rules.refusals import IN_USE
from genai_ports.simulator.verbs.changing import target
from genai_ports.simulator.work import lifecycle

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.simulator.simulator import Simulator


def carry_out(simulator: Simulator, call: Call, region: str) -> Answer:
    """Begin to delete a resource, unless others stand on it."""
    kind, record = call.operation.kind, target(simulator, call, region)
    lifecycle.check_not_busy(kind, record.snapshot)
    users = simulator.world.dependents(record.snapshot.id)
    if users:
        named = ", ".join(f"{user.title} {identifier}" for identifier, user in users.items())
        raise IN_USE(title=kind.title, identifier=record.snapshot.id, users=named)
    failure = simulator.scheduler.planned_failure(call, region, record.snapshot)
    simulator.world.change(kind, record, time_updated=simulator.clock.now(), **lifecycle.entering(DELETE))
    return Answer(None, work_request_id=simulator.scheduler.accept(call.operation, record, failure))
