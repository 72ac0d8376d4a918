"""A rollback undoes everything that a block did to a world, and what a test holds of the world remains valid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from dirty_world import dirty
from object_graph import differences

from fake_server import FakeServer
from genai_ports import Fault, InMemoryModelRepository, Simulator, UpdateImportedModelDetails, VirtualClock
from genai_ports.backends.system_clock import SystemClock
from genai_ports.testing import Sandbox, ready


def test_everything_that_a_block_does_is_undone() -> None:
    simulator = Simulator(seed=7, region="eu-frankfurt-1", pace="realistic")
    ready.imported_model(InMemoryModelRepository(simulator=simulator))
    before = simulator.snapshot()
    with simulator.rollback():
        dirty(simulator)
        assert simulator.snapshot() != before
    assert simulator.snapshot() == before
    with simulator.rollback():
        dirty(simulator)
        inside = simulator.snapshot()
    dirty(simulator)
    assert simulator.snapshot() == inside


def test_a_new_world_is_as_new_after_a_rollback() -> None:
    simulator = Simulator(seed=7, region="eu-frankfurt-1", pace="realistic")
    with simulator.rollback():
        dirty(simulator)
    fresh = Simulator(seed=7, region="eu-frankfurt-1", pace="realistic")
    assert [each for each in differences(simulator, fresh) if "rolled_back" not in each] == []


def test_a_block_that_raises_is_undone() -> None:
    simulator = Simulator()
    before = simulator.snapshot()

    def fail() -> None:
        with simulator.rollback():
            dirty(simulator)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert simulator.snapshot() == before


def test_a_block_in_which_the_world_is_reset_or_replaced_is_undone() -> None:
    simulator = Simulator(seed=7)
    dirty(simulator)
    simulator.faults.clear()
    before = simulator.snapshot()
    with simulator.rollback():
        simulator.reset()
    assert simulator.snapshot() == before
    with simulator.rollback():
        simulator.become(Simulator(region="fra", seed=8))
        assert simulator.region == "eu-frankfurt-1"
    assert (simulator.snapshot(), simulator.region) == (before, "us-chicago-1")


def test_blocks_can_be_nested() -> None:
    genai = InMemoryModelRepository()
    simulator = genai.simulator
    with simulator.rollback():
        ready.imported_model(genai)
        outer = simulator.snapshot()
        with simulator.rollback():
            ready.imported_model(genai)
        assert simulator.snapshot() == outer
    assert len(simulator.journal) == 0


def test_a_plan_with_a_function_can_be_rolled_back() -> None:
    simulator = Simulator()
    plan = Fault(status=503, when=lambda _: True)
    simulator.faults.add(plan)
    with simulator.rollback():
        simulator.faults.clear()
    assert list(simulator.faults) == [plan]


def test_a_virtual_clock_goes_back_and_a_real_clock_goes_on() -> None:
    virtual, real = Simulator(), Simulator(clock=SystemClock())
    for simulator in (virtual, real):
        before = simulator.clock.now()
        with simulator.rollback():
            simulator.clock.advance(3600)
        passed = (simulator.clock.now() - before).total_seconds()
        assert (passed == 0) is isinstance(simulator.clock, VirtualClock)
        assert passed == 0 or passed >= 3600


@pytest.mark.parametrize("way", ["rollback", "reset", "become"])
def test_what_a_test_holds_of_a_world_remains_valid(way: str) -> None:
    simulator = Simulator(seed=7)
    policies = simulator.policies
    names = ("faults", "failing_work", "journal", "keys", "limits", "retry_tokens", "clock", "lock")
    held = {name: getattr(simulator, name) for name in names}
    if way == "rollback":
        with simulator.rollback():
            simulator.reset()
            simulator.keys["a"] = "b"
        assert simulator.policies is policies
    elif way == "reset":
        simulator.keys["a"] = "b"
        simulator.reset()
    else:
        simulator.become(Simulator(keys={"b": "c"}))
    assert {name: getattr(simulator, name) for name in names} == held
    assert [name for name in names if getattr(simulator, name) is not held[name]] == []
    assert simulator.keys == ({"b": "c"} if way == "become" else {})
    assert simulator.scheduler.failing_work is held["failing_work"]
    assert held["limits"].lock is simulator.lock
    held["faults"].add(Fault(status=503))
    assert len(list(simulator.faults)) == 1


def test_all_clients_of_a_sandbox_go_on_after_a_rollback() -> None:
    with Sandbox(seed=7) as sandbox:
        kept = ready.imported_model(sandbox.genai)
        journal = sandbox.genai_simulator.journal
        with sandbox.genai_simulator.rollback():
            inside = ready.imported_model(sandbox.genai_over_http)
            sandbox.genai_over_http.update_imported_model(kept.id, UpdateImportedModelDetails(description="inside"))
        calls = len(journal)
        shown = sandbox.oci_generative_ai_client.get_imported_model(kept.id).data
        assert shown.description != "inside"
        assert sandbox.genai_over_http.get_imported_model(kept.id).description != "inside"
        assert len(journal) == calls + 2
        assert ready.imported_model(sandbox.genai).id == inside.id


def test_a_server_shows_no_response_of_the_block_afterwards() -> None:
    simulator = Simulator()
    with FakeServer(simulator=simulator) as server:
        from genai_ports import connect

        with connect(server.url) as genai:
            with simulator.rollback():
                first = ready.imported_model(genai, display_name="first")
                assert [each.display_name for each in genai.list_imported_models(ready.COMPARTMENT)] == ["first"]
            second = ready.imported_model(genai, display_name="second")
            assert second.id == first.id
            assert [each.display_name for each in genai.list_imported_models(ready.COMPARTMENT)] == ["second"]


def test_what_other_threads_do_inside_the_block_is_undone() -> None:
    genai = InMemoryModelRepository()
    before = genai.simulator.snapshot()
    with genai.simulator.rollback(), ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: genai.create_imported_model(ready.imported_model_details()), range(40)))
        assert len(genai.simulator.state()["importedModels"]) == 40
    assert genai.simulator.snapshot() == before
