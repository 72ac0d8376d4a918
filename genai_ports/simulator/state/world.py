"""The world: everything that one simulator remembers of its resources, and how to find it."""

from __future__ import annotations

from functools import cached_property, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from genai_ports.api.kinds import KINDS, RESOURCE_KINDS, WORK_REQUEST
from genai_ports.api.value import narrowed, replaced
from genai_ports.simulator.rules import rules_of
from genai_ports.simulator.rules.refusals import NOT_FOUND
from genai_ports.simulator.state.ids import IdFactory
from genai_ports.simulator.state.table import Record, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime, timedelta

    from genai_ports.api.clock import Clock
    from genai_ports.api.kind import Kind
    from genai_ports.simulator.rules.limits import Limits


class World:
    """The state of one simulator.

    Args:
        seed: what ids, etags and page tokens follow from.
        clock: what time it is there.
        limits: `generous` or `strict` with units of clusters.

    Attributes:
        settling: when the step fell due that is carried out just now; None where none is.
    """

    def __init__(self, seed: int | str, clock: Clock, limits: str = "generous") -> None:
        self.ids = IdFactory(seed)
        self.clock = clock
        self.settling: datetime | None = None
        self._default_limits = limits
        self.tables: Mapping[str, Table] = {kind.name: _table(kind, self.now) for kind in RESOURCE_KINDS}
        self.works = Table("timeAccepted", lambda work: work, self.now)
        self._copies = 1
        self._dependents: dict[str, dict[str, Kind]] = {}
        self._order = 0

    @cached_property
    def limits(self) -> Limits:
        """How many units its tenancy may have, and each compartment; loaded when it is first needed."""
        from genai_ports.simulator.rules.limits import Limits  # noqa: PLC0415  # see above

        return Limits(self._default_limits)

    def now(self) -> datetime:
        """Tell when what changes now has changed: a step that nobody was there to see, when it fell due."""
        return self.settling or self.clock.now()

    def next_order(self) -> int:
        """Count one more thing made."""
        self._order += 1
        return self._order

    def lag_behind(self, lag: timedelta) -> None:
        """Let the lists of resources follow what changes after a time."""
        for table in self.tables.values():
            table.lag_behind(lag)

    def copy_base_models(self, copies: int) -> None:
        """Let there be so many of each base model, under one name; those there were once can still be read."""
        self._copies = max(self._copies, copies)
        for name, table in self.tables.items():
            table.share(partial(rules_of(KINDS[name]).shared, copies=copies))

    def find(self, kind: Kind, identifier: str, region: str) -> Record | None:
        """Find a resource of a kind in a region; base models are found too, and elsewhere nothing is."""
        record = self.tables[kind.name].get(identifier)
        if record is None:
            record = rules_of(kind).find_shared(identifier, region, self._copies)
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
        if record.order < 0:  # what Oracle shares is all worlds' own, and their etags differ
            return self.ids.etag(record.snapshot.id, record.version)
        if record.etag is None:
            record.etag = self.ids.etag(record.snapshot.id, record.version)
        return record.etag

    def change(self, kind: Kind, record: Record, **changes: Any) -> None:
        """Give a resource its next version."""
        self.tables[kind.name].replace(record, replaced(record.snapshot, **changes))

    def dependents(self, identifier: str) -> Mapping[str, Kind]:
        """List the resources that stand on this one: ids and kinds, oldest first."""
        return self._dependents.get(identifier, {})

    def add_references(self, kind: Kind, user: Record) -> None:
        """Note that a resource, until it is deleted, stands on the ones it names."""
        for identifier in references(kind, user.snapshot):
            self._dependents.setdefault(identifier, {})[user.snapshot.id] = kind
            self._count_dependents(identifier)

    def remove_references(self, kind: Kind, user: Record) -> None:
        """Note that a resource is deleted, and stands on nothing any more."""
        for identifier in references(kind, user.snapshot):
            users = self._dependents[identifier]
            del users[user.snapshot.id]
            if not users:
                del self._dependents[identifier]
            self._count_dependents(identifier)

    def _count_dependents(self, identifier: str) -> None:
        """Let a resource show how many others stand on it, if it is of a kind that does."""
        for name, table in self.tables.items():
            record = table.get(identifier)
            if record:
                changes = rules_of(KINDS[name]).dependents_changed(record.snapshot, len(self.dependents(identifier)))
                if changes:
                    self.change(KINDS[name], record, **changes)


def _table(kind: Kind, now: Callable[[], datetime]) -> Table:
    def summarise(snapshot: Any) -> Any:
        return narrowed(snapshot, kind.summary)

    def shared(region: str) -> Iterable[Record]:
        return rules_of(kind).shared(region)

    return Table("timeCreated", summarise, now, shared)


def references(kind: Kind, snapshot: Any) -> tuple[str, ...]:
    """List the OCIDs of the resources that a resource uses."""
    found = (read(snapshot) for read in map(attrgetter, kind.references))
    return tuple(identifier for identifier in found if identifier is not None)
