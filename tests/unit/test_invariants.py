"""The watch over a world sees whatever is wrong with it, and nothing in a world that is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import InMemoryModelRepository, UpdateModelDetails
from genai_ports.api.dedicated_ai_cluster import DedicatedAiClusterHostingCapacity
from genai_ports.api.kinds import ENDPOINT, MODEL
from genai_ports.api.value import replaced
from genai_ports.testing import ready
from genai_ports.testing.invariants import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.simulator.state.table import Record


class Scene:
    """An endpoint that serves a custom model, another of a base model, and a model that failed, watched."""

    def __init__(self) -> None:
        self.genai = InMemoryModelRepository(pace="realistic")
        self.world = self.genai.simulator.world
        self.model = ready.custom_model(self.genai)
        self.endpoint = ready.endpoint(self.genai, model_id=self.model.id)
        ready.endpoint(self.genai)
        failed = self.genai.create_imported_model(ready.imported_model_details())
        self.genai.simulator.fail(failed.id)
        self.begun = self.genai.create_imported_model(ready.imported_model_details())
        self.watch = Watch(self.genai.simulator)
        self.watch.check()

    def record(self, identifier: str) -> Record:
        tables = (*self.world.tables.values(), self.world.works)
        return next(record for table in tables if (record := table.get(identifier)))

    def forge(self, identifier: str, **changes: Any) -> None:
        """Change a resource, or work, behind the world's back."""
        record = self.record(identifier)
        record.snapshot = replaced(record.snapshot, **changes)


def test_a_world_that_is_well_is_left_alone() -> None:
    scene = Scene()
    for seconds in (60, 600, 3600, 100_000):
        scene.genai.clock.sleep(seconds)
        scene.watch.check()
    scene.genai.update_model(scene.model.id, UpdateModelDetails(description="new"))
    scene.watch.check()


def test_a_change_that_changes_nothing_is_known_to_have_been_asked_for() -> None:
    scene = Scene()
    scene.genai.update_model(scene.model.id, UpdateModelDetails())
    scene.watch.check()
    scene.genai.update_model(scene.model.id, UpdateModelDetails())
    scene.watch.check({scene.model.id})
    scene.genai.update_model(scene.model.id, UpdateModelDetails())
    with pytest.raises(AssertionError, match="alone has changed"):
        scene.watch.check()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda scene: scene.forge(scene.endpoint.id, id=scene.model.id), "an id was given twice"),
        (lambda scene: scene.forge(scene.model.id, lifecycle_state="FAILED"), "is FAILED, and ACTIVE by its work"),
        (lambda scene: scene.forge(scene.model.id, description="new"), "has changed and its etag has not"),
        (lambda scene: scene.forge(scene.endpoint.id, model_id="gone"), "serves a deleted model"),
        (lambda scene: scene.forge(scene.endpoint.id, dedicated_ai_cluster_id="gone"), "is on a deleted cluster"),
        (
            lambda scene: scene.forge(
                scene.model.id,
                fine_tune_details=replaced(scene.model.fine_tune_details, dedicated_ai_cluster_id="gone"),
            ),
            "the cluster of .* is deleted",
        ),
        (
            lambda scene: scene.forge(scene.endpoint.dedicated_ai_cluster_id, capacity=capacity(0)),
            "tells of 0 endpoints",
        ),
        (
            lambda scene: scene.forge(scene.model.fine_tune_details.dedicated_ai_cluster_id, capacity=capacity(0)),
            "hosts nothing, and has a capacity",
        ),
    ],
)
def test_a_resource_that_cannot_be_is_seen(wrong: Callable[[Scene], None], message: str) -> None:
    scene = Scene()
    wrong(scene)
    with pytest.raises(AssertionError, match=message):
        scene.watch.check()


def capacity(used: int) -> DedicatedAiClusterHostingCapacity:
    return DedicatedAiClusterHostingCapacity(total_endpoint_capacity=50, used_endpoint_capacity=used)


def finished(scene: Scene) -> str:
    return scene.record(scene.model.id).works[0]


def under_way(scene: Scene) -> str:
    return ready.work_begun(scene.begun)


@pytest.mark.parametrize(
    ("which", "wrong", "message"),
    [
        (finished, {"percent": 99.0}, "goes backwards"),
        (finished, {"compartment_id": "elsewhere"}, "changed after its end"),
        (under_way, {"percent": 100.0}, "is ACCEPTED at 100 %"),
        (under_way, {"status": "IN_PROGRESS"}, "is IN_PROGRESS, not started"),
        (under_way, {"status": "WAITING", "time_started": None}, "is WAITING, not started"),
    ],
)
def test_work_that_cannot_be_is_seen(which: Callable[[Scene], str], wrong: dict[str, Any], message: str) -> None:
    scene = Scene()
    scene.forge(which(scene), **wrong)
    with pytest.raises(AssertionError, match=message):
        scene.watch.check()


def test_work_that_ended_before_it_was_accepted_is_seen() -> None:
    scene = Scene()
    work = under_way(scene)
    scene.genai.simulator.finish(work)
    scene.forge(work, time_finished=scene.record(scene.endpoint.id).snapshot.time_created)
    with pytest.raises(AssertionError, match=r"the times of .* are out of order"):
        scene.watch.check()


def test_work_whose_resource_is_gone_is_seen() -> None:
    scene = Scene()
    scene.world.tables[ENDPOINT.name].remove(scene.record(scene.endpoint.id), scene.world.now)
    with pytest.raises(AssertionError, match=r"work requests without a resource|tells of 1 endpoints"):
        scene.watch.check()


def test_two_works_under_way_on_one_resource_are_seen() -> None:
    scene = Scene()
    for work in (finished(scene), under_way(scene)):
        scene.forge(work, resource_id=scene.begun.id, time_finished=None, status="ACCEPTED", percent=0.0)
    scene.world.tables[MODEL.name].remove(scene.record(scene.model.id), scene.world.now)
    with pytest.raises(AssertionError, match="has several works under way"):
        scene.watch.check()
