"""Scenarios about endpoints."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from genai_ports.api.endpoint import CreateEndpointDetails, UpdateEndpointDetails
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, ENDPOINT, IMPORTED_MODEL
from genai_ports.errors import Conflict
from genai_ports.recording.scenarios.changing import base_model, make_cluster
from genai_ports.recording.scenarios.importing import from_hugging_face

if TYPE_CHECKING:
    from genai_ports.recording.scenarios.stage import Stage


def host(stage: Stage) -> None:
    """Serve a base model on a cluster; rename and delete the endpoint."""
    genai, base = stage.genai, base_model(stage, "CHAT")
    cluster = make_cluster(stage)
    endpoint = stage.make(
        ENDPOINT,
        stage.details(CreateEndpointDetails, "endpoint", model_id=base, dedicated_ai_cluster_id=cluster.id),
    )
    changes = UpdateEndpointDetails(description="recorded")
    stage.follow(ENDPOINT, genai.update_endpoint(endpoint.id, changes, if_match=endpoint.etag))
    list(genai.list_endpoints(stage.compartment, display_name=endpoint.display_name))
    stage.delete(ENDPOINT, endpoint.id)
    stage.delete(DEDICATED_AI_CLUSTER, cluster.id)


def conflict(stage: Stage) -> None:
    """A model that an endpoint serves cannot be deleted."""
    model = stage.make(IMPORTED_MODEL, from_hugging_face(stage))
    cluster = make_cluster(stage)
    endpoint = stage.make(
        ENDPOINT,
        stage.details(CreateEndpointDetails, "endpoint", model_id=model.id, dedicated_ai_cluster_id=cluster.id),
    )
    with suppress(Conflict):
        stage.delete(IMPORTED_MODEL, model.id)
    stage.genai.get_imported_model(model.id)
    stage.delete(ENDPOINT, endpoint.id)
    stage.delete(IMPORTED_MODEL, model.id)
    stage.delete(DEDICATED_AI_CLUSTER, cluster.id)
