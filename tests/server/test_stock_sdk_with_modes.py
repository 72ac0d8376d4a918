"""The unmodified OCI SDK with modes of legal but awkward responses: what its users see, and what misleads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import oci
import pytest
from oci.generative_ai import GenerativeAiClient, models

from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_server import FakeServer

COMPARTMENT = "ocid1.compartment.oc1..a"


@pytest.fixture
def client(server: FakeServer) -> Iterator[GenerativeAiClient]:
    """A plain client without retries: it shows exactly what the service returns."""
    never = oci.retry.NoneRetryStrategy()
    plain = GenerativeAiClient(credentials().config(), service_endpoint=server.url, retry_strategy=never)
    yield plain
    plain.base_client.session.close()


def cluster(client: GenerativeAiClient) -> str:
    """Make a cluster."""
    details = models.CreateDedicatedAiClusterDetails(
        compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
    )
    identifier: str = client.create_dedicated_ai_cluster(details).data.id
    return identifier


def test_pagination_walks_over_empty_and_short_pages(server: FakeServer, client: GenerativeAiClient) -> None:
    kind = client.list_models(COMPARTMENT).data.items
    server.simulator.set_modes("empty-pages", "short-pages", "capped-pages:7")
    assert client.list_models(COMPARTMENT).data.items == []
    walked = oci.pagination.list_call_get_all_results(client.list_models, COMPARTMENT)
    assert [model.id for model in walked.data] == [model.id for model in kind]
    some = oci.pagination.list_call_get_up_to_limit(client.list_models, 12, 5, COMPARTMENT)
    assert [model.id for model in some.data] == [model.id for model in kind[:12]]


def test_a_client_that_reads_only_the_first_page_misses_the_rest(
    server: FakeServer, client: GenerativeAiClient
) -> None:
    made = cluster(client)
    server.simulator.set_modes("empty-pages")
    first = client.list_dedicated_ai_clusters(COMPARTMENT)
    assert (first.data.items, first.has_next_page) == ([], True)
    second = client.list_dedicated_ai_clusters(COMPARTMENT, page=first.next_page)
    assert [found.id for found in second.data.items] == [made]
    assert second.has_next_page is False


def test_values_unknown_to_the_sdk_are_unknown_enum_value_or_unchanged(
    server: FakeServer, client: GenerativeAiClient
) -> None:
    cluster(client)
    server.simulator.set_modes("unknown-enum-values")
    assert client.list_models(COMPARTMENT).data.items[0].capabilities == ["CHAT", "UNKNOWN_ENUM_VALUE"]
    assert client.list_work_requests(COMPARTMENT).data.items[0].operation_type == "UNKNOWN_ENUM_VALUE"
    assert client.list_dedicated_ai_clusters(COMPARTMENT).data.items[0].unit_shape == "UNLISTED_SHAPE"


def test_absent_fields_are_none_and_extra_ones_are_not_seen(server: FakeServer, client: GenerativeAiClient) -> None:
    made = cluster(client)
    server.simulator.set_modes("absent-fields", "extra-fields")
    [found] = client.list_dedicated_ai_clusters(COMPARTMENT).data.items
    assert (found.id, found.display_name, found.capacity, found.freeform_tags) == (made, None, None, None)
    assert not hasattr(found, "is_import_model")
    assert client.get_dedicated_ai_cluster(made).data.display_name is not None


def test_a_new_resource_is_404_for_a_while_and_not_in_lists(server: FakeServer, client: GenerativeAiClient) -> None:
    server.simulator.set_modes("hidden-after-create:5", "stale-lists:20")
    made = cluster(client)
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        client.get_dedicated_ai_cluster(made)
    assert (refused.value.status, refused.value.code) == (404, "NotAuthorizedOrNotFound")
    server.clock.sleep(5)
    assert client.get_dedicated_ai_cluster(made).data.id == made
    assert client.list_dedicated_ai_clusters(COMPARTMENT).data.items == []
    server.clock.sleep(15)
    assert [found.id for found in client.list_dedicated_ai_clusters(COMPARTMENT).data.items] == [made]


def test_several_models_can_have_the_same_name(server: FakeServer, client: GenerativeAiClient) -> None:
    server.simulator.set_modes("same-names")
    found = client.list_models(COMPARTMENT, display_name="meta.llama-3.1-405b-instruct").data.items
    assert len({model.id for model in found}) == 4
    assert [client.get_model(model.id).data.display_name for model in found] == ["meta.llama-3.1-405b-instruct"] * 4


def test_the_server_survives_a_client_that_follows_a_list_without_end(
    server: FakeServer, client: GenerativeAiClient
) -> None:
    known = len(client.list_models(COMPARTMENT).data.items)
    server.simulator.set_modes("endless-list")
    pages = oci.pagination.list_call_get_all_results_generator(client.list_models, "response", COMPARTMENT, limit=1000)
    sizes = [len(next(pages).data.items) for _ in range(1200)]
    assert sizes == [known] + [0] * 1199
    assert len(server.simulator.journal) <= 1000
    server.simulator.set_modes()
    assert [len(page.data.items) for page in pages] == [0]


def test_work_is_404_for_a_while_after_a_create(server: FakeServer, client: GenerativeAiClient) -> None:
    server.simulator.set_modes("hidden-work-requests:5")
    cluster(client)
    [listed] = client.list_work_requests(COMPARTMENT).data.items
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        client.get_work_request(listed.id)
    assert (refused.value.status, refused.value.code) == (404, "NotAuthorizedOrNotFound")
    server.clock.sleep(5)
    assert client.get_work_request(listed.id).data.status == "SUCCEEDED"
