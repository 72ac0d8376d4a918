"""Failing work: plans that make accepted work fail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import builders
from genai_ports.api.kinds import MODEL, OPERATIONS
from genai_ports.api.verbs import CREATE, DELETE
from genai_ports.client.waiter import WorkRequestFailed
from genai_ports.errors import Conflict, InvalidInput, InvalidParameter
from genai_ports.simulator.faults.failing_work import FAILURES, FailingWork
from genai_ports.testing import ready
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genai_ports.api.kind import Kind, Operation
    from genai_ports.testing.contract.simulated.harness import Harness, OpenHarness

IMPORT = "create_imported_model"
WORK = [operation for operation in OPERATIONS.values() if operation.operation_type]
NAMED = [
    (failure.name, operation)
    for failure in FAILURES.values()
    if not failure.failure.leaves
    for operation in failure.operations
]
LEFT = {"create": "FAILED", "update": "ACTIVE", "delete": "FAILED"}


def plan(harness: Harness, **how: Any) -> None:
    """Plan that later work fails."""
    harness.simulator.failing_work.add(FailingWork(**how))


def begin(harness: Harness, operation: Operation) -> tuple[str, str]:
    """Call an operation once; return the OCIDs of the resource and of the work request."""
    resources = Resources(harness.genai, operation.kind)
    if operation.verb is CREATE:
        created = resources.create()
        return created.id, ready.work_begun(created)
    made = resources.ready()
    changed = resources.delete(made.id) if operation.verb is DELETE else resources.rename(made.id, "after")
    return made.id, ready.work_begun(changed)


def failed(harness: Harness, names: Sequence[str]) -> list[str]:
    """Import models with these names; return the names of those that failed."""
    details = [ready.imported_model_details(display_name=name) for name in names]
    made = [harness.genai.create_imported_model(each).id for each in details]
    models = [harness.genai.get_imported_model(identifier) for identifier in made]
    return [str(model.display_name) for model in models if model.lifecycle_state == "FAILED"]


class FailingWorkBehaviours:
    """What is true of work that is planned to fail."""

    def test_a_planned_failure_is_visible_in_the_resource_and_in_its_work_request(
        self, realistic: Harness, kind: Kind
    ) -> None:
        """It sets the state and the details, the percentage, the action, the error and the last line of the log."""
        genai, resources = realistic.genai, Resources(realistic.genai, kind)
        plan(realistic, operation=resources.operation(CREATE), percent=40, code="Broken", message="It broke.")
        created = resources.create()
        assert created.lifecycle_state == "CREATING"
        with pytest.raises(WorkRequestFailed, match=r"ended FAILED: Broken: It broke\.") as caught:
            ready.finish(genai, created)
        made, work = resources.get(created.id), genai.get_work_request(ready.work_begun(created))
        assert (made.lifecycle_state, made.lifecycle_details) == ("FAILED", "It broke.")
        assert (work.status, work.percent_complete) == ("FAILED", 40)
        assert [(each.action_type, each.identifier) for each in work.resources] == [("FAILED", created.id)]
        error = genai.list_work_request_errors(work.id).one()
        assert (error.code, error.message, error.timestamp) == ("Broken", "It broke.", work.time_finished)
        assert caught.value.errors == (error,)
        last, *_ = genai.list_work_request_logs(work.id)
        assert (last.message, last.timestamp) == ("Failed at 40 %: Broken: It broke.", work.time_finished)

    @pytest.mark.parametrize("operation", WORK, ids=lambda operation: operation.name)
    def test_every_operation_with_work_can_be_planned_to_fail(self, harness: Harness, operation: Operation) -> None:
        """A failed creation or deletion leaves the resource FAILED. A failed update restores it."""
        plan(harness, operation=operation.name, message="It broke.")
        identifier, work_id = begin(harness, operation)
        work = harness.genai.get_work_request(work_id)
        assert (work.operation_type, work.status) == (operation.operation_type, "FAILED")
        left = Resources(harness.genai, operation.kind).get(identifier)
        assert (left.lifecycle_state, left.lifecycle_details) == (LEFT[operation.verb.name], "It broke.")
        assert left.display_name != "after"

    @pytest.mark.parametrize(("name", "operation"), NAMED)
    def test_every_named_failure_applies_to_each_of_its_operations(
        self, harness: Harness, name: str, operation: str
    ) -> None:
        """Its name stands for a percentage, a code and a message."""
        plan(harness, failure=name, operation=operation)
        _, work_id = begin(harness, OPERATIONS[operation])
        work, usual = harness.genai.get_work_request(work_id), FAILURES[name].failure
        assert (work.status, work.percent_complete) == ("FAILED", usual.percent)
        error = harness.genai.list_work_request_errors(work_id).one()
        assert (error.code, error.message) == (usual.code, usual.message)

    def test_the_values_of_a_named_failure_can_be_replaced(self, harness: Harness) -> None:
        """A value in the plan has priority over the value of the name."""
        plan(harness, failure="timed-out", operation=IMPORT, percent=7, message="Too slow.")
        _, work_id = ready.begin_import(harness.genai)
        assert harness.genai.get_work_request(work_id).percent_complete == 7
        error = harness.genai.list_work_request_errors(work_id).one()
        assert (error.code, error.message) == ("InternalError", "Too slow.")

    @pytest.mark.parametrize("name", ["dataset-not-found", "dataset-too-small"])
    def test_a_named_failure_waits_for_work_that_it_applies_to(self, harness: Harness, name: str) -> None:
        """Imports and clusters have no dataset: the failure applies to the next fine-tuning."""
        plan(harness, failure=name)
        assert ready.imported_model(harness.genai).lifecycle_state == "ACTIVE"
        models = Resources(harness.genai, MODEL)
        created = models.create()
        assert models.get(created.id).lifecycle_details == FAILURES[name].failure.message

    @pytest.mark.parametrize(
        ("which", "expected"),
        [
            ({}, "a"),
            ({"times": 2}, "ab"),
            ({"times": "always"}, "abcdef"),
            ({"nth": 3}, "c"),
            ({"nth": 5, "times": 3}, "ef"),
            ({"every": 2, "times": "always"}, "bdf"),
            ({"every": 2, "nth": 1, "times": "always"}, "ace"),
            ({"every": 3, "nth": 2, "times": 1}, "b"),
            ({"display_name": "d"}, "d"),
            ({"compartment_id": ready.COMPARTMENT}, "a"),
            ({"compartment_id": ready.ELSEWHERE}, ""),
            ({"operation": "create_endpoint"}, ""),
            ({"region": "us-chicago-1"}, "a"),
            ({"region": "us-phoenix-1"}, ""),
            ({"when": lambda call: call.details is not None and call.details.display_name > "d"}, "e"),
        ],
        ids=lambda which: "when" if "when" in which else str(which),
    )
    def test_a_failure_applies_to_the_calls_that_match(
        self, harness: Harness, which: dict[str, Any], expected: str
    ) -> None:
        """A plan matches by number, name, compartment, region, operation or function. Other calls succeed."""
        plan(harness, **which)
        assert failed(harness, "abcdef") == list(expected)

    def test_a_failure_can_be_planned_for_one_resource(self, harness: Harness) -> None:
        """It applies to the update or the deletion of an existing resource."""
        one, two = ready.imported_model(harness.genai), ready.imported_model(harness.genai)
        plan(harness, operation="delete_imported_model", resource=two.id)
        works = [harness.genai.delete_imported_model(each.id) for each in (one, two)]
        assert [harness.genai.get_work_request(ready.work_begun(each)).status for each in works] == [
            "SUCCEEDED",
            "FAILED",
        ]

    def test_calls_that_start_no_work_are_not_counted(self, harness: Harness) -> None:
        """A refused call, a repeated call, a move and a read do not use up a plan."""
        genai, details = harness.genai, ready.imported_model_details(display_name="first")
        made = genai.create_imported_model(details, retry_token="once")
        plan(harness)
        genai.create_imported_model(details, retry_token="once")
        with harness.refuses(InvalidParameter, "property-value"):
            genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count=0))
        genai.change_imported_model_compartment(made.id, ready.ELSEWHERE)
        assert genai.get_imported_model(made.id).lifecycle_state == "ACTIVE"
        assert failed(harness, ["next", "last"]) == ["next"]

    def test_a_cleared_plan_does_not_apply(self, harness: Harness) -> None:
        """`clear` removes all plans."""
        plan(harness, times="always")
        harness.simulator.failing_work.clear()
        assert failed(harness, "ab") == []

    def test_work_fails_at_its_percentage_by_the_clock(self, realistic: Harness) -> None:
        """An import takes 48 minutes: it waits for 288 seconds, and reaches 50 % after 1296 more."""
        plan(realistic, percent=50)
        ends = realistic.genai.clock.now() + timedelta(seconds=1584)
        model_id, work_id = ready.begin_import(realistic.genai)
        realistic.pass_time(1583)
        work = realistic.genai.get_work_request(work_id)
        assert (work.status, work.percent_complete) == ("IN_PROGRESS", 49)
        realistic.pass_time(1)
        work, model = realistic.genai.get_work_request(work_id), realistic.genai.get_imported_model(model_id)
        assert (work.status, work.percent_complete) == ("FAILED", 50)
        assert (work.time_finished, model.time_updated) == (ends, ends)

    def test_work_fails_at_its_percentage_by_reads(self, open_harness: OpenHarness) -> None:
        """The second of four reads sees 40 %. The third would see 60 %, and sees the failure at 50 %."""
        harness = open_harness(pace="reads:4")
        plan(harness, percent=50)
        _, work_id = ready.begin_import(harness.genai)
        works = [harness.genai.get_work_request(work_id) for _ in range(4)]
        assert [(work.status, work.percent_complete) for work in works] == [
            ("IN_PROGRESS", 20),
            ("IN_PROGRESS", 40),
            ("FAILED", 50),
            ("FAILED", 50),
        ]

    def test_work_fails_at_its_percentage_by_hand(self, open_harness: OpenHarness) -> None:
        """Neither `progress` nor `finish` moves it further."""
        harness = open_harness(pace="manual")
        plan(harness, percent=50, times=2)
        (one, work_id), (other, other_work_id) = (ready.begin_import(harness.genai) for _ in range(2))
        harness.simulator.progress(one, 49)
        assert harness.genai.get_work_request(work_id).status == "IN_PROGRESS"
        harness.simulator.progress(one, 51)
        harness.simulator.finish(other)
        works = [harness.genai.get_work_request(each) for each in (work_id, other_work_id)]
        assert [(work.status, work.percent_complete) for work in works] == [("FAILED", 50)] * 2

    def test_work_in_progress_can_be_set_to_fail(self, realistic: Harness) -> None:
        """A failure can be chosen after the work has started."""
        model_id, work_id = ready.begin_import(realistic.genai)
        realistic.simulator.fail(model_id, failure="access-token-refused")
        with pytest.raises(WorkRequestFailed, match="NotAuthenticated: Hugging Face refused the access token"):
            realistic.genai.wait_for_work_request(work_id)
        assert realistic.genai.get_imported_model(model_id).lifecycle_state == "FAILED"

    def test_a_failure_of_hugging_face_does_not_apply_to_object_storage(self, harness: Harness) -> None:
        """The plan waits for an import from Hugging Face."""
        bucket = builders.object_storage_data_source(namespace_name="ns", bucket_name="b", prefix_name="p")
        harness.simulator.failing_work.add(FailingWork(failure="access-token-refused"))
        spared = ready.imported_model(harness.genai, data_source=bucket)
        assert spared.lifecycle_state == "ACTIVE"
        refused = harness.genai.create_imported_model(ready.imported_model_details())
        assert harness.genai.get_imported_model(refused.id).lifecycle_state == "FAILED"

    def test_work_in_progress_cannot_have_a_failure_that_does_not_apply(self, realistic: Harness) -> None:
        """An import from Object Storage has no access token of Hugging Face."""
        bucket = builders.object_storage_data_source(namespace_name="ns", bucket_name="b", prefix_name="p")
        created = realistic.genai.create_imported_model(ready.imported_model_details(data_source=bucket))
        with pytest.raises(InvalidInput, match="an import from OBJECT_STORAGE_OBJECT"):
            realistic.simulator.fail(created.id, failure="access-token-refused")
        ready.finish(realistic.genai, created)

    def test_a_failed_endpoint_uses_its_cluster_until_it_is_deleted(self, harness: Harness) -> None:
        """The endpoint must be deleted before the cluster."""
        genai, cluster = harness.genai, ready.cluster(harness.genai)
        plan(harness, failure="out-of-capacity")
        created = genai.create_endpoint(ready.endpoint_details(genai, dedicated_ai_cluster_id=cluster.id))
        assert genai.get_endpoint(created.id).lifecycle_state == "FAILED"
        with harness.refuses(Conflict, "in-use"):
            genai.delete_dedicated_ai_cluster(cluster.id)
        ready.finish(genai, genai.delete_endpoint(created.id))
        ready.finish(genai, genai.delete_dedicated_ai_cluster(cluster.id))
        assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "DELETED"
