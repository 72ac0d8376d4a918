"""A table: one record for each resource of a kind, and sorted indexes for the lists of each region and compartment."""

from __future__ import annotations

from bisect import insort
from collections import deque
from datetime import datetime, timedelta
from operator import attrgetter
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from sortedcontainers import SortedKeyList

from genai_ports.api.kind import load_class
from genai_ports.api.value import narrowed
from genai_ports.simulator.state.damage import Damaged, expect, reading
from genai_ports.simulator.state.data import from_data, to_data
from genai_ports.simulator.state.record import POSITIONS, Index, Listed, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Self


class LateChange(NamedTuple):
    """A change that lists show later; None before it was created, or after it was removed."""

    due: datetime
    region: str
    order: int
    before: Any
    after: Any

    def __deepcopy__(self, _: object) -> Self:
        return self  # nothing can change it


class Partition:
    """The records of one compartment in one region, with an index for each sort key that was used."""

    __slots__ = ("_indexes", "_main", "_shared")

    def __init__(self, main: str, shared: Iterable[Record] = ()) -> None:
        self._main = main
        self._indexes: dict[str, Index] = {main: SortedKeyList(shared, POSITIONS[main])}
        self._shared = len(self._indexes[main])

    @property
    def is_empty(self) -> bool:
        """Whether it holds only Oracle's base models."""
        return len(self._indexes[self._main]) == self._shared

    def own(self) -> Iterator[Listed]:
        """Iterate over its own records: Oracle's base models have orders below 0."""
        return (each for each in self._indexes[self._main] if each.order >= 0)

    def index(self, sort_key: str) -> Index:
        """Return the index for a sort key, built at first use and kept up to date from then on."""
        if sort_key not in self._indexes:
            self._indexes[sort_key] = SortedKeyList(self._indexes[self._main], POSITIONS[sort_key])
        return self._indexes[sort_key]

    def add(self, each: Listed) -> None:
        """Add a record to every index."""
        for index in self._indexes.values():
            index.add(each)

    def remove(self, order: int, snapshot: Any) -> None:
        """Remove a record, which the indexes hold at the positions of a snapshot."""
        for index in self._indexes.values():
            index.remove(Listed(order, snapshot))

    def move(self, before: Any, each: Listed) -> None:
        """Move a record in those indexes where its position has changed since the snapshot before."""
        old = Listed(each.order, before)
        for sort_key, index in self._indexes.items():
            position = POSITIONS[sort_key]
            if position(old) != position(each):
                index.remove(old)
                index.add(each)


