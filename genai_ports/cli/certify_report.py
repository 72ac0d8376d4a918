"""What `genai-ports certify` prints: the plan before, and the report after."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from genai_ports.backends.urls import without_user
from genai_ports.cli.report import new_console

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from genai_ports.client.repository import Repository
    from genai_ports.testing.certify.certifying import Certification, Plan
    from genai_ports.testing.certify.scope import Scope
    from genai_ports.testing.certify.verdicts import Verdict

_STYLES: Final = {"held": "green", "differs": "red"}


def plan_as_text(url: str, genai: Repository, scope: Scope, plan: Plan) -> str:
    """Return what the certification will do, as text."""
    where = [f"{without_user(url)}, region {genai.default_region}"]
    where += [f"tenancy {tenancy}" for tenancy in filter(None, [getattr(genai.backend, "tenancy", None)])]
    where += [f"compartment {compartment}" for compartment in scope.compartments]
    made = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(plan.created.items())) or "nothing"
    lines = [
        *where,
        f"runs {plan.tests} tests, and {len(plan.without)} not",
        f"creates and deletes: {made}",
        f"takes about {plan.hours:.0f} hours and {plan.unit_hours:.0f} unit hours of clusters, at the simulator's pace",
        "tags all that it creates with genai-ports, and starts its names with genai-ports-certify-",
    ]
    return "\n".join(lines)


def report_as_json(url: str, plan: Plan, done: Certification, rows: Sequence[Verdict]) -> str:
    """Return the report as JSON."""
    document = {
        "url": without_user(url),
        "isComplete": done.is_complete,
        "notDeleted": [*done.left],
        "plan": {
            "tests": plan.tests,
            "created": dict(plan.created),
            "hours": round(plan.hours, 1),
            "unitHours": round(plan.unit_hours, 1),
        },
        "rows": [
            {
                "row": each.row,
                "verdict": each.verdict,
                "held": each.held,
                "differences": [{"test": test, "difference": why} for test, why in each.differences.items()],
                "reason": each.reason,
            }
            for each in rows
        ],
        "tests": [{"test": each.name, "outcome": each.outcome, "why": each.why} for each in done.results],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def print_report(done: Certification, rows: Sequence[Verdict]) -> None:
    """Print the verdicts, for people."""
    console = new_console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("Row of docs/fidelity.md", "Verdict", "Tests", "Difference or reason"):
        table.add_column(heading, overflow="fold")
    for each in rows:
        why = "\n".join(f"{test}: {text}" for test, text in each.differences.items()) or each.reason or ""
        table.add_row(Text(each.row), Text(each.verdict, _STYLES.get(each.verdict, "")), str(each.held), Text(why))
    console.print(table)
    console.print(Text(f"rows: {_counts(each.verdict for each in rows)}"))
    console.print(Text(f"tests: {_counts(each.outcome for each in done.results)}"))


def _counts(outcomes: Iterable[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(Counter(outcomes).items()))
