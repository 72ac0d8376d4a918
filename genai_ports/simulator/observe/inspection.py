"""Inspection: pages of the resources of a world, and one resource with its work, without a call of the service."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.display import display
from genai_ports.api.kinds import KINDS, MODEL, WORK_REQUEST
from genai_ports.errors import InvalidInput
from genai_ports.ocids import short
from genai_ports.simulator.work.operation import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from genai_ports.api.kind import Kind
    from genai_ports.api.work_request import WorkRequest, WorkRequestError, WorkRequestLogEntry
    from genai_ports.simulator.state.record import Record
    from genai_ports.simulator.state.table import Table
    from genai_ports.simulator.state.world import World

_LISTED: Final = 5
"""How many OCIDs a message lists."""


class Inspected(NamedTuple):
    """One resource or work request.

    Args:
        kind: its kind.
        region: the id of its region.
        resource: what GET returns.
        work: the work that is under way on it; None if none is, and for a work request.
    """

    kind: Kind
    region: str
    resource: Any
    work: WorkRequest | None


class WithWork(NamedTuple):
    """One resource or work request, with everything that a world knows of it.

    Args:
        inspected: the resource.
        work_requests: its work requests, newest first; for a work request, itself.
        logs: for a work request, its log so far, oldest first.
        errors: for a work request, its errors.
    """

    inspected: Inspected
    work_requests: tuple[WorkRequest, ...]
    logs: tuple[WorkRequestLogEntry, ...]
    errors: tuple[WorkRequestError, ...]


def counts(world: World) -> Mapping[str, int]:
    """Count the resources that clients created, by collection such as `importedModels`."""
    return {kind.collection: len(_table(world, kind)) for kind in KINDS.values()}


def regions(world: World) -> tuple[str, ...]:
    """List the regions in which there are resources."""
    return tuple(sorted({region for table in world.tables.values() for region in table.regions()}))


def newest(
    world: World, kind: Kind, *, region: str | None, text: str | None, limit: int, offset: int
) -> tuple[Inspected, ...]:
    """Return a page of the resources of a kind, newest first.

    Args:
        world: the world.
        kind: the kind.
        region: the id of a region; None for all.
        text: what the name, the id or the state contains, in any case; None for all.
        limit: how many at most.
        offset: how many newer ones to skip.
    """
    records: Iterator[Record] = reversed(_table(world, kind).records.values())
    if region is not None:
        records = (each for each in records if each.region == region)
    if text:
        contains = _work_contains if kind is WORK_REQUEST else _resource_contains
        lower, upper = text.lower(), text.upper()
        records = (each for each in records if contains(each.snapshot, lower, upper))
    shown = (each for each in records if not each.is_removed(world.now))
    return tuple(_inspected(world, kind, each) for each in islice(shown, offset, offset + limit))


def find(world: World, identifier: str) -> WithWork | None:
    """Find a resource, work request or base model by its OCID; None if there is none."""
    for kind in KINDS.values():
        record = _table(world, kind).get(identifier)
        if record is None or record.is_removed(world.now):
            continue
        inspected = _inspected(world, kind, record)
        if kind is WORK_REQUEST:
            from genai_ports.simulator.work.work_request_view import errors, logs  # noqa: PLC0415  # 0.5 ms

            work = record.snapshot
            return WithWork(inspected, (inspected.resource,), logs(work, world.now), errors(work))
        works = (world.works.records[each].snapshot for each in reversed(record.works))
        return WithWork(inspected, tuple(_view(work, world.now) for work in works), (), ())
    base = world.base_models.find_anywhere(identifier)
    return WithWork(Inspected(MODEL, base.region, base.snapshot, None), (), (), ()) if base else None


def only_ocid(world: World, ending: str, region: str) -> str:
    """Return the only OCID of a resource, work request or base model that ends so.

    Args:
        world: the world.
        ending: the end of an OCID.
        region: the id of the region whose base models count, beside those of regions in which there are resources.

    Raises:
        InvalidInput: there is none, or there are several.
    """
    tables = (_table(world, kind) for kind in KINDS.values())
    own = [each for table in tables for each, record in table.records.items() if not record.is_removed(world.now)]
    base = [each.snapshot.id for where in {region, *regions(world)} for each in world.base_models.shown(where)]
    found: list[str] = [each for each in (*own, *base) if each.endswith(ending)] if ending else []
    if len(found) == 1:
        [only] = found
        return only
    if not found:
        raise InvalidInput(f"no resource and no work request has an OCID that ends with {display(ending)}")
    listed = ", ".join(short(each) for each in found[:_LISTED])
    raise InvalidInput(f"{len(found)} OCIDs end with {display(ending)}, such as {listed}: add more of its characters")


def base_models(world: World, region: str) -> tuple[Inspected, ...]:
    """List the base models that Oracle offers in a region."""
    return tuple(Inspected(MODEL, region, each.snapshot, None) for each in world.base_models.shown(region))


def _table(world: World, kind: Kind) -> Table:
    return world.works if kind is WORK_REQUEST else world.tables[kind.name]


def _inspected(world: World, kind: Kind, record: Record) -> Inspected:
    if isinstance(record.snapshot, Work):
        return Inspected(kind, record.region, _view(record.snapshot, world.now), None)
    last = world.works.records[record.works[-1]].snapshot if record.works else None
    work = _view(last, world.now) if last and not last.finished else None
    return Inspected(kind, record.region, record.snapshot, work)


def _view(work: Work, now: datetime) -> WorkRequest:
    from genai_ports.simulator.work.work_request_view import work_request  # noqa: PLC0415  # 0.5 ms

    return work_request(work, now)


def _resource_contains(snapshot: Any, lower: str, upper: str) -> bool:
    name = snapshot.display_name
    return lower in snapshot.id or upper in snapshot.lifecycle_state or (name is not None and lower in name.lower())


def _work_contains(work: Work, lower: str, upper: str) -> bool:
    return lower in work.id or lower in work.resource_id or upper in work.status or upper in work.operation_type
