"""Limits: the units of clusters that a tenancy may have in a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
from genai_ports.api.enums import UNIT_SHAPES
from genai_ports.errors import LimitExceeded
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.api.dedicated_ai_cluster import DedicatedAiCluster
    from genai_ports.testing.contract.simulated.harness import Harness, OpenHarness

META = "dedicated-unit-large-meta-count"
"""The limit for units of LARGE_GENERIC, the default shape of `ready.cluster`."""


def create(harness: Harness, units: int = 1, *, region: str | None = None, **changes: Any) -> DedicatedAiCluster:
    """Create a cluster with that many units."""
    details = ready.cluster_details(unit_count=units, **changes)
    return harness.genai.create_dedicated_ai_cluster(details, region=region)


def resize(harness: Harness, cluster: DedicatedAiCluster, units: int) -> DedicatedAiCluster:
    """Update the number of units."""
    return harness.genai.update_dedicated_ai_cluster(cluster.id, UpdateDedicatedAiClusterDetails(unit_count=units))


def is_full(harness: Harness, **changes: Any) -> None:
    """Check that one more unit is refused."""
    with harness.refuses(LimitExceeded, "service-limit"):
        create(harness, **changes)


class LimitBehaviours:
    """What is true of limits."""

    def test_a_strict_tenancy_has_no_units_of_any_shape(self, open_harness: OpenHarness) -> None:
        """Each limit is 0 until it is set."""
        harness = open_harness(limits="strict")
        for shape in UNIT_SHAPES:
            is_full(harness, unit_shape=shape)

    def test_the_error_names_the_limit_that_is_exceeded(self, open_harness: OpenHarness) -> None:
        """It has Oracle's text, and then the limit, the used units and the requested units."""
        harness = open_harness(limits="strict")
        harness.simulator.limits.set(META, 3)
        create(harness, 2)
        with harness.refuses(LimitExceeded, "service-limit") as refused:
            create(harness, 2)
        assert refused.value.message == (
            f"The following service limits were exceeded: {META}. Request a service limit increase from the service "
            "limits page in the console. us-chicago-1 has a limit of 3, of which 2 are used; 2 more were requested."
        )

    def test_a_generous_tenancy_has_no_limits(self, harness: Harness) -> None:
        """A limit that is set later applies to new units only."""
        cluster = create(harness, 1000)
        harness.simulator.limits.set(META, 1)
        is_full(harness)
        assert harness.genai.get_dedicated_ai_cluster(cluster.id).unit_count == 1000
        harness.simulator.limits.set(META, None)
        create(harness, 1000)

    def test_units_can_be_used_up_to_the_limit(self, open_harness: OpenHarness) -> None:
        """The limit is for all clusters together, of any type. Other shapes have other limits."""
        harness = open_harness(limits="strict")
        harness.simulator.limits.set(META, 3)
        create(harness, 1, type="FINE_TUNING")
        create(harness, 2)
        is_full(harness)
        is_full(harness, unit_shape="LARGE_COHERE")
        harness.simulator.limits.set(META, 4)
        create(harness)
        is_full(harness)

    def test_a_limit_can_be_set_for_one_region(self, open_harness: OpenHarness) -> None:
        """It has priority over the limit of all regions. Each region counts its own units."""
        harness = open_harness(limits="strict")
        harness.simulator.limits.set(META, 2, region="fra")
        harness.simulator.limits.set(META, 1)
        create(harness)
        is_full(harness)
        create(harness, 2, region="eu-frankfurt-1")
        is_full(harness, region="eu-frankfurt-1")
        create(harness, region="uk-london-1")

    @pytest.mark.parametrize(
        ("shape", "limit", "each"),
        [
            ("LARGE_COHERE_V3", "dedicated-unit-large-cohere-count", 1),
            ("LARGE_COHERE_V2_2", "dedicated-unit-large-cohere-count", 2),
            ("SMALL_COHERE_4", "dedicated-unit-small-cohere-count", 4),
            ("EMBED_COHERE", "dedicated-unit-embed-cohere-count", 1),
            ("LARGE_GENERIC_4", "dedicated-unit-large-meta-count", 4),
            ("A10_X2", "dedicated-unit-a10-count", 2),
            ("A100_80G_X8", "dedicated-unit-a100-80g-count", 8),
            ("H100_X16", "dedicated-unit-h100-count", 16),
            ("META_H200_X4", "dedicated-unit-h200-count", 4),
            ("MI300X_X32", "dedicated-unit-mi300x-count", 32),
        ],
    )
    def test_a_unit_counts_as_often_as_its_shape_says(
        self, open_harness: OpenHarness, shape: str, limit: str, each: int
    ) -> None:
        """A unit of several GPUs or of several smaller units counts for all of them."""
        harness = open_harness(limits="strict")
        harness.simulator.limits.set(limit, 2 * each - 1)
        create(harness, unit_shape=shape)
        is_full(harness, unit_shape=shape)
        harness.simulator.limits.set(limit, 2 * each)
        create(harness, unit_shape=shape)
        is_full(harness, unit_shape=shape)

    def test_units_are_free_after_the_deletion_is_finished(self, realistic: Harness) -> None:
        """They are not free while it is in progress."""
        realistic.simulator.limits.set(META, 1)
        created = create(realistic)
        is_full(realistic)
        ready.finish(realistic.genai, created)
        deleting = realistic.genai.delete_dedicated_ai_cluster(created.id)
        is_full(realistic)
        ready.finish(realistic.genai, deleting)
        create(realistic)

    def test_a_failed_creation_uses_no_units(self, realistic: Harness) -> None:
        """The units are free after the failure."""
        realistic.simulator.limits.set(META, 1)
        created = create(realistic)
        realistic.simulator.fail(created.id, failure="out-of-capacity")
        is_full(realistic)
        realistic.pass_time(3600)
        assert realistic.genai.get_dedicated_ai_cluster(created.id).lifecycle_state == "FAILED"
        create(realistic)

    def test_a_failed_deletion_does_not_free_units(self, realistic: Harness) -> None:
        """They are free after another deletion is finished."""
        realistic.simulator.limits.set(META, 1)
        cluster = ready.cluster(realistic.genai)
        realistic.genai.delete_dedicated_ai_cluster(cluster.id)
        realistic.simulator.fail(cluster.id, failure="timed-out")
        realistic.pass_time(3600)
        assert realistic.genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "FAILED"
        is_full(realistic)
        ready.finish(realistic.genai, realistic.genai.delete_dedicated_ai_cluster(cluster.id))
        create(realistic)

    def test_a_failed_creation_uses_no_units_after_a_failed_deletion(self, realistic: Harness) -> None:
        """The cluster never had its units."""
        realistic.simulator.limits.set(META, 1)
        created = create(realistic)
        for _ in range(2):
            realistic.simulator.fail(created.id)
            realistic.pass_time(3600)
            realistic.genai.delete_dedicated_ai_cluster(created.id)
        create(realistic)

    def test_a_cluster_that_needs_attention_uses_its_units(self, harness: Harness) -> None:
        """Its units exist, healthy or not."""
        harness.simulator.limits.set(META, 1)
        harness.simulator.needs_attention(ready.cluster(harness.genai).id)
        is_full(harness)

    def test_an_update_uses_only_the_units_that_it_adds(self, harness: Harness) -> None:
        """Units that it removes are free. A refused update changes nothing."""
        harness.simulator.limits.set(META, 4)
        cluster = ready.cluster(harness.genai, unit_count=3)
        ready.finish(harness.genai, resize(harness, cluster, 4))
        with harness.refuses(LimitExceeded, "service-limit") as refused:
            resize(harness, cluster, 6)
        assert "a limit of 4, of which 4 are used; 2 more" in refused.value.message
        assert harness.genai.get_dedicated_ai_cluster(cluster.id).unit_count == 4
        ready.finish(harness.genai, resize(harness, cluster, 1))
        create(harness, 3)
        is_full(harness)

    def test_an_update_that_adds_no_units_succeeds_above_the_limit(self, harness: Harness) -> None:
        """The limit was lowered below the used units: names can be changed and units removed."""
        cluster = ready.cluster(harness.genai, unit_count=3)
        harness.simulator.limits.set(META, 1)
        rename = UpdateDedicatedAiClusterDetails(display_name="new")
        ready.finish(harness.genai, harness.genai.update_dedicated_ai_cluster(cluster.id, rename))
        ready.finish(harness.genai, resize(harness, cluster, 3))
        ready.finish(harness.genai, resize(harness, cluster, 2))
        with harness.refuses(LimitExceeded, "service-limit"):
            resize(harness, cluster, 3)

    def test_a_failed_update_uses_no_more_units(self, realistic: Harness) -> None:
        """The units that it wanted to add are free."""
        realistic.simulator.limits.set(META, 3)
        cluster = ready.cluster(realistic.genai)
        resize(realistic, cluster, 3)
        realistic.simulator.fail(cluster.id, failure="out-of-capacity")
        is_full(realistic)
        realistic.pass_time(3600)
        create(realistic, 2)

    def test_removed_units_are_free_after_the_update_is_finished(self, realistic: Harness) -> None:
        """If the update fails, the cluster has them again."""
        realistic.simulator.limits.set(META, 3)
        cluster = ready.cluster(realistic.genai, unit_count=3)
        resize(realistic, cluster, 1)
        is_full(realistic)
        realistic.simulator.fail(cluster.id, failure="timed-out")
        realistic.pass_time(3600)
        assert realistic.genai.get_dedicated_ai_cluster(cluster.id).unit_count == 3
        is_full(realistic)
        ready.finish(realistic.genai, resize(realistic, cluster, 1))
        create(realistic, 2)
        is_full(realistic)

    def test_a_creation_repeated_with_its_retry_token_uses_no_more_units(self, harness: Harness) -> None:
        """It returns the first response, although no unit is left."""
        harness.simulator.limits.set(META, 1)
        details = ready.cluster_details()
        first = harness.genai.create_dedicated_ai_cluster(details, retry_token="again")
        again = harness.genai.create_dedicated_ai_cluster(details, retry_token="again")
        assert again.id == first.id
