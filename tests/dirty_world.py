"""A world with traces of every kind there is."""

from __future__ import annotations

import pytest

from genai_ports import FailingWork, Fault, InMemoryModelRepository, Simulator, UpdateImportedModelDetails
from genai_ports.client.retry import NEVER
from genai_ports.errors import NotFound, TooManyRequests
from genai_ports.tenancy import TENANCY, USER
from genai_ports.testing import ready


def dirty(simulator: Simulator) -> None:
    """Leave traces of every kind there is."""
    genai = InMemoryModelRepository(simulator=simulator, retry=NEVER, user=USER)
    endpoint = ready.endpoint(genai)
    model = ready.custom_model(genai)
    imported = ready.imported_model(genai, region="phx")
    genai.delete_endpoint(endpoint.id)
    genai.update_imported_model(imported.id, UpdateImportedModelDetails(description="a"))
    genai.change_model_compartment(model.id, ready.ELSEWHERE)
    assert len(list(genai.list_models(ready.COMPARTMENT, sort_by="displayName", limit=7))) > 7
    simulator.keys[f"{TENANCY}/{USER}/00"] = "a key"
    simulator.limits.set("dedicated-unit-h100-count", 3)
    simulator.policies.join(USER, "Readers")
    simulator.policies.allow("Allow group Readers to read generative-ai-family in tenancy")
    with pytest.raises(NotFound):
        genai.delete_model(model.id)
    simulator.failing_work.add(FailingWork(failure="timed-out"))
    simulator.faults.add(Fault(code="TooManyRequests", times=2))
    with pytest.raises(TooManyRequests):
        genai.get_model(model.id)
    simulator.faults.add(Fault(damage="reset", operation="get_endpoint"))
    simulator.set_modes("stale-lists", "same-names", "empty-pages")
    genai.clock.sleep(10)
