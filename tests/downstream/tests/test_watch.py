"""Watching work requests in threads."""

from __future__ import annotations

import pytest
from model_ops.watch import outcomes

from genai_ports import FailingWork
from genai_ports.testing import ready

IMPORTS = 4


@pytest.mark.genai(
    pace="realistic", faults=[FailingWork(operation="create_imported_model", failure="timed-out", nth=2)]
)
def test_the_outcome_of_each_is_returned(genai, oci_generative_ai_client):
    begun = [genai.create_imported_model(ready.imported_model_details()) for _ in range(IMPORTS)]
    found = outcomes(oci_generative_ai_client, [each.response.work_request_id for each in begun])
    assert list(found.values()) == ["SUCCEEDED", "FAILED", "SUCCEEDED", "SUCCEEDED"]


@pytest.mark.genai(pace="manual")
def test_watching_gives_up_in_the_end(genai, oci_generative_ai_client):
    import oci

    begun = genai.create_imported_model(ready.imported_model_details())
    with pytest.raises(oci.exceptions.MaximumWaitTimeExceeded):
        outcomes(oci_generative_ai_client, [begun.response.work_request_id], hours=1)
