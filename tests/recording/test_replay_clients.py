"""Replay for plain clients of the OCI SDK: in this process, and through a server."""

from __future__ import annotations

import oci
import pytest
from oci._vendor import requests as raw_requests
from oci.generative_ai import GenerativeAiClient
from recorded_world import Recording

from fake_server import FakeServer, Settings
from genai_ports import ConfigurationError, InMemoryModelRepository, SdkModelRepository, connect
from genai_ports.recording import replaying
from genai_ports.recording.cassette import Cassette
from genai_ports.recording.provenance import Provenance
from genai_ports.recording.saving import save_cassette, save_recording
from genai_ports.simulator.world_file import save_world
from genai_ports.testing import ready
from genai_ports.throwaway import credentials


@pytest.fixture
def cluster_cassette(tmp_path):
    """The creation of a cluster, and all base models, in Frankfurt."""
    recording = Recording(region="fra", pace="reads:2")
    recording.genai.list_models(ready.COMPARTMENT, limit=3).first()
    ready.cluster(recording.genai)
    file = tmp_path / "cluster.yaml"
    save_recording(file, recording.cassette.interactions, Provenance(source="fake", region="eu-frankfurt-1"))
    return file


def stock_client(**options):
    return GenerativeAiClient({**credentials().config(), "region": "eu-frankfurt-1"}, **options)


def story(client):
    models = client.list_models(ready.COMPARTMENT, limit=3).data.items
    details = {"compartmentId": ready.COMPARTMENT, "type": "HOSTING", "unitCount": 1, "unitShape": "LARGE_GENERIC"}
    created = client.create_dedicated_ai_cluster(details, opc_retry_token="mine")
    work = created.headers["opc-work-request-id"]
    seen = [client.get_work_request(work).data.status for _ in range(5)]
    end = client.get_dedicated_ai_cluster(created.data.id).data.lifecycle_state
    return len(models), [created.data.lifecycle_state, *seen, end]


STORY = (3, ["CREATING", "IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "ACTIVE"])


def test_plain_sdk_clients_in_this_process_are_replayed_to(cluster_cassette):
    earlier = stock_client()
    send = oci._vendor.requests.sessions.Session.get_adapter
    with replaying(cluster_cassette) as player:
        for client in (earlier, stock_client()):
            player.reset()
            assert story(client) == STORY
            assert player.unplayed() == []
        with pytest.raises(oci.exceptions.ServiceError, match="was not recorded; the nearest") as refused:
            client.get_model("ocid1.generativeaimodel.oc1.eu-frankfurt-1.x")
        assert (refused.value.status, refused.value.code) == (501, "NotRecorded")
        with SdkModelRepository(endpoint="http://127.0.0.1:1", region="fra") as genai:
            assert len(next(genai.list_models(ready.COMPARTMENT, limit=3).pages()).items) == 3
    assert oci._vendor.requests.sessions.Session.get_adapter is send


def test_a_server_replays_by_host_and_by_path(cluster_cassette):
    with FakeServer(settings=Settings(clock="virtual"), replay=cluster_cassette) as server:
        for endpoint in (server.url, f"{server.url}/eu-frankfurt-1"):
            control(server, "POST", "/_sim/reset")
            assert story(stock_client(service_endpoint=endpoint)) == STORY
            health = control(server, "GET", "/_sim/health")
            assert (health["status"], health["region"], health["unplayed"]) == ("UP", "eu-frankfurt-1", 0)
            assert health["played"] == server.player.played == 8
        with connect(server.url) as genai:
            assert len(next(genai.list_models(ready.COMPARTMENT, limit=3, region="fra").pages()).items) == 3
        control(server, "POST", "/_sim/clock", {"advance": 30})
        assert server.player.clock.now() == server.clock.now()


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/_sim/faults"), ("GET", "/_sim/state"), ("PUT", "/_sim/health")]
)
def test_control_paths_that_need_a_world_are_refused(cluster_cassette, method, path):
    with FakeServer(replay=cluster_cassette) as server, pytest.raises(Refused, match="has no world"):
        control(server, method, path)


def test_a_server_that_does_not_replay_has_no_player_and_none_does_both(cluster_cassette, tmp_path):
    with FakeServer() as server, pytest.raises(ConfigurationError, match="pass replay="):
        _ = server.player
    with pytest.raises(ConfigurationError, match="not both"):
        FakeServer(record=tmp_path / "a.yaml", replay=cluster_cassette)


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({"region": "fra"}, "region"),
        ({"seed": 7, "pace": "2s", "clock": "virtual"}, "seed, pace"),
        ({"limits": "strict", "modes": ["short-pages"]}, "limits, modes"),
        ({"lenient": True, "verify_signatures": True}, "lenient, verify_signatures"),
    ],
)
def test_a_replay_refuses_settings_of_a_simulated_world(cluster_cassette, settings, refused):
    with pytest.raises(ConfigurationError, match=f"without a simulated world: omit {refused}, or omit replay"):
        FakeServer(settings=Settings(**settings), replay=cluster_cassette)


