"""The world: the resources and work requests of one simulator, and how to find them."""

from __future__ import annotations

from datetime import datetime
from functools import cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from genai_ports.api.kinds import KINDS, MODEL, RESOURCE_KINDS, WORK_REQUEST
from genai_ports.api.value import replaced
from genai_ports.simulator.rules.limits import Limits
from genai_ports.simulator.rules.refusals import NOT_FOUND
from genai_ports.simulator.state.data import from_data, to_data
from genai_ports.simulator.state.ids import IdFactory
from genai_ports.simulator.state.retry_tokens import RetryTokens
from genai_ports.simulator.state.table import Table
from genai_ports.simulator.work.operation import Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    from genai_ports.api.kind import Kind
    from genai_ports.simulator.state.table import Record


class World:
    """The state of one simulator.

    Args:
        seed: ids, etags and page tokens follow from it.
        now: the time.
        limits: `generous` or `strict` with units of clusters.

    Attributes:
        now: the time of the call that is carried out, read once a call; while a step is carried out late, the time
            at which it was due.
        order: how many resources and work requests were created, including those since removed.
        modes: the awkward behaviours that are on, with their numbers.
    """

    def __init__(self, seed: int | str, now: datetime, limits: str = "generous") -> None:
        self.ids = IdFactory(seed)
        self.now = now
        self.order = 0
        self.tables: Mapping[str, Table] = {kind.name: _table(kind) for kind in RESOURCE_KINDS}
        self.works = Table("timeAccepted")
        self.retry_tokens = RetryTokens()
        self.modes: Mapping[str, int | None] = {}
        self.limits = Limits(limits)
        self._copies = self._listed_copies = 1
        self._dependents: dict[str, dict[str, Kind]] = {}

    def next_order(self) -> int:
        """Count one more resource or work request."""
        self.order += 1
        return self.order

    def lag_behind(self, lag: timedelta) -> None:
        """Make lists of resources show later changes after a delay."""
        for table in self.tables.values():
            table.lag_behind(lag, self.now)

    def copy_base_models(self, copies: int) -> None:
        """Make lists show so many of each base model under one name; earlier copies can still be read."""
        self._copies, self._listed_copies = max(self._copies, copies), copies
        for name, table in self.tables.items():
            table.share(partial(_shared, KINDS[name], copies=copies))

    def find(self, kind: Kind, identifier: str, region: str) -> Record | None:
        """Find a resource of a kind in a region, or a base model; a resource of another region is not found."""
        record = self.tables[kind.name].records.get(identifier)
        if record is None and kind is MODEL:
            from genai_ports.simulator.catalogue import base_models_by_id  # noqa: PLC0415  # see _shared

            record = base_models_by_id(region, self._copies).get(identifier)
        return record if record and record.region == region else None

    def get(self, kind: Kind, identifier: str, region: str) -> Record:
        """Find a resource, or refuse with 404."""
        record = self.find(kind, identifier, region)
        if record is None:
            raise NOT_FOUND(title=kind.title, identifier=identifier, region=region)
        return record

    def get_work(self, identifier: str, region: str) -> Record:
        """Find the record of a work request, or refuse with 404."""
        record = self.works.records.get(identifier)
        if record is None or record.region != region:
            raise NOT_FOUND(title=WORK_REQUEST.title, identifier=identifier, region=region)
        return record

    def etag(self, record: Record) -> str:
        """Return the etag of a resource's current version."""
        if record.order < 0:  # all worlds share it, but their etags differ
            return self.ids.etag(record.snapshot.id, record.version)
        if record.etag is None:
            record.etag = self.ids.etag(record.snapshot.id, record.version)
        return record.etag

    def add(self, kind: Kind, region: str, snapshot: Any) -> Record:
        """Add a new resource, which refers to others from now on."""
        record = self.tables[kind.name].add(self.next_order(), region, snapshot, self.now)
        for identifier in references(kind, snapshot):
            self.refer(kind, snapshot.id, identifier)
        return record

    def change(
        self, kind: Kind, record: Record, *, keep: Any = None, release: Any = None, **changes: Any
    ) -> tuple[str, ...]:
        """Change a resource, and return the OCIDs of the resources that it began or ceased to refer to.

        Args:
            kind: its kind.
            record: the resource.
            keep: a version whose references stay, beside those of the next one.
            release: a version whose references were kept until now.
            changes: what is different in the next version.
        """
        before, after = record.snapshot, replaced(record.snapshot, **changes)
        self.tables[kind.name].replace(record, after, self.now)
        is_deleted = changes.get("lifecycle_state") == "DELETED"
        if not is_deleted and release is None and _referring(kind).isdisjoint(changes):
            return ()
        old = _all_references(kind, before, release)
        new = () if is_deleted else _all_references(kind, after, keep)
        return self._follow(kind, after.id, old, new)

    def _follow(self, kind: Kind, dependent: str, old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
        """Update the references of a resource."""
        for identifier in new:
            if identifier not in old:
                self.refer(kind, dependent, identifier)
        for identifier in old:
            if identifier not in new:
                self.unrefer(dependent, identifier)
        return tuple(identifier for identifier in (*new, *old) if (identifier in new) != (identifier in old))

    def remove(self, kind: Kind, record: Record) -> None:
        """Remove a resource and its work requests."""
        self.tables[kind.name].remove(record, self.now)
        for identifier in record.works:
            self.works.remove(self.works.records[identifier], self.now)

    def to_data(self) -> dict[str, Any]:
        """Return all that it holds except the limits, as data that JSON can hold."""
        return {
            "now": self.now.isoformat(),
            "created": self.order,
            "requestIds": self.ids.requests,
            "modes": dict(self.modes),
            "baseModelCopies": {"known": self._copies, "listed": self._listed_copies},
            "resources": {KINDS[name].collection: table.to_data(to_data) for name, table in self.tables.items()},
            "workRequests": self.works.to_data(Work.to_data),
            "dependents": {
                identifier: {dependent: kind.name for dependent, kind in dependents.items()}
                for identifier, dependents in self._dependents.items()
            },
            "laggingLists": {
                KINDS[name].collection: table.lists_to_data() for name, table in self.tables.items() if table.lags
            },
            "retryTokens": self.retry_tokens.to_data(),
        }

    def load(self, data: Mapping[str, Any]) -> None:
        """Fill a new world with what `to_data` returned."""
        self.now, self.order = datetime.fromisoformat(data["now"]), data["created"]
        self.ids.requests, self.modes = data["requestIds"], dict(data["modes"])
        copies = data["baseModelCopies"]
        if copies["known"] > 1:
            self.copy_base_models(copies["known"])
            self.copy_base_models(copies["listed"])
        for name, table in self.tables.items():
            kind = KINDS[name]
            if kind.collection in data["laggingLists"]:
                table.load_lists(data["laggingLists"][kind.collection])
            table.load(data["resources"][kind.collection], partial(from_data, kind.snapshot))
        self.works.load(data["workRequests"], Work.from_data)
        self._dependents = {
            identifier: {dependent: KINDS[name] for dependent, name in dependents.items()}
            for identifier, dependents in data["dependents"].items()
        }
        self.retry_tokens = RetryTokens.from_data(data["retryTokens"])

    def dependents(self, identifier: str) -> Mapping[str, Kind]:
        """List the resources that refer to this one: ids and kinds, oldest first."""
        return self._dependents.get(identifier, {})

    def refer(self, kind: Kind, dependent: str, identifier: str) -> None:
        """Note that a resource of a kind refers to another one."""
        self._dependents.setdefault(identifier, {})[dependent] = kind

    def unrefer(self, dependent: str, identifier: str) -> None:
        """Note that a resource no longer refers to another one."""
        dependents = self._dependents[identifier]
        del dependents[dependent]
        if not dependents:
            del self._dependents[identifier]


def references(kind: Kind, snapshot: Any) -> tuple[str, ...]:
    """List the OCIDs of the resources that a resource refers to."""
    return tuple([found for read in _readers(kind) if (found := read(snapshot)) is not None])


def _all_references(kind: Kind, *versions: Any) -> tuple[str, ...]:
    """List the OCIDs that versions of a resource refer to, each once."""
    found = [identifier for version in versions if version is not None for identifier in references(kind, version)]
    return tuple(dict.fromkeys(found))


@cache
def _referring(kind: Kind) -> frozenset[str]:
    """Return the top-level attributes that hold references."""
    return frozenset(path.partition(".")[0] for path in kind.references)


@cache
def _readers(kind: Kind) -> tuple[attrgetter[Any], ...]:
    return tuple(map(attrgetter, kind.references))


def _table(kind: Kind) -> Table:
    return Table("timeCreated", kind.summary_class, partial(_shared, kind))


def _shared(kind: Kind, region: str, copies: int = 1) -> Iterable[Record]:
    """Return Oracle's resources: the base models."""
    if kind is not MODEL:
        return ()
    from genai_ports.simulator.catalogue import base_models  # noqa: PLC0415  # 10 ms, with the classes and data of models

    return base_models(region, copies)
