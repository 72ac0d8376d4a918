"""Change of compartment: move a resource, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.simulator.answer import Answer
from genai_ports.simulator.rules import rules_of
from genai_ports.simulator.rules.validation import check_shape
from genai_ports.simulator.verbs.changing import target
from genai_ports.simulator.work import lifecycle

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.simulator.simulator import Simulator


def carry_out(simulator: Simulator, call: Call, region: str) -> Answer:
    """Move a resource to another compartment; a token that is repeated gives the first answer."""
    check_shape(call.details)
    replayed = simulator.retry_tokens.replay(simulator.world, region, call)
    if replayed:
        return replayed
    kind, record, compartment_id = call.operation.kind, target(simulator, call, region), call.details.compartment_id
    lifecycle.check_can_change(kind, record.snapshot)
    rules_of(kind).check_move(simulator.world, record, compartment_id)
    simulator.world.change(kind, record, compartment_id=compartment_id, time_updated=simulator.clock.now())
    answer = Answer(None)
    simulator.retry_tokens.remember(simulator.world, region, call, answer)
    return answer
