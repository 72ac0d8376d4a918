"""Quotas: the units of clusters that a compartment may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.errors import QuotaExceeded
from genai_ports.testing import ready
from genai_ports.testing.contract.simulated.limits import META, create, is_full, resize

if TYPE_CHECKING:
    from genai_ports.testing.contract.simulated.harness import Harness, OpenHarness


class QuotaBehaviours:
    """What is true of quotas."""

    def test_a_quota_is_for_one_compartment(self, harness: Harness) -> None:
        """The error names the compartment. Other compartments have no quota."""
        harness.simulator.limits.set(META, 1, compartment_id=ready.COMPARTMENT)
        cluster = create(harness)
        with harness.refuses(QuotaExceeded, "compartment-quota") as refused:
            create(harness)
        assert refused.value.message == (
            f"The quota for this compartment has been exceeded. {ready.COMPARTMENT} has a quota of 1 for {META}, of "
            "which 1 are used; 1 more were requested."
        )
        with harness.refuses(QuotaExceeded, "compartment-quota"):
            resize(harness, cluster, 2)
        create(harness, 5, compartment_id=ready.ELSEWHERE)
        create(harness, unit_shape="LARGE_COHERE")

    def test_limits_and_quotas_both_apply(self, harness: Harness) -> None:
        """A quota above the limit gives no more units."""
        harness.simulator.limits.set(META, 3)
        harness.simulator.limits.set(META, 2, compartment_id=ready.COMPARTMENT)
        harness.simulator.limits.set(META, 9, compartment_id=ready.ELSEWHERE)
        create(harness, 2)
        with harness.refuses(QuotaExceeded, "compartment-quota"):
            create(harness)
        create(harness, compartment_id=ready.ELSEWHERE)
        is_full(harness, compartment_id=ready.ELSEWHERE)

    def test_a_quota_can_be_set_for_one_region(self, open_harness: OpenHarness) -> None:
        """The limit of the tenancy still applies."""
        harness = open_harness(limits="strict")
        harness.simulator.limits.set(META, 2)
        harness.simulator.limits.set(META, 0, region="us-chicago-1", compartment_id=ready.COMPARTMENT)
        with harness.refuses(QuotaExceeded, "compartment-quota"):
            create(harness)
        create(harness, 2, region="eu-frankfurt-1")
        is_full(harness, region="eu-frankfurt-1")

    def test_units_count_in_the_compartment_of_their_cluster(self, harness: Harness) -> None:
        """They move with the cluster."""
        harness.simulator.limits.set(META, 1, compartment_id=ready.COMPARTMENT)
        cluster = ready.cluster(harness.genai)
        harness.genai.change_dedicated_ai_cluster_compartment(cluster.id, ready.ELSEWHERE)
        create(harness)
        with harness.refuses(QuotaExceeded, "compartment-quota"):
            create(harness)

    def test_a_move_needs_quota_for_all_units_in_the_new_compartment(self, harness: Harness) -> None:
        """A refused move changes nothing."""
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

    def test_a_move_needs_no_units_of_the_limit_of_the_region(self, harness: Harness) -> None:
        """Its units are already counted."""
        cluster = ready.cluster(harness.genai, unit_count=2)
        harness.simulator.limits.set(META, 1)
        harness.genai.change_dedicated_ai_cluster_compartment(cluster.id, ready.ELSEWHERE)

    def test_a_move_to_the_same_compartment_needs_no_quota(self, harness: Harness) -> None:
        """Its units are already counted."""
        cluster = ready.cluster(harness.genai, unit_count=2)
        harness.simulator.limits.set(META, 1, compartment_id=ready.COMPARTMENT)
        harness.genai.change_dedicated_ai_cluster_compartment(cluster.id, ready.COMPARTMENT)
