"""A snapshot holds a whole world as JSON, and what is no snapshot is refused."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from genai_ports import (
    FailingWork,
    Fault,
    InMemoryModelRepository,
    UpdateDedicatedAiClusterDetails,
    VirtualClock,
    builders,
)
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import GenAiError, InvalidInput
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.damage import Damaged, expect
from genai_ports.simulator.work.pace import Pace
from genai_ports.simulator.work.removal import DELETED_STAYS
from genai_ports.tenancy import USER
from genai_ports.testing import ready
from genai_ports.throwaway import credentials

SECRET = "hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567"


def busy_world() -> InMemoryModelRepository:
    """A world that has something in every part of it."""
    genai = InMemoryModelRepository(pace="realistic", seed="busy", user=USER)
    simulator = genai.simulator
    ready.endpoint(genai, model_id=ready.custom_model(genai).id)
    genai.create_imported_model(
        ready.imported_model_details(
            data_source=builders.hugging_face_data_source(model_id="openai/gpt-oss-20b", access_token=SECRET),
            defined_tags={"team": {"sizes": [1, 2.5, None, {"a": True}]}},
        ),
        retry_token="mine",
    )
    deleted = ready.imported_model(genai)
    ready.finish(genai, genai.delete_imported_model(deleted.id))
    simulator.needs_attention(ready.cluster(genai).id, "A unit is down.")
    simulator.set_modes("stale-lists:30", "same-names:3", "short-pages")
    genai.update_dedicated_ai_cluster(ready.cluster(genai).id, UpdateDedicatedAiClusterDetails(unit_count=2))
    begun = genai.create_dedicated_ai_cluster(ready.cluster_details())
    simulator.set_pace(begun.id, "manual")
    simulator.progress(begun.id, 40)
    simulator.fail(begun.id, percent=60, message="It broke.")
    simulator.limits.set("dedicated-unit-large-cohere-count", 4, region="ord")
    simulator.policies.join(USER, "Writers")
    simulator.policies.allow("Allow group Writers to manage generative-ai-family in tenancy")
    simulator.keys["a/b/c"] = credentials().public_key
    simulator.faults.add(Fault(status=429, operation="get_model", nth=2, every=3, times="always"))
    simulator.failing_work.add(FailingWork(failure="timed-out", times=2))
    with pytest.raises(GenAiError):
        genai.get_imported_model("ocid1.generativeaiimportedmodel.oc1.us-chicago-1.unknown")
    return genai


def through_json(simulator: Simulator) -> Simulator:
    return Simulator.restore(json.loads(json.dumps(simulator.snapshot())))


def test_a_restored_world_is_equal_in_everything_that_can_be_seen() -> None:
    genai = busy_world()
    old, new = genai.simulator, through_json(genai.simulator)
    assert new.snapshot() == old.snapshot()
    assert new.state() == old.state()
    assert list(new.journal) == list(old.journal)
    assert list(new.faults) == list(old.faults)
    assert list(new.limits) == list(old.limits)
    assert (new.modes, new.keys, new.clock.now()) == (old.modes, old.keys, old.clock.now())
    for identifier in old.world.tables["dedicated_ai_cluster"].records:
        assert new.timeline(identifier) == old.timeline(identifier)


def test_a_restored_world_goes_on_as_the_first_one_does() -> None:
    first = busy_world()
    second = InMemoryModelRepository(simulator=through_json(first.simulator), user=USER)
    first.simulator.faults.clear()
    second.simulator.faults.clear()
    seen = []
    for genai in (first, second):
        repeated = genai.create_imported_model(
            ready.imported_model_details(defined_tags={"team": {"sizes": [1, 2.5, None, {"a": True}]}}),
            retry_token="mine",
        )
        made = genai.create_imported_model(ready.imported_model_details())
        pages = [list(genai.list_models(ready.COMPARTMENT, limit=5)), list(genai.list_endpoints(ready.COMPARTMENT))]
        genai.clock.sleep(40)
        clusters = list(genai.list_dedicated_ai_clusters(ready.COMPARTMENT))
        genai.clock.sleep(2 * DELETED_STAYS.total_seconds())
        seen.append((repeated, made, made.response, pages, clusters, genai.simulator.state()))
    assert seen[0] == seen[1]


def test_in_a_world_of_a_file_that_does_not_say_whether_reads_move_work_they_may() -> None:
    data = Simulator(pace="manual").snapshot()
    assert not Simulator.restore(data).scheduler.reads_count
    del data["scheduler"]["readsCount"]
    assert Simulator.restore(data).scheduler.reads_count


@pytest.mark.parametrize(
    ("name", "value"),
    [("percent", "7"), ("pollsLeft", 1.5), ("epochs", "2"), ("epochs", None), ("resourceId", 5)],
)
def test_work_of_another_form_is_refused_by_name(name: str, value: Any) -> None:
    genai = InMemoryModelRepository(pace="reads:1")
    genai.create_imported_model(ready.imported_model_details())
    data = genai.simulator.snapshot()
    data["world"]["workRequests"][0]["resource"][name] = value
    with pytest.raises(InvalidInput, match=rf"workRequests\[0\].resource.{name}: the value has another form"):
        Simulator.restore(data)


def test_a_snapshot_shares_nothing_with_its_world() -> None:
    genai = InMemoryModelRepository()
    taken = genai.simulator.snapshot()
    before = copy.deepcopy(taken)
    ready.endpoint(genai)
    genai.simulator.keys["a"] = "b"
    assert taken == before


def test_a_snapshot_holds_no_secret() -> None:
    assert SECRET not in json.dumps(busy_world().simulator.snapshot())


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda simulator: pickle.loads(pickle.dumps(simulator))])  # noqa: S301
def test_a_copy_goes_on_alone(copied: Any) -> None:
    genai = busy_world()
    deleted = next(m for m in genai.simulator.state()["importedModels"] if m.lifecycle_state == "DELETED")
    before = genai.simulator.snapshot()
    twin = InMemoryModelRepository(simulator=copied(genai.simulator), user=USER)
    assert twin.simulator.snapshot() == before
    twin.clock.sleep(2 * DELETED_STAYS.total_seconds())
    twin.simulator.faults.clear()
    with pytest.raises(GenAiError):
        twin.get_imported_model(deleted.id)  # purged
    assert genai.simulator.snapshot() == before
    assert genai.get_imported_model(deleted.id) == deleted


def test_a_plan_with_a_function_is_refused_by_name() -> None:
    simulator = Simulator()
    simulator.faults.add(Fault(status=500, operation="get_model", when=lambda _: True))
    with pytest.raises(InvalidInput, match=r"Fault\(operation='get_model'.* has a function"):
        simulator.snapshot()


def test_a_pace_without_a_name_is_refused() -> None:
    simulator = Simulator(pace=Pace(name="mine", time=timedelta(days=1)))
    with pytest.raises(InvalidInput, match="a snapshot cannot hold"):
        simulator.snapshot()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "a snapshot is a dict with format='genai-ports world'"),
        ({"version": 1}, "has version 1, and this release reads 2: make the world again with this release"),
        ({"version": 0}, "has version 0, and this release reads 2: make the world again with this release"),
        ({"version": "1"}, "has version '1', and this release reads 2: upgrade genai_ports"),
        ({"version": []}, "this release reads 2: upgrade genai_ports"),
        ({"version": 3}, "has version 3, and this release reads 2: upgrade genai_ports"),
        ({"world": {}}, "at world: 'now' is missing"),
        ({"journal": None}, "at journal: the value has another form"),
        ({"clock": {"now": "2026-07-15T00:00:00"}}, "at clock.now: the time has no time zone"),
        ({"settings": {"region": "nowhere", "modes": []}}, "at settings: .*nowhere"),
    ],
)
def test_what_is_no_snapshot_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Simulator.restore({**Simulator().snapshot(), **change})


@pytest.mark.parametrize(
    ("removed", "message"),
    [
        ("workRequests", r"at world\.resources\.endpoints\[0\]\.works: there is no such work request"),
        ("dependents", r"at world\.dependents: the references of resources\.endpoints\[1\] are missing"),
    ],
)
def test_links_that_lead_nowhere_are_refused(removed: str, message: str) -> None:
    genai = InMemoryModelRepository()
    deleted = ready.endpoint(genai)
    ready.finish(genai, genai.delete_endpoint(deleted.id))
    ready.endpoint(genai)
    taken = genai.simulator.snapshot()
    assert Simulator.restore(taken).snapshot() == taken
    taken["world"][removed] = type(taken["world"][removed])()
    with pytest.raises(InvalidInput, match=message):
        Simulator.restore(taken)


@pytest.mark.parametrize("data", [None, [], "text", {}])
def test_what_is_not_even_like_a_snapshot_is_refused(data: Any) -> None:
    with pytest.raises(InvalidInput, match="a snapshot is a dict with format"):
        Simulator.restore(data)


class OwnClock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    advance = sleep


def test_a_clock_of_ones_own_is_moved_forward_if_it_is_behind() -> None:
    noon = datetime(2026, 8, 1, 12, tzinfo=UTC)
    taken = Simulator(clock=OwnClock(noon)).snapshot()
    assert Simulator.restore(taken).clock.now() == noon
    for minutes, expected in ((-1, noon), (0, noon), (1, noon + timedelta(minutes=1))):
        clock = OwnClock(noon + timedelta(minutes=minutes))
        assert Simulator.restore(taken, clock=clock).clock.now() == expected


def test_a_snapshot_is_not_restored_with_a_clock_that_is_none() -> None:
    with pytest.raises(InvalidInput, match="clock must be an object with the methods now, sleep, advance, not 5"):
        Simulator.restore(Simulator().snapshot(), clock=cast("Any", 5))


def test_a_clock_that_can_be_moved_is_moved_to_the_time_of_the_snapshot() -> None:
    simulator = Simulator(clock=VirtualClock(datetime(2100, 1, 1, tzinfo=UTC)))
    assert Simulator.restore(simulator.snapshot(), clock=SystemClock()).clock.now() >= simulator.clock.now()


@pytest.mark.parametrize(("value", "kind"), [(1, int), ("1", str), ({}, dict)])
def test_a_part_of_a_snapshot_has_its_type(value: Any, kind: type) -> None:
    assert expect(value, kind, "part") is value


@pytest.mark.parametrize(("value", "kind"), [(True, int), ("1", int), (1, str), (None, dict)])
def test_a_part_of_a_snapshot_of_another_type_is_refused(value: Any, kind: type) -> None:
    with pytest.raises(Damaged, match=f"at part: expected {kind.__name__}, found {type(value).__name__}"):
        expect(value, kind, "part")
