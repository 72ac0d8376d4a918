"""Deleted resources and old retry tokens go a few at a time, and no response shows that some are still stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from genai_ports import GenAiError, InMemoryModelRepository
from genai_ports.api.kinds import IMPORTED_MODEL
from genai_ports.errors import InvalidInput, NotFound
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state import retry_tokens
from genai_ports.simulator.work.removal import DELETED_STAYS, REMOVED_A_CALL
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

OLD = DELETED_STAYS.total_seconds()
MANY = REMOVED_A_CALL + 20


def world_with_deleted(number: int) -> tuple[InMemoryModelRepository, list[str]]:
    """Return a world with a model that stays and deleted ones that are due."""
    genai = InMemoryModelRepository(seed=7)
    ids = [genai.create_imported_model(ready.imported_model_details()).id for _ in range(number + 1)]
    for identifier in ids[1:]:
        genai.delete_imported_model(identifier)
    genai.clock.sleep(OLD)
    return genai, ids


def stored(genai: InMemoryModelRepository) -> int:
    return len(genai.simulator.world.tables["imported_model"])


def test_a_call_removes_a_bounded_number_and_the_next_ones_the_rest() -> None:
    genai, ids = world_with_deleted(MANY)
    assert stored(genai) == MANY + 1
    genai.get_imported_model(ids[0])
    assert stored(genai) == MANY + 1 - 500  # as docs/limits.md says
    assert ids[1] not in genai.simulator.world.tables["imported_model"].records
    assert ids[-1] in genai.simulator.world.tables["imported_model"].records
    genai.get_imported_model(ids[0])
    assert stored(genai) == 1
    assert len(genai.simulator.world.works) == 1


SHOWN: dict[str, Callable[[InMemoryModelRepository, str, str], object]] = {
    "get": lambda genai, model, _: genai.get_imported_model(model),
    "get of the work": lambda genai, _, work: genai.get_work_request(work),
    "delete": lambda genai, model, _: genai.delete_imported_model(model),
    "deploy": lambda genai, model, _: ready.endpoint(genai, model_id=model),
    "list": lambda genai, *_: list(genai.list_imported_models(ready.COMPARTMENT)),
    "list by name": lambda genai, *_: list(genai.list_imported_models(ready.COMPARTMENT, sort_by="displayName")),
    "list upwards": lambda genai, *_: list(genai.list_imported_models(ready.COMPARTMENT, sort_order="ASC", limit=1)),
    "filtered list": lambda genai, *_: list(
        genai.list_imported_models(ready.COMPARTMENT, lifecycle_state="DELETED", limit=1)
    ),
    "list of work": lambda genai, *_: list(genai.list_work_requests(ready.COMPARTMENT, limit=1)),
    "timeline": lambda genai, model, _: genai.simulator.timeline(model),
    "timeline of the work": lambda genai, _, work: genai.simulator.timeline(work),
    "troubles": lambda genai, *_: genai.simulator.troubles(),
    "work on it": lambda genai, model, _: genai.simulator.work_on(model),
    "state": lambda genai, *_: genai.simulator.state(),
    "modes": lambda genai, *_: (genai.simulator.set_modes("stale-lists:30"), genai.simulator.state()),
}


def outcome(action: Callable[[], object]) -> str:
    try:
        return repr(action())
    except GenAiError as error:
        return f"{type(error).__name__}: {error}"


@pytest.fixture
def _none_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call removes nothing: what it shows is what it shows of a world with any number of due resources."""
    for module in ("pipeline", "controls"):
        monkeypatch.setattr(f"genai_ports.simulator.{module}.REMOVED_A_CALL", 0)
    monkeypatch.setattr(retry_tokens, "FORGOTTEN_A_CALL", 0)


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("world", ["itself", "restored"])
def test_nothing_shows_what_is_due_and_still_stored(name: str, world: str, request: pytest.FixtureRequest) -> None:
    outcomes = []
    for _ in range(2):
        genai, ids = world_with_deleted(3)
        work = genai.simulator.world.tables["imported_model"].records[ids[2]].works[0]
        if world == "restored":
            data = json.loads(json.dumps(genai.simulator.snapshot()))
            genai = InMemoryModelRepository(simulator=Simulator.restore(data))
        outcomes.append(outcome(lambda: SHOWN[name](genai, ids[2], work)))  # noqa: B023  # called at once
        request.getfixturevalue("_none_removed")
    assert outcomes[0] == outcomes[1]


@pytest.mark.usefixtures("_none_removed")
def test_a_resource_shows_until_its_time_and_not_after_it() -> None:
    genai, ids = world_with_deleted(2)
    with pytest.raises(NotFound):
        genai.get_imported_model(ids[1])
    assert genai.get_imported_model(ids[0]).lifecycle_state == "ACTIVE"
    with pytest.raises(InvalidInput, match="not the OCID of a resource"):
        genai.simulator.timeline(ids[1])
    genai.delete_imported_model(ids[0])
    assert genai.get_imported_model(ids[0]).lifecycle_state == "DELETED"
    assert stored(genai) == 3


