"""The life of every kind of resource: made, busy, ready, failed, deleted, forgotten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import IncorrectState, NotFound
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.testing.contract.port.harness import OpenPortHarness, PortHarness

DAY = 24 * 60 * 60


class LifecycleBehaviours:
    """What is true of all four kinds, from creation to the day after deletion."""

    def test_a_resource_is_creating_and_then_active(self, realistic: PortHarness, kind: Kind) -> None:
        """It says so in its lifecycle state and in a word of details."""
        resources = Resources(realistic.genai, kind)
        begun = resources.create()
        assert (begun.lifecycle_state, begun.lifecycle_details) == ("CREATING", "Creating")
        ready.finish(realistic.genai, begun)
        made = resources.get(begun.id)
        assert (made.lifecycle_state, made.lifecycle_details) == ("ACTIVE", "Created")

    def test_a_resource_is_deleting_and_then_deleted(self, realistic: PortHarness, kind: Kind) -> None:
        """A deletion takes its time as well."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        begun = resources.delete(made.id)
        deleting = resources.get(made.id)
        assert (deleting.lifecycle_state, deleting.lifecycle_details) == ("DELETING", "Deleting")
        ready.finish(realistic.genai, begun)
        deleted = resources.get(made.id)
        assert (deleted.lifecycle_state, deleted.lifecycle_details) == ("DELETED", "Deleted")

    @pytest.mark.parametrize("state", ["CREATING", "DELETING"])
    def test_a_busy_resource_takes_no_other_change(self, realistic: PortHarness, kind: Kind, state: str) -> None:
        """Update, move and delete are 409 IncorrectState while work is under way: the state will pass."""
        resources = Resources(realistic.genai, kind)
        busy = resources.create()
        if state == "DELETING":
            ready.finish(realistic.genai, busy)
            resources.delete(busy.id)
        assert resources.get(busy.id).lifecycle_state == state
        with realistic.refuses(IncorrectState, "state-will-pass"):
            resources.rename(busy.id, "after")
        with realistic.refuses(IncorrectState, "state-will-pass"):
            resources.move(busy.id, ready.ELSEWHERE)
        with realistic.refuses(IncorrectState, "state-will-pass"):
            resources.delete(busy.id)

    def test_an_updating_resource_takes_no_other_change(self, realistic: PortHarness, kind: Kind) -> None:
        """So it is while it is UPDATING; a Model, which never is, takes the next change at once."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        updating = resources.rename(made.id, "after")
        if not resources.expected.update_work:
            assert resources.rename(made.id, "and again").display_name == "and again"
            return
        assert (updating.lifecycle_state, updating.lifecycle_details) == ("UPDATING", "Updating")
        with realistic.refuses(IncorrectState, "state-will-pass"):
            resources.rename(made.id, "and again")
        with realistic.refuses(IncorrectState, "state-will-pass"):
            resources.delete(made.id)
        ready.finish(realistic.genai, updating)
        updated = resources.get(made.id)
        assert (updated.lifecycle_state, updated.lifecycle_details) == ("ACTIVE", "Updated")
        assert resources.rename(made.id, "and again").display_name == "and again"

    @needs(Capability.DAYS)
    def test_a_deleted_resource_can_be_read_for_a_day(self, resources: Resources) -> None:
        """GET and lists show it as DELETED for 24 hours of the clock, and not a second longer."""
        deleted = resources.gone(display_name="going")
        resources.genai.clock.sleep(DAY - 1)
        assert resources.get(deleted.id).lifecycle_state == "DELETED"
        assert [each.lifecycle_state for each in resources.list(display_name="going")] == ["DELETED"]
        resources.genai.clock.sleep(1)
        assert list(resources.list(display_name="going")) == []
        with pytest.raises(NotFound):
            resources.get(deleted.id)

    @needs(Capability.DAYS)
    def test_the_work_requests_of_a_resource_are_forgotten_with_it(self, resources: Resources) -> None:
        """They can be read as long as it can."""
        deleted = resources.gone()
        work_requests = list(resources.genai.list_work_requests(ready.COMPARTMENT, resource_id=deleted.id))
        assert [work.status for work in work_requests] == ["SUCCEEDED", "SUCCEEDED"]
        resources.genai.clock.sleep(DAY)
        assert list(resources.genai.list_work_requests(ready.COMPARTMENT, resource_id=deleted.id)) == []
        with pytest.raises(NotFound):
            resources.genai.get_work_request(work_requests[0].id)

    def test_a_deleted_resource_takes_no_change(self, harness: PortHarness, resources: Resources) -> None:
        """For every change it is not there: 404."""
        deleted = resources.gone()
        with harness.refuses(NotFound, "not-found"):
            resources.rename(deleted.id, "after")
        with harness.refuses(NotFound, "not-found"):
            resources.move(deleted.id, ready.ELSEWHERE)
        with harness.refuses(NotFound, "not-found"):
            resources.delete(deleted.id)

    def test_a_resource_without_a_name_gets_one(self, resources: Resources) -> None:
        """The generated display name is the kind and the time, to the second."""
        made = resources.create()
        assert made.display_name == f"{resources.kind.ocid_type}{made.time_created:%Y%m%d%H%M%S}"
        version = getattr(made, "version", None)
        assert version is None or re.fullmatch(r"v\d{14}", version)

    def test_a_resource_keeps_its_name_and_may_share_it(self, resources: Resources) -> None:
        """Display names are not unique."""
        names = [resources.ready(display_name="twin").display_name for _ in range(2)]
        assert names == ["twin", "twin"]

    def test_a_resource_begins_with_empty_tags(self, resources: Resources) -> None:
        """Tags that nobody gave are empty, not missing."""
        made = resources.ready()
        assert (made.freeform_tags, made.defined_tags, made.system_tags) == ({}, {}, {})

    @needs(Capability.PACE)
    def test_times_tell_when_a_resource_was_made_and_last_changed(
        self, open_harness: OpenPortHarness, kind: Kind
    ) -> None:
        """Both are the clock's, the second one moves with every change."""
        harness = open_harness(pace="10s")
        resources = Resources(harness.genai, kind)
        resources.details()
        now = harness.genai.clock.now()
        begun = resources.create()
        assert (begun.time_created, begun.time_updated) == (now, now)
        harness.pass_time(30)
        made = resources.get(begun.id)
        assert (made.time_created, (made.time_updated - now).total_seconds()) == (now, 10)

    @needs(Capability.PACE)
    def test_a_resource_is_ready_at_the_next_look_by_the_pace_instant(self, resources: Resources) -> None:
        """The first answer says CREATING, as on the real service; who looks again finds it done."""
        begun = resources.create()
        assert begun.lifecycle_state == "CREATING"
        assert resources.get(begun.id).lifecycle_state == "ACTIVE"

    @needs(Capability.PACE)
    def test_reading_a_resource_finishes_its_work_by_the_pace_reads(
        self, open_harness: OpenPortHarness, kind: Kind
    ) -> None:
        """After the given number of looks at it, by whomever and whenever, the work is done."""
        resources = Resources(open_harness(pace="reads:2").genai, kind)
        begun = resources.create()
        states = [resources.get(begun.id).lifecycle_state for _ in range(4)]
        assert states == ["CREATING", "CREATING", "ACTIVE", "ACTIVE"]
        assert resources.genai.get_work_request(ready.work_begun(begun)).status == "SUCCEEDED"
