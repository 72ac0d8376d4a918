"""The unmodified OCI SDK: its own models, waiters, composite operations, pagination and retries."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import oci
import pytest
from oci.exceptions import CompositeOperationError, MaximumWaitTimeExceeded, ServiceError
from oci.generative_ai import GenerativeAiClient, GenerativeAiClientCompositeOperations, models

from fake_server import FakeServer, Settings
from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.ocids import region_segment
from genai_ports.regions import all_regions
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.work.pace import parse_pace
from genai_ports.testing.isolation.sdk_state import close_circuits
from genai_ports.testing.stock_client import stock_clients_on
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPARTMENT = "ocid1.compartment.oc1..a"
SUCCEEDED = ["SUCCEEDED"]


@pytest.fixture(scope="module")
def config() -> dict[str, str]:
    return credentials().config()


@pytest.fixture
def new_client(server: FakeServer, config: dict[str, str]) -> Iterator[Callable[..., GenerativeAiClient]]:
    """Makes plain clients of the server; while they are used, the SDK waits on the server's clock."""
    made = []

    def make(path: str = "", **options: Any) -> GenerativeAiClient:
        made.append(GenerativeAiClient(config, service_endpoint=server.url + path, **options))
        return made[-1]

    with stock_clients_on(server.clock):
        yield make
    for client in made:
        client.base_client.session.close()


@pytest.fixture
def client(new_client: Callable[..., GenerativeAiClient]) -> GenerativeAiClient:
    return new_client()


@pytest.fixture
def composite(client: GenerativeAiClient) -> GenerativeAiClientCompositeOperations:
    return GenerativeAiClientCompositeOperations(client)


@pytest.fixture
def ids(server: FakeServer, populate) -> dict[str, str]:
    filled: dict[str, str] = populate(server.simulator)
    return filled


def at_pace(server: FakeServer, pace: str) -> None:
    server.simulator.scheduler.pace = parse_pace(pace)


def cluster(kind: str = "HOSTING") -> models.CreateDedicatedAiClusterDetails:
    return models.CreateDedicatedAiClusterDetails(
        type=kind, compartment_id=COMPARTMENT, unit_count=1, unit_shape="LARGE_GENERIC"
    )


def fine_tuning(ids: dict[str, str], **changes: Any) -> models.CreateModelDetails:
    return models.CreateModelDetails(
        compartment_id=COMPARTMENT,
        base_model_id=ids["base_model"],
        fine_tune_details=models.FineTuneDetails(
            training_dataset=models.ObjectStorageDataset(
                namespace_name="ns", bucket_name="bucket", object_name="train.jsonl"
            ),
            dedicated_ai_cluster_id=ids["training_cluster"],
            training_config=models.LoraTrainingConfig(total_training_epochs=2, lora_r=16, lora_alpha=32),
        ),
        freeform_tags={"team": "search"},
        defined_tags={"ns": {"key": "value"}},
        **changes,
    )


def importing(name: str = "model") -> models.CreateImportedModelDetails:
    return models.CreateImportedModelDetails(
        compartment_id=COMPARTMENT,
        display_name=name,
        data_source=models.HuggingFaceModel(model_id="openai/gpt-oss-20b", access_token="hf_secret"),
    )


def endpoint(ids: dict[str, str]) -> models.CreateEndpointDetails:
    return models.CreateEndpointDetails(
        compartment_id=COMPARTMENT,
        model_id=ids["model"],
        dedicated_ai_cluster_id=ids["dedicated_ai_cluster"],
        content_moderation_config=models.ContentModerationConfig(is_enabled=True, mode="BLOCK"),
    )


# Every operation.


