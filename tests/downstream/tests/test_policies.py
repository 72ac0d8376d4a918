"""A service user who may not do everything."""

from __future__ import annotations

import pytest
from model_ops.plan import ReleaseFailed
from model_ops.ported import PortPipeline
from model_ops.stock import StockPipeline
from pipelines import PLAN, left

from genai_ports import InMemoryModelRepository

FAMILY = "Allow group Releasers to read generative-ai-family in tenancy"
TYPES = ("model", "imported-model", "dedicated-ai-cluster", "endpoint", "work-request")


@pytest.fixture(params=["stock", "port"])
def restricted(request, oci_config, genai_simulator, oci_generative_ai_client):
    """A pipeline whose user is in the group Releasers."""
    user = oci_config["user"]
    genai_simulator.policies.join(user, "Releasers")
    genai_simulator.policies.allow(FAMILY)
    if request.param == "stock":
        return StockPipeline(oci_generative_ai_client)
    return PortPipeline(InMemoryModelRepository(simulator=genai_simulator, user=user))


def may_manage(simulator, *types):
    for each in types:
        simulator.policies.allow(f"Allow group Releasers to manage generative-ai-{each} in tenancy")


def test_a_reader_releases_nothing(restricted, genai_simulator):
    with pytest.raises(ReleaseFailed) as failed:
        restricted.release(PLAN)
    assert (failed.value.step, failed.value.code) == ("guard", "NotAuthorizedOrNotFound")
    assert left(genai_simulator) == []


def test_a_releaser_with_all_policies_releases(restricted, genai_simulator):
    may_manage(genai_simulator, *TYPES)
    assert restricted.release(PLAN).endpoint_id


def test_a_missing_policy_for_endpoints_is_rolled_back(restricted, genai_simulator):
    may_manage(genai_simulator, "model", "imported-model", "dedicated-ai-cluster")
    with pytest.raises(ReleaseFailed) as failed:
        restricted.release(PLAN)
    assert (failed.value.step, failed.value.code) == ("endpoint", "NotAuthorizedOrNotFound")
    assert (left(genai_simulator), failed.value.left_behind) == ([], ())
