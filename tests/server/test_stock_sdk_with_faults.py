"""The unmodified OCI SDK, with its default retries, when calls are refused, responses are lost and work fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import oci
import pytest
from oci.exceptions import CompositeOperationError, MaximumWaitTimeExceeded, RequestException, ServiceError
from oci.generative_ai import GenerativeAiClient, GenerativeAiClientCompositeOperations, models
from oci.retry import NoneRetryStrategy

from fake_server import FakeServer, Settings
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.rules.limits import LIMIT_NAMES
from genai_ports.testing.stock_client import stock_clients_on
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPARTMENT = "ocid1.compartment.oc1..a"
ENDED = ("SUCCEEDED", "FAILED", "CANCELED")


@pytest.fixture
def new_client() -> Iterator[Callable[..., GenerativeAiClient]]:
    """Makes plain clients of a server."""
    config = credentials().config()
    made: list[GenerativeAiClient] = []

    def make(server: FakeServer, **options: Any) -> GenerativeAiClient:
        made.append(GenerativeAiClient(config, service_endpoint=server.url, **options))
        return made[-1]

    yield make
    for client in made:
        client.base_client.session.close()


@pytest.fixture
def client(server: FakeServer, new_client: Callable[..., GenerativeAiClient]) -> Iterator[GenerativeAiClient]:
    """A plain client with the SDK's default retries, which wait on the server's clock."""
    with stock_clients_on(server.clock):
        yield new_client(server)


@pytest.fixture
def ids(server: FakeServer, populate) -> dict[str, str]:
    filled: dict[str, str] = populate(server.simulator)
    return filled


def fine_tuning(ids: dict[str, str]) -> models.CreateModelDetails:
    return models.CreateModelDetails(
        compartment_id=COMPARTMENT,
        display_name="tuned",
        base_model_id=ids["base_model"],
        fine_tune_details=models.FineTuneDetails(
            training_dataset=models.ObjectStorageDataset(
                namespace_name="ns", bucket_name="bucket", object_name="train.jsonl"
            ),
            dedicated_ai_cluster_id=ids["training_cluster"],
        ),
    )


def outcomes(server: FakeServer, operation: str) -> list[tuple[int | None, str | None]]:
    return [(entry.status, entry.fault) for entry in server.simulator.journal.query(operation=operation)]


def tuned(server: FakeServer) -> list[str]:
    return [model.id for model in server.simulator.state()["models"] if model.display_name == "tuned"]


# Throttled.


def test_a_call_succeeds_after_two_429_responses(server: FakeServer, client: GenerativeAiClient) -> None:
    server.simulator.faults.add(Fault(code="TooManyRequests", operation="list_models", times=2, retry_after=3))
    started = server.clock.now()
    assert client.list_models(COMPARTMENT, limit=1).status == 200
    assert [status for status, _ in outcomes(server, "list_models")] == [429, 429, 200]
    assert server.clock.now() > started


def test_429_without_end_is_an_error_after_eight_tries(server: FakeServer, client: GenerativeAiClient) -> None:
    server.simulator.faults.add(Fault(code="TooManyRequests", retry_after=1, times="always"))
    with pytest.raises(ServiceError) as refused:
        client.list_models(COMPARTMENT)
    assert (refused.value.status, refused.value.code) == (429, "TooManyRequests")
    assert refused.value.message == "User-rate limit exceeded."
    assert refused.value.headers["retry-after"] == "1"
    assert [status for status, _ in outcomes(server, "list_models")] == [429] * 8


def test_without_retries_the_caller_sees_429_at_once(
    server: FakeServer, new_client: Callable[..., GenerativeAiClient]
) -> None:
    server.simulator.faults.add(Fault(code="TooManyRequests", times=2))
    with stock_clients_on(server.clock), pytest.raises(ServiceError) as refused:
        new_client(server, retry_strategy=NoneRetryStrategy()).list_models(COMPARTMENT)
    assert refused.value.status == 429
    assert [status for status, _ in outcomes(server, "list_models")] == [429]


@pytest.mark.parametrize(
    ("code", "status", "tries"),
    [
        ("ServiceUnavailable", 503, 8),
        ("InternalServerError", 500, 8),
        ("IncorrectState", 409, 8),
        ("Conflict", 409, 1),
        ("QuotaExceeded", 400, 1),
        ("NotAuthenticated", 401, 1),
        ("MethodNotImplemented", 501, 1),
    ],
)
def test_which_errors_the_sdk_retries(
    server: FakeServer, client: GenerativeAiClient, *, code: str, status: int, tries: int
) -> None:
    server.simulator.faults.add(Fault(code=code, times="always"))
    with pytest.raises(ServiceError) as refused:
        client.list_models(COMPARTMENT)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert len(outcomes(server, "list_models")) == tries


# Lost responses.

LOST: list[dict[str, Any]] = [
    {"damage": "reset"},
    {"damage": "cut"},
    {"status": 500},
    {"status": 503, "latency": 2},
    {"damage": "not-json", "status": 502},
    {"damage": "time-out"},
]


@pytest.mark.parametrize("lost", LOST, ids=str)
def test_a_lost_response_to_create_model_makes_one_model_with_the_sdks_own_token(
    server: FakeServer, client: GenerativeAiClient, ids: dict[str, str], lost: dict[str, Any]
) -> None:
    server.simulator.faults.add(Fault(operation="create_model", committed=True, **lost))
    created = client.create_model(fine_tuning(ids))
    assert (created.status, created.data.display_name, created.data.lifecycle_state) == (201, "tuned", "CREATING")
    assert tuned(server) == [created.data.id]
    work_request = client.get_work_request(created.headers["opc-work-request-id"]).data
    assert [part.identifier for part in work_request.resources] == [created.data.id]
    first, second = outcomes(server, "create_model")
    assert first[1]
    assert second == (201, None)


@pytest.mark.parametrize("lost", LOST, ids=str)
def test_a_response_lost_without_a_change_makes_one_model(
    server: FakeServer, client: GenerativeAiClient, ids: dict[str, str], lost: dict[str, Any]
) -> None:
    server.simulator.faults.add(Fault(operation="create_model", **lost))
    created = client.create_model(fine_tuning(ids))
    assert tuned(server) == [created.data.id]


@pytest.mark.parametrize(
    ("lost", "error"),
    [
        ({"damage": "reset"}, RequestException),
        ({"damage": "cut"}, RequestException),
        ({"status": 500}, ServiceError),
        ({"damage": "not-json", "status": 502}, ServiceError),
    ],
    ids=str,
)
def test_without_retries_the_caller_gets_an_error_although_the_model_exists(
    server: FakeServer,
    new_client: Callable[..., GenerativeAiClient],
    ids: dict[str, str],
    *,
    lost: dict[str, Any],
    error: type[Exception],
) -> None:
    server.simulator.faults.add(Fault(operation="create_model", committed=True, **lost))
    with stock_clients_on(server.clock):
        impatient = new_client(server, retry_strategy=NoneRetryStrategy())
        with pytest.raises(error):
            impatient.create_model(fine_tuning(ids))
        assert len(tuned(server)) == 1
        impatient.create_model(fine_tuning(ids))
    assert len(tuned(server)) == 2


def test_the_sdk_reads_a_proxys_html_with_status_200_as_an_empty_model(
    server: FakeServer, client: GenerativeAiClient, ids: dict[str, str]
) -> None:
    server.simulator.faults.add(Fault(operation="create_model", committed=True, damage="not-json"))
    created = client.create_model(fine_tuning(ids))
    assert (created.status, created.headers["content-type"]) == (201, "text/html")
    assert (created.data.id, created.data.lifecycle_state) == (None, None)
    assert "opc-work-request-id" not in created.headers
    assert len(tuned(server)) == 1


def test_without_retries_the_callers_own_token_makes_a_second_call_safe(
    server: FakeServer, new_client: Callable[..., GenerativeAiClient], ids: dict[str, str]
) -> None:
    server.simulator.faults.add(Fault(operation="create_model", committed=True, damage="reset"))
    with stock_clients_on(server.clock):
        impatient = new_client(server, retry_strategy=NoneRetryStrategy())
        with pytest.raises(RequestException):
            impatient.create_model(fine_tuning(ids), opc_retry_token="mine")
        again = impatient.create_model(fine_tuning(ids), opc_retry_token="mine")
    assert tuned(server) == [again.data.id]


def test_a_lost_response_to_delete_model_ends_in_an_error_about_the_first_deletion(
    server: FakeServer, client: GenerativeAiClient, ids: dict[str, str]
) -> None:
    created = client.create_model(fine_tuning(ids)).data.id
    client.get_model(created)
    server.simulator.faults.add(Fault(operation="delete_model", committed=True, damage="reset"))
    with pytest.raises(ServiceError) as refused:
        client.delete_model(created)
    assert (refused.value.status, refused.value.code) == (404, "NotAuthorizedOrNotFound")
    assert client.get_model(created).data.lifecycle_state == "DELETED"


# Failed work.


@pytest.fixture
def failing(server: FakeServer, ids: dict[str, str]) -> dict[str, str]:
    server.simulator.failing_work.add(FailingWork(operation="create_model", failure="dataset-too-small"))
    return ids


def test_failed_work_shows_its_errors_and_logs(
    server: FakeServer, client: GenerativeAiClient, failing: dict[str, str]
) -> None:
    created = client.create_model(fine_tuning(failing))
    work_request = created.headers["opc-work-request-id"]
    ended = oci.wait_until(
        client, client.get_work_request(work_request), evaluate_response=lambda look: look.data.status in ENDED
    ).data
    assert (ended.status, ended.percent_complete) == ("FAILED", 8.0)
    assert ended.time_finished is not None
    [error] = client.list_work_request_errors(work_request).data.items
    assert error.code == "InvalidParameter"
    assert "at least 32 are needed" in error.message
    lines = [line.message for line in client.list_work_request_logs(work_request, sort_order="ASC").data.items]
    assert any("at least 32 are needed" in line for line in lines)
    model = client.get_model(created.data.id).data
    assert (model.lifecycle_state, model.lifecycle_details) == ("FAILED", error.message)


def test_a_waiter_for_the_failed_state_sees_the_failure(
    server: FakeServer, client: GenerativeAiClient, failing: dict[str, str]
) -> None:
    created = client.create_model(fine_tuning(failing)).data.id
    waited = oci.wait_until(
        client,
        client.get_model(created),
        evaluate_response=lambda look: look.data.lifecycle_state in ("ACTIVE", "FAILED"),
    )
    assert waited.data.lifecycle_state == "FAILED"


def test_a_composite_operation_that_waits_only_for_success_polls_failed_work_to_its_limit(
    server: FakeServer, client: GenerativeAiClient, failing: dict[str, str]
) -> None:
    composite = GenerativeAiClientCompositeOperations(client)
    started = server.clock.now()
    with pytest.raises(CompositeOperationError) as ended:
        composite.create_model_and_wait_for_state(fine_tuning(failing), ["SUCCEEDED"])
    assert isinstance(ended.value.cause, MaximumWaitTimeExceeded)
    [partial] = ended.value.partial_results
    assert partial.data.display_name == "tuned"
    assert 1200 <= (server.clock.now() - started).total_seconds() < 1230
    [trouble] = [each for each in server.simulator.troubles() if each.kind == "polls-failed-work"]
    assert trouble.resource == partial.headers["opc-work-request-id"]
    assert trouble.times > 30


def test_a_composite_operation_that_waits_for_failure_too_returns_it(
    client: GenerativeAiClient, failing: dict[str, str]
) -> None:
    composite = GenerativeAiClientCompositeOperations(client)
    ended = composite.create_model_and_wait_for_state(fine_tuning(failing), ["SUCCEEDED", "FAILED"])
    assert (ended.data.status, ended.data.operation_type) == ("FAILED", "CREATE_MODEL")


def test_a_waiter_for_active_does_not_end_with_needs_attention(
    server: FakeServer, client: GenerativeAiClient, ids: dict[str, str]
) -> None:
    server.simulator.needs_attention(ids["dedicated_ai_cluster"])
    read = client.get_dedicated_ai_cluster(ids["dedicated_ai_cluster"])
    assert read.data.lifecycle_state == "NEEDS_ATTENTION"
    with pytest.raises(MaximumWaitTimeExceeded):
        oci.wait_until(client, read, "lifecycle_state", "ACTIVE", max_wait_seconds=600)


# Who is asking, and how much there may be.


def test_an_unknown_key_is_401_and_is_not_retried(
    new_client: Callable[..., GenerativeAiClient],
) -> None:
    with FakeServer(settings=Settings(clock="virtual", verify_signatures=True)) as server:
        with stock_clients_on(server.clock), pytest.raises(ServiceError) as refused:
            new_client(server).list_models(COMPARTMENT)
        assert (refused.value.status, refused.value.code) == (401, "NotAuthenticated")
        assert refused.value.message.startswith("The required information to complete authentication was not provided")
        assert outcomes(server, "list_models") == [(401, None)]


def test_strict_limits_name_the_exceeded_limit(new_client: Callable[..., GenerativeAiClient]) -> None:
    details = models.CreateDedicatedAiClusterDetails(
        type="HOSTING", compartment_id=COMPARTMENT, unit_count=1, unit_shape="LARGE_COHERE"
    )
    with FakeServer(settings=Settings(clock="virtual", limits="strict")) as server, stock_clients_on(server.clock):
        client = new_client(server)
        with pytest.raises(ServiceError) as refused:
            client.create_dedicated_ai_cluster(details)
        assert (refused.value.status, refused.value.code) == (400, "LimitExceeded")
        limit = "dedicated-unit-large-cohere-count"
        assert refused.value.message.startswith(f"The following service limits were exceeded: {limit}. Request ")
        assert limit in LIMIT_NAMES
        server.simulator.limits.set(limit, 1)
        assert client.create_dedicated_ai_cluster(details).status == 201
