"""Planting: resources and work that a recording shows without creating them, in the simulated world before a call."""

from __future__ import annotations

from contextlib import contextmanager
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import WorkRequestStatus
from genai_ports.api.kinds import (
    DEDICATED_AI_CLUSTER,
    ENDPOINT,
    MODEL,
    OPERATIONS,
    RESOURCE_KINDS,
    WORK_REQUEST,
)
from genai_ports.api.schema import properties
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE, DELETE, LIST, TRANSIENT_STATES, UPDATE
from genai_ports.ocids import parse_ocid
from genai_ports.recording.cassette import json_body
from genai_ports.recording.compare.facts import Facts, Shown, read_time, resources_of, sorting
from genai_ports.recording.compare.schemas import faults, without_faults
from genai_ports.simulator.state.world import references
from genai_ports.simulator.work.operation import Failure, Work
from genai_ports.wire import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from genai_ports.api.kind import Kind, Operation
    from genai_ports.simulator.simulator import Simulator

_KINDS_BY_OCID: Final = {kind.ocid_type: kind for kind in RESOURCE_KINDS}
_LONG_AGO: Final = "2023-11-30T00:00:00.000Z"
_NEVER_STORED: Final = ("previousState",)
_SUCCESS: Final = range(200, 300)
_FINAL: Final = ("SUCCEEDED", "FAILED", "CANCELED")
_HIDDEN: Final = "ocid1.compartment.oc1..assumed"
"""The compartment of what the recording does not show, so that no list shows it."""
_STAND_IN: Final = "-endpoint-"
"""Between the OCID of a cluster and a number, for endpoints that only its capacity shows."""
_BUSY_BY: Final = {"CREATING": CREATE, "UPDATING": UPDATE, "DELETING": DELETE}


