"""One lock: each public method of a simulator, and of what belongs to it, holds the lock while it runs."""

from __future__ import annotations

import copy
import inspect
import pickle
from contextlib import suppress
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import FailingWork, Fault, InMemoryModelRepository, Simulator, VirtualClock
from genai_ports.api.call import Call
from genai_ports.api.kinds import IMPORTED_MODEL, OPERATIONS
from genai_ports.api.locked import Locked
from genai_ports.backends.memory import MemoryBackend
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import GenAiError, InternalServerError
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

USER = "ocid1.user.oc1..ann"
STATEMENT = "Allow group Readers to read generative-ai-family in tenancy"
LIMIT = "dedicated-unit-h100-count"


def roll_back(world: Simulator) -> None:
    with world.rollback():
        pass


# By method: a call of it that does something, on a world with a model and a cluster.
USES: dict[str, Callable[[Simulator, dict[str, str]], object]] = {
    "handle": lambda world, ids: world.handle(Call(OPERATIONS["get_imported_model"], target=ids["model"])),
    "refuse": lambda world, _: world.refuse(InternalServerError("m"), "get_model"),
    "reset": lambda world, _: world.reset(),
    "become": lambda world, _: world.become(Simulator()),
    "rollback": lambda world, _: roll_back(world),
    "new_retry_token": lambda world, _: world.new_retry_token(),
    "skip_time": lambda world, _: world.skip_time(1),
    "limits": lambda world, _: world.limits,
    "modes": lambda world, _: world.modes,
    "retry_tokens": lambda world, _: world.retry_tokens,
    "policies": lambda world, _: world.policies,
    "work_on": lambda world, ids: world.work_on(ids["model"]),
    "set_pace": lambda world, ids: world.set_pace(ids["model"], "5s"),
    "pace": lambda world, _: world.pace,
    "set_world_pace": lambda world, _: world.set_world_pace("5s"),
    "progress": lambda world, ids: world.progress(ids["model"], 50),
    "finish": lambda world, ids: world.finish(ids["model"]),
    "fail": lambda world, ids: world.fail(ids["model"]),
    "needs_attention": lambda world, ids: world.needs_attention(ids["cluster"]),
    "set_modes": lambda world, _: world.set_modes("short-pages"),
    "timeline": lambda world, ids: world.timeline(ids["model"]),
    "troubles": lambda world, _: world.troubles(),
    "state": lambda world, _: world.state(),
    "stored": lambda world, _: world.stored(),
    "counts": lambda world, _: world.counts(),
    "regions": lambda world, _: world.regions(),
    "newest": lambda world, _: world.newest(IMPORTED_MODEL),
    "inspect": lambda world, ids: world.inspect(ids["model"]),
    "base_models": lambda world, _: world.base_models("us-chicago-1"),
    "snapshot": lambda world, _: world.snapshot(),
}

# The same for what belongs to a simulator.
PARTS: dict[str, Callable[[Simulator], object]] = {
    "faults.add": lambda world: world.faults.add(Fault(status=500)),
    "faults.clear": lambda world: world.faults.clear(),
    "faults.to_data": lambda world: world.faults.to_data(),
    "iter(faults)": lambda world: list(world.faults),
    "failing_work.add": lambda world: world.failing_work.add(FailingWork(failure="timed-out")),
    "failing_work.clear": lambda world: world.failing_work.clear(),
    "iter(failing_work)": lambda world: list(world.failing_work),
    "limits.set": lambda world: world.limits.set(LIMIT, 1),
    "iter(limits)": lambda world: list(world.limits),
    "policies.join": lambda world: world.policies.join(USER, "Readers"),
    "policies.allow": lambda world: world.policies.allow(STATEMENT),
    "policies.add": lambda world: world.policies.add([STATEMENT]),
    "policies.name_compartment": lambda world: world.policies.name_compartment(ready.COMPARTMENT, "Models"),
    "policies.members": lambda world: world.policies.members,
    "policies.clear": lambda world: world.policies.clear(),
    "iter(policies)": lambda world: list(world.policies),
    "journal.query": lambda world: world.journal.query(status=200),
    "journal.one": lambda world: world.journal.one(status=299),
    "journal.operations": lambda world: world.journal.operations(),
    "faults.unused": lambda world: world.faults.unused(),
    "faults.counted": lambda world: world.faults.counted(Fault(status=500)),
    "journal.clear": lambda world: world.journal.clear(),
    "journal.to_data": lambda world: world.journal.to_data(),
    "limits.to_data": lambda world: world.limits.to_data(),
    "policies.to_data": lambda world: world.policies.to_data(),
    "iter(journal)": lambda world: list(world.journal),
    "clock.advance": lambda world: world.clock.sleep(1),
    "a call of a repository": lambda world: InMemoryModelRepository(simulator=world).get_model("ocid1.x"),
}