def test_models_through_all_their_operations(client: GenerativeAiClient, ids: dict[str, str]) -> None:
    created = client.create_model(fine_tuning(ids, display_name="tuned"))
    assert (created.status, created.data.lifecycle_state, created.data.type) == (201, "CREATING", "CUSTOM")
    assert isinstance(created.data.fine_tune_details.training_config, models.LoraTrainingConfig)
    assert created.data.fine_tune_details.training_config.lora_r == 16
    assert (created.data.freeform_tags, created.data.defined_tags) == ({"team": "search"}, {"ns": {"key": "value"}})
    read = client.get_model(created.data.id)
    assert (read.status, read.data.lifecycle_state) == (200, "ACTIVE")
    assert isinstance(read.data.model_metrics, models.ChatModelMetrics)
    assert read.headers["etag"] != created.headers["etag"]
    updated = client.update_model(
        created.data.id, models.UpdateModelDetails(description="better"), if_match=read.headers["etag"]
    )
    assert (updated.status, updated.data.description) == (200, "better")
    assert "opc-work-request-id" not in updated.headers
    moved = client.change_model_compartment(
        created.data.id, models.ChangeModelCompartmentDetails(compartment_id="ocid1.compartment.oc1..b")
    )
    assert (moved.status, moved.data) == (204, None)
    assert client.get_model(created.data.id).data.compartment_id == "ocid1.compartment.oc1..b"
    deleted = client.delete_model(created.data.id)
    assert (deleted.status, deleted.data) == (202, None)
    assert client.get_work_request(deleted.headers["opc-work-request-id"]).data.status == "SUCCEEDED"
    listed = client.list_models("ocid1.compartment.oc1..b", lifecycle_state="DELETED").data.items
    assert [model.display_name for model in listed] == ["tuned"]


def test_imported_models_through_all_their_operations(client: GenerativeAiClient) -> None:
    created = client.create_imported_model(importing())
    assert created.status == 201
    assert isinstance(created.data.data_source, models.HuggingFaceModel)
    assert created.data.data_source.access_token is None
    assert client.get_imported_model(created.data.id).data.capabilities == ["TEXT_TO_TEXT"]
    updated = client.update_imported_model(created.data.id, models.UpdateImportedModelDetails(vendor="me"))
    assert (updated.status, updated.data.lifecycle_state) == (202, "UPDATING")
    assert client.get_work_request(updated.headers["opc-work-request-id"]).data.status == "SUCCEEDED"
    moved = client.change_imported_model_compartment(
        created.data.id, models.ChangeImportedModelCompartmentDetails(compartment_id="ocid1.compartment.oc1..b")
    )
    assert moved.status == 204
    assert [model.vendor for model in client.list_imported_models("ocid1.compartment.oc1..b").data.items] == ["me"]
    assert client.delete_imported_model(created.data.id).status == 202
    assert client.get_imported_model(created.data.id).data.lifecycle_state == "DELETED"


def test_a_model_is_imported_from_object_storage(client: GenerativeAiClient) -> None:
    source = models.ObjectStorageObject(
        namespace_name="ns", bucket_name="bucket", prefix_name="llama/", region="us-ashburn-1"
    )
    details = models.CreateImportedModelDetails(compartment_id=COMPARTMENT, data_source=source)
    assert client.create_imported_model(details).data.data_source == source


