"""Verdicts: what the results of a certification say about each row of `docs/fidelity.md`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from genai_ports.simulator.rules.refusals import REFUSALS
from genai_ports.testing.certify.rows_of_operations import ROWS_OF_OPERATIONS
from genai_ports.testing.certify.rows_of_resources import ROWS_OF_RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from genai_ports.testing.certify.running import TestRun

ROWS: Final[Mapping[str, tuple[str, ...]]] = {**ROWS_OF_OPERATIONS, **ROWS_OF_RESOURCES}
"""Rows of the page by the text of their first cell, each with the tests that show it. The rules of refusals come in
addition: a test reports which of them it has checked."""

HELD: Final = "held"
DIFFERS: Final = "differs"
NOT_SHOWN: Final = "not shown"
NO_ROW: Final = "(no row of the page)"
_NO_TEST: Final = "no test that ran is about it"


@dataclass
class Verdict:
    """What the results say about a row.

    Args:
        row: the text of its first cell.
        held: how many tests hold.
        differences: what other tests found, by the name of the test.
        why: the reasons of the tests that did not run.
    """

    row: str
    held: int = 0
    differences: dict[str, str] = field(default_factory=dict)
    why: dict[str, None] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """`held`, `differs` or `not shown`."""
        if self.differences:
            return DIFFERS
        return HELD if self.held else NOT_SHOWN

    @property
    def reason(self) -> str | None:
        """Why the row is not shown; None if it is."""
        return None if self.verdict != NOT_SHOWN else "; ".join(self.why) or _NO_TEST


def verdicts(results: Iterable[TestRun]) -> Sequence[Verdict]:
    """Return a verdict for each row; what has no row comes last, if it differs."""
    found = {row: Verdict(row) for row in (*ROWS, *map(_row_of_rule, REFUSALS), NO_ROW)}
    rows_of = _rows_by_test()
    for result in results:
        rows = [*rows_of.get(result.name, ()), *rows_of.get(result.name.partition("[")[0], ())]
        for row in dict.fromkeys(rows):
            _add(found[row], result)
        for rule, is_expected in result.rules.items():
            if is_expected:
                found[_row_of_rule(rule)].held += 1
            elif result.outcome == DIFFERS:
                rows.append(_row_of_rule(rule))
                _add(found[rows[-1]], result)
        if not rows:
            _add(found[NO_ROW], result)
    without = found.pop(NO_ROW)
    return [*found.values(), *([without] if without.differences else [])]


def _add(verdict: Verdict, result: TestRun) -> None:
    if result.outcome == HELD:
        verdict.held += 1
    elif result.outcome == DIFFERS:
        verdict.differences[result.name] = str(result.why)
    else:
        verdict.why[str(result.why)] = None


def _row_of_rule(rule: str) -> str:
    return f"`{rule}`"


def _rows_by_test() -> Mapping[str, Sequence[str]]:
    rows: dict[str, list[str]] = {}
    for row, test in _pairs():
        rows.setdefault(test, []).append(row)
    return rows


def _pairs() -> Iterator[tuple[str, str]]:
    return ((row, test) for row, tests in ROWS.items() for test in tests)
