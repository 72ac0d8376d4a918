"""Update: change a resource, at once or by work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.simulator.answer import Answer
from genai_ports.simulator.rules import rules_of
from genai_ports.simulator.rules.validation import check_shape
from genai_ports.simulator.verbs.changing import target, unalterable
from genai_ports.simulator.work import lifecycle

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.simulator.simulator import Simulator


def carry_out(simulator: Simulator, call: Call, region: str) -> Answer:
    """Change what the details name; with a work request where the kind of resource has one."""
    check_shape(call.details)
    operation, details = call.operation, unalterable(call.details)
    record = target(simulator, call, region)
    lifecycle.check_can_change(operation.kind, record.snapshot)
    rules_of(operation.kind).check_update(simulator.world, region, record.snapshot, details)
    names = details.__dataclass_fields__
    changes = {name: new for name in names if (new := getattr(details, name)) is not None}
    if operation.operation_type is None:
        simulator.world.change(operation.kind, record, time_updated=simulator.clock.now(), **changes)
        return Answer(record.snapshot, simulator.world.etag(record))
    before = record.snapshot
    failure = simulator.scheduler.planned_failure(call, region, before)
    changes |= lifecycle.entering(operation.verb)
    simulator.world.change(operation.kind, record, time_updated=simulator.clock.now(), **changes)
    work_id = simulator.scheduler.accept(operation, record, failure, before=before)
    return Answer(record.snapshot, simulator.world.etag(record), work_id)
