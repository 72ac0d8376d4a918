"""The same seed and the same calls bring the same bytes, in whatever process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from genai_ports import InMemoryModelRepository
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


def test_a_base_model_has_the_etag_of_its_world_whatever_other_worlds_there_were() -> None:
    first, other, again = (InMemoryModelRepository(seed=seed) for seed in (1, 2, 1))
    base = ready.base_model(first).id
    etags = [genai.get_model(base).etag for genai in (first, other, again)]
    assert etags[0] == etags[2] != etags[1]