class Garden:
    """Plants what a recording shows.

    Args:
        facts: what the recording shows.
        skipped: OCIDs that are not planted: those of base models.

    Attributes:
        assumed: OCIDs that the recording uses and never shows; they are planted with plausible properties.
    """

    def __init__(self, facts: Facts, skipped: frozenset[str]) -> None:
        self.facts = facts
        self.assumed: list[str] = []
        self._shown = {
            identifier: shown
            for identifier, shown in facts.by_id().items()
            if identifier not in facts.created and identifier not in skipped
        }
        self._skipped = skipped
        self._planted: set[str] = set()
        self._order = _tie_order(facts, self._shown)
        self._changed = self._first_changes()
        self._compartments = dict(self._compartments_of_work())

    def plant(self, simulator: Simulator, index: int) -> None:
        """Plant what must exist before an interaction: what it shows or uses, and what existed at that time."""
        now = simulator.clock.now()
        due = [each for each in self._due(index, now) if each not in self._planted]
        simulator.world.now = now
        resources = [each for each in due if self._shown[each][0].kind is not WORK_REQUEST]
        for identifier in sorted(resources, key=self._position):
            self._plant_resource(simulator, identifier)
        for identifier in sorted(due, key=self._position):
            if self._shown[identifier][0].kind is WORK_REQUEST and identifier not in self._planted:
                self._plant_work(simulator, identifier)
        for identifier in resources:
            self._keep_busy(simulator, identifier)
        self._plant_assumed(simulator, index)
        for identifier in resources:
            self._fill_capacity(simulator, identifier)

    def _due(self, index: int, now: datetime) -> Iterator[str]:
        first = {index}
        while index in self.facts.followed:
            index = self.facts.followed[index]
            first.add(index)
        for identifier, shown in self._shown.items():
            created = _created_at(shown[0].document)
            if shown[0].at in first or (created is not None and created <= now):
                yield identifier

    def _position(self, identifier: str) -> tuple[Any, ...]:
        created = _created_at(self._shown[identifier][0].document)
        return (created is not None, created and created.timestamp(), self._order.get(identifier, 0))

    def _plant_resource(self, simulator: Simulator, identifier: str) -> None:
        shown = self._shown[identifier]
        kind, region = shown[0].kind, shown[0].region
        document = self._first_document(identifier, shown)
        if "id" not in document:
            return
        self._add(simulator, kind, region, document)

    def _add(self, simulator: Simulator, kind: Kind, region: str, document: dict[str, Any]) -> None:
        world = simulator.world
        snapshot: Any = decode(kind.snapshot, document)
        self._planted.add(snapshot.id)
        world.add(kind, region, snapshot)
        self._replace_stand_ins(simulator, snapshot.id, references(kind, snapshot))
        if snapshot.lifecycle_state == "DELETED":
            for used in references(kind, snapshot):
                world.unrefer(snapshot.id, used)
            simulator.scheduler.purge_later(kind, snapshot.id, snapshot.time_updated or world.now)

    def _own_endpoints(self, cluster: str) -> int:
        """Count the endpoints that the recording creates on a cluster before it shows the cluster."""
        before = self.facts.interactions[: self._shown[cluster][0].at]
        bodies = (json_body(each.request.body) for each in before if each.response.status in _SUCCESS)
        return sum(isinstance(body, dict) and body.get("dedicatedAiClusterId") == cluster for body in bodies)

    @staticmethod
    def _replace_stand_ins(simulator: Simulator, dependent: str, used: Iterable[str]) -> None:
        """Let a resource take the place of one that stood for it in the capacity of a cluster."""
        for identifier in used:
            dependents = simulator.world.dependents(identifier)
            stand_in = next((each for each in dependents if each.startswith(f"{identifier}{_STAND_IN}")), None)
            if stand_in is not None and dependent in dependents:
                simulator.world.unrefer(stand_in, identifier)

    def _first_document(self, identifier: str, shown: list[Shown]) -> dict[str, Any]:
        """Return an object as it was before the recording changed it."""
        kind = shown[0].kind
        document: dict[str, Any] = {}
        known: set[str] = set()
        for each in shown:
            clean = without_faults(each.document, faults(kind, each.cls, each.document))
            names = set(properties(each.cls))
            document |= {name: item for name, item in clean.items() if name in names - known}
            known |= names
        for name in _NEVER_STORED:
            document.pop(name, None)
        changed = self._changed.get(identifier)
        if changed is not None and changed <= shown[0].at:
            document |= {"lifecycleState": "ACTIVE", "lifecycleDetails": "Created"}
        if read_time(document.get("timeCreated")) is None:
            document["timeCreated"] = _LONG_AGO
        if not isinstance(document.get("displayName"), str):
            document["displayName"] = ""  # lists sort by it
        if kind is MODEL:
            document.setdefault("fineTuneDetails", {})  # the simulator reads the cluster of every custom model
        return document

    def _first_changes(self) -> dict[str, int]:
        """Map OCIDs to the first interaction that changes or uses them with success."""
        found: dict[str, int] = {}
        for index, each in enumerate(self.facts.interactions):
            if each.request.method == "GET" or each.response.status not in _SUCCESS or each.route is None:
                continue
            for identifier in used_ids(each.route.target, json_body(each.request.body)):
                found.setdefault(identifier, index)
        return found

    def _compartments_of_work(self) -> Iterator[tuple[str, str]]:
        """Iterate over resources that the recording changes, and the compartments of their work requests."""
        for shown in self.facts.by_id().values():
            document = shown[0].document
            for each in resources_of(document) if shown[0].kind is WORK_REQUEST else ():
                compartment = document.get("compartmentId")
                if shown[0].document["id"] in self.facts.created and isinstance(compartment, str):
                    yield str(each.get("identifier")), compartment

    def _plant_work(self, simulator: Simulator, identifier: str) -> None:
        """Plant a work request that was there before the recording."""
        shown = self._shown[identifier]
        document = shown[0].document
        resource = next((each.get("identifier") for each in resources_of(document)), None)
        operation = _operation_of(document.get("operationType"))
        if operation is None or not isinstance(resource, str):
            return
        work = self._work(identifier, operation, resource, document, simulator.world.now)
        known = simulator.world.tables[operation.kind.name].get(resource)
        if known is None and not work.finished:
            self._assume(simulator, operation.kind, shown[0].region, resource)
            known = simulator.world.tables[operation.kind.name].get(resource)
        order = simulator.world.next_order()
        self._planted.add(identifier)
        simulator.world.works.add(order, shown[0].region, work, simulator.world.now)
        if known is not None:
            is_current = not work.finished
            known.works = (*known.works, identifier) if is_current else (identifier, *known.works)

    def _work(self, identifier: str, operation: Any, resource: str, document: Any, now: datetime) -> Work:
        status = document.get("status")
        finished = read_time(document.get("timeFinished")) if status in ("SUCCEEDED", "FAILED") else None
        failed = self.facts.failure(identifier)
        accepted = read_time(document.get("timeAccepted")) or now
        percent = document.get("percentComplete")
        return Work(
            id=identifier,
            operation=operation,
            resource_id=resource,
            compartment_id=str(document.get("compartmentId")),
            epochs=self._epochs(resource),
            time_accepted=accepted,
            planned=accepted,
            status=status if status in ("IN_PROGRESS", "SUCCEEDED", "FAILED") else WorkRequestStatus.ACCEPTED,
            percent=float(percent) if isinstance(percent, int | float) else 0.0,
            time_started=read_time(document.get("timeStarted")),
            time_finished=finished,
            failure=Failure(percent=failed.percent, code=failed.code, message=failed.message)
            if status == "FAILED"
            else None,
        )

    def _epochs(self, resource: str) -> int:
        for each in self._shown.get(resource, ()):
            config = (each.document.get("fineTuneDetails") or {}).get("trainingConfig") or {}
            epochs = config.get("totalTrainingEpochs")
            if each.kind is MODEL:
                return epochs if isinstance(epochs, int) else 3
        return 0

    def _keep_busy(self, simulator: Simulator, resource: str) -> None:
        """Plant the work that keeps a resource busy, if the recording does not show its work request."""
        world, kind = simulator.world, self._shown[resource][0].kind
        record = world.tables[kind.name].get(resource)
        if record is None or record.snapshot.lifecycle_state not in TRANSIENT_STATES:
            return
        if simulator.scheduler.current(record):
            return
        self._plant_its_work(simulator, resource)
        if simulator.scheduler.current(record):
            return
        snapshot = record.snapshot
        operation = kind.operation(_BUSY_BY[snapshot.lifecycle_state])
        order = world.next_order()
        identifier = world.ids.ocid(WORK_REQUEST, record.region, order)
        document = {"compartmentId": _HIDDEN}
        world.works.add(
            order, record.region, self._work(identifier, operation, resource, document, world.now), world.now
        )
        record.works = (*record.works, identifier)

    def _plant_its_work(self, simulator: Simulator, resource: str) -> None:
        """Plant the work request of a busy resource, if the recording shows it later."""
        for identifier, shown in self._shown.items():
            document = shown[0].document
            named = [each.get("identifier") for each in resources_of(document)]
            is_planted = identifier in self._planted or document.get("status") in _FINAL
            if shown[0].kind is WORK_REQUEST and resource in named and not is_planted:
                self._plant_work(simulator, identifier)

    def _plant_assumed(self, simulator: Simulator, index: int) -> None:
        """Plant what a successful request uses and the recording never shows."""
        each = self.facts.interactions[index]
        if each.route is None or each.response.status not in _SUCCESS or each.request.method == "GET":
            return
        body = json_body(each.request.body)
        region = self.facts.region_of(index)
        for identifier in used_ids(each.route.target, body):
            if identifier in self.facts.created or identifier in self._planted or identifier in self._skipped:
                continue
            ocid = parse_ocid(identifier)
            kind = _KINDS_BY_OCID.get(ocid.resource_type) if ocid else None
            if kind is None or simulator.world.find(kind, identifier, region) is not None:
                continue
            self._assume(simulator, kind, region, identifier, body)

    def _assume(  # what is known of it
        self,
        simulator: Simulator,
        kind: Kind,
        region: str,
        identifier: str,
        body: Any = None,
    ) -> None:
        self.assumed.append(identifier)
        body = body if isinstance(body, dict) else {}
        document = {
            **(kind.example or {}),
            "id": identifier,
            "compartmentId": self._compartments.get(identifier, _HIDDEN),
            "lifecycleState": "ACTIVE",
            "lifecycleDetails": "Created",
            "timeCreated": simulator.world.now.isoformat(),
            "timeUpdated": simulator.world.now.isoformat(),
        }
        if kind is DEDICATED_AI_CLUSTER:
            document |= {"type": "FINE_TUNING" if "baseModelId" in body else "HOSTING", "unitCount": 1}
            document["unitShape"] = _shape(simulator, region, body.get("baseModelId") or body.get("modelId"))
        if kind is MODEL:
            document |= {"type": "CUSTOM", "capabilities": ["CHAT"], "vendor": "meta"}
        if "capabilities" not in document and "capabilities" in properties(kind.snapshot):
            document["capabilities"] = ["TEXT_TO_TEXT"]
        self._add(simulator, kind, region, document)

    def _fill_capacity(self, simulator: Simulator, identifier: str) -> None:
        """Add dependents that the recording does not show, as many as the capacity of a cluster counts."""
        world = simulator.world
        record = world.tables[DEDICATED_AI_CLUSTER.name].get(identifier)
        capacity = getattr(record.snapshot, "capacity", None) if record else None
        used = getattr(capacity, "used_endpoint_capacity", None)
        if not isinstance(used, int):
            return
        used -= self._own_endpoints(identifier)
        for number in range(used - len(world.dependents(identifier))):
            world.refer(ENDPOINT, f"{identifier}{_STAND_IN}{number}", identifier)