class Table:
    """All resources of one kind, or all work requests.

    Args:
        sort_key: the default of its lists.
        summary: the class that lists show, such as `model:ModelSummary`; None if they show what the records hold.
        shared: returns the records that every compartment of a region shows besides its own: the base models.

    A record changes at once; lists show the change after `lag`.
    """

    def __init__(
        self,
        sort_key: str,
        summary: str | None = None,
        shared: Callable[[str], Iterable[Record]] | None = None,
    ) -> None:
        self._sort_key = sort_key
        self._summary = summary
        self._shared = shared
        self._lag = timedelta()
        self._late: deque[LateChange] = deque()
        self._partitions: dict[tuple[str, str], Partition] = {}
        self._empty: dict[str, Partition] = {}
        self.records: dict[str, Record] = {}

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records.values())

    def get(self, identifier: str) -> Record | None:
        """Find a record by its OCID, in any region."""
        return self.records.get(identifier)

    def regions(self) -> set[str]:
        """Return the ids of the regions in which it has records, or had some."""
        return {region for region, _ in self._partitions}

    def partition(self, region: str, compartment_id: str, now: datetime) -> Partition:
        """Return what a compartment shows in a region; an unknown compartment is not stored."""
        if self._late:
            self._catch_up(now)
        found = self._partitions.get((region, compartment_id))
        if found:
            return found
        if region not in self._empty:
            self._empty[region] = self._new_partition(region)
        return self._empty[region]

    def summaries(self, records: Sequence[Listed]) -> tuple[Any, ...]:
        """Return what lists show of the records of an index."""
        try:
            return tuple([each.summary for each in records])
        except AttributeError:  # one of them has changed since it was last listed
            return tuple([self._summary_of(each) for each in records])

    def _summary_of(self, each: Listed) -> Any:
        if not hasattr(each, "summary"):
            each.summary = self._narrowed(each.snapshot)
        return each.summary

    def _narrowed(self, snapshot: Any) -> Any:
        return narrowed(snapshot, load_class(self._summary)) if self._summary else snapshot

    def lag_behind(self, lag: timedelta, now: datetime) -> None:
        """Make lists show later changes after a delay; changes that were already delayed show now."""
        self._catch_up(now, everything=True)
        self._lag = lag
        if lag:
            self._rebuild(lambda each: Listed(each.order, self._summary_of(each)))
        else:
            by_order = {record.order: record for record in self}
            self._rebuild(lambda each: by_order[each.order])

    def share(self, shared: Callable[[str], Iterable[Record]]) -> None:
        """Set the records that every compartment shows besides its own."""
        self._shared = shared
        self._rebuild(lambda each: each)

    def _rebuild(self, new: Callable[[Listed], Listed]) -> None:
        """Build every partition again, each entry from the one before."""
        before, self._partitions, self._empty = self._partitions, {}, {}
        for (region, compartment_id), partition in before.items():
            for each in partition.own():
                self._home(region, compartment_id).add(new(each))

    def add(self, order: int, region: str, snapshot: Any, now: datetime) -> Record:
        """Add a new resource."""
        record = self.records[snapshot.id] = Record(order, region, snapshot)
        if self._lag:
            self._show_late(record, None, snapshot, now)
        else:
            self._home(region, snapshot.compartment_id).add(record)
        return record

    def replace(self, record: Record, snapshot: Any, now: datetime) -> None:
        """Replace the snapshot of a record by its next version."""
        before = record.snapshot
        record.snapshot = snapshot
        if hasattr(record, "summary"):
            del record.summary
        record.version, record.etag = record.version + 1, None
        if self._lag:
            self._show_late(record, before, snapshot, now)
        else:
            self._show(record, before, snapshot)

    def remove(self, record: Record, now: datetime) -> None:
        """Remove a resource."""
        del self.records[record.snapshot.id]
        if self._lag:
            self._show_late(record, record.snapshot, None, now)
        else:
            self._show(record, record.snapshot, None)

    def to_data(self, write: Callable[[Any], Any]) -> Iterator[dict[str, Any]]:
        """Iterate over the records as data that JSON can hold, in the order in which they were added.

        Args:
            write: writes what a record holds.
        """
        return (
            {
                "order": record.order,
                "region": record.region,
                "version": record.version,
                "works": list(record.works),
                "createdAs": record.created_as,
                "notes": [[at.isoformat(), text] for at, text in record.notes],
                "resource": write(record.snapshot),
            }
            for record in self
        )

    def load(self, data: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], Any]) -> None:
        """Fill an empty table with the records that `to_data` returned.

        Args:
            data: what `to_data` returned.
            read: reads what a record holds.
        """
        for number, item in enumerate(data):
            with reading(f"[{number}]"):
                self._load(item, read)

    def _load(self, item: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Any]) -> None:
        with reading("resource"):
            snapshot = read(item["resource"])
        if snapshot.id in self.records:
            raise Damaged("resource.id", "another resource has the same id")
        record = self.records[snapshot.id] = Record(
            expect(item["order"], int, "order"), intern(item["region"]), snapshot
        )
        record.version, record.works, record.created_as = (
            item["version"],
            tuple(map(intern, item["works"])),
            item["createdAs"],
        )
        record.notes = tuple((datetime.fromisoformat(at), text) for at, text in item["notes"])
        if not self._lag:
            self._home(record.region, snapshot.compartment_id).add(record)

    def lists_to_data(self) -> dict[str, Any]:
        """Return what lists show while they lag behind the records, as data that JSON can hold."""
        return {
            "lag": self._lag.total_seconds(),
            "listed": [
                {"region": region, "order": each.order, "resource": to_data(self._summary_of(each))}
                for (region, _), partition in self._partitions.items()
                for each in partition.own()
            ],
            "late": [
                {**change._asdict(), "due": change.due.isoformat()}
                | {name: to_data(getattr(change, name)) for name in ("before", "after")}
                for change in self._late
            ],
        }

    def load_lists(self, data: Mapping[str, Any]) -> None:
        """Fill the lists of an empty table with what `lists_to_data` returned."""
        assert self._summary  # noqa: S101  # for the type checkers: only lists of resources lag behind
        summary = load_class(self._summary)
        self._lag = timedelta(seconds=data["lag"])
        for item in data["listed"]:
            shown: Any = from_data(summary, item["resource"])
            self._home(item["region"], shown.compartment_id).add(Listed(item["order"], shown))
        for item in data["late"]:
            before, after = (item[name] and from_data(summary, item[name]) for name in ("before", "after"))
            self._late.append(
                LateChange(datetime.fromisoformat(item["due"]), item["region"], item["order"], before, after)
            )

    @property
    def lags(self) -> bool:
        """Whether lists lag behind the records."""
        return bool(self._lag)

    def _show_late(self, record: Record, before: Any, after: Any, now: datetime) -> None:
        self._catch_up(now)  # otherwise the queue grows while no client lists
        shown = [each and self._narrowed(each) for each in (before, after)]
        change = LateChange(now + self._lag, record.region, record.order, *shown)
        insort(self._late, change, key=attrgetter("due"))  # a removal is carried out after work that was due later

    def _catch_up(self, now: datetime, *, everything: bool = False) -> None:
        """Show the changes that are due."""
        while self._late and (everything or self._late[0].due <= now):
            change = self._late.popleft()
            each = Record(change.order, change.region, change.after)
            self._show(each, change.before, change.after)

    def _show(self, record: Record, before: Any, after: Any) -> None:
        """Show a change of a record in lists: None before it was created, or after it was removed."""
        region = record.region
        each = Listed(record.order, after) if self._lag else record
        if before is None:
            self._home(region, after.compartment_id).add(each)
            return
        partition = self._partitions[region, before.compartment_id]
        if after is not None and after.compartment_id == before.compartment_id and not self._lag:
            partition.move(before, record)
            return
        partition.remove(record.order, before)
        if after is not None:
            self._home(region, after.compartment_id).add(each)
        if partition.is_empty:  # clients of a server can name any number of compartments
            del self._partitions[region, before.compartment_id]

    def _home(self, region: str, compartment_id: str) -> Partition:
        home = self._partitions.get((region, compartment_id))
        if home is None:
            home = self._partitions[region, compartment_id] = self._new_partition(region)
        return home

    def _new_partition(self, region: str) -> Partition:
        return Partition(self._sort_key, self._shared(region) if self._shared else ())
