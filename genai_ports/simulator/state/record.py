"""A record: one resource in its current version, and what the indexes of lists hold of it."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Self

    from sortedcontainers import SortedKeyList

POSITIONS: Mapping[str, Callable[[Listed], Position]] = {
    sort_key: attrgetter(f"snapshot.{attribute}", "order")
    for sort_key, attribute in (
        ("timeCreated", "time_created"),
        ("timeAccepted", "time_accepted"),
        ("displayName", "display_name"),
        ("lifecycleState", "lifecycle_state"),
        ("timestamp", "timestamp"),
    )
}
"""For each sort key, what returns the position of a record in a list."""


class Listed:
    """What an index holds of a resource.

    Args:
        order: the number of the resource among all that the world created, or below 0 for Oracle's base models; it
            orders resources that are equal in a sort.
        snapshot: what filters and sort keys read.

    Attributes:
        summary: what lists show; not set until the current version is first listed.
    """

    __slots__ = ("order", "snapshot", "summary")

    summary: Any

    def __init__(self, order: int, snapshot: Any) -> None:
        self.order = order
        self.snapshot = snapshot

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Listed) and self.order == other.order

    __hash__ = object.__hash__

    def __deepcopy__(self, _: object) -> Self:
        """Copy it for another world. What its attributes hold never changes, so it is shared: the copy is quick."""
        cls: Any = type(self)
        copy: Self = cls.__new__(cls)
        for name in _slots(cls):
            if hasattr(self, name):
                setattr(copy, name, getattr(self, name))
        return copy


@cache
def _slots(cls: type[Listed]) -> tuple[str, ...]:
    """List the attributes of the instances of a class."""
    return tuple(name for each in cls.__mro__ for name in getattr(each, "__slots__", ()))


class Record(Listed):
    """One resource in its current version.

    Args:
        order: as in `Listed`.
        region: where it is.
        snapshot: what GET returns.

    Attributes:
        version: counts the changes, for the etag.
        etag: the etag of the current version; None until a response needs it.
        works: the OCIDs of its work requests.
        created_as: the display name that it was created with, for its timeline.
        removed_at: when it is removed, for a deleted resource and its work requests; None for others.
        notes: what a test did to it besides calls, and when, for its timeline.
    """

    __slots__ = ("created_as", "etag", "notes", "region", "removed_at", "version", "works")

    def __init__(self, order: int, region: str, snapshot: Any) -> None:
        self.order = order
        self.snapshot = snapshot
        self.region = region
        self.version = 1
        self.etag: str | None = None
        self.works: tuple[str, ...] = ()
        self.created_as: str | None = getattr(snapshot, "display_name", None)
        self.notes: tuple[tuple[datetime, str], ...] = ()
        self.removed_at: datetime | None = None

    def is_removed(self, now: datetime) -> bool:
        """Whether its time is over. No response shows it any more, also if it is still stored."""
        return self.removed_at is not None and self.removed_at <= now


Position: TypeAlias = tuple[Any, int]
"""Where a list shows a record: its sort value and its order, which is unique."""

Index: TypeAlias = "SortedKeyList[Listed, Position]"
"""The records of a partition in the order of a sort key."""
