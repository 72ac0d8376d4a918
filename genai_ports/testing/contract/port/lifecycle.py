"""The lifecycle that all kinds of resources share, from creation to the removal of a deleted resource."""

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
DELETED_STAYS = 14 * DAY


class LifecycleBehaviours:
    """What is true of all kinds of resources."""

    def test_a_resource_is_creating_and_then_active(self, realistic: PortHarness, kind: Kind) -> None:
        """The lifecycle state and the lifecycle details show it."""
        resources = Resources(realistic.genai, kind)
        created = resources.create()
        assert (created.lifecycle_state, created.lifecycle_details) == ("CREATING", "Creating")
        ready.finish(realistic.genai, created)
        made = resources.get(created.id)
        assert (made.lifecycle_state, made.lifecycle_details) == ("ACTIVE", "Created")

    @needs(Capability.UNDER_WAY)
    def test_a_resource_is_deleting_and_then_deleted(self, realistic: PortHarness, kind: Kind) -> None:
        """A deletion takes time too."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        created = resources.delete(made.id)
        deleting = resources.get(made.id)
        assert (deleting.lifecycle_state, deleting.lifecycle_details) == ("DELETING", "Deleting")
        ready.finish(realistic.genai, created)
        deleted = resources.get(made.id)
        assert (deleted.lifecycle_state, deleted.lifecycle_details) == ("DELETED", "Deleted")

    @needs(Capability.UNDER_WAY)
    @pytest.mark.parametrize("state", ["CREATING", "DELETING"])
    def test_a_change_during_a_creation_or_deletion_is_refused(
        self, realistic: PortHarness, kind: Kind, state: str
    ) -> None:
        """Update, move and delete are 409 IncorrectState: a later call can succeed."""
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

    @needs(Capability.UNDER_WAY)
    def test_a_change_during_an_update_is_refused(self, realistic: PortHarness, kind: Kind) -> None:
        """A kind that is updated at once accepts the next change at once."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        updating = resources.rename(made.id, "after")
        if not resources.expected.update_work:
            assert resources.rename(made.id, "again").display_name == "again"
            return
        assert (updating.lifecycle_state, updating.lifecycle_details) == ("UPDATING", "Updating")
        with realistic.refuses(IncorrectState, "state-will-pass"):
            resources.rename(made.id, "again")
        with realistic.refuses(IncorrectState, "state-will-pass"):
            resources.delete(made.id)
        ready.finish(realistic.genai, updating)
        updated = resources.get(made.id)
        assert (updated.lifecycle_state, updated.lifecycle_details) == ("ACTIVE", "Updated")
        assert resources.rename(made.id, "again").display_name == "again"

    @needs(Capability.DAYS)
    def test_a_deleted_resource_can_be_read_for_14_days(self, resources: Resources) -> None:
        """GET and lists show it as DELETED for that time, and not a second longer."""
        deleted = resources.gone(display_name="going")
        resources.genai.clock.sleep(DELETED_STAYS - 1)
        assert resources.get(deleted.id).lifecycle_state == "DELETED"
        assert [each.lifecycle_state for each in resources.list(display_name="going")] == ["DELETED"]
        resources.genai.clock.sleep(1)
        assert list(resources.list(display_name="going")) == []
        with pytest.raises(NotFound):
            resources.get(deleted.id)

    @needs(Capability.DAYS)
    def test_the_work_requests_of_a_deleted_resource_can_be_read_for_14_days(self, resources: Resources) -> None:
        """They are removed together with the resource."""
        deleted = resources.gone()
        work_requests = list(resources.genai.list_work_requests(ready.COMPARTMENT, resource_id=deleted.id))
        assert [work.status for work in work_requests] == ["SUCCEEDED", "SUCCEEDED"]
        resources.genai.clock.sleep(DELETED_STAYS)
        assert list(resources.genai.list_work_requests(ready.COMPARTMENT, resource_id=deleted.id)) == []
        with pytest.raises(NotFound):
            resources.genai.get_work_request(work_requests[0].id)

    def test_a_change_of_a_deleted_resource_is_refused(self, harness: PortHarness, resources: Resources) -> None:
        """Update, move and delete are 404."""
        deleted = resources.gone()
        with harness.refuses(NotFound, "not-found"):
            resources.rename(deleted.id, "after")
        with harness.refuses(NotFound, "not-found"):
            resources.move(deleted.id, ready.ELSEWHERE)
        with harness.refuses(NotFound, "not-found"):
            resources.delete(deleted.id)

    def test_a_display_name_is_generated_if_omitted(self, resources: Resources) -> None:
        """It is the kind and the time, to the second."""
        made = resources.create()
        assert made.display_name == f"{resources.kind.ocid_type}{made.time_created:%Y%m%d%H%M%S}"
        version = getattr(made, "version", None)
        assert version is None or re.fullmatch(r"v\d{14}", version)

    def test_two_resources_may_have_the_same_display_name(self, resources: Resources) -> None:
        """Display names are not unique."""
        names = [resources.ready(display_name="twin").display_name for _ in range(2)]
        assert names == ["twin", "twin"]

    def test_tags_are_empty_by_default(self, resources: Resources) -> None:
        """They are empty, not missing."""
        made = resources.ready()
        assert (made.freeform_tags, made.defined_tags, made.system_tags) == ({}, {}, {})

    @needs(Capability.PACE)
    def test_a_resource_has_the_times_of_its_creation_and_last_change(
        self, open_harness: OpenPortHarness, kind: Kind
    ) -> None:
        """Both are times of the backend's clock. The second one changes with every change."""
        harness = open_harness(pace="10s")
        resources = Resources(harness.genai, kind)
        resources.details()
        now = harness.genai.clock.now()
        created = resources.create()
        assert (created.time_created, created.time_updated) == (now, now)
        harness.pass_time(30)
        made = resources.get(created.id)
        assert (made.time_created, (made.time_updated - now).total_seconds()) == (now, 10)

    @needs(Capability.PACE)
    def test_a_resource_is_ready_at_the_next_read_with_the_pace_instant(self, resources: Resources) -> None:
        """The first response shows CREATING, as on the real service."""
        created = resources.create()
        assert created.lifecycle_state == "CREATING"
        assert resources.get(created.id).lifecycle_state == "ACTIVE"

    @needs(Capability.PACE)
    def test_reads_finish_the_work_with_the_pace_reads(self, open_harness: OpenPortHarness, kind: Kind) -> None:
        """The work is finished after that number of reads."""
        resources = Resources(open_harness(pace="reads:2").genai, kind)
        created = resources.create()
        states = [resources.get(created.id).lifecycle_state for _ in range(4)]
        assert states == ["CREATING", "CREATING", "ACTIVE", "ACTIVE"]
        assert resources.genai.get_work_request(ready.work_begun(created)).status == "SUCCEEDED"
