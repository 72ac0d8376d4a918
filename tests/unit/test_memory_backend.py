"""The backend in memory: its own world, behind a lock."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import get_type_hints

import pytest
from deep import nested, without_end

from genai_ports import (
    CannotParseRequest,
    CreateDedicatedAiClusterDetails,
    CreateImportedModelDetails,
    InMemoryModelRepository,
    InvalidInput,
    InvalidParameter,
    RetryPolicy,
    ServiceUnavailable,
    Simulator,
    UnknownRegion,
    UpdateImportedModelDetails,
    VirtualClock,
    builders,
)
from genai_ports.backends.connected import connected
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import InternalServerError
from genai_ports.simulator.faults.faults import Fault

COMPARTMENT = "ocid1.compartment.oc1..example"
CLUSTER = CreateDedicatedAiClusterDetails(
    compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
)
IMPORT = CreateImportedModelDetails(
    compartment_id=COMPARTMENT, data_source=builders.hugging_face_data_source(model_id="openai/gpt-oss-20b")
)


def test_the_defaults_are_chicago_and_instant():
    genai = InMemoryModelRepository()
    assert genai.default_region == "us-chicago-1"
    begun = genai.create_dedicated_ai_cluster(CLUSTER)
    assert genai.get_dedicated_ai_cluster(begun.id).lifecycle_state == "ACTIVE"


def test_the_region_may_be_a_code():
    assert InMemoryModelRepository(region="fra").default_region == "eu-frankfurt-1"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"region": "nowhere-1"}, UnknownRegion),
        ({"region": 5}, UnknownRegion),
        ({"region": None}, UnknownRegion),
        ({"pace": "x"}, InvalidInput),
        ({"pace": 2}, InvalidInput),
        ({"pace": None}, InvalidInput),
    ],
)
def test_what_is_not_known_is_refused(given, error):
    with pytest.raises(error):
        InMemoryModelRepository(**given)


@pytest.mark.parametrize("tag", [nested(500), nested(100_000), without_end()], ids=["deep", "deeper", "without end"])
def test_a_body_too_deep_to_read_is_refused_and_recorded(tag):
    genai = InMemoryModelRepository()
    made = genai.create_imported_model(IMPORT)
    update = UpdateImportedModelDetails(defined_tags={"n": {"k": tag}})
    with pytest.raises(CannotParseRequest, match="it nests deeper than 64 levels"):
        genai.update_imported_model(made.id, update, request_id="mine")
    noted = list(genai.simulator.journal)[-1]
    assert (noted.operation, noted.resource, noted.rule) == ("update_imported_model", made.id, "body-not-json")
    assert noted.request_id.count("/") == 1  # the client's own part has not the form that clients generate
    with pytest.raises(CannotParseRequest, match="it nests deeper than 64 levels"):
        genai.update_imported_model(made.id, UpdateImportedModelDetails(display_name=tag))


def test_the_same_seed_gives_the_same_ids_and_another_one_others():
    first, second, other = (InMemoryModelRepository(seed=seed).create_dedicated_ai_cluster(CLUSTER) for seed in "112")
    assert (first.id, first.etag, first.response) == (second.id, second.etag, second.response)
    assert first.id != other.id


def test_each_repository_has_a_world_of_its_own():
    one, other = InMemoryModelRepository(), InMemoryModelRepository()
    one.create_dedicated_ai_cluster(CLUSTER)
    assert other.list_dedicated_ai_clusters(COMPARTMENT).first() is None


def test_two_repositories_can_share_a_world():
    simulator = Simulator(region="fra")
    one, other = (InMemoryModelRepository(simulator=simulator) for _ in range(2))
    begun = one.create_dedicated_ai_cluster(CLUSTER)
    assert other.get_dedicated_ai_cluster(begun.id).id == begun.id
    assert other.default_region == "eu-frankfurt-1"


def test_a_wait_moves_the_virtual_clock_and_takes_no_time():
    genai = InMemoryModelRepository(pace="realistic")
    began = genai.clock.now()
    begun = genai.create_dedicated_ai_cluster(CLUSTER)
    assert genai.wait_for_work_request(begun.response.work_request_id).status == "SUCCEEDED"
    assert genai.clock.now() - began == timedelta(minutes=30)


def test_the_clock_may_be_ones_own():
    clock = VirtualClock()
    genai = InMemoryModelRepository(clock=clock)
    clock.advance(60)
    assert genai.create_dedicated_ai_cluster(CLUSTER).time_created == clock.now() == genai.clock.now()


def test_the_clock_of_a_world_in_real_time_is_the_systems():
    clock = SystemClock()
    assert InMemoryModelRepository(clock=clock).clock is clock


def test_threads_that_wait_on_one_clock_lose_none_of_the_time():
    genai = InMemoryModelRepository()
    began = genai.clock.now()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: genai.clock.sleep(1), range(400)))
    assert genai.clock.now() - began == timedelta(seconds=400)


@pytest.mark.parametrize(
    "use",
    [
        lambda genai: genai.list_models(COMPARTMENT).first(),
        lambda genai: genai.create_dedicated_ai_cluster(CLUSTER),
        lambda genai: genai.clock.sleep(1),
    ],
)
def test_every_use_of_a_world_waits_for_its_lock(use):
    genai = InMemoryModelRepository()
    done = threading.Event()
    thread = threading.Thread(target=lambda: (use(genai), done.set()))
    with genai.simulator.lock:
        thread.start()
        assert not done.wait(0.05)
    thread.join()
    assert done.is_set()


def test_threads_that_create_at_once_get_a_retry_token_and_a_resource_each():
    genai = InMemoryModelRepository()
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: genai.create_imported_model(IMPORT).id, range(200)))
    assert len(set(made)) == 200
    assert len(list(genai.list_imported_models(COMPARTMENT))) == 200


def test_a_world_can_be_used_after_its_repository_was_closed():
    with InMemoryModelRepository() as genai:
        begun = genai.create_dedicated_ai_cluster(CLUSTER)
    assert genai.get_dedicated_ai_cluster(begun.id).id == begun.id


def test_the_retry_policy_may_be_ones_own():
    genai = InMemoryModelRepository(retry=RetryPolicy(attempts=2, first_delay=10))
    genai.simulator.faults.add(Fault(status=503, code="ServiceUnavailable", times=2))
    began = genai.clock.now()
    with pytest.raises(ServiceUnavailable):
        genai.list_models(COMPARTMENT).first()
    assert (genai.clock.now() - began).total_seconds() == 10


def test_a_request_that_is_not_a_call_gets_a_response_and_is_recorded():
    simulator = Simulator()
    error = simulator.refuse(InternalServerError("m"), "get_model", region="eu-frankfurt-1")
    [entry] = simulator.journal
    assert error.request_id == entry.request_id
    assert (entry.operation, entry.region, entry.status) == ("get_model", "eu-frankfurt-1", 500)


@pytest.mark.parametrize("request_id", ["7DD75590E6D6-11F1-A97B-050965F7FCBC", "A" * 32, "a/b/c"])
def test_the_request_id_of_a_response_starts_with_the_clients(request_id):
    genai = InMemoryModelRepository()
    [page] = genai.list_models(COMPARTMENT, request_id=request_id).pages()
    assert page.response.request_id.startswith(f"{request_id}/")


def test_a_request_id_with_what_no_header_should_hold_is_refused():
    with pytest.raises(InvalidParameter, match="opc-request-id must be"):
        InMemoryModelRepository().list_models(COMPARTMENT, request_id="a b").first()


def test_a_world_can_be_copied_whole():
    genai = InMemoryModelRepository()
    begun = genai.create_dedicated_ai_cluster(CLUSTER)
    other = InMemoryModelRepository(simulator=copy.deepcopy(genai.simulator))
    genai.delete_dedicated_ai_cluster(begun.id)
    assert other.get_dedicated_ai_cluster(begun.id).lifecycle_state == "ACTIVE"
    assert genai.get_dedicated_ai_cluster(begun.id).lifecycle_state == "DELETED"


@pytest.mark.parametrize("clock", [VirtualClock, SystemClock])
def test_its_clock_can_be_moved_forward(clock):
    genai = InMemoryModelRepository(clock=clock())
    before = genai.clock.now()
    genai.clock.advance(3600)
    assert timedelta(hours=1) <= genai.clock.now() - before < timedelta(hours=1, minutes=1)
    with pytest.raises(InvalidInput, match="seconds must be a finite number from 0"):
        genai.clock.advance(-1)


def test_the_type_of_its_clock_says_that_it_can_be_moved():
    assert hasattr(get_type_hints(InMemoryModelRepository.clock.fget)["return"], "advance")


@pytest.mark.parametrize("simulator", [5, "memory://", Simulator])
def test_a_simulator_of_another_type_is_refused(simulator):
    with pytest.raises(InvalidInput, match=r"^simulator must be a Simulator, not "):
        InMemoryModelRepository(simulator=simulator)


def test_a_user_of_another_type_is_refused():
    with pytest.raises(InvalidInput, match=r"^user must be "):
        InMemoryModelRepository(user=5)


def test_a_world_is_connected_from_the_time_of_its_first_client():
    simulator = Simulator()
    assert simulator not in connected()
    simulator.clock.advance(5)
    for _ in range(2):
        InMemoryModelRepository(simulator=simulator)
        assert connected()[simulator] == ("memory", simulator.clock.start + timedelta(seconds=5))
        simulator.clock.advance(1)
