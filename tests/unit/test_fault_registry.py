"""FaultRegistry: plans apply to calls by number, in the order in which they were added."""

from __future__ import annotations

import copy
import json
import pickle
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


def context(operation: str = "get_model") -> CallContext:
    return CallContext(operation, "us-chicago-1", None, None, None, Call(OPERATIONS[operation]))


def made(*planned: CallMatcher) -> FaultRegistry[CallMatcher]:
    those: FaultRegistry[CallMatcher] = FaultRegistry()
    for plan in planned:
        those.add(plan)
    return those


def hits(plan: CallMatcher, count: int) -> list[int]:
    """List the numbers of the calls that a plan applies to, from 1."""
    those = made(plan)
    return [number for number in range(1, count + 1) if those.take(context())]


def by_the_rule(plan: CallMatcher, count: int) -> list[int]:
    """List the same numbers by the documented rule: from the nth, in steps of `every`, `times` of them."""
    numbers = list(range(plan.nth or plan.every, count + 1, plan.every))
    return numbers if plan.times == ALWAYS else numbers[: int(plan.times)]


@given(nth=st.none() | numbers, every=numbers, times=numbers | st.just(ALWAYS))
def test_a_plan_begins_at_the_nth_call_goes_on_by_every_so_many_and_ends_after_its_times(
    nth: int | None, every: int, times: int | str
) -> None:
    plan = CallMatcher(nth=nth, every=every, times=times)
    assert hits(plan, 40) == by_the_rule(plan, 40)


