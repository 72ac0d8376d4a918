"""Work of another service is shown as it was read, until a test changes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.kinds import IMPORTED_MODEL, WORK_REQUEST
from genai_ports.api.value import narrowed
from genai_ports.api.work_request import (
    WorkRequest,
    WorkRequestError,
    WorkRequestLogEntry,
    WorkRequestResource,
    WorkRequestSummary,
)
from genai_ports.recording.mirrored_world import Item, build_world
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.state.data import to_data
from genai_ports.testing import ready

REGION = "us-chicago-1"
WORK = f"ocid1.generativeaiworkrequest.oc1.{REGION}.amaaaaaawork"
ERROR = WorkRequestError(code="OutOfLuck", message="No luck.", timestamp=EPOCH + timedelta(minutes=3))
LOGS = tuple(
    WorkRequestLogEntry(message=f"Line {number}.", timestamp=EPOCH + timedelta(minutes=number)) for number in (1, 2)
)


def mirrored(**changes: Any) -> tuple[InMemoryModelRepository, WorkRequest]:
    """Return a world with an import that was read from another service, and the work request as it was read."""
    made = InMemoryModelRepository(region=REGION, pace="manual").create_imported_model(ready.imported_model_details())
    about = WorkRequestResource(entity_type="importedModel", action_type="RELATED", identifier=made.id)
    attributes: dict[str, Any] = {
        "id": WORK,
        "operation_type": "CREATE_IMPORTED_MODEL",
        "status": "IN_PROGRESS",
        "compartment_id": ready.COMPARTMENT,
        "resources": (about,),
        "percent_complete": 37.5,
        "time_accepted": EPOCH,
        "time_started": EPOCH + timedelta(minutes=1),
    }
    read = WorkRequest(**attributes | changes)
    parts = {"logs": [to_data(each) for each in LOGS], "errors": [to_data(ERROR)]}
    items = [
        Item(REGION, IMPORTED_MODEL, {"resource": to_data(made)}),
        Item(REGION, WORK_REQUEST, {"resource": to_data(read), **parts}),
    ]
    simulator = Simulator.restore(build_world(items, REGION, EPOCH + timedelta(hours=1)))
    return InMemoryModelRepository(simulator=simulator), read


def logged(genai: InMemoryModelRepository) -> list[WorkRequestLogEntry]:
    return list(genai.list_work_request_logs(WORK, sort_order="ASC"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "FAILED", "time_finished": EPOCH + timedelta(minutes=3)},
        {"status": "SUCCEEDED", "percent_complete": 100.0, "time_finished": EPOCH + timedelta(minutes=3)},
    ],
    ids=["under way", "failed", "succeeded"],
)
def test_work_of_another_service_is_shown_as_it_was_read(changes: dict[str, Any]) -> None:
    genai, read = mirrored(**changes)
    assert genai.get_work_request(WORK) == read
    assert genai.list_work_requests(ready.COMPARTMENT).one() == narrowed(read, WorkRequestSummary)
    assert logged(genai) == [*LOGS]
    assert genai.list_work_request_errors(WORK).one() == ERROR


@pytest.mark.parametrize("percent", [10, 90])
def test_work_that_a_test_moves_is_shown_with_its_new_percentage_and_the_log_that_was_read(percent: int) -> None:
    genai, read = mirrored()
    genai.simulator.progress(WORK, percent)
    found = genai.get_work_request(WORK)
    assert (found.status, found.percent_complete) == ("IN_PROGRESS", max(37, percent))
    assert found.time_started == read.time_started
    assert genai.list_work_requests(ready.COMPARTMENT).one() == narrowed(found, WorkRequestSummary)
    assert logged(genai) == [*LOGS]
    assert genai.list_work_request_errors(WORK).first() is None


@pytest.mark.parametrize("percent", [37.5, 50])
def test_work_that_a_test_lets_fail_has_that_error_and_one_more_line(percent: float) -> None:
    genai, _ = mirrored()
    genai.simulator.fail(WORK, percent=percent, code="Broken", message="Broken by a test.")
    found = genai.get_work_request(WORK)
    assert (found.status, found.percent_complete, found.time_finished) == ("FAILED", int(percent), genai.clock.now())
    error = genai.list_work_request_errors(WORK).one()
    assert (error.code, error.message) == ("Broken", "Broken by a test.")
    assert logged(genai)[:-1] == [*LOGS]
    last = logged(genai)[-1]
    assert (last.message, last.timestamp) == (
        f"Failed at {int(percent)} %: Broken: Broken by a test.",
        genai.clock.now(),
    )


def test_work_that_a_test_finishes_succeeds_with_the_operation_type_that_was_read() -> None:
    genai, _ = mirrored(operation_type="IMPORT_MODEL")
    genai.simulator.finish(WORK)
    assert genai.get_work_request(WORK).status == "SUCCEEDED"
    assert genai.get_work_request(WORK).operation_type == "IMPORT_MODEL"
    assert logged(genai)[-1].message == "IMPORT_MODEL succeeded."