def _created_at(document: dict[str, Any]) -> datetime | None:
    return read_time(document.get("timeCreated") or document.get("timeAccepted"))


def used_ids(target: str | None, body: Any) -> Iterator[str]:
    """List the OCIDs that a request is for or refers to."""
    if target is not None and target.startswith("ocid1."):
        yield target
    parts = [body]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            parts += [item for name, item in part.items() if name.endswith("Id") or isinstance(item, dict)]
        elif isinstance(part, str) and part.startswith("ocid1."):
            yield part


def _operation_of(operation_type: Any) -> Any:
    return next((each for each in OPERATIONS.values() if each.operation_type == operation_type and each.work), None)


def _shape(simulator: Simulator, region: str, model: Any) -> str:
    record = simulator.world.find(MODEL, model, region) if isinstance(model, str) else None
    if record is None or record.snapshot.vendor != "cohere":
        return "LARGE_GENERIC"
    shapes = {"TEXT_EMBEDDINGS": "EMBED_COHERE", "TEXT_RERANK": "RERANK_COHERE"}
    return next((shapes[each] for each in record.snapshot.capabilities if each in shapes), "LARGE_COHERE_V3")


def _tie_order(facts: Facts, shown: dict[str, Any]) -> dict[str, int]:
    """Number the resources so that those which a list shows as equal have the order that it shows."""
    graph: dict[str, set[str]] = {identifier: set() for identifier in shown}
    last_of: dict[int, dict[str, Any]] = {}
    for index, each in enumerate(facts.interactions):
        route = each.route
        if route is None or route.operation.verb is not LIST:
            continue
        items = facts.items(index)
        before = [last_of[index]] if index in last_of else []
        if items and index in facts.followed:
            last_of[facts.followed[index]] = items[-1]
        query = dict(each.request.query)
        sort_by, descending = sorting(route.operation, query)
        _add_ties(graph, [*before, *items], sort_by, descending=descending)
    try:
        return {identifier: number for number, identifier in enumerate(TopologicalSorter(graph).static_order())}
    except CycleError:
        return {}


