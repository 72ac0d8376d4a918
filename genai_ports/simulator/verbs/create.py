"""Create: make a resource and begin the work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.api.frozen import EMPTY
from genai_ports.api.kinds import MODEL
from genai_ports.api.value import replaced, shared_names
from genai_ports.simulator.answer import Answer
from genai_ports.simulator.rules import rules_of
from genai_ports.simulator.rules.common import generated_name
from genai_ports.simulator.rules.validation import check_shape
from genai_ports.simulator.verbs.changing import unalterable
from genai_ports.simulator.work import lifecycle

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.simulator.simulator import Simulator


def carry_out(simulator: Simulator, call: Call, region: str) -> Answer:
    """Make a resource and begin the work on it; a token that is repeated gives the first answer."""
    check_shape(call.details)
    operation = call.operation
    rules, kind, now = rules_of(operation.kind), operation.kind, simulator.clock.now()
    call = _with_details(call, rules.without_secrets(unalterable(call.details)))
    details: Any = call.details
    replayed = simulator.retry_tokens.replay(simulator.world, region, call)
    if replayed:
        return replayed
    rules.check_create(simulator.world, region, details)
    name = details.display_name or generated_name(kind, now)
    failure = simulator.scheduler.planned_failure(call, region, replaced(details, display_name=name))
    order = simulator.world.next_order()
    attributes = {
        **{name: getattr(details, name) for name in shared_names(operation.details, kind.snapshot)},
        "id": simulator.world.ids.ocid(kind, region, order),
        "display_name": name,
        "freeform_tags": details.freeform_tags or EMPTY,
        "defined_tags": details.defined_tags or EMPTY,
        "system_tags": EMPTY,
        "time_created": now,
        "time_updated": now,
        **lifecycle.entering(operation.verb),
        **rules.attributes(simulator.world, region, details, now),
    }
    snapshot = kind.snapshot(**attributes)
    record = simulator.world.tables[kind.name].add(order, region, snapshot)
    simulator.world.add_references(kind, record)
    work_id = simulator.scheduler.accept(operation, record, failure, epochs=rules.epochs(details))
    answer = Answer(record.snapshot, simulator.world.etag(record), work_id, _deprecation(simulator, details, region))
    simulator.retry_tokens.remember(simulator.world, region, call, answer)
    return answer


def _deprecation(simulator: Simulator, details: Any, region: str) -> str | None:
    """Say that a base model which the call uses is deprecated, as a header of the answer does."""
    identifier = getattr(details, "base_model_id", None) or getattr(details, "model_id", None)
    record = simulator.world.find(MODEL, identifier, region) if identifier else None
    since = record.snapshot.time_deprecated if record else None
    if record is None or since is None or since > simulator.clock.now():
        return None
    return f"{record.snapshot.display_name} is deprecated since {since:%Y-%m-%d}"


def _with_details(call: Call, details: Any) -> Call:
    return call if details is call.details else call._replace(details=details)
