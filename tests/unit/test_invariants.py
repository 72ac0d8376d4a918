"""The invariant checker finds every error in a world, and none in a correct one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import InMemoryModelRepository, UpdateModelDetails
from genai_ports.api.dedicated_ai_cluster import DedicatedAiClusterHostingCapacity
from genai_ports.api.kinds import ENDPOINT, MODEL
from genai_ports.api.value import replaced
from genai_ports.testing import ready
from genai_ports.testing.invariants import InvariantChecker

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.simulator.state.record import Record


class Example:
    """A world with an endpoint of a custom model, one of a base model, a failed import and an unfinished one."""

    def __init__(self) -> None:
        self.genai = InMemoryModelRepository(pace="realistic")
        self.world = self.genai.simulator.world
        self.model = ready.custom_model(self.genai)
        self.endpoint = ready.endpoint(self.genai, model_id=self.model.id)
        ready.endpoint(self.genai)
        failed = self.genai.create_imported_model(ready.imported_model_details())
        self.genai.simulator.fail(failed.id)
        self.unfinished = self.genai.create_imported_model(ready.imported_model_details())
        self.checker = InvariantChecker(self.genai.simulator)
        self.checker.check()

    def record(self, identifier: str) -> Record:
        tables = (*self.world.tables.values(), self.world.works)
        return next(record for table in tables if (record := table.get(identifier)))

    def overwrite(self, identifier: str, **changes: Any) -> None:
        """Change a resource or a work request directly in the world."""
        record = self.record(identifier)
        record.snapshot = replaced(record.snapshot, **changes)


def test_a_correct_world_passes() -> None:
    example = Example()
    for seconds in (60, 600, 3600, 100_000):
        example.genai.clock.sleep(seconds)
        example.checker.check()
    example.genai.update_model(example.model.id, UpdateModelDetails(description="new"))
    example.checker.check()


def test_a_change_without_effect_must_be_announced() -> None:
    example = Example()
    example.genai.update_model(example.model.id, UpdateModelDetails())
    example.checker.check()
    example.genai.update_model(example.model.id, UpdateModelDetails())
    example.checker.check({example.model.id})
    example.genai.update_model(example.model.id, UpdateModelDetails())
    with pytest.raises(AssertionError, match="alone has changed"):
        example.checker.check()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda example: example.overwrite(example.endpoint.id, id=example.model.id), "an id exists twice"),
        (
            lambda example: example.overwrite(example.model.id, lifecycle_state="FAILED"),
            "is FAILED, but ACTIVE by its work",
        ),
        (lambda example: example.overwrite(example.model.id, description="new"), "has changed, but its etag has not"),
        (lambda example: example.overwrite(example.endpoint.id, model_id="gone"), "uses gone, which is deleted"),
        (lambda example: example.world.unrefer(example.endpoint.id, example.model.id), "lacks dependents"),
        (lambda example: example.world.refer(ENDPOINT, example.endpoint.id, example.unfinished.id), "do not use"),
        (
            lambda example: example.overwrite(
                example.model.id,
                fine_tune_details=replaced(example.model.fine_tune_details, dedicated_ai_cluster_id="gone"),
            ),
            "uses gone, which is deleted",
        ),
        (
            lambda example: example.overwrite(example.endpoint.dedicated_ai_cluster_id, capacity=capacity(0)),
            "shows 0 endpoints",
        ),
        (
            lambda example: example.overwrite(
                example.model.fine_tune_details.dedicated_ai_cluster_id, capacity=capacity(0)
            ),
            "hosts nothing, but has a capacity",
        ),
    ],
)
def test_an_impossible_resource_is_found(wrong: Callable[[Example], None], message: str) -> None:
    example = Example()
    wrong(example)
    with pytest.raises(AssertionError, match=message):
        example.checker.check()


def capacity(used: int) -> DedicatedAiClusterHostingCapacity:
    return DedicatedAiClusterHostingCapacity(total_endpoint_capacity=50, used_endpoint_capacity=used)


def finished(example: Example) -> str:
    return example.record(example.model.id).works[0]


def under_way(example: Example) -> str:
    return ready.work_begun(example.unfinished)


@pytest.mark.parametrize(
    ("which", "wrong", "message"),
    [
        (finished, {"percent": 99.0}, "goes backwards"),
        (finished, {"compartment_id": "elsewhere"}, "has changed after its end"),
        (under_way, {"percent": 100.0}, "is ACCEPTED at 100 %"),
        (under_way, {"status": "IN_PROGRESS"}, "is IN_PROGRESS, but has the wrong start time"),
        (under_way, {"status": "WAITING", "time_started": None}, "is WAITING, but has the wrong start time"),
    ],
)
def test_impossible_work_is_found(which: Callable[[Example], str], wrong: dict[str, Any], message: str) -> None:
    example = Example()
    example.overwrite(which(example), **wrong)
    with pytest.raises(AssertionError, match=message):
        example.checker.check()


def test_work_that_ended_before_it_was_accepted_is_found() -> None:
    example = Example()
    work = under_way(example)
    example.genai.simulator.finish(work)
    example.overwrite(work, time_finished=example.record(example.endpoint.id).snapshot.time_created)
    with pytest.raises(AssertionError, match=r"the times of .* are out of order"):
        example.checker.check()


def test_work_without_a_resource_is_found() -> None:
    example = Example()
    example.world.tables[ENDPOINT.name].remove(example.record(example.endpoint.id), example.world.now)
    with pytest.raises(AssertionError, match=r"work requests without a resource|shows 1 endpoints"):
        example.checker.check()


def test_two_unfinished_work_requests_of_one_resource_are_found() -> None:
    example = Example()
    for work in (finished(example), under_way(example)):
        example.overwrite(work, resource_id=example.unfinished.id, time_finished=None, status="ACCEPTED", percent=0.0)
    example.world.tables[MODEL.name].remove(example.record(example.model.id), example.world.now)
    with pytest.raises(AssertionError, match="has several unfinished work requests"):
        example.checker.check()
