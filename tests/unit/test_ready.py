"""Resources in one call: in every region that offers the service, from what the region has."""

from __future__ import annotations

import pytest

from genai_ports import InMemoryModelRepository, all_regions
from genai_ports.errors import GenAiError
from genai_ports.testing import ready

REGIONS = [region.id for region in all_regions() if region.offers_generative_ai]
MAKERS = (ready.cluster, ready.custom_model, ready.imported_model, ready.endpoint, ready.private_endpoint)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("region", REGIONS)
def test_each_resource_is_ready_in_every_region_or_the_error_says_why(region, make):
    genai = InMemoryModelRepository()
    has_models = genai.list_models(ready.COMPARTMENT, region=region).first() is not None
    if has_models or make not in (ready.custom_model, ready.endpoint):
        assert make(genai, region=region).lifecycle_state == "ACTIVE"
        return
    with pytest.raises(ready.NotOffered, match=f"{region} has no base model with capability .*: choose another region"):
        make(genai, region=region)


def test_a_region_without_meta_fine_tunes_a_model_of_cohere():
    genai = InMemoryModelRepository(region="us-ashburn-1")
    model = ready.custom_model(genai)
    assert model.vendor == "cohere"
    hosting = ready.cluster(genai, unit_shape="LARGE_COHERE")
    endpoint = ready.endpoint(genai, model_id=model.id, dedicated_ai_cluster_id=hosting.id)
    assert endpoint.lifecycle_state == "ACTIVE"


def test_a_base_model_that_does_not_exist_is_an_error_of_ours():
    genai = InMemoryModelRepository()
    with pytest.raises(
        GenAiError, match="the default region has no base model with capability 'CHAT', vendor 'nobody'"
    ):
        ready.base_model(genai, vendor="nobody")
