"""A step that happens at a time, without a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

START: Final = "start"
FINISH: Final = "finish"
PURGE: Final = "purge"


class DueStep(NamedTuple):
    """A step that happens at a time, without a call.

    Args:
        due: when.
        number: counts the steps; of those due at the same time, the lowest comes first.
        action: `start` or `finish` for work, `purge` for a deleted resource.
        kind: the name of the kind of what it happens to.
        identifier: the OCID of what it happens to.
    """

    due: datetime
    number: int
    action: str
    kind: str
    identifier: str

    def __deepcopy__(self, _: object) -> Self:
        return self  # nothing can change it
