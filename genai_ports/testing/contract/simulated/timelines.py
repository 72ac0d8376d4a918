"""Timelines: what happened to one resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, DELETE
from genai_ports.client.waiter import WorkRequestFailed
from genai_ports.errors import Conflict, InvalidInput
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing import ready
from genai_ports.testing.contract.port.harness import response_of
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.testing.contract.simulated.harness import Harness


def lines(harness: Harness, identifier: str) -> list[str]:
    """Return the lines of the timeline of a resource."""
    return [moment.what for moment in harness.simulator.timeline(identifier)]


class TimelineBehaviours:
    """What is true of the timeline of a resource."""

    def test_the_timeline_of_a_failed_import_has_every_step_and_the_error(self, realistic: Harness) -> None:
        """It has the request, the response, the progress with times, and the reason of the failure."""
        realistic.simulator.failing_work.add(FailingWork(percent=60, code="Broken", message="It broke."))
        created = realistic.genai.create_imported_model(ready.imported_model_details(display_name="mine"))
        work_id = ready.work_begun(created)
        with pytest.raises(WorkRequestFailed):
            ready.finish(realistic.genai, created)
        moments = realistic.simulator.timeline(created.id)
        began = created.time_created
        assert [((each.time - began).total_seconds(), each.percent, each.what) for each in moments] == [
            (0, None, "mine was requested."),
            (0, 0, f"CREATE_IMPORTED_MODEL of imported model {created.id} accepted."),
            (0, None, "create_imported_model returned 201."),
            (288, 0, "Reading the model's configuration."),
            (806.4, 20, "Copying the model's files."),
            (1843.2, 60, "Failed at 60 %: Broken: It broke."),
        ]
        assert [each.work_request_id for each in moments] == [None, work_id, None, work_id, work_id, work_id]
        assert [each.request_id for each in moments if each.request_id] == [response_of(created).request_id]

    def test_a_timeline_shows_the_progress_of_unfinished_work(self, realistic: Harness) -> None:
        """The last line is the state of now."""
        model_id, _ = ready.begin_import(realistic.genai)
        realistic.pass_time(1584)
        last = realistic.simulator.timeline(model_id)[-1]
        assert (last.time, last.percent) == (realistic.genai.clock.now(), 50)
        assert last.what == "CREATE_IMPORTED_MODEL is IN_PROGRESS."

    def test_a_timeline_has_all_work_and_all_changes(self, harness: Harness, resources: Resources) -> None:
        """This applies to each kind of resource, from its creation to its deletion."""
        made = resources.ready(display_name="mine")
        resources.move(made.id, ready.ELSEWHERE)
        ready.finish(resources.genai, resources.delete(made.id))
        shown = lines(harness, made.id)
        for verb, status in ((CREATE, 201), (CHANGE_COMPARTMENT, 204), (DELETE, 202)):
            assert f"{resources.operation(verb)} returned {status}." in shown
        for work in (resources.expected.create_work, resources.expected.delete_work):
            assert f"{work} succeeded." in shown

    def test_a_timeline_is_sorted_by_time(self, realistic: Harness, kind: Kind) -> None:
        """Calls and work are in one order, oldest first."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        realistic.pass_time(5)
        resources.move(made.id, ready.ELSEWHERE)
        realistic.pass_time(5)
        ready.finish(realistic.genai, resources.delete(made.id))
        times = [moment.time for moment in realistic.simulator.timeline(made.id)]
        assert times == sorted(times)
        assert len(set(times)) > 4

    def test_a_timeline_has_refused_calls_and_lost_responses_and_no_reads(self, harness: Harness) -> None:
        """It has the rule that refused the call, and what the fault did."""
        genai, cluster = harness.genai, ready.cluster(harness.genai)
        ready.endpoint(genai, dedicated_ai_cluster_id=cluster.id)
        with pytest.raises(Conflict):
            genai.delete_dedicated_ai_cluster(cluster.id)
        harness.simulator.faults.add(Fault(damage="reset"))
        genai.get_dedicated_ai_cluster(cluster.id)
        shown = lines(harness, cluster.id)
        assert "delete_dedicated_ai_cluster returned 409 Conflict by the rule in-use." in shown
        assert [line for line in shown if line.startswith("get_")] == [
            "get_dedicated_ai_cluster got no response; fault: reset."
        ]

    def test_the_timeline_of_a_work_request_is_that_of_its_resource(self, harness: Harness) -> None:
        """Either OCID can be used."""
        model_id, work_id = ready.begin_import(harness.genai)
        assert harness.simulator.timeline(work_id) == harness.simulator.timeline(model_id)

    def test_the_timeline_of_an_unknown_resource_is_an_error(self, harness: Harness) -> None:
        """The message says which OCIDs are accepted."""
        with pytest.raises(InvalidInput, match="a string of 6 characters is not the OCID of a resource"):
            harness.simulator.timeline("nobody")