class Watched:
    """A lock that records whether it was held."""

    def __init__(self) -> None:
        self._lock = RLock()
        self.taken = self.depth = 0

    def __enter__(self) -> None:
        self._lock.acquire()
        self.taken += 1
        self.depth += 1

    def __exit__(self, *_: object) -> None:
        self.depth -= 1
        self._lock.release()


class Touched:
    """Stands in for a part of a world, and reports whether the lock is held whenever it is used."""

    def __init__(self, part: Any, lock: Watched, free: list[str]) -> None:
        self._part, self._lock, self._free = part, lock, free

    def __getattr__(self, name: str) -> Any:
        if not self._lock.depth:
            self._free.append(name)
        return getattr(self._part, name)

    def __deepcopy__(self, copies: dict[int, Any]) -> Any:
        if not self._lock.depth:
            self._free.append("deepcopy")
        return copy.deepcopy(self._part, copies)


def watch(world: Simulator) -> Watched:
    """Give a world, and all that belongs to it, a lock that records."""
    lock = Watched()
    for part in (world, world.faults, world.failing_work, world.limits, world.policies, world.journal, world.clock):
        assert isinstance(part, Locked)
        part.lock = lock
    lock.taken = 0
    return lock


@pytest.fixture
def world() -> Simulator:
    return Simulator(pace="60s")


@pytest.fixture
def ids(world: Simulator) -> dict[str, str]:
    genai = InMemoryModelRepository(simulator=world)
    return {
        "cluster": ready.cluster(genai).id,
        "model": genai.create_imported_model(ready.imported_model_details()).id,
    }


def public_of(cls: type) -> set[str]:
    """Name the public methods and properties of a class."""
    return {
        name
        for name, member in inspect.getmembers(cls)
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
    }


def test_each_public_method_of_a_simulator_is_here() -> None:
    assert public_of(Simulator) == USES.keys()


@pytest.mark.parametrize("name", USES)
def test_each_public_method_of_a_simulator_holds_the_lock(world: Simulator, ids: dict[str, str], name: str) -> None:
    lock, free = watch(world), list[str]()
    parts = {part: Touched(getattr(world, part), lock, free) for part in ("world", "scheduler")}
    vars(world).update(parts)
    USES[name](world, ids)
    assert lock.taken
    assert lock.depth == 0
    assert free == []


@pytest.mark.parametrize("name", PARTS)
def test_each_public_method_of_a_part_holds_the_lock(world: Simulator, name: str) -> None:
    lock = watch(world)
    with suppress(GenAiError):
        PARTS[name](world)
    reads_part = name.startswith(("limits", "policies", "iter(limits", "iter(policies"))  # which takes it once
    assert lock.taken > reads_part
    assert lock.depth == 0


def test_a_call_takes_the_lock_once(world: Simulator, ids: dict[str, str]) -> None:
    genai = InMemoryModelRepository(simulator=world)
    lock = watch(world)
    genai.get_imported_model(ids["model"])
    assert lock.taken == 1


def test_a_world_that_was_reset_and_all_that_belongs_to_it_has_the_lock_it_had() -> None:
    world = Simulator()
    before = world.lock
    world.reset()
    parts = (world, world.faults, world.failing_work, world.limits, world.policies, world.journal, world.clock)
    assert {id(part.lock) for part in parts if isinstance(part, Locked)} == {id(before)}


def test_a_real_clock_moves_under_the_lock_of_its_world() -> None:
    world = Simulator(clock=SystemClock())
    lock = watch(world)
    world.clock.advance(1)
    assert lock.taken == 1
    world.reset()  # which moves the clock back
    assert (lock.taken, lock.depth) == (3, 0)


def test_each_world_has_a_lock_of_its_own() -> None:
    assert Simulator().lock is not Simulator().lock


def test_a_clock_that_two_worlds_share_moves_under_the_lock_of_the_first() -> None:
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    first = Simulator(clock=clock)
    Simulator(clock=clock)
    assert clock.lock is first.lock


def test_a_copy_has_a_lock_of_its_own_which_all_that_belongs_to_it_shares() -> None:
    world = Simulator()
    parts = copy.deepcopy([world, world.faults, world.limits, world.policies, world.journal, world.clock])
    locks = {id(part.lock) for part in parts if isinstance(part, Locked)}
    assert len(locks) == 1
    assert locks != {id(world.lock)}


def test_a_lock_is_pickled_as_a_new_one() -> None:
    lock = Simulator().lock
    one, same = pickle.loads(pickle.dumps([lock, lock]))  # noqa: S301  # our own
    assert one is same is not lock
    with one, same:
        pass


def test_a_copy_is_taken_between_two_calls(world: Simulator) -> None:
    lock = watch(world)
    copy.deepcopy(world, {id(lock): lock})
    assert lock.taken == 1


def test_a_backend_needs_no_more_than_its_world() -> None:
    world = Simulator()
    backend = MemoryBackend(world)
    assert vars(backend) == {"simulator": world, "user": None, "clock": world.clock}
