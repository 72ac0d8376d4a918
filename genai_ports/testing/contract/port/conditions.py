"""Conditions: `if_match` lets a change through only where nothing else has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.errors import PreconditionFailed
from genai_ports.testing import ready
from genai_ports.testing.contract.port.harness import response_of
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.testing.contract.port.harness import PortHarness

STALE = "an-etag-of-long-ago"


def change(resources: Resources, verb: str, identifier: str, if_match: str | None) -> Any:
    """Update, move or delete a resource on a condition."""
    if verb == "update":
        return resources.rename(identifier, "after", if_match=if_match)
    if verb == "move":
        return resources.move(identifier, ready.ELSEWHERE, if_match=if_match)
    return resources.delete(identifier, if_match=if_match)


each_change = pytest.mark.parametrize("verb", ["update", "move", "delete"])


class ConditionBehaviours:
    """What is true of conditions and etags."""

    @each_change
    def test_a_change_goes_through_with_the_current_etag(self, resources: Resources, verb: str) -> None:
        """Nothing else has changed: the condition holds."""
        made = resources.ready()
        assert response_of(change(resources, verb, made.id, made.etag)).status < 300

    @each_change
    def test_a_change_with_a_stale_etag_is_412_and_changes_nothing(
        self, harness: PortHarness, resources: Resources, verb: str
    ) -> None:
        """Somebody else was faster; the version they made stays."""
        made = resources.ready()
        renamed = resources.rename(made.id, "theirs")
        current = resources.get(made.id)
        assert renamed.etag != made.etag
        with harness.refuses(PreconditionFailed, "stale-etag"):
            change(resources, verb, made.id, made.etag)
        assert (resources.get(made.id), resources.get(made.id).etag) == (current, current.etag)

    @each_change
    def test_any_version_is_matched_by_a_star(self, resources: Resources, verb: str) -> None:
        """`*` asks only that the resource is there."""
        assert response_of(change(resources, verb, resources.ready().id, "*")).status < 300

    @each_change
    def test_an_etag_that_never_was_is_412(self, harness: PortHarness, resources: Resources, verb: str) -> None:
        """An etag is compared as it is."""
        made = resources.ready()
        with harness.refuses(PreconditionFailed, "stale-etag"):
            change(resources, verb, made.id, STALE)

    def test_the_etag_changes_with_everything_that_a_client_can_see(self, realistic: PortHarness, kind: Kind) -> None:
        """Created, ready, renamed, moved, on its way out, gone: six versions at least."""
        resources = Resources(realistic.genai, kind)
        begun = resources.create()
        etags = [begun.etag]
        ready.finish(realistic.genai, begun)
        etags.append(resources.get(begun.id).etag)
        renamed = resources.rename(begun.id, "after")
        realistic.pass_time(3600)
        resources.move(begun.id, ready.ELSEWHERE)
        etags += [renamed.etag, resources.get(begun.id).etag]
        deleting = resources.delete(begun.id)
        etags.append(resources.get(begun.id).etag)
        ready.finish(realistic.genai, deleting)
        etags.append(resources.get(begun.id).etag)
        assert len(set(etags)) == 6

    def test_the_etag_stays_while_nothing_changes(self, realistic: PortHarness, kind: Kind) -> None:
        """Neither looks nor time make another version."""
        resources = Resources(realistic.genai, kind)
        made = resources.ready()
        realistic.pass_time(50_000)
        assert {resources.get(made.id).etag for _ in range(3)} == {made.etag}

    def test_a_cluster_has_another_version_when_an_endpoint_comes(self, harness: PortHarness) -> None:
        """Its used capacity is something that a client can see."""
        genai = harness.genai
        cluster = ready.cluster(genai)
        endpoint = ready.endpoint(genai, dedicated_ai_cluster_id=cluster.id)
        with harness.refuses(PreconditionFailed, "stale-etag"):
            genai.delete_dedicated_ai_cluster(cluster.id, if_match=cluster.etag)
        assert endpoint.lifecycle_state == "ACTIVE"
