"""The same seed gives the same bytes, although the OCI SDK takes request ids, retry tokens and waits from chance."""

from __future__ import annotations

import json

import oci
import pytest
from oci.generative_ai import models

from genai_ports import Fault
from genai_ports.testing import Sandbox, ready
from genai_ports.testing.clock import endless_waits
from genai_ports.testing.clock.real_time import real_monotonic

DETAILS = models.CreateImportedModelDetails(
    compartment_id="ocid1.compartment.oc1..a", data_source=models.HuggingFaceModel(model_id="openai/gpt-oss-20b")
)
FAULTS = [Fault(status=503, operation="create_imported_model", times=3)]


def world(**settings):
    with Sandbox(faults=FAULTS, **settings) as sandbox:
        sandbox.oci_generative_ai_client.create_imported_model(DETAILS)
        return json.dumps(sandbox.genai_simulator.snapshot())


def test_the_stock_client_repeats_request_ids_retry_tokens_and_waits():
    assert world(seed=5) == world(seed=5)
    assert world(seed=5) != world(seed=6)


def test_a_wait_with_a_time_out_ends_by_it_however_slow_the_machine_is(monkeypatch):
    seconds = iter(range(1_000_000))
    monkeypatch.setattr(endless_waits, "real_monotonic", lambda: real_monotonic() + next(seconds))
    with Sandbox(pace="manual") as sandbox:
        begun = sandbox.genai.create_imported_model(ready.imported_model_details())
        client = sandbox.oci_generative_ai_client
        seen = client.get_work_request(begun.response.work_request_id)
        with pytest.raises(oci.exceptions.MaximumWaitTimeExceeded):
            oci.wait_until(client, seen, "status", "SUCCEEDED")
