"""Hypothesis strategies for what tests do to a simulated world: control of work, faults, failing work and modes."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003  # hypothesis reads the hints
from typing import Any

from hypothesis import strategies as st

from genai_ports.api.kinds import OPERATIONS, WORK_REQUEST
from genai_ports.simulator.faults.disrupted_response import DAMAGES, NOT_JSON
from genai_ports.simulator.faults.failing_work import FAILURES, FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.lists.modes import MODES
from genai_ports.testing.requests import COMPARTMENTS, maybe


def controls() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Generate calls that control work: a method of the simulator, and its arguments after the id."""
    paces = st.sampled_from(["manual", "instant", "2s", "0.005s", "realistic", "reads:2", "soon"])
    return st.one_of(
        st.just(("finish", {})),
        st.tuples(st.just("fail"), st.fixed_dictionaries({"percent": st.sampled_from([0, 1, 33, 50.5, 99, -1])})),
        st.tuples(st.just("progress"), st.fixed_dictionaries({"percent": st.sampled_from([0, 12.5, 60, 99, 100])})),
        st.tuples(st.just("set_pace"), st.fixed_dictionaries({"pace": paces})),
    )


def faults() -> st.SearchStrategy[Fault]:
    """Generate faults. Most are retried by the default policy; some lose the response of a finished call."""
    errors = st.fixed_dictionaries(
        {
            "status": st.sampled_from([400, 409, 429, 500, 503]),
            "code": st.sampled_from(["IncorrectState", "TooManyRequests", "Other"]),
            "retry_after": st.sampled_from([None, 1, 40]),
        }
    )
    losses = st.fixed_dictionaries({"damage": st.sampled_from(DAMAGES)})
    delays = st.fixed_dictionaries({"latency": st.sampled_from([0.5, 30])})
    pages = st.just({"damage": NOT_JSON, "status": 502})
    late = st.sampled_from([{}, {}, {"latency": 2}])
    return st.builds(
        lambda which, what, latency, committed: Fault(**which, **{**latency, **what}, committed=committed),
        _which(sorted(OPERATIONS)),
        errors | losses | delays | pages,
        late,
        st.booleans(),
    )


def _which(operations: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Generate the part of a plan that selects calls."""
    return st.fixed_dictionaries(
        {"operation": maybe(st.sampled_from(operations)), "times": st.integers(1, 3)},
        optional={
            "nth": st.integers(1, 3),
            "every": st.integers(1, 3),
            "display_name": st.just("a"),
            "compartment_id": st.sampled_from(COMPARTMENTS),
        },
    ).map(_without_impossible_name)


def _without_impossible_name(which: dict[str, Any]) -> dict[str, Any]:
    """Leave out the display name where the operation is about a work request, which has none."""
    operation = OPERATIONS.get(which["operation"])
    if operation is None or operation.kind is not WORK_REQUEST:
        return which
    return {name: wanted for name, wanted in which.items() if name != "display_name"}


def failing_work() -> st.SearchStrategy[FailingWork]:
    """Generate plans that make work fail: named failures for their operations, or unnamed ones."""

    def of(name: str) -> st.SearchStrategy[FailingWork]:
        which = _which(FAILURES[name].operations)
        return which.map(lambda matcher: FailingWork(failure=name, **matcher))

    plain = st.builds(
        lambda which, percent: FailingWork(**which, percent=percent),
        _which(FAILURES["timed-out"].operations),
        st.sampled_from([0, 40, 99]),
    )
    return plain | st.sampled_from(sorted(FAILURES)).flatmap(of)


def modes() -> st.SearchStrategy[list[str]]:
    """Generate sets of modes, most of them small."""
    one = st.sampled_from([*MODES, "stale-lists:60", "hidden-after-create:60", "capped-pages:1"])
    return st.lists(one, max_size=3, unique_by=lambda mode: mode.partition(":")[0])