def test_clusters_and_endpoints_through_all_their_operations(client: GenerativeAiClient, ids: dict[str, str]) -> None:
    hosting = client.create_dedicated_ai_cluster(cluster())
    assert (hosting.status, hosting.data.lifecycle_state) == (201, "CREATING")
    ids["dedicated_ai_cluster"] = hosting.data.id
    assert client.get_dedicated_ai_cluster(hosting.data.id).data.capacity.used_endpoint_capacity == 0
    deployed = client.create_endpoint(endpoint(ids))
    assert (deployed.status, deployed.data.content_moderation_config.mode) == (201, "BLOCK")
    assert client.get_endpoint(deployed.data.id).data.lifecycle_state == "ACTIVE"
    assert client.get_dedicated_ai_cluster(hosting.data.id).data.capacity.used_endpoint_capacity == 1
    renamed = client.update_endpoint(deployed.data.id, models.UpdateEndpointDetails(display_name="renamed"))
    assert (renamed.status, renamed.data.lifecycle_state) == (200, "UPDATING")
    assert "opc-work-request-id" in renamed.headers
    grown = client.update_dedicated_ai_cluster(hosting.data.id, models.UpdateDedicatedAiClusterDetails(unit_count=2))
    assert (grown.status, grown.data.unit_count) == (200, 2)
    target = "ocid1.compartment.oc1..b"
    client.get_endpoint(deployed.data.id)
    moved = client.change_endpoint_compartment(
        deployed.data.id, models.ChangeEndpointCompartmentDetails(compartment_id=target)
    )
    assert moved.status == 204
    client.get_dedicated_ai_cluster(hosting.data.id)
    moved = client.change_dedicated_ai_cluster_compartment(
        hosting.data.id, models.ChangeDedicatedAiClusterCompartmentDetails(compartment_id=target)
    )
    assert moved.status == 204
    assert [item.display_name for item in client.list_endpoints(target).data.items] == ["renamed"]
    assert [item.unit_count for item in client.list_dedicated_ai_clusters(target).data.items] == [2]
    with pytest.raises(ServiceError) as refused:
        client.delete_dedicated_ai_cluster(hosting.data.id)
    assert (refused.value.status, refused.value.code) == (409, "Conflict")
    assert client.delete_endpoint(deployed.data.id).status == 202
    client.get_endpoint(deployed.data.id)
    assert client.delete_dedicated_ai_cluster(hosting.data.id).status == 202


def test_private_endpoints_through_all_their_operations(
    client: GenerativeAiClient, composite: GenerativeAiClientCompositeOperations, ids: dict[str, str]
) -> None:
    details = models.CreateGenerativeAiPrivateEndpointDetails(
        compartment_id=COMPARTMENT,
        subnet_id="ocid1.subnet.oc1..a",
        dns_prefix="mine",
        nsg_ids=["ocid1.networksecuritygroup.oc1..a"],
        is_allow_on_demand=True,
        security_attributes={"oracle-zpr": {"team": {"value": "search", "mode": "enforce"}}},
    )
    work = composite.create_generative_ai_private_endpoint_and_wait_for_state(details, SUCCEEDED).data
    assert (work.operation_type, work.resources[0].action_type) == ("CREATE_PRIVATE_ENDPOINT", "CREATED")
    private = client.get_generative_ai_private_endpoint(work.resources[0].identifier).data
    assert (private.lifecycle_state, private.resource_type, private.is_allow_on_demand) == ("ACTIVE", "ENDPOINT", True)
    assert private.fqdn == "mine.pe.inference.generativeai.us-chicago-1.oci.oraclecloud.com"
    assert (private.nsg_ids, private.security_attributes) == (details.nsg_ids, details.security_attributes)

    deploying = endpoint(ids)
    deploying.generative_ai_private_endpoint_id = private.id
    served = composite.create_endpoint_and_wait_for_state(deploying, SUCCEEDED).data.resources[0].identifier
    found = client.list_endpoints(COMPARTMENT, generative_ai_private_endpoint_id=private.id).data.items
    assert [item.id for item in found] == [served]
    with pytest.raises(ServiceError) as refused:
        client.delete_generative_ai_private_endpoint(private.id)
    assert (refused.value.status, refused.value.code) == (409, "Conflict")

    composite.delete_endpoint_and_wait_for_state(served, SUCCEEDED)
    update = models.UpdateGenerativeAiPrivateEndpointDetails(dns_prefix="other")
    done = composite.update_generative_ai_private_endpoint_and_wait_for_state(private.id, update, SUCCEEDED)
    assert done.data.operation_type == "UPDATE_PRIVATE_ENDPOINT"
    target = "ocid1.compartment.oc1..b"
    moved = client.change_generative_ai_private_endpoint_compartment(
        private.id, models.ChangeGenerativeAiPrivateEndpointCompartmentDetails(compartment_id=target)
    )
    assert moved.status == 204
    [item] = client.list_generative_ai_private_endpoints(
        target, resource_type="ENDPOINT", sort_by="timeCreated"
    ).data.items
    assert item.fqdn.startswith("other.")
    composite.delete_generative_ai_private_endpoint_and_wait_for_state(private.id, SUCCEEDED)
    assert client.get_generative_ai_private_endpoint(private.id).data.lifecycle_state == "DELETED"


