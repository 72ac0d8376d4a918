"""Failing work: work that is accepted, gets so far, and ends FAILED, as it was planned to."""

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
    """Plan how later work is to fail."""
    harness.simulator.failing_work.add(FailingWork(**how))


def begin(harness: Harness, operation: Operation) -> tuple[str, str]:
    """Make one call of an operation; give the OCIDs of its resource and of its work request."""
    resources = Resources(harness.genai, operation.kind)
    if operation.verb is CREATE:
        begun = resources.create()
        return begun.id, ready.work_begun(begun)
    made = resources.ready()
    begun = resources.delete(made.id) if operation.verb is DELETE else resources.rename(made.id, "after")
    return made.id, ready.work_begun(begun)


def failed(harness: Harness, names: Sequence[str]) -> list[str]:
    """Import models of those names, one after the other; tell which of them failed."""
    details = [ready.imported_model_details(display_name=name) for name in names]
    made = [harness.genai.create_imported_model(each).id for each in details]
    models = [harness.genai.get_imported_model(identifier) for identifier in made]
    return [str(model.display_name) for model in models if model.lifecycle_state == "FAILED"]


class FailingWorkBehaviours:
    """What is true of work that is planned to fail."""

    def test_a_planned_failure_is_told_by_the_resource_and_by_all_of_its_work_request(
        self, realistic: Harness, kind: Kind
    ) -> None:
        """State and details, percentage, action, the one error, and the last line of the log."""
        genai, resources = realistic.genai, Resources(realistic.genai, kind)
        plan(realistic, operation=resources.operation(CREATE), percent=40, code="Broken", message="It broke.")
        begun = resources.create()
        assert begun.lifecycle_state == "CREATING"
        with pytest.raises(WorkRequestFailed, match=r"ended FAILED: Broken: It broke\.") as caught:
            ready.finish(genai, begun)
        made, work = resources.get(begun.id), genai.get_work_request(ready.work_begun(begun))
        assert (made.lifecycle_state, made.lifecycle_details) == ("FAILED", "It broke.")
        assert (work.status, work.percent_complete) == ("FAILED", 40)
        assert [(each.action_type, each.identifier) for each in work.resources] == [("FAILED", begun.id)]
        error = genai.list_work_request_errors(work.id).one()
        assert (error.code, error.message, error.timestamp) == ("Broken", "It broke.", work.time_finished)
        assert caught.value.errors == (error,)
        last, *_ = genai.list_work_request_logs(work.id)
        assert (last.message, last.timestamp) == ("Failed at 40 %: Broken: It broke.", work.time_finished)

    @pytest.mark.parametrize("operation", WORK, ids=lambda operation: operation.name)
    def test_every_operation_with_work_can_be_planned_to_fail(self, harness: Harness, operation: Operation) -> None:
        """A creation leaves what is FAILED, so does a deletion; a failed update leaves all as it was."""
        plan(harness, operation=operation.name, message="It broke.")
        identifier, work_id = begin(harness, operation)
        work = harness.genai.get_work_request(work_id)
        assert (work.operation_type, work.status) == (operation.operation_type, "FAILED")
        left = Resources(harness.genai, operation.kind).get(identifier)
        assert (left.lifecycle_state, left.lifecycle_details) == (LEFT[operation.verb.name], "It broke.")
        assert left.display_name != "after"

    @pytest.mark.parametrize(("name", "operation"), NAMED)
    def test_every_named_failure_befalls_each_of_its_operations(
        self, harness: Harness, name: str, operation: str
    ) -> None:
        """As far, and with the code and the message, that its name stands for."""
        plan(harness, failure=name, operation=operation)
        _, work_id = begin(harness, OPERATIONS[operation])
        work, usual = harness.genai.get_work_request(work_id), FAILURES[name].failure
        assert (work.status, work.percent_complete) == ("FAILED", usual.percent)
        error = harness.genai.list_work_request_errors(work_id).one()
        assert (error.code, error.message) == (usual.code, usual.message)

    def test_a_named_failure_may_be_told_otherwise(self, harness: Harness) -> None:
        """What is given goes before what the name stands for."""
        plan(harness, failure="timed-out", operation=IMPORT, percent=7, message="Too slow.")
        _, work_id = ready.begin_import(harness.genai)
        assert harness.genai.get_work_request(work_id).percent_complete == 7
        error = harness.genai.list_work_request_errors(work_id).one()
        assert (error.code, error.message) == ("InternalError", "Too slow.")

    @pytest.mark.parametrize("name", ["dataset-not-found", "dataset-too-small"])
    def test_a_named_failure_waits_for_work_that_it_can_befall(self, harness: Harness, name: str) -> None:
        """An import has no dataset, nor has a cluster: the failure is for the next fine-tuning."""
        plan(harness, failure=name)
        assert ready.imported_model(harness.genai).lifecycle_state == "ACTIVE"
        models = Resources(harness.genai, MODEL)
        begun = models.create()
        assert models.get(begun.id).lifecycle_details == FAILURES[name].failure.message

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
        ids=lambda given: "when" if "when" in given else str(given),
    )
    def test_a_failure_befalls_the_calls_that_it_is_planned_for(
        self, harness: Harness, which: dict[str, Any], expected: str
    ) -> None:
        """By number, by name, by place, by operation, or by a test of one's own; the others succeed."""
        plan(harness, **which)
        assert failed(harness, "abcdef") == list(expected)

    def test_a_failure_can_be_planned_for_one_resource(self, harness: Harness) -> None:
        """For the update or the deletion of what is there already."""
        one, two = ready.imported_model(harness.genai), ready.imported_model(harness.genai)
        plan(harness, operation="delete_imported_model", resource=two.id)
        works = [harness.genai.delete_imported_model(each.id) for each in (one, two)]
        assert [harness.genai.get_work_request(ready.work_begun(each)).status for each in works] == [
            "SUCCEEDED",
            "FAILED",
        ]

    def test_what_begins_no_work_is_not_counted(self, harness: Harness) -> None:
        """A refused call, a repeated one, a move and a mere look leave the plan for the work it is meant for."""
        genai, details = harness.genai, ready.imported_model_details(display_name="first")
        made = genai.create_imported_model(details, retry_token="once")
        plan(harness)
        genai.create_imported_model(details, retry_token="once")
        with harness.refuses(InvalidParameter, "property-value"):
            genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count=0))
        genai.change_imported_model_compartment(made.id, ready.ELSEWHERE)
        assert genai.get_imported_model(made.id).lifecycle_state == "ACTIVE"
        assert failed(harness, ["next", "last"]) == ["next"]

    def test_what_was_cleared_does_not_fail(self, harness: Harness) -> None:
        """A change of mind in time."""
        plan(harness, times="always")
        harness.simulator.failing_work.clear()
        assert failed(harness, "ab") == []

    def test_work_fails_at_its_percentage_by_the_clock(self, realistic: Harness) -> None:
        """Of an import's 20 minutes two pass before it starts, and nine more until half of it is done."""
        plan(realistic, percent=50)
        ends = realistic.genai.clock.now() + timedelta(minutes=11)
        model_id, work_id = ready.begin_import(realistic.genai)
        realistic.pass_time(11 * 60 - 1)
        work = realistic.genai.get_work_request(work_id)
        assert (work.status, work.percent_complete) == ("IN_PROGRESS", 49)
        realistic.pass_time(1)
        work, model = realistic.genai.get_work_request(work_id), realistic.genai.get_imported_model(model_id)
        assert (work.status, work.percent_complete) == ("FAILED", 50)
        assert (work.time_finished, model.time_updated) == (ends, ends)

    def test_work_fails_at_its_percentage_by_looks(self, open_harness: OpenHarness) -> None:
        """Of four looks the second sees 40 %; the third would see 60, and finds it failed at 50."""
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
        """Neither moved there nor ended by hand does it get any further."""
        harness = open_harness(pace="manual")
        plan(harness, percent=50, times=2)
        (one, work_id), (other, other_work_id) = (ready.begin_import(harness.genai) for _ in range(2))
        harness.simulator.progress(one, 49)
        assert harness.genai.get_work_request(work_id).status == "IN_PROGRESS"
        harness.simulator.progress(one, 51)
        harness.simulator.finish(other)
        works = [harness.genai.get_work_request(each) for each in (work_id, other_work_id)]
        assert [(work.status, work.percent_complete) for work in works] == [("FAILED", 50)] * 2

    def test_work_under_way_can_be_given_a_named_failure(self, realistic: Harness) -> None:
        """What was begun in good faith fails as well."""
        model_id, work_id = ready.begin_import(realistic.genai)
        realistic.simulator.fail(model_id, failure="access-token-refused")
        with pytest.raises(WorkRequestFailed, match="NotAuthenticated: Hugging Face refused the access token"):
            realistic.genai.wait_for_work_request(work_id)
        assert realistic.genai.get_imported_model(model_id).lifecycle_state == "FAILED"

    def test_hugging_face_refuses_no_import_from_object_storage(self, harness: Harness) -> None:
        """The plan waits for the import that it can befall, and work under way is not made to fail so."""
        bucket = builders.object_storage_data_source(namespace_name="ns", bucket_name="b", prefix_name="p")
        harness.simulator.failing_work.add(FailingWork(failure="access-token-refused"))
        spared = ready.imported_model(harness.genai, data_source=bucket)
        assert spared.lifecycle_state == "ACTIVE"
        refused = harness.genai.create_imported_model(ready.imported_model_details())
        assert harness.genai.get_imported_model(refused.id).lifecycle_state == "FAILED"

    def test_a_failure_that_does_not_apply_to_work_under_way_is_refused(self, realistic: Harness) -> None:
        """An import from Object Storage has no token of Hugging Face's."""
        bucket = builders.object_storage_data_source(namespace_name="ns", bucket_name="b", prefix_name="p")
        begun = realistic.genai.create_imported_model(ready.imported_model_details(data_source=bucket))
        with pytest.raises(InvalidInput, match="an import from OBJECT_STORAGE_OBJECT"):
            realistic.simulator.fail(begun.id, failure="access-token-refused")
        ready.finish(realistic.genai, begun)

    def test_what_failed_to_be_made_holds_its_cluster_until_it_is_deleted(self, harness: Harness) -> None:
        """The endpoint that never served is cleared away first, its cluster then."""
        genai, cluster = harness.genai, ready.cluster(harness.genai)
        plan(harness, failure="out-of-capacity")
        begun = genai.create_endpoint(ready.endpoint_details(genai, dedicated_ai_cluster_id=cluster.id))
        assert genai.get_endpoint(begun.id).lifecycle_state == "FAILED"
        with harness.refuses(Conflict, "in-use"):
            genai.delete_dedicated_ai_cluster(cluster.id)
        ready.finish(genai, genai.delete_endpoint(begun.id))
        ready.finish(genai, genai.delete_dedicated_ai_cluster(cluster.id))
        assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "DELETED"
