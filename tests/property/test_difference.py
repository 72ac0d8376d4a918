"""The difference between two worlds: none between equal ones, and each change of one property is named."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from dirty_world import dirty
from hypothesis import given
from hypothesis import strategies as st

from genai_ports import FailingWork, Fault, InMemoryModelRepository, Simulator, UpdateImportedModelDetails
from genai_ports.api.schema import Array, Map, Object, OneOf, Scalar, schema_of
from genai_ports.api.value import replaced
from genai_ports.client.retry import NEVER
from genai_ports.errors import GenAiError, InvalidInput
from genai_ports.simulator.difference import Change, Difference, difference
from genai_ports.testing import ready


def world(pace: str = "realistic") -> Simulator:
    simulator = Simulator(seed=7, pace=pace)
    ready.private_endpoint(InMemoryModelRepository(simulator=simulator))
    dirty(simulator)
    simulator.failing_work.add(FailingWork(failure="timed-out"))
    return simulator


WORLD = world()


def test_a_world_does_not_differ_from_itself_its_copy_or_its_snapshot() -> None:
    data = json.loads(json.dumps(WORLD.snapshot()))
    for other in (WORLD, deepcopy(WORLD), data, Simulator.restore(data)):
        found = difference(WORLD, other)
        assert not found, found
        assert not difference(other, WORLD)
    assert str(difference(WORLD, WORLD)) == "no difference"


@given(
    st.lists(st.sampled_from(["create", "list", "wait", "delete", "fault", "rollback"]), max_size=6),
    st.sampled_from(["instant", "4s"]),
)
def test_equal_worlds_do_not_differ_whatever_happened_in_them(steps: list[str], pace: str) -> None:
    simulator = Simulator(pace=pace)
    genai = InMemoryModelRepository(simulator=simulator, retry=NEVER)
    for step in steps:
        models = list(simulator.world.tables["imported_model"])
        try:
            if step == "create":
                genai.create_imported_model(ready.imported_model_details())
            elif step == "delete" and models:
                genai.delete_imported_model(models[0].snapshot.id)
            elif step == "wait":
                genai.clock.sleep(3)
            elif step == "fault":
                simulator.faults.add(Fault(status=503, nth=2))
            elif step == "rollback":
                with simulator.rollback():
                    genai.create_imported_model(ready.imported_model_details())
            else:
                list(genai.list_imported_models(ready.COMPARTMENT))
        except GenAiError:
            continue
    assert not difference(simulator.snapshot(), simulator)
    assert not difference(deepcopy(simulator), simulator.snapshot())


def another(node: Any, value: Any) -> Any:  # noqa: PLR0911  # one case for each type
    """Return another value of the same type."""
    match node:
        case Map():
            return {**(value or {}), "more": "x"}
        case Array():
            return (*(value or ()), "x")
        case Object() | OneOf() if value is None:
            return None
        case Object() | OneOf():
            [name, part, own] = next(
                (each.name, each.node, getattr(value, each.name))
                for each in schema_of(type(value)).attributes
                if isinstance(each.node, Scalar)
            )
            return replaced(value, **{name: another(part, own)})
        case Scalar(type=kind) if kind is str or (value is None and kind is object):
            return f"{value}x"
        case _ if isinstance(value, bool):
            return not value
        case _ if isinstance(value, int | float):
            return value + 1
        case _ if value is None:
            return 1
        case _:
            return value + timedelta(seconds=1)


PROPERTIES = [
    (name, each)
    for name, table in WORLD.world.tables.items()
    for each in schema_of(type(next(iter(table)).snapshot)).attributes
    if each.name not in ("id", "previous_state")
]


@pytest.mark.parametrize(("table", "attribute"), PROPERTIES, ids=lambda each: getattr(each, "name", each))
def test_each_change_of_one_property_is_named(table: str, attribute: Any) -> None:
    other = deepcopy(WORLD)
    record = next(iter(other.world.tables[table]))
    old = getattr(record.snapshot, attribute.name)
    new = another(attribute.node, old)
    if new == old:
        return
    record.snapshot = replaced(record.snapshot, **{attribute.name: new})
    [*found] = difference(WORLD, other)
    assert {(change.what, change.how) for change in found} == {(record.snapshot.id, "changed")}
    assert all(change.property is not None and change.property.startswith(attribute.json_name) for change in found)
    assert attribute.json_name in str(difference(WORLD, other))
    assert len(difference(other, WORLD)) == len(found)


CHANGES: dict[str, Any] = {
    "modes": lambda simulator: simulator.set_modes("short-pages"),
    "faults": lambda simulator: simulator.faults.add(Fault(status=503, when=lambda _: True)),
    "failingWork": lambda simulator: simulator.failing_work.clear(),
    "limits": lambda simulator: simulator.limits.set("dedicated-unit-h100-count", 4, region="fra"),
    "policies": lambda simulator: simulator.policies.clear(),
    "keys": lambda simulator: simulator.keys.update({next(iter(simulator.keys)): "another"}),
    "settings": lambda simulator: setattr(simulator.scheduler, "pace", Simulator(pace="3s").scheduler.pace),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_each_change_of_the_world_beside_resources_is_named(kind: str) -> None:
    other = deepcopy(WORLD)
    CHANGES[kind](other)
    found = difference(WORLD, other)
    assert {change.kind for change in found} == {kind}
    assert str(found).startswith(f"{kind}\n  ")


def test_the_text_is_by_kind_and_resource() -> None:
    genai = InMemoryModelRepository(seed=7)
    kept = ready.imported_model(genai, display_name="kept")
    gone = ready.imported_model(genai, display_name="gone")
    before = genai.simulator.snapshot()
    genai.update_imported_model(kept.id, UpdateImportedModelDetails(display_name="new", freeform_tags={"a b": "c"}))
    del genai.simulator.world.tables["imported_model"].records[gone.id]
    genai.clock.sleep(60)
    added = ready.cluster(genai)
    text = str(difference(before, genai.simulator))
    lines = text.splitlines()
    assert lines[0] == "importedModels"
    assert lines[1].startswith(f'  …{kept.id[-6:]} "new": ')
    assert 'displayName "kept" -> "new"' in lines[1]
    assert 'freeformTags["a b"] none -> "c"' in lines[1]
    assert lines[2] == f'  removed …{gone.id[-6:]} "gone", ACTIVE'
    assert lines[3] == "dedicatedAiClusters"
    assert lines[4] == f'  added …{added.id[-6:]} "{added.display_name}", ACTIVE'
    assert lines[5] == "workRequests"
    assert lines[6].endswith('"UPDATE_IMPORTED_MODEL", SUCCEEDED')


def test_work_that_is_due_is_seen_as_by_the_next_call() -> None:
    genai = InMemoryModelRepository(pace="10s")
    model = genai.create_imported_model(ready.imported_model_details())
    before = genai.simulator.snapshot()
    assert not difference(before, genai.simulator)
    genai.clock.sleep(10)
    states = [each for each in difference(before, genai.simulator) if each.property == "lifecycleState"]
    assert [(each.what, each.old, each.new) for each in states] == [(model.id, "CREATING", "ACTIVE")]


def test_reads_and_waits_make_no_difference() -> None:
    genai = InMemoryModelRepository()
    model = ready.imported_model(genai)
    before = genai.simulator.snapshot()
    genai.get_imported_model(model.id)
    genai.clock.sleep(60)
    assert not difference(before, genai.simulator)


def test_equal_plans_are_told_apart_and_a_used_one_is_named() -> None:
    simulator = Simulator()
    for _ in range(2):
        simulator.faults.add(Fault(status=503, operation="get_model", times=2))
    simulator.failing_work.add(FailingWork(failure="timed-out"))
    before = simulator.snapshot()
    with pytest.raises(GenAiError):
        InMemoryModelRepository(simulator=simulator, retry=NEVER).get_model("ocid1.x")
    assert str(difference(before, simulator)).splitlines() == [
        "faults",
        "  Fault(operation='get_model', status=503): times 2 -> 1, countedCalls 0 -> 1",
    ]


def test_equal_plans_are_numbered_from_the_second_one() -> None:
    simulator = Simulator()
    for _ in range(3):
        simulator.faults.add(Fault(status=503))
    assert str(difference(Simulator(), simulator)).splitlines() == [
        "faults",
        "  added Fault(status=503)",
        "  added Fault(status=503) (2)",
        "  added Fault(status=503) (3)",
    ]


def test_a_long_value_is_cut() -> None:
    genai = InMemoryModelRepository()
    model = ready.imported_model(genai)
    before = genai.simulator.snapshot()
    genai.update_imported_model(model.id, UpdateImportedModelDetails(description="x" * 78))
    assert f' "{"x" * 78}"\n' in str(difference(before, genai.simulator))
    genai.update_imported_model(model.id, UpdateImportedModelDetails(description="x" * 79))
    assert f' "{"x" * 79}…\n' in str(difference(before, genai.simulator))


def test_the_repr_is_one_line_for_assertions() -> None:
    simulator = Simulator()
    before = simulator.snapshot()
    simulator.set_modes("stale-lists:30")
    found = difference(before, simulator)
    assert repr(found) == "<Difference: modes;   added stale-lists>"
    assert list(found) == [Change("modes", "stale-lists", "added")]


def test_what_is_no_snapshot_is_refused() -> None:
    with pytest.raises(InvalidInput, match="a snapshot is a dict"):
        difference({}, Simulator())


@pytest.mark.parametrize(("lines", "last"), [(50, []), (51, ["and 1 more lines"]), (53, ["and 3 more lines"])])
def test_fifty_lines_are_not_cut(lines: int, last: list[str]) -> None:
    found = Difference(Change("modes", str(number), "added") for number in range(lines - 1))
    assert str(found).splitlines() == ["modes", *(f"  added {number}" for number in range(49)), *last]
