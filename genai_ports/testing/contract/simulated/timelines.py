"""Timelines: what happened to one resource, and why it is as it is."""

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


def told(harness: Harness, identifier: str) -> list[str]:
    """List what happened to a resource, in words."""
    return [moment.what for moment in harness.simulator.timeline(identifier)]


class TimelineBehaviours:
    """What is true of the timeline of a resource."""

    def test_the_timeline_of_a_failed_import_tells_it_from_the_wish_to_the_reason(self, realistic: Harness) -> None:
        """Who asked and was answered, what was accepted, how far it got and when, and why it went no further."""
        realistic.simulator.failing_work.add(FailingWork(percent=60, code="Broken", message="It broke."))
        begun = realistic.genai.create_imported_model(ready.imported_model_details(display_name="mine"))
        work_id = ready.work_begun(begun)
        with pytest.raises(WorkRequestFailed):
            ready.finish(realistic.genai, begun)
        moments = realistic.simulator.timeline(begun.id)
        began = begun.time_created
        assert [((each.time - began).total_seconds(), each.percent, each.what) for each in moments] == [
            (0, None, "mine was asked for."),
            (0, 0, f"CREATE_IMPORTED_MODEL of imported model {begun.id} accepted."),
            (0, None, "create_imported_model was answered 201."),
            (120, 0, "Reading the model's configuration."),
            (336, 20, "Copying the model's files."),
            (768, 60, "Failed at 60 %: Broken: It broke."),
        ]
        assert [each.work_request_id for each in moments] == [None, work_id, None, work_id, work_id, work_id]
        assert [each.request_id for each in moments if each.request_id] == [response_of(begun).request_id]

    def test_a_timeline_tells_how_far_work_is_that_is_under_way(self, realistic: Harness) -> None:
        """As of now."""
        model_id, _ = ready.begin_import(realistic.genai)
        realistic.pass_time(660)
        last = realistic.simulator.timeline(model_id)[-1]
        assert (last.time, last.percent) == (realistic.genai.clock.now(), 50)
        assert last.what == "CREATE_IMPORTED_MODEL is IN_PROGRESS."

    def test_a_timeline_tells_of_all_work_and_all_changes(self, harness: Harness, resources: Resources) -> None:
        """Each kind of resource, from its creation to its end."""
        made = resources.ready(display_name="mine")
        resources.move(made.id, ready.ELSEWHERE)
        ready.finish(resources.genai, resources.delete(made.id))
        lines = told(harness, made.id)
        for verb, status in ((CREATE, 201), (CHANGE_COMPARTMENT, 204), (DELETE, 202)):
            assert f"{resources.operation(verb)} was answered {status}." in lines
        for work in (resources.expected.create_work, resources.expected.delete_work):
            assert f"{work} succeeded." in lines

    def test_a_timeline_is_in_the_order_of_time(self, realistic: Harness, kind: Kind) -> None:
        """Calls and work alike, the oldest first."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        realistic.pass_time(5)
        resources.move(made.id, ready.ELSEWHERE)
        realistic.pass_time(5)
        ready.finish(realistic.genai, resources.delete(made.id))
        times = [moment.time for moment in realistic.simulator.timeline(made.id)]
        assert times == sorted(times)
        assert len(set(times)) > 4

    def test_a_timeline_tells_of_refused_and_of_lost_calls_and_of_no_mere_look(self, harness: Harness) -> None:
        """Which rule refused, and what a fault has done."""
        genai, cluster = harness.genai, ready.cluster(harness.genai)
        ready.endpoint(genai, dedicated_ai_cluster_id=cluster.id)
        with pytest.raises(Conflict):
            genai.delete_dedicated_ai_cluster(cluster.id)
        harness.simulator.faults.add(Fault(damage="reset"))
        genai.get_dedicated_ai_cluster(cluster.id)
        story = told(harness, cluster.id)
        assert "delete_dedicated_ai_cluster was answered 409 Conflict by the rule in-use." in story
        assert [line for line in story if line.startswith("get_")] == [
            "get_dedicated_ai_cluster was not answered; fault: reset."
        ]

    def test_a_work_request_leads_to_the_timeline_of_its_resource(self, harness: Harness) -> None:
        """Clients know one name or the other."""
        model_id, work_id = ready.begin_import(harness.genai)
        assert harness.simulator.timeline(work_id) == harness.simulator.timeline(model_id)

    def test_a_resource_that_nobody_remembers_has_no_timeline(self, harness: Harness) -> None:
        """The message says what to ask for instead."""
        with pytest.raises(InvalidInput, match=r"nothing is remembered of 'nobody': give the OCID of a resource"):
            harness.simulator.timeline("nobody")
