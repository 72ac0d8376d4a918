"""What the verbs that make or change a resource share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import ModelType
from genai_ports.api.frozen import frozen
from genai_ports.api.kinds import MODEL
from genai_ports.api.value import replaced
from genai_ports.simulator.rules.refusals import BASE_MODEL_IS_ORACLES, NOT_FOUND, STALE_ETAG

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.state.table import Record

_ALTERABLE: Final = ("freeform_tags", "defined_tags", "capabilities")


def target(simulator: Simulator, call: Call, region: str) -> Record:
    """Find the resource that is to be changed, and refuse what may not be changed or was read too long ago."""
    kind = call.operation.kind
    record = simulator.world.get(kind, call.target or "", region)
    if record.snapshot.lifecycle_state == "DELETED":
        raise NOT_FOUND(title=kind.title, identifier=record.snapshot.id, region=region)
    if kind is MODEL and record.snapshot.type == ModelType.BASE:
        raise BASE_MODEL_IS_ORACLES(identifier=record.snapshot.id)
    current = simulator.world.etag(record)
    if call.if_match not in (None, "*", current):
        raise STALE_ETAG(given=call.if_match, title=kind.title, current=current)
    return record


def unalterable(details: Any) -> Any:
    """Copy the parts of a body that its sender could still change: tags and lists."""
    changes = {name: frozen(current) for name in _ALTERABLE if (current := getattr(details, name, None)) is not None}
    return replaced(details, **changes) if changes else details