@given(planned=st.lists(plans, max_size=5), operations=calls)
def test_of_several_plans_the_first_that_applies_to_a_call_takes_it_and_later_ones_do_not_count_it(
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
        taken = those.take(context(operation))
        assert (taken is None) == (expected is None)
        if taken is not None and expected is not None:
            assert (taken.nth, taken.every, taken.operation) == (
                planned[expected].nth,
                planned[expected].every,
                planned[expected].operation,
            )
    left = [plan for n, plan in enumerate(planned) if plan.times == ALWAYS or spent[n] < int(plan.times)]
    assert [(plan.nth, plan.every) for plan in those] == [(plan.nth, plan.every) for plan in left]


def test_an_empty_registry_applies_to_nothing() -> None:
    assert made().take(context()) is None
    assert not made()


def test_a_plan_that_is_used_up_is_removed() -> None:
    those = made(CallMatcher(times=2))
    assert those
    assert [plan.times for plan in those] == [2]
    assert those.take(context()) is not None
    assert [plan.times for plan in those] == [1]
    those.take(context())
    assert not those


def test_the_calls_that_a_plan_counted_are_those_since_it_was_added() -> None:
    plan, other = CallMatcher(nth=9), CallMatcher(nth=9)
    those = made(plan)
    those.take(context())
    those.add(other)
    those.take(context())
    assert [those.counted(each) for each in (plan, other, CallMatcher())] == [2, 1, 0]


def test_a_plan_for_always_is_never_removed() -> None:
    those = made(CallMatcher(times=ALWAYS))
    for _ in range(100):
        assert those.take(context()) is not None
    assert [plan.times for plan in those] == [ALWAYS]


def test_the_plan_that_was_added_first_is_used_first() -> None:
    those = made(CallMatcher(display_name=None, every=1), CallMatcher(every=1, nth=1, times=ALWAYS))
    assert [getattr(those.take(context()), "times", None) for _ in range(3)] == [1, ALWAYS, ALWAYS]


def test_a_plan_counts_no_call_that_an_earlier_one_has_taken() -> None:
    those = made(CallMatcher(times=2), CallMatcher(nth=2))
    taken = [those.take(context()) for _ in range(5)]
    assert [plan and plan.nth for plan in taken] == [None, None, None, 2, None]


def test_a_plan_counts_the_calls_that_an_earlier_one_has_only_counted() -> None:
    those = made(CallMatcher(nth=3), CallMatcher(nth=2))
    taken = [those.take(context()) for _ in range(3)]
    assert [plan and plan.nth for plan in taken] == [None, 2, 3]


def test_a_cleared_plan_applies_to_nothing() -> None:
    those = made(CallMatcher(), CallMatcher(nth=2))
    those.clear()
    assert (bool(those), those.take(context())) == (False, None)


@pytest.mark.parametrize("plan", [None, "Fault", 5, CallMatcher(), FailingWork()])
def test_a_plan_of_another_class_is_refused(plan: Any) -> None:
    faults = Simulator().faults
    with pytest.raises(InvalidInput, match=r"add\(\) takes a Fault, not"):
        faults.add(plan)
    assert not faults


def test_a_fault_is_not_failing_work() -> None:
    failing_work: Any = Simulator().failing_work
    with pytest.raises(InvalidInput, match=r"add\(\) takes a FailingWork, not a value of type Fault"):
        failing_work.add(Fault(status=500))
    assert not failing_work


def test_when_may_clear_the_plans() -> None:
    those = made()

    def clear(_: Call) -> bool:
        those.clear()
        return True

    those.add(CallMatcher(when=clear))
    those.add(CallMatcher())
    assert those.take(context()) is None
    assert not those


def test_a_plan_that_when_adds_is_for_later_calls() -> None:
    those = made()
    later = CallMatcher(operation="get_model", times=3)

    def plan_more(_: Call) -> bool:
        those.add(later)
        return False

    those.add(CallMatcher(when=plan_more))
    assert those.take(context()) is None
    assert list(those)[1:] == [later]


def test_a_when_that_raises_counts_the_call_for_no_plan() -> None:
    those = made(CallMatcher(nth=2), CallMatcher(operation="get_endpoint", when=lambda call: 1 / 0 > 0))
    with pytest.raises(ZeroDivisionError):
        those.take(context("get_endpoint"))
    assert [those.take(context()) is not None for _ in range(2)] == [False, True]


faults = st.one_of(
    st.builds(Fault, status=st.integers(400, 599), code=st.none() | st.text(), message=st.none() | st.text()),
    st.builds(Fault, damage=st.sampled_from(["reset", "time-out", "cut", "not-json"]), committed=st.booleans()),
    st.builds(
        Fault,
        code=st.just("TooManyRequests"),
        retry_after=st.integers(0, 86_400) | st.just(2.0),
        latency=st.floats(0, 86_400),
        operation=st.sampled_from([None, "get_model", "list_models"]),
        region=st.sampled_from([None, "us-phoenix-1"]),
        compartment_id=st.none() | st.text(),
        display_name=st.none() | st.text(),
        nth=st.none() | numbers,
        every=numbers,
        times=numbers | st.just(ALWAYS),
    ),
)
failing_work = st.builds(
    FailingWork,
    failure=st.sampled_from([None, "timed-out", "out-of-capacity"]),
    percent=st.none() | st.floats(0, 99),
    code=st.none() | st.text(),
    nth=st.none() | numbers,
    times=numbers | st.just(ALWAYS),
)
BEGUN = ["create_model", "get_model", "list_models", "create_endpoint"]


@given(
    planned=st.lists(faults, max_size=4).map(lambda plans: (Fault, plans))
    | st.lists(failing_work, max_size=4).map(lambda plans: (FailingWork, plans)),
    before=st.lists(st.sampled_from(BEGUN), max_size=8),
    after=st.lists(st.sampled_from(BEGUN), max_size=20),
)
def test_a_registry_that_is_written_as_json_and_read_back_goes_on_as_before(
    planned: tuple[Any, list[Any]], before: list[str], after: list[str]
) -> None:
    kind, plans = planned
    registry: FaultRegistry[Any] = FaultRegistry(kind.__name__)
    for plan in plans:
        registry.add(plan)
    for operation in before:
        registry.take(context(operation))
    data = registry.to_data()
    copies = [
        FaultRegistry.from_data(kind, json.loads(json.dumps(data))),
        copy.deepcopy(registry),
        pickle.loads(pickle.dumps(registry)),  # noqa: S301  # our own
    ]
    assert [each.to_data() for each in copies] == [data] * 3
    taken = [registry.take(context(operation)) for operation in after]
    for each in copies:
        assert each.to_data() == data
        assert [each.take(context(operation)) for operation in after] == taken
        assert list(each) == list(registry)


def test_the_data_of_a_registry_is_short_and_readable() -> None:
    registry: FaultRegistry[Fault] = FaultRegistry("Fault")
    registry.add(Fault(code="TooManyRequests", operation="get_model", nth=2))
    registry.take(context())
    assert registry.to_data() == [
        {"code": "TooManyRequests", "operation": "get_model", "nth": 2, "times": 1, "seen": 1}
    ]


def test_a_plan_with_a_function_has_no_data() -> None:
    registry: FaultRegistry[Fault] = FaultRegistry("Fault")
    registry.add(Fault(status=500))
    registry.add(Fault(status=503, operation="get_model", when=bool))
    with pytest.raises(InvalidInput) as refused:
        registry.to_data()
    assert "operation='get_model'" in str(refused.value)
    assert str(refused.value).endswith("remove when= or clear the plan before you take a snapshot")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"status": 42, "seen": 0}, "status must be from 400 to 599, not 42"),
        ({"status": 500}, "is not the data of a Fault"),
        ({"status": 500, "seen": 0, "color": "red"}, "is not the data of a Fault"),
        ({"status": 500, "seen": -1}, "seen must be 0 or more, not -1"),
        ({"status": 500, "seen": "1"}, "seen must be 0 or more, not '1'"),
        (["status"], "is not the data of a Fault"),
    ],
    ids=str,
)
def test_data_that_describes_no_plan_is_refused(item: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        FaultRegistry.from_data(Fault, [item])
