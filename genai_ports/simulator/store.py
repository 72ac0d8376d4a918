"""The store: one record a resource, and sorted indexes over them, kept for each region and compartment."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sortedcontainers import SortedList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

SORT_VALUES: Mapping[str, Callable[[Any], Any]] = {
    "timeCreated": attrgetter("time_created"),
    "timeAccepted": attrgetter("time_accepted"),
    "displayName": attrgetter("display_name"),
    "lifecycleState": attrgetter("lifecycle_state"),
}

Entry = tuple[Any, int, Any]
"""What an index holds: sort value, order, and what lists show. The order is unique, so the last is never compared."""


class Record:
    """One resource in its current version.

    Args:
        order: its number among all that the world ever made; settles ties in every sort.
        region: where it lives.
        snapshot: what GET tells.
        summary: what lists show.
        version: counts the changes, for the etag.
        etag: of the current version, once somebody has asked for it.
        works: the ids of its work requests.
    """

    __slots__ = ("etag", "order", "region", "snapshot", "summary", "version", "works")

    def __init__(self, order: int, region: str, snapshot: Any, summary: Any) -> None:
        self.order = order
        self.region = region
        self.snapshot = snapshot
        self.summary = summary
        self.version = 1
        self.etag: str | None = None
        self.works: tuple[str, ...] = ()


class Partition:
    """What one compartment holds in one region, with an index for each sort key that was ever asked for."""

    __slots__ = ("_indexes", "_main", "_shared")

    def __init__(self, main: str, records: Iterable[Record] = ()) -> None:
        self._main = main
        entries = (_entry(main, record.order, record.summary) for record in records)
        self._indexes: dict[str, SortedList[Entry]] = {main: SortedList(entries)}
        self._shared = len(self._indexes[main])

    @property
    def is_empty(self) -> bool:
        """Whether nothing but what Oracle shares is left in it."""
        return len(self._indexes[self._main]) == self._shared

    def index(self, sort_key: str) -> SortedList[Entry]:
        """Give the index for a sort key, made at first use and kept up to date from then on."""
        if sort_key not in self._indexes:
            main = self._indexes[self._main]
            self._indexes[sort_key] = SortedList(_entry(sort_key, order, summary) for _, order, summary in main)
        return self._indexes[sort_key]

    def add(self, record: Record) -> None:
        """Index a record."""
        for sort_key, index in self._indexes.items():
            index.add(_entry(sort_key, record.order, record.summary))

    def remove(self, record: Record) -> None:
        """Take a record out of every index."""
        for sort_key, index in self._indexes.items():
            index.remove(_entry(sort_key, record.order, record.summary))


def _entry(sort_key: str, order: int, summary: Any) -> Entry:
    return SORT_VALUES[sort_key](summary), order, summary


class Table:
    """All resources of one kind.

    Args:
        sort_key: the one that lists use unless told.
        summarise: makes what lists show; called once a version, so that a page is only a walk over references.
        shared: gives the records that every compartment of a region shows beside its own: the base models.
    """

    def __init__(
        self,
        sort_key: str,
        summarise: Callable[[Any], Any],
        shared: Callable[[str], Iterable[Record]] = lambda _: (),
    ) -> None:
        self._sort_key = sort_key
        self._summarise = summarise
        self._shared = shared
        self._records: dict[str, Record] = {}
        self._partitions: dict[tuple[str, str], Partition] = {}
        self._empty: dict[str, Partition] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def get(self, identifier: str) -> Record | None:
        """Find a record by its OCID, in whatever region."""
        return self._records.get(identifier)

    def partition(self, region: str, compartment_id: str) -> Partition:
        """Give what a compartment shows in a region; asking about an unknown compartment leaves no trace."""
        found = self._partitions.get((region, compartment_id))
        if found:
            return found
        if region not in self._empty:
            self._empty[region] = self._new_partition(region)
        return self._empty[region]

    def add(self, order: int, region: str, snapshot: Any) -> Record:
        """Take in a new resource."""
        record = Record(order, region, snapshot, self._summarise(snapshot))
        self._records[snapshot.id] = record
        self._home(record).add(record)
        return record

    def replace(self, record: Record, snapshot: Any) -> None:
        """Give a record its next version."""
        before = record.snapshot.compartment_id
        self._home(record).remove(record)
        record.snapshot, record.summary = snapshot, self._summarise(snapshot)
        record.version, record.etag = record.version + 1, None
        self._home(record).add(record)
        if snapshot.compartment_id != before:
            self._forget_if_empty(record.region, before)

    def remove(self, record: Record) -> None:
        """Forget a resource."""
        self._home(record).remove(record)
        del self._records[record.snapshot.id]
        self._forget_if_empty(record.region, record.snapshot.compartment_id)

    def _forget_if_empty(self, region: str, compartment_id: str) -> None:
        """Keep no indexes of a compartment that holds nothing any more: a server may see any number of them."""
        if self._partitions[region, compartment_id].is_empty:
            del self._partitions[region, compartment_id]

    def _home(self, record: Record) -> Partition:
        key = record.region, record.snapshot.compartment_id
        home = self._partitions.get(key)
        if home is None:
            home = self._partitions[key] = self._new_partition(record.region)
        return home

    def _new_partition(self, region: str) -> Partition:
        return Partition(self._sort_key, self._shared(region))
