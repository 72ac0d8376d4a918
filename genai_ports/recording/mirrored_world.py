"""The world of a mirror: what another service showed, as a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.enums import ModelType
from genai_ports.api.kinds import KINDS, MODEL, OPERATIONS, WORK_REQUEST
from genai_ports.api.verbs import UPDATE
from genai_ports.api.work_request import WorkRequest
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.simulator.state.data import from_data
from genai_ports.simulator.work.operation import Observed, Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from genai_ports.api.kind import Kind, Operation
    from genai_ports.simulator.state.world import World

_BY_TYPE: Final = {each.operation_type: each for each in OPERATIONS.values() if each.operation_type}
_PACE: Final = "2s"
_SEED: Final = "mirror"


def _plain(entity_type: str) -> str:
    """Return an entity type without case and underscores: services spell it in several ways."""
    return entity_type.replace("_", "").lower()


_BY_ENTITY: Final = {_plain(kind.entity_type): kind for kind in KINDS.values() if kind is not WORK_REQUEST}


class Item(NamedTuple):
    """What was read of a resource or work request.

    Args:
        region: the id of its region.
        kind: its kind.
        data: `resource`, and for a work request `logs` and `errors`.
    """

    region: str
    kind: Kind
    data: dict[str, Any]


def build_world(items: Sequence[Item], region: str, now: datetime) -> dict[str, Any]:
    """Make the snapshot of a world with these resources; of equal ones in a sort, the first comes first.

    Args:
        items: the resources, then the work requests, of each region.
        region: the region of calls that name none.
        now: the time of the world.
    """
    simulator = Simulator(region=region, seed=_SEED, pace=_PACE, clock=VirtualClock(now))
    world = simulator.world
    for each in dict.fromkeys(item.region for item in items):
        own = [item for item in items if item.region == each]
        _offer_base_models(world, each, own)
        for item in own:
            if item.kind is WORK_REQUEST:
                _add_work(world, item)
            elif not _is_base(item):
                _add(world, item)
    return simulator.snapshot()


def _offer_base_models(world: World, region: str, items: Iterable[Item]) -> None:
    world.offer(region, [from_data(MODEL.snapshot, item.data["resource"]) for item in items if _is_base(item)])


def _is_base(item: Item) -> bool:
    return item.kind is MODEL and item.data["resource"].get("type") == ModelType.BASE


def _add(world: World, item: Item) -> None:
    snapshot: Any = from_data(item.kind.snapshot, item.data["resource"])
    if snapshot.lifecycle_state == "DELETED":  # it refers to nothing any more
        world.tables[item.kind.name].add(world.next_order(), item.region, snapshot, world.now)
    else:
        world.add(item.kind, item.region, snapshot)


def _add_work(world: World, item: Item) -> None:
    """Add a work request. Work under way stays as it is until a test drives it: how it ends is not known."""
    request = from_data(WorkRequest, item.data["resource"])
    observed = from_data(Observed, {"request": item.data["resource"], **_parts(item)})
    about = next((each for each in request.resources if each.identifier), None)
    operation = _operation(request, about.entity_type if about else None)
    ended = request.time_finished or (request.time_accepted if request.is_finished else None)
    work = Work(
        id=request.id,
        operation=operation,
        resource_id=about.identifier if about else "",
        compartment_id=request.compartment_id,
        time_accepted=request.time_accepted,
        planned=request.time_accepted,
        status=request.status,
        percent=request.percent_complete,
        time_started=request.time_started or ended,
        time_finished=ended,
        observed=observed,
    )
    world.works.add(world.next_order(), item.region, work, world.now)
    record = world.tables[work.kind.name].get(work.resource_id)
    if record:
        record.works = (*record.works, work.id)


def _parts(item: Item) -> dict[str, Any]:
    return {name: item.data.get(name, []) for name in ("logs", "errors")}


def _operation(request: WorkRequest, entity_type: str | None) -> Operation:
    """Return the operation of a work request; the update of its kind if the operation is not simulated."""
    kind = _BY_ENTITY.get(_plain(entity_type or ""), MODEL)
    return _BY_TYPE.get(request.operation_type) or kind.operation(UPDATE)
