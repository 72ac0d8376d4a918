"""Conditions: `if_match` and etags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.errors import PreconditionFailed
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.harness import response_of
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.testing.contract.port.harness import PortHarness

STALE = "an-etag-of-long-ago"


def change(resources: Resources, verb: str, identifier: str, if_match: str | None) -> Any:
    """Update, move or delete a resource with `if_match`."""
    if verb == "update":
        return resources.rename(identifier, "after", if_match=if_match)
    if verb == "move":
        return resources.move(identifier, ready.ELSEWHERE, if_match=if_match)
    return resources.delete(identifier, if_match=if_match)


each_change = pytest.mark.parametrize("verb", ["update", "move", "delete"])


class ConditionBehaviours:
    """What is true of conditions and etags."""

    @each_change
    def test_a_change_with_the_current_etag_succeeds(self, resources: Resources, verb: str) -> None:
        """No other change was made since the etag was read."""
        made = resources.ready()
        assert response_of(change(resources, verb, made.id, made.etag)).status < 300

    @each_change
    def test_a_change_with_a_stale_etag_is_412_and_changes_nothing(
        self, harness: PortHarness, resources: Resources, verb: str
    ) -> None:
        """Another client was faster; its version stays."""
        made = resources.ready()
        renamed = resources.rename(made.id, "theirs")
        current = resources.get(made.id)
        assert renamed.etag != made.etag
        with harness.refuses(PreconditionFailed, "stale-etag"):
            change(resources, verb, made.id, made.etag)
        assert (resources.get(made.id), resources.get(made.id).etag) == (current, current.etag)

    @each_change
    def test_a_star_matches_any_etag(self, resources: Resources, verb: str) -> None:
        """`*` only requires that the resource exists."""
        assert response_of(change(resources, verb, resources.ready().id, "*")).status < 300

    @each_change
    def test_an_unknown_etag_is_412(self, harness: PortHarness, resources: Resources, verb: str) -> None:
        """Etags are compared as plain text."""
        made = resources.ready()
        with harness.refuses(PreconditionFailed, "stale-etag"):
            change(resources, verb, made.id, STALE)

    @needs(Capability.UNDER_WAY)
    def test_the_etag_changes_with_every_visible_change(self, realistic: PortHarness, kind: Kind) -> None:
        """Created, ready, renamed, moved, deleting, deleted: at least six etags."""
        resources = Resources(realistic.genai, kind)
        created = resources.create()
        etags = [created.etag]
        ready.finish(realistic.genai, created)
        etags.append(resources.get(created.id).etag)
        renamed = resources.rename(created.id, "after")
        realistic.pass_time(3600)
        resources.move(created.id, ready.ELSEWHERE)
        etags += [renamed.etag, resources.get(created.id).etag]
        deleting = resources.delete(created.id)
        etags.append(resources.get(created.id).etag)
        ready.finish(realistic.genai, deleting)
        etags.append(resources.get(created.id).etag)
        assert len(set(etags)) == 6

    def test_the_etag_stays_while_nothing_changes(self, realistic: PortHarness, kind: Kind) -> None:
        """Neither reads nor time change it."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        realistic.pass_time(50_000)
        assert {resources.get(made.id).etag for _ in range(3)} == {made.etag}

    def test_the_etag_of_a_cluster_changes_when_it_gets_an_endpoint(self, harness: PortHarness) -> None:
        """Its used capacity is visible to clients."""
        genai = harness.genai
        cluster = ready.cluster(genai)
        endpoint = ready.endpoint(genai, dedicated_ai_cluster_id=cluster.id)
        with harness.refuses(PreconditionFailed, "stale-etag"):
            genai.delete_dedicated_ai_cluster(cluster.id, if_match=cluster.etag)
        assert endpoint.lifecycle_state == "ACTIVE"
