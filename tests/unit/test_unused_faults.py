"""Planned faults that never happen fail the test, and the message names the calls that came nearest."""

from __future__ import annotations

import json
from contextlib import ExitStack, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports import FailingWork, Fault, InMemoryModelRepository, Simulator
from genai_ports.api.call import Call
from genai_ports.api.kinds import OPERATIONS
from genai_ports.client.retry import NEVER
from genai_ports.errors import GenAiError, InvalidInput
from genai_ports.simulator.faults.call_matcher import ALWAYS, CallContext, CallMatcher
from genai_ports.simulator.faults.fault_registry import FaultRegistry
from genai_ports.testing import Sandbox, SandboxSettings, UnusedFaults, check_faults_used, ready
from genai_ports.testing.unittest_case import GenAiTestCase

pytest_plugins = ["pytester"]
FAULT = Fault(operation="create_imported_model", region="eu-frankfurt-1", status=503)


def world() -> InMemoryModelRepository:
    return InMemoryModelRepository(details=True, retry=NEVER)


def message(genai: InMemoryModelRepository) -> str:
    with pytest.raises(UnusedFaults) as unused:
        check_faults_used(genai.simulator)
    return str(unused.value)


numbers = st.integers(1, 4)


@given(
    st.lists(
        st.builds(
            CallMatcher,
            operation=st.sampled_from([None, "get_model", "list_models"]),
            nth=st.none() | numbers,
            every=numbers,
            times=numbers | st.just(ALWAYS),
        ),
        max_size=4,
    ),
    st.lists(st.sampled_from(["get_model", "list_models", "get_endpoint"]), max_size=12),
)
def test_a_plan_is_unused_until_it_is_taken(plans: list[CallMatcher], calls: list[str]) -> None:
    registry: FaultRegistry[CallMatcher] = FaultRegistry()
    for plan in plans:
        registry.add(plan)
    entries = list(registry.entries)
    used = set()
    for name in calls:
        left = [entry.plan for entry in entries]
        taken = registry.take(CallContext(name, "us-chicago-1", None, None, None, Call(OPERATIONS[name])))
        used |= {n for n, plan in enumerate(left) if plan is taken}
        assert [entries.index(entry) for entry in registry.entries if not entry.is_used] == [
            n for n in range(len(plans)) if n not in used
        ]
    restored = FaultRegistry.from_data(CallMatcher, json.loads(json.dumps(registry.to_data())))
    assert restored.unused() == registry.unused()


def test_a_plan_that_is_used_in_part_is_used_and_a_reset_forgets_it() -> None:
    genai = world()
    genai.simulator.faults.add(Fault(status=503, times=3))
    genai.simulator.failing_work.add(FailingWork(failure="timed-out"))
    with suppress(GenAiError):
        genai.get_model("ocid1.x")
    assert genai.simulator.faults.unused() == ()
    assert [plan.failure for plan in genai.simulator.failing_work.unused()] == ["timed-out"]
    genai.simulator.reset()
    assert genai.simulator.failing_work.unused() == ()
    check_faults_used(genai.simulator)


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_a_plan_that_applied_in_a_block_that_was_rolled_back_is_used(blocks: int) -> None:
    genai = world()
    genai.simulator.faults.add(Fault(operation="get_model", status=503))
    genai.simulator.faults.add(FAULT)
    with ExitStack() as opened, suppress(GenAiError):
        for _ in range(blocks):
            opened.enter_context(genai.simulator.rollback())
        genai.get_model("ocid1.x")
    assert len(list(genai.simulator.faults)) == 2
    assert genai.simulator.faults.unused() == (FAULT,)


def test_the_message_says_what_the_calls_were() -> None:
    genai = world()
    genai.simulator.faults.add(FAULT)
    assert message(genai).splitlines()[2] == "    there was no call"
    for _ in range(2):
        list(genai.list_endpoints(ready.COMPARTMENT))
    assert message(genai).splitlines() == [
        "a planned fault never applied to a call:",
        "  Fault(operation='create_imported_model', region='eu-frankfurt-1', status=503)",
        "    there was no call of create_imported_model; the calls were list_endpoints (2 times)",
    ]


def test_the_message_names_the_nearest_calls_and_what_is_different() -> None:
    genai = world()
    genai.simulator.faults.add(FAULT)
    genai.simulator.faults.add(Fault(operation="create_imported_model", display_name="other", status=503))
    genai.create_imported_model(ready.imported_model_details(display_name="mine"))
    head, _, region, _, name = message(genai).splitlines()
    assert head == "2 planned faults never applied to a call:"
    assert region.startswith("    00:00:00 create_imported_model …")
    assert region.endswith(": 201 (its region is 'us-chicago-1')")
    assert name.endswith(": 201 (its display_name is 'mine')")


def test_the_nearest_call_comes_first_and_three_are_shown() -> None:
    genai = world()
    genai.simulator.faults.add(
        Fault(operation="list_endpoints", region="eu-frankfurt-1", compartment_id="a", status=503)
    )
    for _ in range(4):
        list(genai.list_endpoints(ready.COMPARTMENT))
    list(genai.list_endpoints(ready.COMPARTMENT, region="fra"))
    _, _, nearest, *others = message(genai).splitlines()
    assert "region" not in nearest
    assert f"its compartment_id is '{ready.COMPARTMENT}'" in nearest
    assert len(others) == 2


