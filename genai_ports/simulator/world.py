"""The world: everything that one simulator remembers of its resources, and how to find it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.domain.dedicated_ai_cluster import DedicatedAiClusterHostingCapacity
from genai_ports.domain.enums import DedicatedAiClusterType
from genai_ports.domain.operations import DEDICATED_AI_CLUSTER, ENDPOINT, MODEL, RESOURCE_KINDS, WORK_REQUEST, Kind
from genai_ports.domain.value import narrowed, replaced
from genai_ports.simulator.catalogue import base_model, base_models
from genai_ports.simulator.ids import IdFactory
from genai_ports.simulator.refusals import NOT_FOUND
from genai_ports.simulator.store import Record, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.domain.clock import Clock

ENDPOINTS_A_CLUSTER: Final = 50
"""How many endpoints a hosting cluster holds. Source: Oracle's page on limitations (fact 5.3)."""


class World:
    """The state of one simulator.

    Args:
        seed: what ids, etags and page tokens follow from.
        clock: what time it is there.
    """

    def __init__(self, seed: int | str, clock: Clock) -> None:
        self.ids = IdFactory(seed)
        self.clock = clock
        self.tables: Mapping[str, Table] = {kind.name: _table(kind) for kind in RESOURCE_KINDS}
        self.works = Table(WORK_REQUEST, "timeAccepted", lambda work: work)
        self._users: dict[str, dict[str, Kind]] = {}
        self._order = 0

    def next_order(self) -> int:
        """Count one more thing made."""
        self._order += 1
        return self._order

    def find(self, kind: Kind, identifier: str, region: str) -> Record | None:
        """Find a resource of a kind in a region; base models are found too, and elsewhere nothing is."""
        record = self.tables[kind.name].get(identifier)
        if record is None and kind is MODEL:
            record = base_model(identifier, region)
        return record if record and record.region == region else None

    def get(self, kind: Kind, identifier: str, region: str) -> Record:
        """Find a resource, or refuse with 404."""
        record = self.find(kind, identifier, region)
        if record is None:
            raise NOT_FOUND(title=kind.title, identifier=identifier, region=region)
        return record

    def get_work(self, identifier: str, region: str) -> Record:
        """Find the record of a work request, or refuse with 404."""
        record = self.works.get(identifier)
        if record is None or record.region != region:
            raise NOT_FOUND(title=WORK_REQUEST.title, identifier=identifier, region=region)
        return record

    def etag(self, record: Record) -> str:
        """Tell the etag of a resource's current version."""
        if record.etag is None:
            record.etag = self.ids.etag(record.snapshot.id, record.version)
        return record.etag

    def change(self, kind: Kind, record: Record, **changes: Any) -> None:
        """Give a resource its next version."""
        self.tables[kind.name].replace(record, replaced(record.snapshot, **changes))

    def users(self, identifier: str) -> Mapping[str, Kind]:
        """List the resources that stand on this one: ids and kinds, oldest first."""
        return self._users.get(identifier, {})

    def hold(self, kind: Kind, user: Record) -> None:
        """Note that a resource, until it is deleted, stands on the ones it names."""
        for identifier in _held(kind, user.snapshot):
            self._users.setdefault(identifier, {})[user.snapshot.id] = kind
            self._count_endpoints(identifier)

    def release(self, kind: Kind, user: Record) -> None:
        """Note that a resource is deleted, and stands on nothing any more."""
        for identifier in _held(kind, user.snapshot):
            users = self._users[identifier]
            del users[user.snapshot.id]
            if not users:
                del self._users[identifier]
            self._count_endpoints(identifier)

    def _count_endpoints(self, identifier: str) -> None:
        """Keep a hosting cluster's capacity in step with its endpoints."""
        cluster = self.tables[DEDICATED_AI_CLUSTER.name].get(identifier)
        if cluster and cluster.snapshot.type == DedicatedAiClusterType.HOSTING:
            self.change(DEDICATED_AI_CLUSTER, cluster, capacity=hosting_capacity(len(self.users(identifier))))


def hosting_capacity(used: int) -> DedicatedAiClusterHostingCapacity:
    """Tell the capacity of a hosting cluster that holds `used` endpoints."""
    return DedicatedAiClusterHostingCapacity(total_endpoint_capacity=ENDPOINTS_A_CLUSTER, used_endpoint_capacity=used)


def _table(kind: Kind) -> Table:
    def summarise(snapshot: Any) -> Any:
        return narrowed(snapshot, kind.summary)

    return Table(kind, "timeCreated", summarise, base_models if kind is MODEL else lambda _: ())


def _held(kind: Kind, snapshot: Any) -> tuple[str, ...]:
    """List the ids of the resources that this one stands on."""
    if kind is ENDPOINT:
        return snapshot.model_id, snapshot.dedicated_ai_cluster_id
    if kind is MODEL:
        return (snapshot.fine_tune_details.dedicated_ai_cluster_id,)
    return ()