@pytest.mark.usefixtures("_none_removed")
def test_a_lagging_list_shows_a_removed_resource_as_long_as_ever() -> None:
    genai, ids = world_with_deleted(1)
    genai.simulator.set_modes("stale-lists:60")
    genai.delete_imported_model(ids[0])
    genai.clock.sleep(OLD)
    genai.create_imported_model(ready.imported_model_details())
    assert [each.id for each in genai.list_imported_models(ready.COMPARTMENT)] == [ids[0]]
    genai.clock.sleep(60)
    assert ids[0] not in [each.id for each in genai.list_imported_models(ready.COMPARTMENT)]


def test_a_lagging_list_shows_changes_in_the_order_of_their_times() -> None:
    genai = InMemoryModelRepository(pace="10s")
    genai.simulator.set_modes("stale-lists:60")
    first = genai.create_imported_model(ready.imported_model_details())
    genai.clock.sleep(10)
    genai.delete_imported_model(first.id)
    genai.clock.sleep(10)
    genai.get_imported_model(first.id)
    genai.clock.sleep(DELETED_STAYS.total_seconds() - 5)
    second = genai.create_imported_model(ready.imported_model_details())
    genai.clock.sleep(20)
    genai.get_imported_model(second.id)  # carries out the work, and the removal that was due before it
    genai.clock.sleep(47)
    [shown] = genai.list_imported_models(ready.COMPARTMENT)
    assert (shown.id, shown.lifecycle_state) == (second.id, "CREATING")


@pytest.mark.parametrize("dropped", [retry_tokens.FORGOTTEN_A_CALL, 0])
def test_a_retry_token_counts_for_a_day_however_many_are_still_stored(
    monkeypatch: pytest.MonkeyPatch, dropped: int
) -> None:
    monkeypatch.setattr(retry_tokens, "FORGOTTEN_A_CALL", dropped)
    genai = InMemoryModelRepository()
    details = ready.imported_model_details()
    first = [genai.create_imported_model(details, retry_token=f"t{number}").id for number in range(5)]
    genai.clock.sleep(24 * 3600)
    again = [genai.create_imported_model(details, retry_token=f"t{number}").id for number in (4, 1)]
    assert not set(first) & set(again)
    assert genai.create_imported_model(details, retry_token="t1").id == again[1]
    assert len(genai.simulator.retry_tokens) == (5 if dropped == 0 else 2)
    monkeypatch.setattr(retry_tokens, "FORGOTTEN_A_CALL", 500)
    assert genai.create_imported_model(details, retry_token="t4").id == again[0]
    assert len(genai.simulator.retry_tokens) == 2


def test_what_is_due_goes_while_others_are_due_later() -> None:
    genai, (kept, *_) = world_with_deleted(0)
    for _ in range(2):
        genai.delete_imported_model(genai.create_imported_model(ready.imported_model_details()).id)
        genai.clock.sleep(OLD / 2)
    genai.get_imported_model(kept)
    assert stored(genai) == 2


def test_a_deleted_resource_that_was_purged_is_not_removed_again() -> None:
    genai, (kept, purged, *others) = world_with_deleted(3)
    genai.simulator.scheduler.purge(IMPORTED_MODEL, purged)
    assert stored(genai) == 3
    assert len(genai.simulator.world.works) == 1 + 2 * len(others)
    genai.get_imported_model(kept)
    assert stored(genai) == 1


def test_a_purged_resource_is_gone_at_once_with_its_work() -> None:
    genai = InMemoryModelRepository(pace="10s")
    begun = genai.create_imported_model(ready.imported_model_details())
    genai.simulator.scheduler.purge(IMPORTED_MODEL, begun.id)
    assert (stored(genai), len(genai.simulator.world.works)) == (0, 0)
    genai.clock.sleep(10)
    with pytest.raises(NotFound):
        genai.get_imported_model(begun.id)


@pytest.mark.usefixtures("_none_removed")
def test_what_is_due_is_hidden_although_others_are_due_later() -> None:
    genai, ids = world_with_deleted(2)
    genai.delete_imported_model(ids[0])
    genai.create_imported_model(ready.imported_model_details(display_name="new"))
    shown = [each.display_name for each in genai.list_imported_models(ready.COMPARTMENT) if each.id not in ids[:1]]
    assert shown == ["new"]
    assert stored(genai) == 4


def test_a_deleted_resource_stays_for_14_days() -> None:
    genai = InMemoryModelRepository()
    made = genai.create_imported_model(ready.imported_model_details())
    genai.delete_imported_model(made.id)
    genai.clock.sleep(14 * 86_400 - 1)
    assert genai.get_imported_model(made.id).lifecycle_state == "DELETED"
    genai.clock.sleep(1)
    with pytest.raises(NotFound):
        genai.get_imported_model(made.id)
