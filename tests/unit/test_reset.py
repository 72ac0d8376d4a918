"""A reset leaves nothing behind: the whole object graph is as that of a world that was just made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dirty_world import dirty
from object_graph import differences
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from fake_server.json_cache import JsonCache
from genai_ports import Fault, InMemoryModelRepository, Simulator
from genai_ports.backends.system_clock import SystemClock
from genai_ports.client.retry import NEVER
from genai_ports.errors import ConnectionLost
from genai_ports.tenancy import TENANCY, USER
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = {"seed": 7, "region": "eu-frankfurt-1", "pace": "realistic"}
NEVER_CHANGE = {"settings", "region", "lock"}
"""What a simulator is made with, and keeps."""


def all_differ(simulator: Simulator) -> set[str]:
    """Name the attributes of a simulator that are other than those of a fresh one."""
    fresh = Simulator(**SETTINGS)
    return {name for name, own in vars(simulator).items() if differences(own, vars(fresh).get(name))}


def test_a_world_is_as_new_after_a_reset() -> None:
    simulator = Simulator(**SETTINGS)
    dirty(simulator)
    assert all_differ(simulator) == vars(simulator).keys() - NEVER_CHANGE, "something is not made dirty by this test"
    simulator.reset()
    assert differences(simulator, Simulator(**SETTINGS)) == []


def test_a_world_does_the_same_after_a_reset_as_before() -> None:
    simulator = Simulator(**SETTINGS)
    dirty(simulator)
    before = simulator.state(), list(simulator.journal)
    simulator.reset()
    dirty(simulator)
    assert (simulator.state(), list(simulator.journal)) == before


def test_a_reset_keeps_what_the_world_was_made_with() -> None:
    simulator = Simulator(limits="strict", modes=["short-pages"], keys={"a": "b"}, pace="3s")
    simulator.set_modes()
    simulator.keys.clear()
    simulator.reset()
    assert differences(simulator, Simulator(limits="strict", modes=["short-pages"], keys={"a": "b"}, pace="3s")) == []
    assert (list(simulator.modes), simulator.keys, simulator.limits.default) == (["short-pages"], {"a": "b"}, "strict")


def test_a_repository_goes_on_working_over_a_world_that_was_reset() -> None:
    genai = InMemoryModelRepository(seed=7)
    first = ready.imported_model(genai)
    genai.clock.sleep(100)
    genai.simulator.reset()
    assert genai.clock.now() == Simulator().clock.now()
    assert ready.imported_model(genai) == first


def test_a_server_is_as_new_after_a_reset() -> None:
    app, fresh = create_app(Settings(clock="virtual")), create_app(Settings(clock="virtual"))
    dirty(app.worlds.get(TENANCY))
    http = Client(app)
    http.get("/20231130/models", query_string={"compartmentId": ready.COMPARTMENT})
    assert differences(app.worlds, fresh.worlds)
    assert http.post("/_sim/reset").status_code == 200
    # What JSON a value has is remembered, and is the same in every world.
    assert differences(app, fresh, skip=[JsonCache]) == []


def test_a_server_in_this_process_is_as_new_after_a_reset() -> None:
    with FakeServer(settings=Settings(clock="virtual")) as server:
        dirty(server.simulator)
        server.app.worlds.get("ocid1.tenancy.oc1..another")
        server.reset()
        assert differences(server.app, create_app(Settings(clock="virtual")), skip=[JsonCache]) == []


LEFT: dict[str, Callable[[Simulator], object]] = {
    "a fault": lambda simulator: simulator.faults.add(Fault(status=500)),
    "a mode": lambda simulator: simulator.set_modes("short-pages"),
    "a tick": lambda simulator: simulator.clock.sleep(0.001),
    "a step of the engine": lambda simulator: setattr(simulator.scheduler, "steps", 1),
    "a count": lambda simulator: simulator.world.next_order(),
    "a request id": lambda simulator: simulator.world.ids.request_id(None),
    "a token": lambda simulator: simulator.retry_tokens.new(),
    "a lag": lambda simulator: setattr(simulator.world.tables["model"], "_lag", 1),
    "a member": lambda simulator: simulator.policies.join(USER, "Readers"),
    "a limit": lambda simulator: simulator.limits.set("dedicated-unit-h100-count", 3),
    "an attribute that nobody knows": lambda simulator: setattr(simulator, "new", 1),
}


@pytest.mark.parametrize("what", LEFT)
def test_the_smallest_thing_left_is_found_and_is_gone_after_a_reset(what: str) -> None:
    simulator = Simulator()
    assert differences(simulator, Simulator()) == []
    LEFT[what](simulator)
    assert differences(simulator, Simulator())
    simulator.reset()
    assert differences(simulator, Simulator()) == []


def test_a_lost_response_leaves_nothing_after_a_reset() -> None:
    simulator = Simulator()
    simulator.faults.add(Fault(damage="cut"))
    genai = InMemoryModelRepository(simulator=simulator, retry=NEVER)
    with pytest.raises(ConnectionLost):
        genai.create_imported_model(ready.imported_model_details())
    simulator.reset()
    assert differences(simulator, Simulator()) == []


def test_a_world_becomes_another_one_and_shares_nothing_with_it():
    mine, theirs = Simulator(seed=1), Simulator(seed=2, pace="60s", region="fra")
    genai = InMemoryModelRepository(simulator=mine)
    ready.cluster(InMemoryModelRepository(simulator=theirs))
    theirs.faults.add(Fault(status=500, operation="get_model"))
    theirs.clock.advance(30)
    clock, lock = mine.clock, mine.lock
    mine.become(theirs)
    assert mine.snapshot() == theirs.snapshot()
    assert (mine.clock, mine.lock, genai.clock) == (clock, lock, clock)
    assert mine.faults.lock is lock
    before = theirs.snapshot()
    ready.cluster(genai)
    mine.clock.advance(60)
    assert theirs.snapshot() == before


def test_a_world_on_a_real_clock_moves_forward_to_the_time_of_the_other():
    mine, theirs = Simulator(clock=SystemClock()), Simulator()
    theirs.clock.advance(400 * 24 * 3600)
    mine.become(theirs)
    assert mine.clock.now() >= theirs.clock.now()


def test_a_world_on_a_real_clock_never_moves_back_to_the_time_of_the_other():
    mine, theirs = Simulator(clock=SystemClock()), Simulator(clock=SystemClock())
    mine.clock.advance(3600)
    before = mine.clock.now()
    mine.become(theirs)
    assert mine.clock.now() >= before