def test_a_replay_refuses_a_world_file_by_that_name_alone(cluster_cassette, tmp_path):
    world = tmp_path / "world.json"
    save_world(world, InMemoryModelRepository(region="fra", seed=7).simulator.snapshot())
    with pytest.raises(ConfigurationError, match="omit world, or omit replay"):
        FakeServer(settings=Settings(world=world), replay=cluster_cassette)


def test_the_region_of_a_request_to_a_replaying_server_comes_from_its_host(tmp_path):
    regions = ("us-chicago-1", "eu-frankfurt-1")
    recording = Recording()
    listed = {}
    for region in regions:
        listed[region] = recording.genai.list_models(ready.COMPARTMENT, region=region, limit=1).first().id
    save_recording(tmp_path / "two.yaml", recording.cassette.interactions, Provenance(source="fake"))
    query = recording.cassette.interactions[0].request.query
    with FakeServer(replay=tmp_path / "two.yaml") as server:
        for region in regions:
            host = {"host": f"generativeai.{region}.oci.oraclecloud.com"}
            found = raw_requests.get(f"{server.url}/20231130/models", params=query, headers=host, timeout=10).json()
            assert [each["id"] for each in found["items"]] == [listed[region]]
        elsewhere = {"host": "generativeai.uk-london-1.oci.oraclecloud.com"}
        refused = raw_requests.get(f"{server.url}/20231130/models", params=query, headers=elsewhere, timeout=10)
    assert len({*listed.values()}) == len(regions)
    assert refused.status_code == 501
    assert 'region: sent "uk-london-1"' in refused.json()["message"]


def test_a_client_that_sends_its_real_names_matches_the_pseudonyms_of_a_scrubbed_recording(tmp_path):
    mine = "ocid1.compartment.oc1..aaaaaaaamycompartmentmycompartmentmycompartmentmycompartment"
    recording = Recording()
    created = recording.genai.create_dedicated_ai_cluster(ready.cluster_details(compartment_id=mine))
    save_recording(tmp_path / "a.yaml", recording.cassette.interactions, Provenance(source="fake"))
    assert mine not in (tmp_path / "a.yaml").read_text()
    with connect(f"cassette:{tmp_path}/a.yaml") as genai:
        replayed = genai.create_dedicated_ai_cluster(ready.cluster_details(compartment_id=mine))
    assert replayed.lifecycle_state == created.lifecycle_state


def test_a_cassette_without_one_interaction_is_replayed_as_empty(tmp_path):
    save_cassette(tmp_path / "a.yaml", Cassette(()), Provenance(source="fake"))
    with replaying(tmp_path / "a.yaml"), pytest.raises(oci.exceptions.ServiceError, match="the recording is empty"):
        stock_client().get_model("ocid1.x")


def control(server, method, path, body=None):
    sent = None if method == "GET" else body or {}
    response = raw_requests.request(method, f"{server.url}{path}", json=sent, timeout=10)
    document = response.json()
    if not response.ok:
        raise Refused(document["message"])
    return document


class Refused(Exception):
    """The server refused a control request."""
