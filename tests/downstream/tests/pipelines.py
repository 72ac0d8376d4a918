"""The two pipelines: each test that takes `pipeline` runs with both."""

from __future__ import annotations

import pytest
from model_ops.plan import Plan

PLAN = Plan("support-bot", "ocid1.compartment.oc1..team")


@pytest.fixture(params=["stock", "port"])
def pipeline(request):
    """A pipeline on the test's world, written with the plain OCI SDK or against the port."""
    if request.param == "stock":
        from model_ops.stock import StockPipeline

        return StockPipeline(request.getfixturevalue("oci_generative_ai_client"))
    from model_ops.ported import PortPipeline

    return PortPipeline(request.getfixturevalue("genai"))


def left(simulator):
    """Return the names of what exists in the world, of any kind; base models are Oracle's."""
    state = simulator.state()
    return sorted(
        each.display_name
        for kind in ("importedModels", "models", "dedicatedAiClusters", "endpoints")
        for each in state[kind]
        if each.lifecycle_state != "DELETED" and getattr(each, "type", None) != "BASE"
    )
