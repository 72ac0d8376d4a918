"""The store: one record a resource, and sorted indexes over them, kept for each region and compartment."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sortedcontainers import SortedList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

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
        order: its number among all that the world ever made, or below 0 for what Oracle shares; settles ties in every
            sort.
        region: where it lives.
        snapshot: what GET tells.
        summary: what lists show.
        version: counts the changes, for the etag.
        etag: of the current version, once somebody has asked for it.
        works: the ids of its work requests.
        named: the display name that it was made with, for its timeline.
        notes: what a test did to it from outside, and when, for its timeline.
    """

    __slots__ = ("etag", "named", "notes", "order", "region", "snapshot", "summary", "version", "works")

    def __init__(self, order: int, region: str, snapshot: Any, summary: Any) -> None:
        self.order = order
        self.region = region
        self.snapshot = snapshot
        self.summary = summary
        self.version = 1
        self.etag: str | None = None
        self.works: tuple[str, ...] = ()
        self.named: str | None = getattr(snapshot, "display_name", None)
        self.notes: tuple[tuple[datetime, str], ...] = ()


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

    def own(self) -> Iterator[tuple[int, Any]]:
        """Walk over what it holds itself, by order and what lists show: what Oracle shares has orders below 0."""
        return ((order, summary) for _, order, summary in self._indexes[self._main] if order >= 0)

    def index(self, sort_key: str) -> SortedList[Entry]:
        """Give the index for a sort key, made at first use and kept up to date from then on."""
        if sort_key not in self._indexes:
            main = self._indexes[self._main]
            self._indexes[sort_key] = SortedList(_entry(sort_key, order, summary) for _, order, summary in main)
        return self._indexes[sort_key]

    def add(self, order: int, summary: Any) -> None:
        """Index what lists show of a record."""
        for sort_key, index in self._indexes.items():
            index.add(_entry(sort_key, order, summary))

    def remove(self, order: int, summary: Any) -> None:
        """Take what lists show of a record out of every index."""
        for sort_key, index in self._indexes.items():
            index.remove(_entry(sort_key, order, summary))


def _entry(sort_key: str, order: int, summary: Any) -> Entry:
    return SORT_VALUES[sort_key](summary), order, summary


class Table:
    """All resources of one kind.

    Args:
        sort_key: the one that lists use unless told.
        summarise: makes what lists show; called once a version, so that a page is only a walk over references.
        now: tells the time that lists which lag behind go by.
        shared: gives the records that every compartment of a region shows beside its own: the base models.

    What a record is, is known at once; what lists show follows after `lag`.
    """

    def __init__(
        self,
        sort_key: str,
        summarise: Callable[[Any], Any],
        now: Callable[[], datetime],
        shared: Callable[[str], Iterable[Record]] = lambda _: (),
    ) -> None:
        self._sort_key = sort_key
        self._summarise = summarise
        self._now = now
        self._shared = shared
        self._lag = timedelta()
        self._to_show: deque[tuple[datetime, Callable[[], None]]] = deque()
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
        if self._to_show:
            self._catch_up()
        found = self._partitions.get((region, compartment_id))
        if found:
            return found
        if region not in self._empty:
            self._empty[region] = self._new_partition(region)
        return self._empty[region]

    def lag_behind(self, lag: timedelta) -> None:
        """Let lists follow what changes from now on after a time; what is under way is shown now."""
        self._catch_up(everything=True)
        self._lag = lag

    def share(self, shared: Callable[[str], Iterable[Record]]) -> None:
        """Change which records every compartment shows beside its own, which are shown as they were."""
        self._shared = shared
        before, self._partitions, self._empty = self._partitions, {}, {}
        for (region, _), partition in before.items():
            for order, summary in partition.own():
                self._show(region, order, None, summary)

    def add(self, order: int, region: str, snapshot: Any) -> Record:
        """Take in a new resource."""
        record = Record(order, region, snapshot, self._summarise(snapshot))
        self._records[snapshot.id] = record
        self._changed(record, None, record.summary)
        return record

    def replace(self, record: Record, snapshot: Any) -> None:
        """Give a record its next version."""
        before = record.summary
        record.snapshot, record.summary = snapshot, self._summarise(snapshot)
        record.version, record.etag = record.version + 1, None
        self._changed(record, before, record.summary)

    def remove(self, record: Record) -> None:
        """Forget a resource."""
        del self._records[record.snapshot.id]
        self._changed(record, record.summary, None)

    def _changed(self, record: Record, before: Any, after: Any) -> None:
        """Let lists show a change: at once, or when they have caught up with it."""
        if not self._lag:
            self._show(record.region, record.order, before, after)
            return
        self._catch_up()  # else what is due were kept for as long as nobody lists
        show = partial(self._show, record.region, record.order, before, after)
        self._to_show.append((self._now() + self._lag, show))

    def _catch_up(self, *, everything: bool = False) -> None:
        """Let lists show what they are to show by now."""
        now = self._now()
        while self._to_show and (everything or self._to_show[0][0] <= now):
            self._to_show.popleft()[1]()

    def _show(self, region: str, order: int, before: Any, after: Any) -> None:
        """Take what lists showed of a record out, and put in what they show from now on; None for nothing."""
        if before is not None:
            self._partitions[region, before.compartment_id].remove(order, before)
        if after is not None:
            self._home(region, after.compartment_id).add(order, after)
        if before is not None and (after is None or after.compartment_id != before.compartment_id):
            self._forget_if_empty(region, before.compartment_id)

    def _forget_if_empty(self, region: str, compartment_id: str) -> None:
        """Keep no indexes of a compartment that holds nothing any more: a server may see any number of them."""
        if self._partitions[region, compartment_id].is_empty:
            del self._partitions[region, compartment_id]

    def _home(self, region: str, compartment_id: str) -> Partition:
        home = self._partitions.get((region, compartment_id))
        if home is None:
            home = self._partitions[region, compartment_id] = self._new_partition(region)
        return home

    def _new_partition(self, region: str) -> Partition:
        return Partition(self._sort_key, self._shared(region))