def test_work_requests_with_their_errors_and_logs(server: FakeServer, client: GenerativeAiClient) -> None:
    at_pace(server, "manual")
    created = client.create_imported_model(importing())
    work_request = created.headers["opc-work-request-id"]
    accepted = client.get_work_request(work_request)
    assert (accepted.data.status, accepted.data.operation_type) == ("ACCEPTED", "CREATE_IMPORTED_MODEL")
    assert accepted.headers["retry-after"] == "1"
    assert accepted.data.resources[0].action_type == "IN_PROGRESS"
    server.simulator.fail(work_request, percent=40, code="BadModel", message="config.json is missing.")
    failed = client.get_work_request(work_request).data
    assert (failed.status, failed.percent_complete) == ("FAILED", 40.0)
    assert failed.time_finished >= failed.time_started >= failed.time_accepted
    [error] = client.list_work_request_errors(work_request).data.items
    assert (error.code, error.message) == ("BadModel", "config.json is missing.")
    logs = client.list_work_request_logs(work_request, sort_order="ASC").data.items
    assert logs[0].message.endswith(" accepted.")
    assert "config.json is missing." in logs[-1].message
    [listed] = client.list_work_requests(COMPARTMENT, resource_id=created.data.id).data.items
    assert (listed.id, listed.status) == (work_request, "FAILED")


def test_base_models_are_listed_with_the_filters_of_the_sdk(client: GenerativeAiClient) -> None:
    found = client.list_models(COMPARTMENT, capability=["CHAT", "FINE_TUNE"], vendor="meta", sort_by="displayName")
    names = [model.display_name for model in found.data.items]
    assert names == sorted(names)
    assert all(model.vendor == "meta" and model.type == "BASE" for model in found.data.items)
    assert found.data.items[0].time_created.tzinfo is not None
    assert "UNKNOWN_ENUM_VALUE" not in {kind for model in found.data.items for kind in model.capabilities}


# Errors.


def test_an_error_has_all_that_the_sdk_reads(client: GenerativeAiClient) -> None:
    with pytest.raises(ServiceError) as refused:
        client.get_model("ocid1.generativeaimodel.oc1.us-chicago-1.nothing", opc_request_id="mine")
    error = refused.value
    assert (error.status, error.code, error.operation_name) == (404, "NotAuthorizedOrNotFound", "get_model")
    assert error.message.startswith("Authorization failed or requested resource not found: ")
    assert error.request_id.startswith("mine/")
    assert error.target_service == "generative_ai"
    assert error.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("call", "status", "code", "operation"),
    [
        (lambda c, i: c.list_models("nonsense"), 400, "InvalidParameter", "list_models"),
        (lambda c, i: c.list_models(COMPARTMENT, limit=0), 400, "InvalidParameter", "list_models"),
        (lambda c, i: c.list_models(COMPARTMENT, page="x"), 400, "InvalidParameter", "list_models"),
        (lambda c, i: c.delete_model(i["model"], if_match="x"), 412, "NoEtagMatch", "delete_model"),
        (lambda c, i: c.delete_model(i["model"]), 409, "Conflict", "delete_model"),
        (lambda c, i: c.delete_model(i["base_model"]), 400, "InvalidParameter", "delete_model"),
        (lambda c, i: c.create_model(models.CreateModelDetails()), 400, "MissingParameter", "create_model"),
        (
            lambda c, i: c.create_endpoint(endpoint({**i, "model": "ocid1.x"})),
            400,
            "RelatedResourceNotAuthorizedOrNotFound",
            "create_endpoint",
        ),
        (lambda c, i: c.update_endpoint(i["endpoint"], {"modelId": "x"}), 400, "InvalidParameter", "update_endpoint"),
        (lambda c, i: c.list_model_discovery(COMPARTMENT), 501, "MethodNotImplemented", "list_model_discovery"),
    ],
)
def test_a_refusal_is_the_error_that_the_sdk_expects(
    client: GenerativeAiClient,
    ids: dict[str, str],
    *,
    call: Callable[[GenerativeAiClient, dict[str, str]], object],
    status: int,
    code: str,
    operation: str,
) -> None:
    with pytest.raises(ServiceError) as refused:
        call(client, ids)
    assert (refused.value.status, refused.value.code, refused.value.operation_name) == (status, code, operation)
    assert refused.value.message
    assert len(refused.value.request_id.split("/")) == 3


