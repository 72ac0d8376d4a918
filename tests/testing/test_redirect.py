"""`redirected`: every client of the OCI SDK in this process reaches a simulated world."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import oci
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oci._vendor import requests
from oci._vendor.requests.sessions import Session
from oci.exceptions import ServiceError
from oci.generative_ai import GenerativeAiClient, GenerativeAiClientCompositeOperations
from oci.generative_ai.models import CreateDedicatedAiClusterDetails

from fake_server import FakeServer, Settings
from genai_ports import Fault, Simulator
from genai_ports.testing import RefusedConnection, Sandbox, oci_hygiene, redirected
from genai_ports.testing.stock_client import stock_clients_on
from genai_ports.throwaway import credentials

COMPARTMENT = "ocid1.compartment.oc1..example"
CLUSTER = CreateDedicatedAiClusterDetails(
    compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
)


def new_client(region="us-chicago-1", *, tenancy=None, **options):
    config = credentials().config(region)
    options.setdefault("retry_strategy", oci.retry.NoneRetryStrategy())
    options.setdefault("timeout", (1, 1))
    return GenerativeAiClient({**config, "tenancy": tenancy or config["tenancy"]}, **options)


BEFORE = new_client("eu-frankfurt-1")


@pytest.fixture
def world():
    return Simulator()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://generativeai.us-ashburn-1.oci.oraclecloud.com",
        "https://generativeai.us-ashburn-1.oci.oraclecloud.com/20231130",
        "https://generativeai.us-ashburn-1.ds.oci.oraclecloud.com",
        "http://gateway.example/genai/us-ashburn-1",
        "http://gateway.example:8080/genai/us-ashburn-1/20231130",
        "http://127.0.0.1:1/us-ashburn-1",
    ],
)
def test_the_endpoint_says_the_region_whatever_host_it_has(world, endpoint):
    with redirected(world):
        assert new_client(service_endpoint=endpoint).list_models(COMPARTMENT).status == 200
    assert [each.region for each in world.journal] == ["us-ashburn-1"]


@pytest.mark.parametrize("endpoint", ["http://gateway.example", "http://gateway.example/genai/", "http://localhost:1"])
def test_an_endpoint_without_a_region_is_that_of_the_worlds_region(endpoint):
    world = Simulator(region="fra")
    with redirected(world):
        assert new_client(service_endpoint=endpoint).list_models(COMPARTMENT).status == 200
    assert [each.region for each in world.journal] == ["eu-frankfurt-1"]


@pytest.mark.parametrize("region", ["eu-frankfurt-1", "eu-frankfurt-2", "uk-gov-london-1", "me-riyadh-1"])
def test_a_client_without_an_endpoint_is_in_the_region_of_its_configuration_in_any_realm(world, region):
    with redirected(world):
        assert new_client(region).list_models(COMPARTMENT).status == 200
    assert [each.region for each in world.journal] == [region]


@pytest.mark.parametrize("over", ["redirect", "socket"])
def test_a_region_that_does_not_exist_is_refused_and_not_served_as_another(over):
    with FakeServer() as server, redirected(server):
        if over == "redirect":
            with pytest.raises(ServiceError) as refused:
                new_client("us-atlantis-1").list_models(COMPARTMENT)
            status, message = refused.value.status, refused.value.message
        else:
            with requests.Session() as session:
                session.get_adapter = lambda *_, **__: requests.adapters.HTTPAdapter()
                host = {"host": "generativeai.us-atlantis-1.oci.oraclecloud.com"}
                response = session.get(f"{server.url}/20231130/models", headers=host)
                status, message = response.status_code, response.json()["message"]
    assert status == 404
    assert "no region has the name in the host" in message


def test_a_client_that_was_made_before_is_redirected_too_and_released_at_the_end(world):
    with oci_hygiene("this test"):
        with redirected(world):
            assert BEFORE.list_models(COMPARTMENT).status == 200
        with pytest.raises(oci.exceptions.RequestException, match=r"this test connects to generativeai\.eu"):
            BEFORE.list_models(COMPARTMENT)
    assert len(world.journal) == 1


def test_it_ends_with_the_block_also_if_that_raises(world):
    original = requests.sessions.Session.get_adapter
    with pytest.raises(ZeroDivisionError), redirected(world):
        1 / 0  # noqa: B018
    assert requests.sessions.Session.get_adapter is original


def test_the_inner_of_two_blocks_applies(world):
    inner = Simulator()
    with redirected(world):
        BEFORE.list_models(COMPARTMENT)
        with redirected(inner):
            BEFORE.get_model(next(iter(BEFORE.list_models(COMPARTMENT, vendor=["meta"]).data.items)).id)
        BEFORE.list_endpoints(COMPARTMENT)
    assert [each.operation for each in world.journal] == ["list_models", "list_endpoints"]
    assert [each.operation for each in inner.journal] == ["list_models", "get_model"]


def test_threads_share_the_world(world):
    with redirected(world), ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: BEFORE.create_dedicated_ai_cluster(CLUSTER).data.id, range(20)))
    assert len(set(made)) == 20
    assert {each.id for each in world.state()["dedicatedAiClusters"]} == set(made)


def test_a_composite_operation_waits_on_the_clock_of_the_world():
    world = Simulator(pace="3600s")
    with redirected(world), stock_clients_on(world.clock):
        done = GenerativeAiClientCompositeOperations(BEFORE).create_dedicated_ai_cluster_and_wait_for_state(
            CLUSTER, wait_for_states=["SUCCEEDED"], waiter_kwargs={"max_wait_seconds": 7200}
        )
    assert done.data.status == "SUCCEEDED"


def test_a_simulator_is_reached_by_every_tenancy_and_a_server_keeps_them_apart(world):
    one, other = (new_client(tenancy=f"ocid1.tenancy.oc1..{name}") for name in ("one", "other"))
    with redirected(world):
        made = one.create_dedicated_ai_cluster(CLUSTER).data.id
        assert other.get_dedicated_ai_cluster(made).data.id == made
    with FakeServer(settings=Settings(clock="virtual")) as server, redirected(server):
        made = one.create_dedicated_ai_cluster(CLUSTER).data.id
        with pytest.raises(ServiceError) as refused:
            other.get_dedicated_ai_cluster(made)
        assert refused.value.status == 404


def test_a_server_that_records_or_replays_does_so_for_redirected_clients_too(tmp_path):
    file = tmp_path / "clusters.yaml"
    with FakeServer(record=file) as server, redirected(server):
        made = BEFORE.create_dedicated_ai_cluster(CLUSTER).data.id
    with FakeServer(replay=file) as server, redirected(server):
        assert BEFORE.create_dedicated_ai_cluster(CLUSTER).data.id != made  # a pseudonym
        assert len(server.player.unplayed()) == 0


def test_requests_of_other_services_are_sent_as_usual(world):
    other = [
        "https://objectstorage.us-chicago-1.oraclecloud.com/n/",
        "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/chat",
        "http://gateway.example/20231130/actions/chat",
        "http://169.254.169.254/opc/v2/instance/regionInfo",
    ]
    with oci_hygiene("this test") as hygiene, redirected(world), requests.Session() as session:
        for url in other:
            with pytest.raises(requests.exceptions.ConnectionError, match="this test connects to"):
                session.get(url)
    hosts = [each.host for each in hygiene.refused_connections]
    assert list(dict.fromkeys(hosts)) == [requests.compat.urlparse(url).hostname for url in other]
    assert not list(world.journal)


def outcome(call):
    """Return the class of the error of a call, down to its causes in the SDK's transport, or its result."""
    try:
        return call().data
    except ServiceError as error:
        return (ServiceError, error.status, error.code)
    except Exception as error:  # noqa: BLE001  # it is compared
        return (type(error), type(error.args[0]) if error.args else None)


