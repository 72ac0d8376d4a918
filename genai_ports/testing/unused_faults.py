"""Unused faults: a fault that a test plans and that never happens makes a test that proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from genai_ports.api.checks import check_instance, checked_tuple
from genai_ports.errors import GenAiError
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from genai_ports.simulator.state.journal import Entry

Plan: TypeAlias = Fault | FailingWork
"""What a test can plan."""

FAIL: Final = "fail"
IGNORE: Final = "ignore"
_SHOWN: Final = 3
_COMPARED: Final = ("region", "resource", "compartment_id", "display_name")


class UnusedFaults(GenAiError, AssertionError):
    """A planned fault, or planned failing work, never applied to a call. The message names the nearest calls."""


def check_faults_used(simulator: Simulator, faults: Sequence[Plan] | None = None) -> None:
    """Check that planned faults and failing work have applied to a call, at least once each.

    Args:
        simulator: the world.
        faults: those to check, as they were added; default: all of the world. One that was cleared is not checked.

    Raises:
        UnusedFaults: one has not.

    Example:
        >>> from genai_ports import Fault, Simulator
        >>> simulator = Simulator()
        >>> simulator.faults.add(Fault(operation="get_model", status=503))
        >>> check_faults_used(simulator)
        Traceback (most recent call last):
        genai_ports.testing.unused_faults.UnusedFaults: a planned fault never applied to a call:
          Fault(operation='get_model', status=503)
            there was no call
    """
    check_instance("simulator", simulator, Simulator)
    if faults is not None:
        faults = checked_tuple("faults", faults, "Fault and FailingWork")
    unused: list[Any] = [*simulator.faults.unused(), *simulator.failing_work.unused()]
    checked = unused if faults is None else [plan for plan in faults if any(plan is each for each in unused)]
    if not checked:
        return
    what = "a planned fault" if len(checked) == 1 else f"{len(checked)} planned faults"
    lines = [line for plan in checked for line in (f"  {plan.source()}", *_reasons(simulator, plan))]
    raise UnusedFaults("\n".join([f"{what} never applied to a call:", *lines]))


def _reasons(simulator: Simulator, plan: Plan) -> Iterator[str]:
    """Say what came nearest to a call that the plan applies to."""
    counted = max(simulator.faults.counted(plan), simulator.failing_work.counted(plan))  # type: ignore[arg-type]
    if counted:
        calls = "1 call matches" if counted == 1 else f"{counted} calls match"
        yield f"    {calls}; it applies to number {plan.nth or plan.every}"
        return
    operations = plan.operations() if isinstance(plan, FailingWork) else (plan.operation,)
    entries = [each for each in simulator.journal if plan.operation in (None, each.operation)]
    near = [each for each in entries if operations == (None,) or each.operation in operations]
    if not near:
        yield f"    {_no_call(simulator, plan)}"
        return
    for entry in sorted(near, key=lambda each: len(_differences(simulator, plan, each)))[:_SHOWN]:
        reason = ", ".join(_differences(simulator, plan, entry)) or _unknown(plan)
        yield f"    {entry.summary()} ({reason})"


def _no_call(simulator: Simulator, plan: Plan) -> str:
    calls = simulator.journal.operations()
    if not calls:
        return "there was no call"
    names = ", ".join(f"{name} ({number} times)" if number > 1 else name for name, number in calls.items())
    return f"there was no call of {plan.operation or 'an operation that it applies to'}; the calls were {names}"


def _differences(simulator: Simulator, plan: Plan, entry: Entry) -> list[str]:
    """Name what is different in a call."""
    known = _facts(simulator, entry)
    wanted = {name: getattr(plan, name) for name in _COMPARED}
    return [
        f"its {name} is {known[name]!r}"
        for name, value in wanted.items()
        if value is not None and known.get(name) is not None and known[name] != value
    ]


def _facts(simulator: Simulator, entry: Entry) -> dict[str, Any]:
    """Return what is known of a call: from the journal, from what was sent, or from its resource as it is now."""
    about: Any = entry.sent and entry.sent.details
    for table in simulator.world.tables.values():
        record = table.get(entry.resource or "")
        about = record.snapshot if record and about is None else about
    facts: dict[str, Any] = {name: getattr(about, name, None) for name in ("compartment_id", "display_name")}
    if entry.sent and entry.sent.query:
        query = entry.sent.query
        facts = {"compartment_id": query.compartment_id, "display_name": query.filters.get("display_name")}
    return {"region": entry.region, "resource": entry.resource, **facts}


def _unknown(plan: Plan) -> str:
    if plan.when is not None:
        return "its function returned False"
    return "another fault applied, the call was refused, or it came before the fault was added"