# Regions.


def test_another_region_is_behind_its_path_and_its_resources_nowhere_else(
    client: GenerativeAiClient, new_client: Callable[..., GenerativeAiClient]
) -> None:
    frankfurt = new_client("/eu-frankfurt-1")
    created = frankfurt.create_imported_model(importing()).data.id
    assert created.startswith("ocid1.generativeaiimportedmodel.oc1.eu-frankfurt-1.")
    assert frankfurt.get_imported_model(created).data.lifecycle_state == "ACTIVE"
    with pytest.raises(ServiceError) as refused:
        client.get_imported_model(created)
    assert refused.value.code == "NotAuthorizedOrNotFound"
    assert client.list_imported_models(COMPARTMENT).data.items == []


def test_every_region_has_a_path_of_its_own(new_client: Callable[..., GenerativeAiClient]) -> None:
    offering = [region.id for region in all_regions() if region.offers_generative_ai]
    assert len(offering) == 12
    made = [new_client(f"/{region}").create_imported_model(importing()).data.id for region in offering]
    assert [identifier.split(".")[3] for identifier in made] == [region_segment(region) for region in offering]


# Retry tokens and retries.


def test_the_token_that_the_sdk_makes_by_itself_makes_a_retry_safe(
    server: FakeServer, client: GenerativeAiClient
) -> None:
    created = [client.create_imported_model(importing(), opc_retry_token="mine").data.id for _ in range(2)]
    assert created[0] == created[1]
    assert client.create_imported_model(importing()).data.id != created[0]
    assert len(client.list_imported_models(COMPARTMENT).data.items) == 2
    assert len(server.simulator.retry_tokens) == 2


def test_the_sdk_retries_by_itself_on_the_servers_clock(server: FakeServer, client: GenerativeAiClient) -> None:
    fault = Fault(operation="list_imported_models", status=503, code="ServiceUnavailable", times=7)
    server.simulator.faults.add(fault)
    started = server.clock.now()
    assert client.list_imported_models(COMPARTMENT).status == 200
    assert len(server.simulator.journal.query(status=503)) == 7
    assert server.clock.now() - started > timedelta(seconds=10)


def test_the_sdk_retries_a_state_that_will_pass_and_not_a_conflict(
    server: FakeServer, client: GenerativeAiClient, ids: dict[str, str]
) -> None:
    at_pace(server, "2s")
    created = client.create_imported_model(importing()).data.id
    assert client.delete_imported_model(created).status == 202
    assert {entry.code for entry in server.simulator.journal.query(operation="delete_imported_model")} == {
        "IncorrectState",
        None,
    }
    with pytest.raises(ServiceError):
        client.delete_model(ids["model"])
    assert len(server.simulator.journal.query(operation="delete_model")) == 1


def test_many_failures_open_no_circuit_for_the_next_client(
    server: FakeServer, new_client: Callable[..., GenerativeAiClient]
) -> None:
    server.simulator.faults.add(Fault(status=429, code="TooManyRequests", times=24))
    for _ in range(3):
        with pytest.raises(ServiceError) as refused:
            new_client().list_imported_models(COMPARTMENT)
        assert refused.value.status == 429
    assert new_client().list_imported_models(COMPARTMENT).status == 200