def test_the_name_of_a_resource_is_that_in_the_world() -> None:
    genai = world()
    model = ready.imported_model(genai, display_name="mine")
    genai.simulator.faults.add(Fault(operation="get_imported_model", display_name="other", status=503))
    genai.get_imported_model(model.id)
    assert "its display_name is 'mine'" in message(genai)


def test_the_message_says_which_number_it_waits_for_or_that_its_function_refused() -> None:
    genai = world()
    genai.simulator.faults.add(Fault(operation="list_endpoints", nth=3, status=503))
    genai.simulator.faults.add(Fault(when=lambda _: False, status=503))
    for matched in ("1 call matches; it applies to number 3", "2 calls match; it applies to number 3"):
        list(genai.list_endpoints(ready.COMPARTMENT))
        assert matched in message(genai)
    assert "its function returned False" in message(genai)


def test_failing_work_is_checked_too() -> None:
    genai = world()
    genai.simulator.failing_work.add(FailingWork(failure="dataset-too-small"))
    list(genai.list_endpoints(ready.COMPARTMENT))
    assert "there was no call of an operation that it applies to; the calls were list_endpoints" in message(genai)


def test_a_plan_behind_another_one_says_so() -> None:
    genai = world()
    for _ in range(2):
        genai.simulator.faults.add(Fault(operation="get_model", status=503))
    with suppress(GenAiError):
        genai.get_model("ocid1.x")
    assert "another fault applied" in message(genai)


def test_a_sandbox_fails_at_its_end() -> None:
    with pytest.raises(UnusedFaults), Sandbox(faults=[FAULT]):
        pass
    with Sandbox(faults=[FAULT], unused_faults="ignore"):
        pass
    with Sandbox(faults=[FAULT]) as sandbox:
        sandbox.genai_simulator.faults.clear()
    with Sandbox() as sandbox:
        sandbox.genai_simulator.faults.add(FAULT)
    with Sandbox(faults=[FAULT]) as sandbox, suppress(GenAiError):
        sandbox.genai.create_imported_model(ready.imported_model_details(), region="fra")


def test_a_body_that_fails_is_what_is_reported() -> None:
    with pytest.raises(ZeroDivisionError), Sandbox(faults=[FAULT]):
        raise ZeroDivisionError


def test_a_sandbox_that_fails_at_its_end_is_closed() -> None:
    simulator = None
    with pytest.raises(UnusedFaults), Sandbox(faults=[FAULT]) as sandbox:
        simulator = sandbox.genai_simulator
    assert simulator is not None
    with Sandbox() as other:
        assert other.genai_simulator is not simulator


def test_the_setting_is_fail_or_ignore() -> None:
    with pytest.raises(InvalidInput, match="unused_faults must be fail or ignore, not 'no'"):
        SandboxSettings(unused_faults="no")


def test_the_check_takes_the_faults_of_a_simulator_alone() -> None:
    simulator = Simulator()
    simulator.faults.add(FAULT)
    check_faults_used(simulator, [])
    with pytest.raises(UnusedFaults):
        check_faults_used(simulator, [FAULT])


SUITE = """
import pytest
from genai_ports import Fault
from genai_ports.errors import GenAiError

UNUSED = [Fault(operation="get_model", status=503)]

@pytest.mark.genai(faults=UNUSED)
def test_unused(genai):
    list(genai.list_endpoints("ocid1.compartment.oc1..example"))

@pytest.mark.genai(faults=UNUSED)
def test_used(genai):
    with pytest.raises(GenAiError):
        genai.get_model("ocid1.x")

@pytest.mark.genai(faults=UNUSED, unused_faults="ignore")
def test_ignored(genai):
    pass

@pytest.mark.genai(faults=UNUSED)
def test_that_fails(genai):
    assert 1 == 2

@pytest.mark.genai(faults=UNUSED)
def test_that_is_skipped(genai):
    pytest.skip("later")
"""


def test_a_test_fails_in_its_call_and_not_at_its_teardown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    result = pytester.runpytest_subprocess("-W", "error")
    result.assert_outcomes(passed=2, failed=2, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*a planned fault never applied to a call:",
            "*no call of get_model; the calls were list_endpoints*",
        ]
    )
    assert (
        "a planned fault" not in result.stdout.str().partition("test_that_fails")[2].partition("short test summary")[0]
    )


def test_a_unittest_fails_too() -> None:
    class Planned(GenAiTestCase):
        genai_settings = SandboxSettings(faults=[FAULT])

        def test_unused(self) -> None:
            list(self.genai.list_endpoints(ready.COMPARTMENT))

        def test_skipped(self) -> None:
            self.skipTest("later")

        def test_failed(self) -> None:
            self.fail("otherwise")

    outcomes = {}
    for name in ("test_unused", "test_skipped", "test_failed"):
        result = Planned(name).run()
        assert result is not None
        outcomes[name] = [text for _, text in (*result.errors, *result.failures)]
    assert ["UnusedFaults: a planned fault never applied" in text for text in outcomes["test_unused"]] == [True]
    assert outcomes["test_skipped"] == []
    assert ["otherwise" in text for text in outcomes["test_failed"]] == [True]