def _add_ties(graph: dict[str, set[str]], items: list[dict[str, Any]], sort_by: str, *, descending: bool) -> None:
    for first, second in pairwise(items):
        if first.get(sort_by) != second.get(sort_by):
            continue
        earlier, later = (second, first) if descending else (first, second)
        if later.get("id") in graph and earlier.get("id") in graph:
            graph[later["id"]].add(earlier["id"])


@contextmanager
def one_more(
    simulator: Simulator, operation: Operation, region: str, items: list[dict[str, Any]], query: dict[str, str]
) -> Iterator[None]:
    """Add a resource that comes next in a list, for a page whose next page the recording does not have.

    Args:
        simulator: the simulated tenancy.
        operation: the list.
        region: where it goes.
        items: those of the page, with the ids of the simulator.
        query: that of the request.
    """
    world, kind = simulator.world, operation.kind
    table = world.works if kind is WORK_REQUEST else world.tables[kind.name]
    identifier = str(items[-1].get("id")) if items else ""
    last = table.get(identifier)
    if last is None and kind is MODEL:
        last = world.find(MODEL, identifier, region)
    if operation.verb is not LIST or last is None:
        yield
        return
    _, descending = sorting(operation, query)
    snapshot = replaced(last.snapshot, id=f"{identifier}-next", compartment_id=query.get("compartmentId"))
    order: Any = last.order + (-0.5 if descending else 0.5)  # between two whole numbers
    record = table.add(order, last.region, snapshot, world.now)
    try:
        yield
    finally:
        table.remove(record, world.now)
