"""Late sight: GET that does not know what has just been made, and lists that lag behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.kinds import IMPORTED_MODEL, MODEL
from genai_ports.errors import NotFound
from genai_ports.testing import ready
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.testing.contract.simulated.harness import Harness


def prepared(harness: Harness, kind: Kind, *modes: str) -> Resources:
    """Turn modes on when there is all that a resource of a kind stands on."""
    resources = Resources(harness.genai, kind)
    resources.details()
    harness.simulator.set_modes(*modes)
    return resources


def states(resources: Resources, **options: Any) -> list[tuple[str | None, str]]:
    """Tell the names and states of those that have a name of one letter, as lists show them."""
    own = resources.own(**options)
    return [(each.display_name, each.lifecycle_state) for each in own if len(each.display_name) == 1]


class VisibilityBehaviours:
    """What is true where what was done is not seen at once."""

    def test_what_has_just_been_made_cannot_be_read_yet(self, harness: Harness, kind: Kind) -> None:
        """GET says 404 until it is as old as the mode says, by the clock of the world, and from then on no more."""
        resources = prepared(harness, kind, "hidden-after-create:10")
        begun = resources.create(display_name="new")
        for _ in range(2):
            with harness.refuses(NotFound, "not-yet-visible"):
                resources.get(begun.id)
            harness.pass_time(4.9)
        harness.pass_time(0.2)
        assert resources.get(begun.id).lifecycle_state == "ACTIVE"

    def test_it_is_hidden_for_five_seconds_unless_told(self, harness: Harness) -> None:
        """And as long as a new number says, or not at all when the mode is turned off."""
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

    def test_only_get_does_not_see_it(self, harness: Harness, kind: Kind) -> None:
        """Its work request can be read, lists show it, and it can be changed, moved and deleted."""
        resources = prepared(harness, kind, "hidden-after-create:60")
        begun = resources.create(display_name="new")
        assert ready.finish(harness.genai, begun).status == "SUCCEEDED"
        assert resources.list(display_name="new").one().id == begun.id
        assert resources.rename(begun.id, "newer").display_name == "newer"
        resources.move(begun.id, ready.ELSEWHERE)
        assert ready.finish(harness.genai, resources.delete(begun.id)).status == "SUCCEEDED"
        with harness.refuses(NotFound, "not-yet-visible"):
            resources.get(begun.id)

    def test_it_can_be_built_upon_before_it_can_be_read(self, harness: Harness) -> None:
        """What names it finds it; base models are never hidden."""
        genai = harness.genai
        cluster = ready.cluster(genai)
        harness.simulator.set_modes("hidden-after-create:60")
        base = ready.base_model(genai)
        assert genai.get_model(base.id).id == base.id
        imported, _ = ready.begin_import(genai)
        details = ready.endpoint_details(genai, model_id=imported, dedicated_ai_cluster_id=cluster.id)
        assert genai.create_endpoint(details).model_id == imported

    def test_a_client_that_waits_for_the_work_sees_what_it_made(self, realistic: Harness) -> None:
        """A window shorter than the work is closed when the work is done."""
        realistic.simulator.set_modes("hidden-after-create:30")
        assert ready.cluster(realistic.genai).lifecycle_state == "ACTIVE"

    def test_lists_show_what_is_new_some_time_later(self, harness: Harness, kind: Kind) -> None:
        """As they were so many seconds ago; GET is never late."""
        resources = prepared(harness, kind, "stale-lists:10")
        begun = resources.create(display_name="a")
        assert resources.get(begun.id).lifecycle_state == "ACTIVE"
        harness.pass_time(9)
        assert states(resources) == []
        harness.pass_time(1)
        assert states(resources) == [("a", "ACTIVE")]

    def test_lists_show_every_change_some_time_later(self, harness: Harness, kind: Kind) -> None:
        """Another name, another compartment, and a deletion."""
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
        harness.pass_time(24 * 3600 - 1)
        assert states(resources, compartment_id=ready.ELSEWHERE) == [("b", "DELETED")]
        harness.pass_time(1)
        assert states(resources, compartment_id=ready.ELSEWHERE) == []

    def test_the_end_of_work_is_shown_that_long_after_it_ended(self, realistic: Harness) -> None:
        """Whether or not anybody looked at that time."""
        resources = prepared(realistic, IMPORTED_MODEL, "stale-lists:60")
        resources.create(display_name="a")
        realistic.pass_time(20 * 60 + 59)
        assert states(resources) == [("a", "CREATING")]
        realistic.pass_time(1)
        assert states(resources) == [("a", "ACTIVE")]

    def test_filters_and_orders_go_by_what_lists_show(self, harness: Harness) -> None:
        """A resource is found under the name that it had."""
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

    def test_lists_of_work_requests_are_not_late(self, harness: Harness) -> None:
        """What there is to do is known at once."""
        harness.simulator.set_modes("stale-lists:60")
        imported, work_id = ready.begin_import(harness.genai)
        listed = harness.genai.list_work_requests(ready.COMPARTMENT).one()
        assert (listed.id, listed.status, listed.resources[0].identifier) == (work_id, "SUCCEEDED", imported)

    @pytest.mark.parametrize("after", [(), ("stale-lists:3600",), ("short-pages",)], ids=str)
    def test_lists_catch_up_when_the_mode_is_turned_off_or_changed(
        self, harness: Harness, after: tuple[str, ...]
    ) -> None:
        """What is under way is shown at once then."""
        resources = prepared(harness, IMPORTED_MODEL, "stale-lists:60")
        resources.ready(display_name="a")
        assert states(resources) == []
        harness.simulator.set_modes(*after)
        assert states(resources) == [("a", "ACTIVE")]

    @pytest.mark.parametrize("another", ["short-pages", "same-names"])
    def test_lists_do_not_catch_up_when_another_mode_is_turned_on(self, harness: Harness, another: str) -> None:
        """Lists that were late stay as late; what was shown stays shown."""
        resources = prepared(harness, MODEL)
        resources.ready(display_name="a")
        harness.simulator.set_modes("stale-lists:60")
        resources.ready(display_name="b")
        harness.simulator.set_modes("stale-lists:60", another)
        assert states(resources) == [("a", "ACTIVE")]
        harness.pass_time(60)
        assert states(resources) == [("b", "ACTIVE"), ("a", "ACTIVE")]

    def test_what_stays_is_met_once_while_lists_catch_up(self, harness: Harness) -> None:
        """Lists that catch up between two pages neither repeat nor lose another resource."""
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
