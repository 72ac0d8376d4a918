"""Resources in one call, with all that they stand on: for tests that are about what comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports import builders
from genai_ports.api.dedicated_ai_cluster import CreateDedicatedAiClusterDetails
from genai_ports.api.endpoint import CreateEndpointDetails
from genai_ports.api.fine_tuning import FineTuneDetails
from genai_ports.api.imported_model import CreateImportedModelDetails
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, ENDPOINT, IMPORTED_MODEL, MODEL
from genai_ports.api.model import CreateModelDetails
from genai_ports.api.snapshot import ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.api.dedicated_ai_cluster import DedicatedAiCluster
    from genai_ports.api.endpoint import Endpoint
    from genai_ports.api.fine_tuning import TrainingConfig
    from genai_ports.api.imported_model import ImportedModel
    from genai_ports.api.kind import Kind
    from genai_ports.api.model import Model, ModelSummary
    from genai_ports.api.snapshot import Snapshot
    from genai_ports.api.work_request import WorkRequest
    from genai_ports.client.ports import GenAi

COMPARTMENT: Final = "ocid1.compartment.oc1..contract"
"""Where resources are made unless told."""

ELSEWHERE: Final = "ocid1.compartment.oc1..elsewhere"
"""Another compartment."""

_SECONDS_BETWEEN_LOOKS: Final = 1800.0
"""Half an hour of a virtual clock: few looks, whatever the pace."""


def cluster_details(**changes: Any) -> CreateDedicatedAiClusterDetails:
    """Ask for a hosting cluster of one unit, but for the changes."""
    asked = {"compartment_id": COMPARTMENT, "type": "HOSTING", "unit_count": 1, "unit_shape": "LARGE_GENERIC"}
    return CreateDedicatedAiClusterDetails(**{**asked, **changes})


def model_details(genai: GenAi, *, region: str | None = None, **changes: Any) -> CreateModelDetails:
    """Ask for a fine-tuning of a Meta model, on a fine-tuning cluster of its own, but for the changes."""
    if "base_model_id" not in changes:
        changes["base_model_id"] = base_model(genai, region=region, capability="FINE_TUNE").id
    if "fine_tune_details" not in changes:
        changes["fine_tune_details"] = fine_tuning(cluster(genai, region=region, type="FINE_TUNING").id)
    return CreateModelDetails(**{"compartment_id": COMPARTMENT, **changes})


def fine_tuning(cluster_id: str, config: TrainingConfig | None = None) -> FineTuneDetails:
    """Ask for a training on a cluster: LoRA over three epochs unless told."""
    return FineTuneDetails(
        training_dataset=builders.object_storage_dataset(
            namespace_name="namespace", bucket_name="datasets", object_name="train.jsonl"
        ),
        dedicated_ai_cluster_id=cluster_id,
        training_config=config or builders.lora_training_config(total_training_epochs=3, lora_r=8),
    )


def imported_model_details(**changes: Any) -> CreateImportedModelDetails:
    """Ask for the import of an open model from Hugging Face, but for the changes."""
    asked = {
        "compartment_id": COMPARTMENT,
        "data_source": builders.hugging_face_data_source(model_id="openai/gpt-oss-20b"),
    }
    return CreateImportedModelDetails(**{**asked, **changes})


def endpoint_details(genai: GenAi, *, region: str | None = None, **changes: Any) -> CreateEndpointDetails:
    """Ask for an endpoint of a base model, on a hosting cluster of its own, but for the changes."""
    if "model_id" not in changes:
        changes["model_id"] = base_model(genai, region=region).id
    if "dedicated_ai_cluster_id" not in changes:
        changes["dedicated_ai_cluster_id"] = cluster(genai, region=region).id
    return CreateEndpointDetails(**{"compartment_id": COMPARTMENT, **changes})


_DETAILS: Final[Mapping[Kind, Callable[[GenAi], Any]]] = {
    MODEL: model_details,
    IMPORTED_MODEL: lambda _: imported_model_details(),
    ENDPOINT: endpoint_details,
    DEDICATED_AI_CLUSTER: lambda _: cluster_details(),
}


def details(genai: GenAi, kind: Kind) -> Any:
    """Return the body of a request that creates a resource of a kind; create what that resource needs."""
    return _DETAILS[kind](genai)


def base_model(genai: GenAi, *, region: str | None = None, **filters: Any) -> ModelSummary:
    """Find the newest base model of Meta's for chat, but for the filters."""
    filters = {"capability": "CHAT", "vendor": "meta", **filters}
    listing = genai.list_models(COMPARTMENT, region=region, **filters)
    return next(model for model in listing if model.type == "BASE")


def cluster(genai: GenAi, *, region: str | None = None, **changes: Any) -> DedicatedAiCluster:
    """Make a cluster, and wait until it is ready."""
    begun = genai.create_dedicated_ai_cluster(cluster_details(**changes), region=region)
    finish(genai, begun)
    return genai.get_dedicated_ai_cluster(begun.id)


def custom_model(genai: GenAi, *, region: str | None = None, **changes: Any) -> Model:
    """Fine-tune a model, and wait until it is ready."""
    begun = genai.create_model(model_details(genai, region=region, **changes), region=region)
    finish(genai, begun)
    return genai.get_model(begun.id)


def imported_model(genai: GenAi, *, region: str | None = None, **changes: Any) -> ImportedModel:
    """Import a model, and wait until it is ready."""
    begun = genai.create_imported_model(imported_model_details(**changes), region=region)
    finish(genai, begun)
    return genai.get_imported_model(begun.id)


def endpoint(genai: GenAi, *, region: str | None = None, **changes: Any) -> Endpoint:
    """Serve a model, and wait until it is ready."""
    begun = genai.create_endpoint(endpoint_details(genai, region=region, **changes), region=region)
    finish(genai, begun)
    return genai.get_endpoint(begun.id)


def begin_import(genai: GenAi) -> tuple[str, str]:
    """Begin to import a model; give the OCIDs of the model and of its work request."""
    begun = genai.create_imported_model(imported_model_details())
    return begun.id, work_begun(begun)


def finish(genai: GenAi, begun: Snapshot | ResponseMetadata) -> WorkRequest:
    """Wait for the work that an answer began."""
    return genai.wait_for_work_request(work_begun(begun), interval=_SECONDS_BETWEEN_LOOKS)


def work_begun(begun: Snapshot | ResponseMetadata) -> str:
    """Tell the OCID of the work request that an answer began.

    Raises:
        LookupError: it began none.
    """
    response = begun if isinstance(begun, ResponseMetadata) else begun.response
    if response is None or response.work_request_id is None:
        raise LookupError(f"no work request was begun by {response}")
    return response.work_request_id
