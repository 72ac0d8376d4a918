"""FaultRegistry befall the calls that they are for, by number and in the order in which they were made."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports.api.call import Call
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults.call_matcher import ALWAYS, CallContext, CallMatcher
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.simulator import Simulator

numbers = st.integers(1, 6)
plans = st.builds(
    CallMatcher,
    operation=st.sampled_from([None, "get_model", "list_models"]),
    nth=st.none() | numbers,
    every=numbers,
    times=numbers | st.just(ALWAYS),
)
calls = st.lists(st.sampled_from(["get_model", "list_models", "get_endpoint"]), max_size=30)


def asked(operation: str = "get_model") -> CallContext:
    return CallContext(operation, "us-chicago-1", None, None, None, Call(OPERATIONS[operation]))


def made(*planned: CallMatcher) -> FaultRegistry[CallMatcher]:
    those: FaultRegistry[CallMatcher] = FaultRegistry()
    for plan in planned:
        those.add(plan)
    return those


def hits(plan: CallMatcher, count: int) -> list[int]:
    """Tell which of so many calls a plan befalls, counted from 1."""
    those = made(plan)
    return [number for number in range(1, count + 1) if those.take(asked())]


def by_the_rule(plan: CallMatcher, count: int) -> list[int]:
    """Tell the same as one would by hand: begin at the nth, go on by every so many, stop after so many times."""
    numbers = list(range(plan.nth or plan.every, count + 1, plan.every))
    return numbers if plan.times == ALWAYS else numbers[: int(plan.times)]


@given(nth=st.none() | numbers, every=numbers, times=numbers | st.just(ALWAYS))
def test_a_plan_begins_at_the_nth_call_goes_on_by_every_so_many_and_ends_after_its_times(
    nth: int | None, every: int, times: int | str
) -> None:
    plan = CallMatcher(nth=nth, every=every, times=times)
    assert hits(plan, 40) == by_the_rule(plan, 40)


@given(planned=st.lists(plans, max_size=5), operations=calls)
def test_of_several_plans_the_first_that_befalls_a_call_has_it_and_later_ones_never_see_it(
    planned: list[CallMatcher], operations: list[str]
) -> None:
    those = made(*planned)
    seen, spent = [0] * len(planned), [0] * len(planned)
    for operation in operations:
        expected = None
        for n, plan in enumerate(planned):
            is_over = plan.times != ALWAYS and spent[n] == plan.times
            if is_over or plan.operation not in (None, operation):
                continue
            seen[n] += 1
            if seen[n] in by_the_rule(CallMatcher(nth=plan.nth, every=plan.every, times=ALWAYS), seen[n]):
                spent[n] += 1
                expected = n
                break
        taken = those.take(asked(operation))
        assert (taken is None) == (expected is None)
        if taken is not None and expected is not None:
            assert (taken.nth, taken.every, taken.operation) == (
                planned[expected].nth,
                planned[expected].every,
                planned[expected].operation,
            )
    left = [plan for n, plan in enumerate(planned) if plan.times == ALWAYS or spent[n] < int(plan.times)]
    assert [(plan.nth, plan.every) for plan in those] == [(plan.nth, plan.every) for plan in left]


def test_without_plans_nothing_befalls() -> None:
    assert made().take(asked()) is None
    assert not made()


def test_a_plan_that_is_spent_is_gone() -> None:
    those = made(CallMatcher(times=2))
    assert those
    assert [plan.times for plan in those] == [2]
    assert those.take(asked()) is not None
    assert [plan.times for plan in those] == [1]
    those.take(asked())
    assert not those


def test_a_plan_without_end_never_is() -> None:
    those = made(CallMatcher(times=ALWAYS))
    for _ in range(100):
        assert those.take(asked()) is not None
    assert [plan.times for plan in those] == [ALWAYS]


def test_what_was_planned_first_comes_first() -> None:
    those = made(CallMatcher(display_name=None, every=1), CallMatcher(every=1, nth=1, times=ALWAYS))
    assert [getattr(those.take(asked()), "times", None) for _ in range(3)] == [1, ALWAYS, ALWAYS]


def test_a_plan_counts_no_call_that_an_earlier_one_has_taken() -> None:
    those = made(CallMatcher(times=2), CallMatcher(nth=2))
    taken = [those.take(asked()) for _ in range(5)]
    assert [plan and plan.nth for plan in taken] == [None, None, None, 2, None]


def test_a_plan_counts_the_calls_that_an_earlier_one_has_only_counted() -> None:
    those = made(CallMatcher(nth=3), CallMatcher(nth=2))
    taken = [those.take(asked()) for _ in range(3)]
    assert [plan and plan.nth for plan in taken] == [None, 2, 3]


def test_what_was_cleared_befalls_nothing() -> None:
    those = made(CallMatcher(), CallMatcher(nth=2))
    those.clear()
    assert (bool(those), those.take(asked())) == (False, None)


def test_what_cannot_be_is_not_planned() -> None:
    those = made()
    with pytest.raises(InvalidInput):
        those.add(CallMatcher(times=0))
    assert not those


@pytest.mark.parametrize("plan", [None, "Fault", 5, CallMatcher(), FailingWork()])
def test_what_is_of_another_kind_is_not_planned(plan: Any) -> None:
    faults = Simulator().faults
    with pytest.raises(InvalidInput, match="what is planned here must be a Fault, not"):
        faults.add(plan)
    assert not faults


def test_a_fault_is_no_failing_work() -> None:
    failing_work: Any = Simulator().failing_work
    with pytest.raises(InvalidInput, match="what is planned here must be a FailingWork, not Fault"):
        failing_work.add(Fault(status=500))
    assert not failing_work


def test_a_test_of_ones_own_may_change_what_is_planned() -> None:
    those = made()

    def clear(_: Call) -> bool:
        those.clear()
        return True

    those.add(CallMatcher(when=clear))
    those.add(CallMatcher())
    assert those.take(asked()) is None
    assert not those


def test_what_a_test_of_ones_own_plans_is_for_later_calls() -> None:
    those = made()
    later = CallMatcher(operation="get_model", times=3)

    def plan_more(_: Call) -> bool:
        those.add(later)
        return False

    those.add(CallMatcher(when=plan_more))
    assert those.take(asked()) is None
    assert list(those)[1:] == [later]