def test_the_default_circuit_breaker_forgets_what_clients_made_before_have_met(
    server: FakeServer, config: dict[str, str], request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(close_circuits)
    old = GenerativeAiClient(config, service_endpoint=server.url, retry_strategy=oci.retry.NoneRetryStrategy())
    server.simulator.faults.add(Fault(status=429, code="TooManyRequests", times=20))

    def fail_ten_times() -> None:
        for _ in range(10):
            with pytest.raises(ServiceError):
                old.list_imported_models(COMPARTMENT)
        with pytest.raises(Exception, match=r"Circuit .* OPEN"):
            old.list_imported_models(COMPARTMENT)

    fail_ten_times()
    with stock_clients_on(server.clock):
        fail_ten_times()
    assert old.list_imported_models(COMPARTMENT).status == 200
    old.base_client.session.close()


def test_outside_of_the_block_the_sdk_has_its_own_time_and_circuit_breaker_again(server: FakeServer) -> None:
    def broken_off() -> None:
        with stock_clients_on(server.clock):
            assert oci.waiter.time is not time
            raise KeyError

    with pytest.raises(KeyError):
        broken_off()
    assert oci.waiter.time is time
    assert oci.retry.retry.time is time
    assert oci.circuit_breaker.GLOBAL_CIRCUIT_BREAKER_STRATEGY is None


# Waiters.


def test_wait_until_waits_for_a_state_on_the_servers_clock(server: FakeServer, client: GenerativeAiClient) -> None:
    at_pace(server, "realistic")
    created = client.create_imported_model(importing()).data.id
    looks: list[int] = []
    waited = oci.wait_until(
        client,
        client.get_imported_model(created),
        "lifecycle_state",
        "ACTIVE",
        max_wait_seconds=3600,
        wait_callback=lambda times, _: looks.append(times),
    )
    assert waited.data.lifecycle_state == "ACTIVE"
    assert looks == list(range(1, len(looks) + 1))


def test_wait_until_gives_up_on_the_servers_clock_too(server: FakeServer, client: GenerativeAiClient) -> None:
    at_pace(server, "manual")
    created = client.create_imported_model(importing()).data.id
    with pytest.raises(MaximumWaitTimeExceeded):
        oci.wait_until(client, client.get_imported_model(created), "lifecycle_state", "ACTIVE", max_wait_seconds=300)


def test_wait_until_sees_a_deleted_resource_go_for_good(server: FakeServer, client: GenerativeAiClient) -> None:
    created = client.create_imported_model(importing()).data.id
    client.get_imported_model(created)
    client.delete_imported_model(created)
    read = client.get_imported_model(created)
    assert read.data.lifecycle_state == "DELETED"
    server.clock.sleep(14 * 24 * 3600)
    gone = oci.wait_until(client, read, "lifecycle_state", "never", succeed_on_not_found=True)
    assert gone is oci.waiter.WAIT_RESOURCE_NOT_FOUND


# Composite operations: they wait for the work request that the response names.


@pytest.mark.parametrize("pace", ["instant", "realistic", "reads:2"])
def test_composite_operations_take_a_whole_life_through(
    server: FakeServer, composite: GenerativeAiClientCompositeOperations, ids: dict[str, str], pace: str
) -> None:
    at_pace(server, pace)
    waiting = {"waiter_kwargs": {"max_wait_seconds": 7200}}

    def resource(done: Any, action: str) -> str:
        assert done.data.status == "SUCCEEDED"
        assert done.data.percent_complete == 100
        assert [part.action_type for part in done.data.resources] == [action]
        identifier: str = done.data.resources[0].identifier
        return identifier

    made = composite.create_dedicated_ai_cluster_and_wait_for_state(cluster(), SUCCEEDED, **waiting)
    ids["dedicated_ai_cluster"] = resource(made, "CREATED")
    made = composite.create_model_and_wait_for_state(fine_tuning(ids), SUCCEEDED, **waiting)
    ids["model"] = resource(made, "CREATED")
    made = composite.create_endpoint_and_wait_for_state(endpoint(ids), SUCCEEDED, **waiting)
    ids["endpoint"] = resource(made, "CREATED")
    made = composite.create_imported_model_and_wait_for_state(importing(), SUCCEEDED, **waiting)
    ids["imported_model"] = resource(made, "CREATED")

    updated = composite.update_model_and_wait_for_state(
        ids["model"], models.UpdateModelDetails(description="new"), ["ACTIVE"], **waiting
    )
    assert (updated.data.id, updated.data.description) == (ids["model"], "new")
    updates = {
        "endpoint": models.UpdateEndpointDetails,
        "imported_model": models.UpdateImportedModelDetails,
        "dedicated_ai_cluster": models.UpdateDedicatedAiClusterDetails,
    }
    for kind, details in updates.items():
        update = getattr(composite, f"update_{kind}_and_wait_for_state")
        done = update(ids[kind], details(description="new"), SUCCEEDED, **waiting)
        assert resource(done, "UPDATED") == ids[kind]
    for kind in ("endpoint", "model", "imported_model", "dedicated_ai_cluster"):
        delete = getattr(composite, f"delete_{kind}_and_wait_for_state")
        assert resource(delete(ids[kind], SUCCEEDED, **waiting), "DELETED") == ids[kind]
        assert getattr(composite.client, f"get_{kind}")(ids[kind]).data.lifecycle_state == "DELETED"


def test_a_composite_operation_without_a_state_does_not_wait(
    server: FakeServer, composite: GenerativeAiClientCompositeOperations
) -> None:
    at_pace(server, "realistic")
    created = composite.create_imported_model_and_wait_for_state(importing())
    assert (created.status, created.data.lifecycle_state) == (201, "CREATING")


def test_a_composite_operation_meets_a_failure_that_it_waits_for(
    server: FakeServer, client: GenerativeAiClient, composite: GenerativeAiClientCompositeOperations
) -> None:
    at_pace(server, "60s")
    created = client.create_imported_model(importing()).data.id
    client.get_imported_model(created)
    server.simulator.fail(created, percent=50)
    work_request = client.list_work_requests(COMPARTMENT, resource_id=created).data.items[0].id
    ended = oci.wait_until(client, client.get_work_request(work_request), "status", ("SUCCEEDED", "FAILED"))
    assert ended.data.status == "FAILED"
    at_pace(server, "instant")
    deleted = composite.delete_imported_model_and_wait_for_state(created, ["SUCCEEDED", "FAILED"])
    assert deleted.data.status == "SUCCEEDED"


def test_a_composite_operation_that_is_refused_or_never_ends_says_so(
    server: FakeServer, composite: GenerativeAiClientCompositeOperations, ids: dict[str, str]
) -> None:
    with pytest.raises(ServiceError) as refused:
        composite.delete_model_and_wait_for_state(ids["model"], SUCCEEDED)
    assert refused.value.code == "Conflict"
    at_pace(server, "manual")
    with pytest.raises(CompositeOperationError) as ended:
        composite.create_imported_model_and_wait_for_state(importing(), SUCCEEDED)
    assert isinstance(ended.value.cause, MaximumWaitTimeExceeded)
    assert ended.value.partial_results[0].data.lifecycle_state == "CREATING"


def test_a_composite_deletion_of_a_deleted_resource_succeeds(
    composite: GenerativeAiClientCompositeOperations,
) -> None:
    gone = composite.delete_imported_model_and_wait_for_state("ocid1.generativeaiimportedmodel.oc1.a.b", SUCCEEDED)
    assert gone is oci.util.WAIT_RESOURCE_NOT_FOUND


# Pagination.


def test_pagination_walks_over_all_pages(client: GenerativeAiClient) -> None:
    made = [client.create_imported_model(importing(f"model-{n:02}")).data.id for n in range(25)]
    everything = oci.pagination.list_call_get_all_results(
        client.list_imported_models, COMPARTMENT, limit=10, sort_by="displayName"
    )
    assert [model.id for model in everything.data] == made
    pages = list(
        oci.pagination.list_call_get_all_results_generator(
            client.list_imported_models, "response", COMPARTMENT, limit=10
        )
    )
    assert [len(page.data.items) for page in pages] == [10, 10, 5]
    assert [page.has_next_page for page in pages] == [True, True, False]
    newest = oci.pagination.list_call_get_all_results_generator(
        client.list_imported_models, "record", COMPARTMENT, limit=7
    )
    assert [model.id for model in newest] == made[::-1]
    some = oci.pagination.list_call_get_up_to_limit(client.list_imported_models, 12, 5, COMPARTMENT)
    assert len(some.data) == 12


def test_pagination_walks_over_base_models_work_requests_and_logs_too(
    client: GenerativeAiClient, ids: dict[str, str]
) -> None:
    walk = oci.pagination.list_call_get_all_results
    assert len(walk(client.list_models, COMPARTMENT, limit=9).data) > 30
    assert len(walk(client.list_work_requests, COMPARTMENT, limit=2).data) == len(RESOURCE_KINDS) + 1
    logs = walk(client.list_work_request_logs, ids["work_request"], limit=2).data
    assert len(logs) > 4
    assert walk(client.list_work_request_errors, ids["work_request"], limit=2).data == []


# Other ways to reach the server.


def test_an_endpoint_with_a_slash_at_its_end_is_no_route_and_the_error_says_so(
    new_client: Callable[..., GenerativeAiClient],
) -> None:
    with pytest.raises(ServiceError) as refused:
        new_client("/").list_models(COMPARTMENT, limit=1)
    assert (refused.value.status, refused.value.code) == (404, "NotFound")
    assert "remove a slash at the end of the endpoint" in refused.value.message


def test_two_tenancies_that_sign_see_different_worlds(
    client: GenerativeAiClient, server: FakeServer, config: dict[str, str]
) -> None:
    client.create_imported_model(importing())
    other = GenerativeAiClient({**config, "tenancy": "ocid1.tenancy.oc1..other"}, service_endpoint=server.url)
    assert other.list_imported_models(COMPARTMENT).data.items == []
    assert len(client.list_imported_models(COMPARTMENT).data.items) == 1
    other.base_client.session.close()


def test_seeds_make_the_same_ids_for_stock_clients_too(config: dict[str, str]) -> None:
    made = []
    for _ in range(2):
        with FakeServer(settings=Settings(seed="same", clock="virtual")) as server:
            client = GenerativeAiClient(config, service_endpoint=server.url)
            made.append(client.create_imported_model(importing()).data.id)
            client.base_client.session.close()
    assert made[0] == made[1]


@pytest.mark.parametrize("region", ["", "/eu-frankfurt-1"])
def test_the_client_of_the_inference_service_is_told_that_inference_is_not_served(server, region):
    client = oci.generative_ai_inference.GenerativeAiInferenceClient(
        credentials().config(), service_endpoint=f"{server.url}{region}", retry_strategy=oci.retry.NoneRetryStrategy()
    )
    models = oci.generative_ai_inference.models
    calls = {
        "chat": lambda: client.chat(models.ChatDetails()),
        "embedText": lambda: client.embed_text(models.EmbedTextDetails()),
        "rerankText": lambda: client.rerank_text(models.RerankTextDetails()),
        "applyGuardrails": lambda: client.apply_guardrails(models.ApplyGuardrailsDetails()),
    }
    for path, call in calls.items():
        with pytest.raises(oci.exceptions.ServiceError) as refused:
            call()
        assert (refused.value.status, refused.value.code) == (501, "MethodNotImplemented")
        assert f"/20231130/actions/{path} is for the inference service" in refused.value.message
        assert refused.value.message.endswith("inference is not served here.")
