"""Limits and quotas: how many units of clusters a tenancy may have in a region, and each of its compartments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
from genai_ports.api.enums import UNIT_SHAPES
from genai_ports.errors import LimitExceeded, QuotaExceeded
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.api.dedicated_ai_cluster import DedicatedAiCluster
    from genai_ports.testing.contract.simulated.harness import Harness, OpenHarness

META = "dedicated-unit-large-meta-count"
"""The limit that units of LARGE_GENERIC, the shape of clusters unless told, count against."""


def create(harness: Harness, units: int = 1, *, region: str | None = None, **changes: Any) -> DedicatedAiCluster:
    """Ask for a cluster of so many units."""
    details = ready.cluster_details(unit_count=units, **changes)
    return harness.genai.create_dedicated_ai_cluster(details, region=region)


def resize(harness: Harness, cluster: DedicatedAiCluster, units: int) -> DedicatedAiCluster:
    """Ask for another number of units."""
    return harness.genai.update_dedicated_ai_cluster(cluster.id, UpdateDedicatedAiClusterDetails(unit_count=units))


def is_full(harness: Harness, **changes: Any) -> None:
    """Check that there is not one more unit."""
    with harness.refuses(LimitExceeded, "service-limit"):
        create(harness, **changes)


class LimitBehaviours:
    """What is true of limits and quotas."""

    def test_a_strict_tenancy_has_no_units_of_any_shape(self, open_harness: OpenHarness) -> None:
        """Each limit is 0 until it is set."""
        harness = open_harness(limits="strict")
        for shape in UNIT_SHAPES:
            is_full(harness, unit_shape=shape)

    def test_a_limit_that_is_exceeded_is_named(self, open_harness: OpenHarness) -> None:
        """In Oracle's words, and then what the limit is, what is used, and what was asked for."""
        harness = open_harness(limits="strict")
        harness.simulator.limits.set(META, 3)
        create(harness, 2)
        with harness.refuses(LimitExceeded, "service-limit") as refused:
            create(harness, 2)
        assert refused.value.message == (
            f"The following service limits were exceeded: {META}. Request a service limit increase from the service "
            "limits page in the console. us-chicago-1 has a limit of 3, of which 2 are used; 2 more were asked for."
        )

    def test_a_generous_tenancy_has_as_many_units_as_are_asked_for(self, harness: Harness) -> None:
        """Until a limit is set; then it is kept, and what is there stays."""
        cluster = create(harness, 1000)
        harness.simulator.limits.set(META, 1)
        is_full(harness)
        assert harness.genai.get_dedicated_ai_cluster(cluster.id).unit_count == 1000
        harness.simulator.limits.set(META, None)
        create(harness, 1000)

    def test_units_can_be_had_up_to_the_limit(self, open_harness: OpenHarness) -> None:
        """The last of them too, in one cluster or in several, of whatever type; of other shapes there are none."""
        harness = open_harness(limits="strict")
        harness.simulator.limits.set(META, 3)
        create(harness, 1, type="FINE_TUNING")
        create(harness, 2)
        is_full(harness)
        is_full(harness, unit_shape="LARGE_COHERE")
        harness.simulator.limits.set(META, 4)
        create(harness)
        is_full(harness)

    def test_a_limit_is_for_a_region_where_one_is_named(self, open_harness: OpenHarness) -> None:
        """It goes before the one for each region; units are counted in each region by themselves."""
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
    def test_a_unit_counts_for_what_its_shape_says(
        self, open_harness: OpenHarness, shape: str, limit: str, each: int
    ) -> None:
        """A unit of several GPUs, or of several smaller units, counts for all of them."""
        harness = open_harness(limits="strict")
        harness.simulator.limits.set(limit, 2 * each - 1)
        create(harness, unit_shape=shape)
        is_full(harness, unit_shape=shape)
        harness.simulator.limits.set(limit, 2 * each)
        create(harness, unit_shape=shape)
        is_full(harness, unit_shape=shape)

    def test_units_are_free_again_when_a_deletion_is_done(self, realistic: Harness) -> None:
        """And not when it is asked for."""
        realistic.simulator.limits.set(META, 1)
        begun = create(realistic)
        is_full(realistic)
        ready.finish(realistic.genai, begun)
        deleting = realistic.genai.delete_dedicated_ai_cluster(begun.id)
        is_full(realistic)
        ready.finish(realistic.genai, deleting)
        create(realistic)

    def test_a_creation_that_failed_takes_no_units(self, realistic: Harness) -> None:
        """A cluster that never was needs none."""
        realistic.simulator.limits.set(META, 1)
        begun = create(realistic)
        realistic.simulator.fail(begun.id, failure="out-of-capacity")
        is_full(realistic)
        realistic.pass_time(3600)
        assert realistic.genai.get_dedicated_ai_cluster(begun.id).lifecycle_state == "FAILED"
        create(realistic)

    def test_a_cluster_whose_deletion_failed_has_its_units(self, realistic: Harness) -> None:
        """They were never given back, until another deletion is done."""
        realistic.simulator.limits.set(META, 1)
        cluster = ready.cluster(realistic.genai)
        realistic.genai.delete_dedicated_ai_cluster(cluster.id)
        realistic.simulator.fail(cluster.id, failure="timed-out")
        realistic.pass_time(3600)
        assert realistic.genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "FAILED"
        is_full(realistic)
        ready.finish(realistic.genai, realistic.genai.delete_dedicated_ai_cluster(cluster.id))
        create(realistic)

    def test_a_creation_that_failed_takes_no_units_whatever_became_of_its_deletion(self, realistic: Harness) -> None:
        """What was never had cannot be kept."""
        realistic.simulator.limits.set(META, 1)
        begun = create(realistic)
        for _ in range(2):
            realistic.simulator.fail(begun.id)
            realistic.pass_time(3600)
            realistic.genai.delete_dedicated_ai_cluster(begun.id)
        create(realistic)

    def test_a_cluster_that_needs_attention_has_its_units(self, harness: Harness) -> None:
        """They are there, healthy or not."""
        harness.simulator.limits.set(META, 1)
        harness.simulator.needs_attention(ready.cluster(harness.genai).id)
        is_full(harness)

    def test_an_update_takes_only_what_it_adds(self, harness: Harness) -> None:
        """And gives back what it takes away; a refused one changes nothing."""
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

    def test_what_adds_no_units_is_let_be_where_there_are_too_many(self, harness: Harness) -> None:
        """A name can be changed, and units be given back, when a limit was lowered below what is used."""
        cluster = ready.cluster(harness.genai, unit_count=3)
        harness.simulator.limits.set(META, 1)
        rename = UpdateDedicatedAiClusterDetails(display_name="new")
        ready.finish(harness.genai, harness.genai.update_dedicated_ai_cluster(cluster.id, rename))
        ready.finish(harness.genai, resize(harness, cluster, 3))
        ready.finish(harness.genai, resize(harness, cluster, 2))
        with harness.refuses(LimitExceeded, "service-limit"):
            resize(harness, cluster, 3)

    def test_an_update_that_failed_takes_no_units(self, realistic: Harness) -> None:
        """What it was to add is free again."""
        realistic.simulator.limits.set(META, 3)
        cluster = ready.cluster(realistic.genai)
        resize(realistic, cluster, 3)
        realistic.simulator.fail(cluster.id, failure="out-of-capacity")
        is_full(realistic)
        realistic.pass_time(3600)
        create(realistic, 2)

    def test_units_that_an_update_gives_back_are_free_when_it_is_done(self, realistic: Harness) -> None:
        """And not when it is asked for: it may fail, and the cluster have them again."""
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

    def test_a_creation_that_is_repeated_by_its_token_takes_no_more_units(self, harness: Harness) -> None:
        """The first answer comes again, though there is no unit left."""
        harness.simulator.limits.set(META, 1)
        details = ready.cluster_details()
        first = harness.genai.create_dedicated_ai_cluster(details, retry_token="again")
        again = harness.genai.create_dedicated_ai_cluster(details, retry_token="again")
        assert again.id == first.id

    def test_a_quota_is_for_one_compartment(self, harness: Harness) -> None:
        """It is named with its compartment when it is exceeded; other compartments have none."""
        harness.simulator.limits.set(META, 1, compartment_id=ready.COMPARTMENT)
        cluster = create(harness)
        with harness.refuses(QuotaExceeded, "compartment-quota") as refused:
            create(harness)
        assert refused.value.message == (
            f"The quota for this compartment has been exceeded. {ready.COMPARTMENT} has a quota of 1 for {META}, of "
            "which 1 are used; 1 more were asked for."
        )
        with harness.refuses(QuotaExceeded, "compartment-quota"):
            resize(harness, cluster, 2)
        create(harness, 5, compartment_id=ready.ELSEWHERE)
        create(harness, unit_shape="LARGE_COHERE")

    def test_limit_and_quota_hold_together(self, harness: Harness) -> None:
        """What one compartment has, another cannot have; a quota of more than the limit gives no more."""
        harness.simulator.limits.set(META, 3)
        harness.simulator.limits.set(META, 2, compartment_id=ready.COMPARTMENT)
        harness.simulator.limits.set(META, 9, compartment_id=ready.ELSEWHERE)
        create(harness, 2)
        with harness.refuses(QuotaExceeded, "compartment-quota"):
            create(harness)
        create(harness, compartment_id=ready.ELSEWHERE)
        is_full(harness, compartment_id=ready.ELSEWHERE)

    def test_a_quota_may_be_for_one_region(self, open_harness: OpenHarness) -> None:
        """It gives nothing that the tenancy does not have."""
        harness = open_harness(limits="strict")
        harness.simulator.limits.set(META, 2)
        harness.simulator.limits.set(META, 0, region="us-chicago-1", compartment_id=ready.COMPARTMENT)
        with harness.refuses(QuotaExceeded, "compartment-quota"):
            create(harness)
        create(harness, 2, region="eu-frankfurt-1")
        is_full(harness, region="eu-frankfurt-1")

    def test_units_count_where_their_cluster_is(self, harness: Harness) -> None:
        """A cluster that is moved takes them along."""
        harness.simulator.limits.set(META, 1, compartment_id=ready.COMPARTMENT)
        cluster = ready.cluster(harness.genai)
        harness.genai.change_dedicated_ai_cluster_compartment(cluster.id, ready.ELSEWHERE)
        create(harness)
        with harness.refuses(QuotaExceeded, "compartment-quota"):
            create(harness)

    def test_a_move_needs_as_much_quota_where_it_goes(self, harness: Harness) -> None:
        """All of the cluster's units; one that is refused changes nothing."""
        harness.simulator.limits.set(META, 3, compartment_id=ready.ELSEWHERE)
        create(harness, 2, compartment_id=ready.ELSEWHERE)
        cluster = ready.cluster(harness.genai, unit_count=2)
        with harness.refuses(QuotaExceeded, "compartment-quota") as refused:
            harness.genai.change_dedicated_ai_cluster_compartment(cluster.id, ready.ELSEWHERE)
        assert "a quota of 3" in refused.value.message
        assert "2 are used; 2 more" in refused.value.message
        assert harness.genai.get_dedicated_ai_cluster(cluster.id).compartment_id == ready.COMPARTMENT
        harness.simulator.limits.set(META, 4, compartment_id=ready.ELSEWHERE)
        harness.genai.change_dedicated_ai_cluster_compartment(cluster.id, ready.ELSEWHERE)
        with harness.refuses(QuotaExceeded, "compartment-quota"):
            create(harness, compartment_id=ready.ELSEWHERE)

    def test_a_move_takes_nothing_of_the_limit_of_the_region(self, harness: Harness) -> None:
        """Its units are used already, even more than there may be now."""
        cluster = ready.cluster(harness.genai, unit_count=2)
        harness.simulator.limits.set(META, 1)
        harness.genai.change_dedicated_ai_cluster_compartment(cluster.id, ready.ELSEWHERE)

    def test_a_move_to_where_a_cluster_is_takes_nothing(self, harness: Harness) -> None:
        """Its units are in the quota already."""
        cluster = ready.cluster(harness.genai, unit_count=2)
        harness.simulator.limits.set(META, 1, compartment_id=ready.COMPARTMENT)
        harness.genai.change_dedicated_ai_cluster_compartment(cluster.id, ready.COMPARTMENT)
