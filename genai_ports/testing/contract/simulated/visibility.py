"""Delayed visibility: GET that does not find a new resource, and lists that are stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.kinds import IMPORTED_MODEL, MODEL
from genai_ports.errors import NotFound
from genai_ports.testing import ready
from genai_ports.testing.contract.port.lifecycle import DELETED_STAYS
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.testing.contract.simulated.harness import Harness


def prepared(harness: Harness, kind: Kind, *modes: str) -> Resources:
    """Create what a resource of a kind needs, and then turn modes on."""
    resources = Resources(harness.genai, kind)
    resources.details()
    harness.simulator.set_modes(*modes)
    return resources


def states(resources: Resources, **options: Any) -> list[tuple[str | None, str]]:
    """Return names and states, as lists show them, of the resources whose name has one letter."""
    own = resources.own(**options)
    return [(each.display_name, each.lifecycle_state) for each in own if len(each.display_name) == 1]


class VisibilityBehaviours:
    """What is true if changes become visible later."""

    def test_a_new_resource_is_not_found_for_some_seconds(self, harness: Harness, kind: Kind) -> None:
        """GET is 404 until the resource is as old as the mode says, on the clock of the world."""
        resources = prepared(harness, kind, "hidden-after-create:10")
        created = resources.create(display_name="new")
        for _ in range(2):
            with harness.refuses(NotFound, "not-yet-visible"):
                resources.get(created.id)
            harness.pass_time(4.9)
        harness.pass_time(0.2)
        assert resources.get(created.id).lifecycle_state == "ACTIVE"

    def test_a_new_resource_is_hidden_for_five_seconds_by_default(self, harness: Harness) -> None:
        """The number of the current mode applies to all resources."""
        resources = prepared(harness, IMPORTED_MODEL, "hidden-after-create")
        first, second = resources.create(), resources.create()
        harness.pass_time(4)
        with harness.refuses(NotFound, "not-yet-visible"):
            resources.get(first.id)
        harness.pass_time(1)
        assert resources.get(first.id).id == first.id
        harness.simulator.set_modes("hidden-after-create:60")
        with harness.refuses(NotFound, "not-yet-visible"):
            resources.get(second.id)
        harness.simulator.set_modes()
        assert resources.get(second.id).id == second.id

    def test_a_hidden_resource_is_hidden_from_get_only(self, harness: Harness, kind: Kind) -> None:
        """Its work request can be read, lists show it, and it can be changed, moved and deleted."""
        resources = prepared(harness, kind, "hidden-after-create:60")
        created = resources.create(display_name="new")
        assert ready.finish(harness.genai, created).status == "SUCCEEDED"
        assert resources.list(display_name="new").one().id == created.id
        assert resources.rename(created.id, "newer").display_name == "newer"
        resources.move(created.id, ready.ELSEWHERE)
        assert ready.finish(harness.genai, resources.delete(created.id)).status == "SUCCEEDED"
        with harness.refuses(NotFound, "not-yet-visible"):
            resources.get(created.id)

    def test_a_hidden_resource_can_be_used(self, harness: Harness) -> None:
        """An endpoint can name it. Base models are never hidden."""
        genai = harness.genai
        cluster = ready.cluster(genai)
        harness.simulator.set_modes("hidden-after-create:60")
        base = ready.base_model(genai)
        assert genai.get_model(base.id).id == base.id
        imported, _ = ready.begin_import(genai)
        details = ready.endpoint_details(genai, model_id=imported, dedicated_ai_cluster_id=cluster.id)
        assert genai.create_endpoint(details).model_id == imported

    def test_a_client_that_waits_for_the_work_finds_the_resource(self, realistic: Harness) -> None:
        """The work takes longer than the resource is hidden."""
        realistic.simulator.set_modes("hidden-after-create:30")
        assert ready.cluster(realistic.genai).lifecycle_state == "ACTIVE"

    def test_a_wait_survives_that_new_work_is_not_found(self, harness: Harness) -> None:
        """A wait that begins with 404 reads again, until the work request can be read."""
        harness.simulator.set_modes("hidden-work-requests:9")
        _, work_id = ready.begin_import(harness.genai)
        seen: list[str] = []
        work = harness.genai.wait_for_work_request(work_id, on_progress=lambda work: seen.append(work.status))
        assert (work.id, seen) == (work_id, ["SUCCEEDED"])

    def test_a_wait_for_work_that_stays_hidden_ends(self, harness: Harness) -> None:
        """After ten seconds the 404 is final; a shorter timeout is not exceeded."""
        harness.simulator.set_modes("hidden-work-requests:60")
        _, work_id = ready.begin_import(harness.genai)
        for timeout, seconds in ((7200, 10), (3, 3), (0, 0)):
            started = harness.genai.clock.now()
            with harness.refuses(NotFound, "not-yet-visible"):
                harness.genai.wait_for_work_request(work_id, timeout=timeout)
            assert seconds <= (harness.genai.clock.now() - started).total_seconds() < seconds + 1

    def test_new_work_is_not_found_for_some_seconds(self, harness: Harness) -> None:
        """Neither are its errors and its log. Lists show it, and its resource is not hidden."""
        genai = harness.genai
        harness.simulator.set_modes("hidden-work-requests")
        imported, work_id = ready.begin_import(genai)
        for read in (
            genai.get_work_request,
            lambda work_id: genai.list_work_request_errors(work_id).first(),
            lambda work_id: genai.list_work_request_logs(work_id).first(),
        ):
            with harness.refuses(NotFound, "not-yet-visible"):
                read(work_id)
        assert genai.list_work_requests(ready.COMPARTMENT).one().id == work_id
        assert genai.get_imported_model(imported).id == imported
        harness.pass_time(5)
        assert genai.get_work_request(work_id).status == "SUCCEEDED"
        assert genai.list_work_request_logs(work_id).first()

    def test_stale_lists_show_a_new_resource_later(self, harness: Harness, kind: Kind) -> None:
        """They are that many seconds behind. GET is not."""
        resources = prepared(harness, kind, "stale-lists:10")
        created = resources.create(display_name="a")
        assert resources.get(created.id).lifecycle_state == "ACTIVE"
        harness.pass_time(9)
        assert states(resources) == []
        harness.pass_time(1)
        assert states(resources) == [("a", "ACTIVE")]

    def test_stale_lists_show_every_change_later(self, harness: Harness, kind: Kind) -> None:
        """Changes are a new name, a new compartment and a deletion."""
        resources = prepared(harness, kind)
        made = resources.ready(display_name="a")
        harness.simulator.set_modes("stale-lists:10")
        resources.rename(made.id, "b")
        assert resources.get(made.id).display_name == "b"
        harness.pass_time(5)
        resources.move(made.id, ready.ELSEWHERE)
        assert (states(resources), states(resources, compartment_id=ready.ELSEWHERE)) == ([("a", "ACTIVE")], [])
        harness.pass_time(5)
        assert (states(resources), states(resources, compartment_id=ready.ELSEWHERE)) == ([("b", "ACTIVE")], [])
        ready.finish(harness.genai, resources.delete(made.id))
        assert resources.get(made.id).lifecycle_state == "DELETED"
        harness.pass_time(5)
        there = states(resources, compartment_id=ready.ELSEWHERE)
        assert (states(resources), there) == ([], [("b", "ACTIVE")])
        harness.pass_time(5)
        assert states(resources, compartment_id=ready.ELSEWHERE) == [("b", "DELETED")]
        harness.pass_time(DELETED_STAYS - 1)
        assert states(resources, compartment_id=ready.ELSEWHERE) == [("b", "DELETED")]
        harness.pass_time(1)
        assert states(resources, compartment_id=ready.ELSEWHERE) == []

    def test_stale_lists_show_the_end_of_work_later(self, realistic: Harness) -> None:
        """Reads in the meantime do not matter."""
        resources = prepared(realistic, IMPORTED_MODEL, "stale-lists:60")
        resources.create(display_name="a")
        realistic.pass_time(48 * 60 + 59)
        assert states(resources) == [("a", "CREATING")]
        realistic.pass_time(1)
        assert states(resources) == [("a", "ACTIVE")]

    def test_filters_and_orders_of_stale_lists_use_the_old_values(self, harness: Harness) -> None:
        """A resource is found by its old name."""
        resources = prepared(harness, IMPORTED_MODEL)
        made = resources.ready(display_name="a")
        resources.ready(display_name="b")
        harness.simulator.set_modes("stale-lists")
        resources.rename(made.id, "c")
        assert resources.list(display_name="a").one().id == made.id
        assert resources.list(display_name="c").first() is None
        assert [name for name, _ in states(resources, sort_by="displayName")] == ["a", "b"]
        harness.pass_time(5)
        assert resources.list(display_name="a").first() is None
        assert [name for name, _ in states(resources, sort_by="displayName")] == ["b", "c"]

    def test_lists_of_work_requests_are_not_stale(self, harness: Harness) -> None:
        """They show new work at once."""
        harness.simulator.set_modes("stale-lists:60")
        imported, work_id = ready.begin_import(harness.genai)
        listed = harness.genai.list_work_requests(ready.COMPARTMENT).one()
        assert (listed.id, listed.status, listed.resources[0].identifier) == (work_id, "SUCCEEDED", imported)

    @pytest.mark.parametrize("after", [(), ("stale-lists:3600",), ("short-pages",)], ids=str)
    def test_lists_are_current_after_the_mode_is_turned_off_or_changed(
        self, harness: Harness, after: tuple[str, ...]
    ) -> None:
        """They show all changes at once."""
        resources = prepared(harness, IMPORTED_MODEL, "stale-lists:60")
        resources.ready(display_name="a")
        assert states(resources) == []
        harness.simulator.set_modes(*after)
        assert states(resources) == [("a", "ACTIVE")]

    @pytest.mark.parametrize("another", ["short-pages", "same-names"])
    def test_lists_stay_stale_when_another_mode_is_turned_on(self, harness: Harness, another: str) -> None:
        """What they show does not change."""
        resources = prepared(harness, MODEL)
        resources.ready(display_name="a")
        harness.simulator.set_modes("stale-lists:60")
        resources.ready(display_name="b")
        harness.simulator.set_modes("stale-lists:60", another)
        assert states(resources) == [("a", "ACTIVE")]
        harness.pass_time(60)
        assert states(resources) == [("b", "ACTIVE"), ("a", "ACTIVE")]

    def test_resources_that_stay_are_listed_once_in_stale_lists(self, harness: Harness) -> None:
        """Changes that become visible between two pages cause neither gaps nor duplicates."""
        resources = prepared(harness, IMPORTED_MODEL)
        made = {name: resources.ready(display_name=name).id for name in "bdfhjl"}
        harness.simulator.set_modes("stale-lists:10")
        ready.finish(harness.genai, resources.delete(made["d"]))
        ready.finish(harness.genai, resources.delete(made["h"]))
        for name in "ace":
            resources.create(display_name=name)
        pages = resources.list(limit=2, sort_by="displayName", lifecycle_state="ACTIVE").pages()
        seen = [item.display_name for item in next(pages).items]
        assert seen == ["b", "d"]
        harness.pass_time(10)
        seen += [item.display_name for page in pages for item in page.items]
        assert seen == ["b", "d", "e", "f", "j", "l"]
