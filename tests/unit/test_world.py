"""A world counts who refers to a resource, and counts on from other numbers in a forked process."""

from __future__ import annotations

from itertools import islice

import pytest

from genai_ports import InMemoryModelRepository, UpdateEndpointDetails
from genai_ports.errors import Conflict
from genai_ports.testing import ready


def test_a_copy_in_a_forked_process_makes_other_ids() -> None:
    worlds = [InMemoryModelRepository(seed=7) for _ in range(2)]
    worlds[1].simulator.world.after_fork()
    made = []
    for genai in worlds:
        model = genai.create_imported_model(ready.imported_model_details())
        response = model.response
        made.append((model.id, response.work_request_id, response.request_id, genai.simulator.new_retry_token()))
    assert all(one != other for one, other in zip(*made, strict=True))


def test_base_models_of_a_region_come_before_all_that_a_world_creates() -> None:
    genai = InMemoryModelRepository()
    two = [genai.get_model(each.id) for each in islice(genai.list_models(ready.COMPARTMENT), 2)]
    genai.simulator.world.offer("us-chicago-1", two)
    offered = genai.simulator.world.base_models.shown("us-chicago-1")
    assert [(each.order, each.snapshot.id) for each in offered] == [(-2, two[0].id), (-1, two[1].id)]


def test_a_cluster_counts_its_endpoints_and_is_free_without_them() -> None:
    genai = InMemoryModelRepository()
    model, cluster = ready.imported_model(genai), ready.cluster(genai)

    def used() -> int | None:
        capacity = genai.get_dedicated_ai_cluster(cluster.id).capacity
        return getattr(capacity, "used_endpoint_capacity", None)

    assert used() == 0
    first, second = (
        ready.endpoint(genai, model_id=model.id, dedicated_ai_cluster_id=cluster.id, display_name=name)
        for name in ("a", "b")
    )
    assert used() == 2
    ready.finish(genai, genai.delete_endpoint(first.id))
    assert used() == 1
    with pytest.raises(Conflict, match=second.id):
        genai.delete_dedicated_ai_cluster(cluster.id)
    ready.finish(genai, genai.delete_endpoint(second.id))
    assert used() == 0
    genai.delete_dedicated_ai_cluster(cluster.id)


def test_an_endpoint_that_gets_another_private_endpoint_frees_the_one_before() -> None:
    genai = InMemoryModelRepository()
    first, second = (ready.private_endpoint(genai, dns_prefix=name) for name in ("a", "b"))
    tuned = ready.custom_model(genai)
    endpoint = ready.endpoint(genai, model_id=tuned.id, generative_ai_private_endpoint_id=first.id)
    with pytest.raises(Conflict, match=endpoint.id):
        genai.delete_generative_ai_private_endpoint(first.id)
    change = UpdateEndpointDetails(generative_ai_private_endpoint_id=second.id)
    ready.finish(genai, genai.update_endpoint(endpoint.id, change))
    genai.delete_generative_ai_private_endpoint(first.id)
    with pytest.raises(Conflict, match=endpoint.id):
        genai.delete_generative_ai_private_endpoint(second.id)
