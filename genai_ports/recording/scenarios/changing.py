"""Scenarios about clusters, fine-tuning and private endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports import builders
from genai_ports.api.dedicated_ai_cluster import CreateDedicatedAiClusterDetails, UpdateDedicatedAiClusterDetails
from genai_ports.api.fine_tuning import FineTuneDetails
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, MODEL, PRIVATE_ENDPOINT
from genai_ports.api.model import CreateModelDetails
from genai_ports.api.private_endpoint import (
    CreateGenerativeAiPrivateEndpointDetails,
    UpdateGenerativeAiPrivateEndpointDetails,
)
from genai_ports.errors import ConfigurationError

if TYPE_CHECKING:
    from genai_ports.recording.scenarios.stage import Stage


def make_cluster(stage: Stage, kind: str = "HOSTING", units: int = 1) -> Any:
    """Create a cluster, and wait until it is ready."""
    details = stage.details(
        CreateDedicatedAiClusterDetails, "cluster", type=kind, unit_count=units, unit_shape="LARGE_GENERIC"
    )
    return stage.make(DEDICATED_AI_CLUSTER, details)


def base_model(stage: Stage, capability: str) -> str:
    """Return the OCID of a base model of Meta."""
    found = stage.genai.list_models(stage.compartment, vendor="meta", capability=capability)
    model = next((model for model in found if model.type == "BASE"), None)
    if model is None:
        raise ConfigurationError(f"the region has no base model of Meta for {capability}: use another region")
    return str(model.id)


def fine_tune(stage: Stage) -> None:
    """Fine-tune a base model on a cluster of its own."""
    genai, base = stage.genai, base_model(stage, "FINE_TUNE")
    cluster = make_cluster(stage, "FINE_TUNING", 2)
    dataset = builders.object_storage_dataset(
        namespace_name=stage.input("namespace"), bucket_name=stage.input("bucket"), object_name=stage.input("dataset")
    )
    tuning = FineTuneDetails(
        training_dataset=dataset,
        dedicated_ai_cluster_id=cluster.id,
        training_config=builders.lora_training_config(total_training_epochs=3, lora_r=8),
    )
    details = stage.details(CreateModelDetails, "model", base_model_id=base, fine_tune_details=tuning)
    model = stage.make(MODEL, details)
    list(genai.list_models(stage.compartment, display_name=model.display_name))
    stage.delete(MODEL, model.id)
    stage.delete(DEDICATED_AI_CLUSTER, cluster.id)


def scale(stage: Stage) -> None:
    """Add a unit to a hosting cluster."""
    cluster = make_cluster(stage)
    stage.follow(
        DEDICATED_AI_CLUSTER,
        stage.genai.update_dedicated_ai_cluster(cluster.id, UpdateDedicatedAiClusterDetails(unit_count=2)),
    )
    stage.delete(DEDICATED_AI_CLUSTER, cluster.id)


def private_endpoints(stage: Stage) -> None:
    """Create, update and delete a private endpoint."""
    genai = stage.genai
    details = stage.details(
        CreateGenerativeAiPrivateEndpointDetails, "endpoint", subnet_id=stage.input("subnet"), dns_prefix="genai-ports"
    )
    made = stage.make(PRIVATE_ENDPOINT, details)
    changes = UpdateGenerativeAiPrivateEndpointDetails(description="recorded")
    stage.follow(PRIVATE_ENDPOINT, genai.update_generative_ai_private_endpoint(made.id, changes))
    list(genai.list_generative_ai_private_endpoints(stage.compartment, display_name=made.display_name))
    stage.delete(PRIVATE_ENDPOINT, made.id)
