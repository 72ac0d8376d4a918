"""The table of what holds for a backend, by area of behaviour and by capability, as text and as Markdown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OUTCOMES: Final = ("held", "failed", "declared")


class Result(NamedTuple):
    """The result of one contract test.

    Args:
        backend: the contract class, as pytest names it.
        area: the area of behaviour.
        name: of the test, with its parameters.
        outcome: `held`, `failed` or `declared`.
        needs: the capabilities that the test needs, as text.
        key: what was declared; see `Declaration`.
        reason: why.
        covered: how many tests that declaration covers; 0 if that is not known.
    """

    backend: str
    area: str
    name: str
    outcome: str
    needs: Sequence[str] = ()
    key: str | None = None
    reason: str | None = None
    covered: int = 0


class Table:
    """What holds for one backend.

    Args:
        backend: the contract class, as pytest names it.
        results: of its tests. A test can have several: a failed call and a failed teardown.
    """

    def __init__(self, backend: str, results: Sequence[Result]) -> None:
        self.backend = backend
        self.results = [*{result.name: result for result in sorted(results, key=_by_outcome)}.values()]

    @property
    def failed(self) -> int:
        """The number of tests that failed."""
        return Counter(result.outcome for result in self.results)["failed"]

    @property
    def summary(self) -> str:
        """The whole result in one line."""
        return f"{self.backend}: {_counts(self.results)}"

    @property
    def areas(self) -> Sequence[tuple[str, Counter[str]]]:
        """The number of tests with each outcome, by area."""
        return _counted((result.area, result.outcome) for result in self.results)

    @property
    def capabilities(self) -> Sequence[tuple[str, Counter[str]]]:
        """The number of tests with each outcome, by capability."""
        return _counted((each, result.outcome) for result in self.results for each in result.needs)

    @property
    def reasons(self) -> Sequence[tuple[str, int]]:
        """The reasons of the declared tests, each with the number of tests."""
        return [*Counter(str(each.reason) for each in self.results if each.outcome == "declared").items()]

    @property
    def stale(self) -> Sequence[str]:
        """The declarations that do not apply: every test that they cover holds."""
        held = Counter(each.key for each in self.results if each.key and each.outcome == "held")
        covered = {each.key: each.covered for each in self.results}
        return [key for key, count in held.items() if key and count == covered[key]]


def text(table: Table) -> str:
    """Return the table for a terminal."""
    rows = [*table.areas, *table.capabilities]
    width = max(len(name) for name, _ in rows)
    lines = [f"  {name:{width}}  {_named(counts)}" for name, counts in rows]
    return "\n".join([*lines, *(f"  declared, {count}: {reason}" for reason, count in table.reasons)])


def markdown(table: Table) -> str:
    """Return the table as Markdown."""
    lines = [f"## {table.backend}", "", f"{_counts(table.results)}.", ""]
    lines += _grid("Area", table.areas)
    if table.capabilities:
        lines += _grid("Capability", table.capabilities)
    if table.reasons:
        lines += ["| Declared | Tests |", "| --- | --- |"]
        lines += [*(f"| {_cell(reason)} | {count} |" for reason, count in table.reasons), ""]
    return "\n".join(lines)


def _by_outcome(result: Result) -> int:
    """Sort failures last, so that they stay."""
    return result.outcome == "failed"


def _counts(results: Iterable[Result]) -> str:
    return _named(Counter(result.outcome for result in results))


def _named(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES if counts[outcome])


def _counted(pairs: Iterable[tuple[str, str]]) -> Sequence[tuple[str, Counter[str]]]:
    counted: dict[str, Counter[str]] = {}
    for name, outcome in pairs:
        counted.setdefault(name, Counter())[outcome] += 1
    return sorted(counted.items())


def _grid(heading: str, rows: Iterable[tuple[str, Counter[str]]]) -> list[str]:
    lines = [f"| {heading} | Held | Failed | Declared |", "| --- | --- | --- | --- |"]
    for name, counts in rows:
        lines.append(f"| {_cell(name)} | {' | '.join(str(counts[outcome]) for outcome in _OUTCOMES)} |")
    return [*lines, ""]


def _cell(given: str) -> str:
    return given.replace("|", "\\|").replace("\n", " ")
