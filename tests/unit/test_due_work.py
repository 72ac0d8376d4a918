"""Work that is due is finished before a control reads or steers the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.kinds import IMPORTED_MODEL
from genai_ports.errors import InvalidInput
from genai_ports.simulator.work.removal import DELETED_STAYS
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports import Simulator

READERS: dict[str, Callable[[Simulator, str], Any]] = {
    "state": lambda simulator, _: simulator.state()["importedModels"][0],
    "newest": lambda simulator, _: simulator.newest(IMPORTED_MODEL)[0].resource,
    "inspect": lambda simulator, identifier: simulator.inspect(identifier).inspected.resource,
}


@pytest.mark.parametrize("reader", READERS)
def test_a_model_is_read_as_it_is_when_its_work_is_due(reader: str) -> None:
    genai = InMemoryModelRepository(pace="10s")
    model = genai.create_imported_model(ready.imported_model_details())
    read = READERS[reader]
    assert read(genai.simulator, model.id).lifecycle_state == "CREATING"
    genai.clock.sleep(10)
    assert read(genai.simulator, model.id).lifecycle_state == "ACTIVE"


def test_a_timeline_has_the_end_of_work_that_is_due() -> None:
    genai = InMemoryModelRepository(pace="10s")
    model = genai.create_imported_model(ready.imported_model_details())
    genai.clock.sleep(10)
    assert "succeeded" in genai.simulator.timeline(model.id)[-1].what


def test_work_that_is_due_is_not_in_progress() -> None:
    genai = InMemoryModelRepository(pace="10s")
    model = genai.create_imported_model(ready.imported_model_details())
    assert genai.simulator.work_on(model.id).id == model.response.work_request_id
    genai.clock.sleep(10)
    with pytest.raises(InvalidInput, match="no work is in progress on"):
        genai.simulator.work_on(model.id)


def test_another_pace_of_the_world_comes_too_late_for_work_that_is_due() -> None:
    genai = InMemoryModelRepository(pace="10s")
    model = genai.create_imported_model(ready.imported_model_details())
    genai.clock.sleep(10)
    genai.simulator.set_world_pace("manual")
    assert genai.get_imported_model(model.id).lifecycle_state == "ACTIVE"


def test_a_cluster_whose_creation_is_due_can_need_attention() -> None:
    genai = InMemoryModelRepository(pace="10s")
    cluster = genai.create_dedicated_ai_cluster(ready.cluster_details())
    with pytest.raises(InvalidInput, match="is CREATING"):
        genai.simulator.needs_attention(cluster.id)
    genai.clock.sleep(10)
    genai.simulator.needs_attention(cluster.id)
    assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "NEEDS_ATTENTION"


def test_a_resource_whose_removal_is_due_is_not_counted() -> None:
    genai = InMemoryModelRepository()
    genai.delete_imported_model(ready.imported_model(genai).id)
    assert genai.simulator.counts()["importedModels"] == 1
    genai.clock.sleep(2 * DELETED_STAYS.total_seconds())
    assert genai.simulator.counts()["importedModels"] == 0


def test_a_page_of_the_newest_has_the_50_newest() -> None:
    genai = InMemoryModelRepository()
    ids = [genai.create_imported_model(ready.imported_model_details()).id for _ in range(51)]
    assert [each.resource.id for each in genai.simulator.newest(IMPORTED_MODEL)] == ids[:0:-1]


def test_lists_do_not_lag_after_the_mode_is_off() -> None:
    genai = InMemoryModelRepository(modes=["stale-lists:30"])
    genai.create_imported_model(ready.imported_model_details())
    assert len(list(genai.list_imported_models(ready.COMPARTMENT))) == 0
    genai.simulator.set_modes()
    ready.imported_model(genai)
    assert len(list(genai.list_imported_models(ready.COMPARTMENT))) == 2
