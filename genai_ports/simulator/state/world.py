"""The world: the resources and work requests of one simulator, and how to find them."""

from __future__ import annotations

from datetime import datetime
from functools import cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Self

from genai_ports.api.forks import call_after_fork, count_on
from genai_ports.api.kinds import KINDS, MODEL, RESOURCE_KINDS, WORK_REQUEST
from genai_ports.api.value import replaced
from genai_ports.simulator.rules.limits import Limits
from genai_ports.simulator.rules.refusals import NOT_FOUND
from genai_ports.simulator.state.base_models import BaseModels
from genai_ports.simulator.state.damage import Damaged, expect, reading
from genai_ports.simulator.state.data import from_data, to_data
from genai_ports.simulator.state.ids import IdFactory
from genai_ports.simulator.state.retry_tokens import RetryTokens
from genai_ports.simulator.state.table import Table
from genai_ports.simulator.work.operation import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import timedelta

    from genai_ports.api.kind import Kind
    from genai_ports.api.model import Model
    from genai_ports.simulator.state.record import Record


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
        removing: whether resources and work requests are stored whose time is over.
        base_models: those that Oracle offers in each region.
    """

    def __new__(cls, *_: Any) -> Self:
        """Create an empty world, also for a copy."""
        world = super().__new__(cls)
        call_after_fork(world, World.after_fork)
        return world

    def __init__(self, seed: int | str, now: datetime, limits: str = "generous") -> None:
        self.ids = IdFactory(seed)
        self.now = now
        self.order = 0
        self.removing = False
        self.base_models = BaseModels()
        self.tables: Mapping[str, Table] = {kind.name: self._table(kind) for kind in RESOURCE_KINDS}
        self.works = Table("timeAccepted")
        self.retry_tokens = RetryTokens()
        self.modes: Mapping[str, int | None] = {}
        self.limits = Limits(limits)
        self._dependents: dict[str, dict[str, Kind]] = {}

    def next_order(self) -> int:
        """Count one more resource or work request."""
        self.order += 1
        return self.order

    def after_fork(self) -> None:
        """Count on from other numbers than the parent: the ids of what both create differ."""
        self.order, self.ids.requests = count_on(self.order), count_on(self.ids.requests)
        self.retry_tokens.after_fork()

    def lag_behind(self, lag: timedelta) -> None:
        """Make lists of resources show later changes after a delay."""
        for table in self.tables.values():
            table.lag_behind(lag, self.now)

    @property
    def lags(self) -> bool:
        """Whether lists of resources show changes after a delay."""
        return any(table.lags for table in self.tables.values())

    def copy_base_models(self, copies: int) -> None:
        """Make lists show so many of each base model under one name; earlier copies can still be read."""
        self.base_models.copy(copies)
        self.tables[MODEL.name].share(self.base_models.shown)

    def offer(self, region: str, models: Iterable[Model]) -> None:
        """Make a region offer these base models in place of those of the catalogue.

        Args:
            region: its id.
            models: the base models; of those that are equal in a sort, the first comes first.
        """
        self.base_models.offer(region, models)
        self.tables[MODEL.name].share(self.base_models.shown)

    def _table(self, kind: Kind) -> Table:
        return Table("timeCreated", kind.summary_class, self.base_models.shown if kind is MODEL else None)

    def find(self, kind: Kind, identifier: str, region: str) -> Record | None:
        """Find a resource of a kind in a region, or a base model; a resource of another region is not found."""
        record = self.tables[kind.name].records.get(identifier)
        if record is None and kind is MODEL:
            record = self.base_models.find(identifier, region)
        if record is None or record.region != region:
            return None
        return None if self.removing and record.is_removed(self.now) else record

    def get(self, kind: Kind, identifier: str, region: str) -> Record:
        """Find a resource, or refuse with 404."""
        record = self.find(kind, identifier, region)
        if record is None:
            raise NOT_FOUND(title=kind.title, identifier=identifier, region=region)
        return record

    def find_anywhere(self, identifier: str) -> Record | None:
        """Find a resource or a work request by its OCID, in any region."""
        for table in (*self.tables.values(), self.works):
            record = table.records.get(identifier)
            if record is not None:
                return None if record.is_removed(self.now) else record
        return None

    def get_work(self, identifier: str, region: str) -> Record:
        """Find the record of a work request, or refuse with 404."""
        record = self.works.records.get(identifier)
        if record is None or record.region != region or (self.removing and record.is_removed(self.now)):
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

    def remove(self, kind: Kind, record: Record, at: datetime) -> None:
        """Remove a resource and its work requests, as of a time."""
        self.tables[kind.name].remove(record, at)
        for identifier in record.works:
            self.works.remove(self.works.records[identifier], at)

    @property
    def size(self) -> int:
        """How many resources and work requests it holds."""
        return len(self.works.records) + sum([len(table.records) for table in self.tables.values()])

    def to_data(self, long: Callable[[Iterator[Any]], Any]) -> dict[str, Any]:
        """Return all that it holds except the limits, as data that JSON can hold.

        Args:
            long: makes the lists that grow with the world.
        """
        return {
            "now": self.now.isoformat(),
            "created": self.order,
            "requestIds": self.ids.requests,
            "modes": dict(self.modes),
            "baseModelCopies": {"known": self.base_models.known, "listed": self.base_models.listed},
            "baseModels": {
                region: [to_data(record.snapshot) for record in records]
                for region, records in self.base_models.offered.items()
            },
            "resources": {KINDS[name].collection: long(table.to_data(to_data)) for name, table in self.tables.items()},
            "workRequests": long(self.works.to_data(Work.to_data)),
            "dependents": {
                identifier: {dependent: kind.name for dependent, kind in dependents.items()}
                for identifier, dependents in self._dependents.items()
            },
            "laggingLists": {
                KINDS[name].collection: table.lists_to_data() for name, table in self.tables.items() if table.lags
            },
            "retryTokens": self.retry_tokens.to_data(long),
        }

    def load(self, data: Mapping[str, Any]) -> None:
        """Fill a new world with what `to_data` returned."""
        self.now, self.order = datetime.fromisoformat(data["now"]), expect(data["created"], int, "created")
        self.ids.requests, self.modes = expect(data["requestIds"], int, "requestIds"), dict(data["modes"])
        for region, models in data["baseModels"].items():
            with reading(f"baseModels.{region}"):
                self.offer(region, [from_data(MODEL.snapshot, model) for model in models])
        copies = data["baseModelCopies"]
        if copies["known"] > 1:
            self.copy_base_models(copies["known"])
            self.copy_base_models(copies["listed"])
        for name, table in self.tables.items():
            kind = KINDS[name]
            if kind.collection in data["laggingLists"]:
                with reading(f"laggingLists.{kind.collection}"):
                    table.load_lists(data["laggingLists"][kind.collection])
            with reading(f"resources.{kind.collection}"):
                table.load(data["resources"][kind.collection], partial(from_data, kind.snapshot))
        with reading("workRequests"):
            self.works.load(data["workRequests"], Work.from_data)
        with reading("dependents"):
            self._dependents = {
                identifier: {dependent: KINDS[name] for dependent, name in dependents.items()}
                for identifier, dependents in data["dependents"].items()
            }
        with reading("retryTokens"):
            self.retry_tokens = RetryTokens.from_data(data["retryTokens"])
        self._check_links()

    def _check_links(self) -> None:
        """Refuse resources whose work requests do not exist, and references that are not counted."""
        for name, table in self.tables.items():
            kind = KINDS[name]
            for number, record in enumerate(table):
                place = f"resources.{kind.collection}[{number}]"
                if not all(work in self.works.records for work in record.works):
                    raise Damaged(f"{place}.works", "there is no such work request")
                if record.snapshot.lifecycle_state == "DELETED":
                    continue
                for identifier in references(kind, record.snapshot):
                    if record.snapshot.id not in self.dependents(identifier):
                        raise Damaged("dependents", f"the references of {place} are missing")

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
