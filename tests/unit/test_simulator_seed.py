"""The same seed and the same calls bring the same bytes, in whatever process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.call import Call
from genai_ports.api.fine_tuning import ChatModelMetrics
from genai_ports.api.kinds import MODEL, OPERATIONS
from genai_ports.simulator.lists.page_token import write_token
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.state.ids import IdFactory
from genai_ports.simulator.state.retry_tokens import RetryTokens
from genai_ports.testing import ready

STORY = """
import sys
from genai_ports import InMemoryModelRepository
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import ServiceError
from genai_ports.testing import ready

genai = InMemoryModelRepository(seed=sys.argv[1], pace=sys.argv[2])
model = ready.custom_model(genai, freeform_tags={"b": "1", "a": "2"})
endpoint = ready.endpoint(genai, model_id=model.id)
imported = ready.imported_model(genai, region="fra")
for identifier in (model.id, imported.id):
    try:
        print(genai.delete_model(identifier))
    except ServiceError as error:
        print(error, vars(error))
print(genai.delete_endpoint(endpoint.id))
for name, operation in OPERATIONS.items():
    if operation.verb.name == "list":
        print(next(getattr(genai, name)(ready.COMPARTMENT, limit=1).pages()))
print(genai.simulator.state())
print(*genai.simulator.journal, sep="\\n")
"""


def reported(seed: str, pace: str, hash_seed: str) -> str:
    command = [sys.executable, "-c", STORY, seed, pace]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("pace", ["instant", "realistic"])
def test_a_scenario_has_the_same_result_in_every_process(pace: str) -> None:
    assert reported("7", pace, "1") == reported("7", pace, "2")


def test_a_story_of_another_seed_has_other_ids() -> None:
    assert reported("7", "instant", "1") != reported("8", "instant", "1")


def test_what_follows_from_a_seed_is_the_same_in_each_release() -> None:
    """Worlds that a release has written go on in the next one, and clients keep ids and tokens of them."""
    ids = IdFactory(9)
    assert ids.ocid(MODEL, "us-phoenix-1", 1) == (
        "ocid1.generativeaimodel.oc1.phx.amaaaaaafp54zhxtmn673di4ggl7o5uh7tpdfcx5t5geipxx5jrt3rre5ub6"
    )
    assert ids.etag("a", 1) == "848b55b31a8e638bf3782d9ed4faa302"
    assert [ids.request_id(None), ids.request_id("mine", is_counted=False), ids.request_id(None)] == [
        "4DA103E65A5ACA46854843071E1722A3/0D37286A3899A803445F61DDAC2BC57D/BA8DC0F0B341E539F89BCF3331B4F219",
        "mine/0D37286A3899A803445F61DDAC2BC57D/00000000000000000000000000000000",
        "4DA103E65A5ACA46854843071E1722A3/0D37286A3899A803445F61DDAC2BC57D/751B81E16683CA73F1379E666369E432",
    ]
    token = write_token(ids, "list", (EPOCH, 1))
    assert token == "KZW5b4Tbv_buaEsXWyIyMDI2LTA3LTE1VDAwOjAwOjAwKzAwOjAwIiwgMV0"
    call = Call(OPERATIONS["create_model"], retry_token="once")
    assert RetryTokens.key("us-phoenix-1", call) == ("us-phoenix-1", "f4323a87ed2b0d8832bdb0bf6c846221")


def test_metrics_and_addresses_follow_from_the_seed() -> None:
    genai = InMemoryModelRepository(seed=9)
    made = []
    for _ in range(3):
        metrics = ready.custom_model(genai).model_metrics
        behind = ready.private_endpoint(genai, subnet_id="ocid1.subnet.oc1..mine")
        made.append((metrics, behind.private_endpoint_ip))
    assert made == [
        (ChatModelMetrics(final_accuracy=0.984, final_loss=0.1547), "10.138.0.7"),
        (ChatModelMetrics(final_accuracy=0.9523, final_loss=0.2414), "10.138.0.13"),
        (ChatModelMetrics(final_accuracy=0.927, final_loss=0.0609), "10.138.0.19"),
    ]


def test_private_endpoints_of_a_subnet_have_addresses_of_their_own() -> None:
    genai = InMemoryModelRepository(seed=9)
    mine = [ready.private_endpoint(genai, subnet_id="ocid1.subnet.oc1..mine") for _ in range(600)]
    other = ready.private_endpoint(genai, subnet_id="ocid1.subnet.oc1..other")
    hosts = [(each.private_endpoint_ip or "").split(".") for each in mine]
    assert len({tuple(host) for host in hosts}) == len(hosts)
    assert {(ten, network) for ten, network, _, _ in hosts} == {("10", "138")}
    assert {int(last) for *_, last in hosts} == {*range(2, 255)}
    assert (other.private_endpoint_ip or "").split(".")[1] != "138"


def test_a_base_model_has_the_etag_of_its_world_whatever_other_worlds_there_were() -> None:
    first, other, again = (InMemoryModelRepository(seed=seed) for seed in (1, 2, 1))
    base = ready.base_model(first).id
    etags = [genai.get_model(base).etag for genai in (first, other, again)]
    assert etags[0] == etags[2] != etags[1]
