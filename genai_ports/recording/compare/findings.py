"""What a comparison finds: observations of rows of `docs/fidelity.md`, and the differences among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.value import Value, replaced, value
from genai_ports.recording.provenance import PRINTED, SERVICE

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIRMED: Final = "confirmed"
CONTRADICTED: Final = "contradicted"
MESSAGE: Final = "message"
"""The kind of differences in the message of an error, which are for information only."""


@value
class Difference(Value):
    """One difference between a recording and the simulator.

    Args:
        kind: what differs: `status`, `code`, `message`, `header`, `form`, `property`, `null`, `type`, `enum`, `state`,
            `value`, `identity`, `order`, `items`, `base-models` or `body`.
        place: where, such as `interaction 4: response.items[0].vendor`.
        recorded: the value in the recording; None if it has none.
        simulated: the value in the response of the simulator; None if it has none.
        row: the row of `docs/fidelity.md` that it bears on: the text of its first cell.
        reason: why the difference is accepted; None if it is not.
    """

    kind: str
    place: str
    recorded: Any
    simulated: Any
    row: str
    reason: str | None = None


class Observation(NamedTuple):
    """One place where a recording and the simulator were compared.

    Args:
        row: the row that it bears on.
        difference: what differs; None if nothing does.
    """

    row: str
    difference: Difference | None = None


@value
class RowSummary(Value):
    """What a recording says about one row of `docs/fidelity.md`.

    Args:
        row: the text of its first cell.
        same: the number of places where recording and simulator agree.
        different: the number of places where they differ, the accepted ones included.
        verdict: `confirmed` or `contradicted`, for a recording of the real service; None for any other.
    """

    row: str
    same: int
    different: int
    verdict: str | None


@value
class Comparison(Value):
    """The result of a comparison.

    Args:
        name: of the cassette.
        source: where the cassette comes from, see `Provenance`.
        interactions: how many were played.
        differences: in the order of the recording.
        rows: the rows that were observed, those with differences first.
        unused: places of the acceptance file that no difference matched.
        assumed: resources that the recording uses but never shows; the simulator had plausible ones.
        not_compared: interactions that depend on a page or a work request from before the recording.
    """

    name: str
    source: str
    interactions: int
    differences: tuple[Difference, ...]
    rows: tuple[RowSummary, ...]
    unused: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Difference, ...]:
        """The differences that are not accepted; those of messages are no part of it."""
        return tuple(each for each in self.differences if each.reason is None and each.kind != MESSAGE)

    @property
    def information(self) -> tuple[Difference, ...]:
        """The differences of messages of errors that are not accepted."""
        return tuple(each for each in self.differences if each.reason is None and each.kind == MESSAGE)

    def accepting(self, differences: tuple[Difference, ...], unused: tuple[str, ...]) -> Comparison:
        """Return the same comparison with reasons for differences."""
        return replaced(self, differences=differences, unused=unused)


def summed_up(observations: Sequence[Observation], source: str) -> tuple[RowSummary, ...]:
    """Sum up observations by row."""
    counts: dict[str, list[int]] = {}
    for each in observations:
        counts.setdefault(each.row, [0, 0])[each.difference is not None] += 1
    is_real = source in (SERVICE, PRINTED)
    rows = [
        RowSummary(
            row=row,
            same=same,
            different=different,
            verdict=(CONTRADICTED if different else CONFIRMED) if is_real else None,
        )
        for row, (same, different) in counts.items()
    ]
    return tuple(sorted(rows, key=lambda row: -row.different))