@pytest.mark.parametrize("operation", ["list_models", "create_dedicated_ai_cluster", "delete_model"])
@pytest.mark.parametrize(
    "plan",
    [
        {"damage": "reset"},
        {"damage": "cut"},
        {"damage": "time-out"},
        {"damage": "not-json"},
        {"damage": "not-json", "status": 502},
        {"status": 429},
        {"status": 503},
    ],
    ids=str,
)
def test_a_disrupted_response_is_the_same_as_over_a_socket(plan, operation):
    def call(client):
        return {
            "list_models": lambda: client.list_models(COMPARTMENT),
            "create_dedicated_ai_cluster": lambda: client.create_dedicated_ai_cluster(CLUSTER),
            "delete_model": lambda: client.delete_model("ocid1.generativeaimodel.oc1.us-chicago-1.none"),
        }[operation]

    fault = Fault(operation=operation, **plan)
    with FakeServer(settings=Settings(clock="virtual")) as server:
        server.simulator.faults.add(fault)
        over_socket = outcome(call(new_client(service_endpoint=server.url)))
    world = Simulator()
    world.faults.add(fault)
    with redirected(world):
        redirect = outcome(call(new_client()))
    if plan == {"damage": "time-out"}:
        # Over a socket a minute of a virtual clock passes at once, and the server closes the connection.
        assert (redirect[0], redirect[1]) == (over_socket[0], requests.exceptions.ReadTimeout)
    else:
        assert redirect == over_socket


def test_a_head_request_has_no_body(world):
    with redirected(world):
        url = f"https://generativeai.us-chicago-1.oci.oraclecloud.com/20231130/models?compartmentId={COMPARTMENT}"
        response = requests.head(url)
    assert (response.status_code, response.content) == (200, b"")


def test_the_fixture_has_a_profile_for_code_that_configures_itself():
    with Sandbox(region="fra") as sandbox:
        world = sandbox.oci_redirected
        client = GenerativeAiClient(oci.config.from_file())
        assert client.list_models(COMPARTMENT).status == 200
        assert [each.region for each in world.journal] == ["eu-frankfurt-1"]
        with pytest.raises(OSError, match="this machine") as refused:
            requests.get("https://objectstorage.us-chicago-1.oraclecloud.com/n/")
    assert not isinstance(refused.value, RefusedConnection)


@given(st.permutations(range(3)))
def test_blocks_that_end_in_any_order_redirect_to_the_newest_that_is_open(order):
    before = Session.get_adapter
    worlds = [Simulator() for _ in range(3)]
    blocks = [redirected(world) for world in worlds]
    client = GenerativeAiClient(credentials().config())
    for block in blocks:
        block.__enter__()
    open_ones = [0, 1, 2]
    for number in order:
        calls = [len(world.journal) for world in worlds]
        client.list_models("ocid1.compartment.oc1..a")
        calls[open_ones[-1]] += 1
        assert [len(world.journal) for world in worlds] == calls
        blocks[number].__exit__(None, None, None)
        open_ones.remove(number)
    assert Session.get_adapter is before
