"""The story that the demo tells: a model's whole life, as a plain function over the port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports import builders
from genai_ports.api.dedicated_ai_cluster import CreateDedicatedAiClusterDetails
from genai_ports.api.endpoint import CreateEndpointDetails
from genai_ports.api.enums import DedicatedAiClusterType, ModelCapability
from genai_ports.api.imported_model import CreateImportedModelDetails
from genai_ports.api.model import CreateModelDetails
from genai_ports.errors import ConfigurationError, Conflict

if TYPE_CHECKING:
    from genai_ports.api.dedicated_ai_cluster import DedicatedAiCluster
    from genai_ports.api.endpoint import Endpoint
    from genai_ports.api.imported_model import ImportedModel, ModelDataSource
    from genai_ports.api.model import Model, ModelSummary
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.api.work_request import WorkRequest
    from genai_ports.cli.chronicle import Chronicle
    from genai_ports.client.ports import GenAi

COMPARTMENT: Final = "ocid1.compartment.oc1..genaiportsdemo"
IMPORTED_MODELS: Final = 250
PAGE_SIZE: Final = 100
_SHAPE: Final = "LARGE_GENERIC"
_SECONDS_BETWEEN_LOOKS: Final = 60.0


def tell_story(genai: GenAi, tell: Chronicle) -> None:
    """Live through everything that can happen to a model, and tell every answer.

    Args:
        genai: any backend; one without a virtual clock takes hours.
        tell: is told what was asked for and what came back.

    Raises:
        ConfigurationError: no base model of the region's can be fine-tuned with LoRA.
    """
    base = _choose_base_model(genai, tell)
    tuning = _create_cluster(genai, tell, DedicatedAiClusterType.FINE_TUNING, units=2)
    hosting = _create_cluster(genai, tell, DedicatedAiClusterType.HOSTING, units=1)
    for cluster in (tuning, hosting):
        _finish(genai, tell, "Wait for both clusters", cluster.response)
    model = _fine_tune(genai, tell, base, tuning)
    endpoint = _deploy(genai, tell, model, hosting)
    _delete_too_early(genai, tell, model)
    _undeploy(genai, tell, endpoint)
    _delete(genai, tell, model)
    _import_models(genai, tell)


def _choose_base_model(genai: GenAi, tell: Chronicle) -> ModelSummary:
    title = "List Meta's base models that can be fine-tuned"
    listing = genai.list_models(COMPARTMENT, vendor="meta", capability=ModelCapability.FINE_TUNE)
    found = [model for page in listing.pages() for model in tell(title, page).items]
    if not found:
        raise ConfigurationError(
            f"no model of Meta's can be fine-tuned in {genai.default_region}: "
            "try another region, such as us-chicago-1 or eu-frankfurt-1"
        )
    return found[0]


def _create_cluster(genai: GenAi, tell: Chronicle, kind: str, *, units: int) -> DedicatedAiCluster:
    details = CreateDedicatedAiClusterDetails(
        compartment_id=COMPARTMENT, type=kind, unit_count=units, unit_shape=_SHAPE, display_name=f"demo-{kind.lower()}"
    )
    title = f"Create a cluster for {kind.lower().replace('_', '-')}"
    return tell(title, genai.create_dedicated_ai_cluster(details))


def _fine_tune(genai: GenAi, tell: Chronicle, base: ModelSummary, cluster: DedicatedAiCluster) -> Model:
    details = CreateModelDetails(
        compartment_id=COMPARTMENT,
        base_model_id=base.id,
        display_name="demo-model",
        fine_tune_details=builders.fine_tune_details(
            training_dataset=builders.object_storage_dataset(
                namespace_name="demo", bucket_name="datasets", object_name="train.jsonl"
            ),
            dedicated_ai_cluster_id=cluster.id,
            training_config=builders.lora_training_config(lora_r=8, total_training_epochs=3),
        ),
    )
    begun = tell(f"Fine-tune {base.display_name}, LoRA", genai.create_model(details))
    work_request_id = _finish(genai, tell, "Watch the fine-tuning", begun.response)
    for page in genai.list_work_request_logs(work_request_id, sort_by="timestamp", sort_order="ASC").pages():
        tell("Read the log of its work request", page)
    return tell("Look at the model and its metrics", genai.get_model(begun.id))


def _deploy(genai: GenAi, tell: Chronicle, model: Model, cluster: DedicatedAiCluster) -> Endpoint:
    details = CreateEndpointDetails(
        compartment_id=COMPARTMENT, model_id=model.id, dedicated_ai_cluster_id=cluster.id, display_name="demo-endpoint"
    )
    begun = tell("Deploy the model: create an endpoint", genai.create_endpoint(details))
    _finish(genai, tell, "Wait for the endpoint", begun.response)
    return tell("Look at the endpoint", genai.get_endpoint(begun.id))


def _delete_too_early(genai: GenAi, tell: Chronicle, model: Model) -> None:
    title = "Delete the model while it is in use"
    try:
        tell(title, genai.delete_model(model.id))
    except Conflict as refusal:
        tell(title, refusal)


def _undeploy(genai: GenAi, tell: Chronicle, endpoint: Endpoint) -> None:
    begun = tell("Undeploy it: delete the endpoint", genai.delete_endpoint(endpoint.id, if_match=endpoint.etag))
    _finish(genai, tell, "Wait until the endpoint is gone", begun)


def _delete(genai: GenAi, tell: Chronicle, model: Model) -> None:
    begun = tell("Delete the model again", genai.delete_model(model.id))
    _finish(genai, tell, "Wait until the model is gone", begun)
    tell("Look at the model once more", genai.get_model(model.id))


def _import_models(genai: GenAi, tell: Chronicle) -> None:
    face = builders.hugging_face_data_source(model_id="openai/gpt-oss-20b")
    begun = tell("Import a model from Hugging Face", _import(genai, "demo-hugging-face", face))
    for number in range(1, IMPORTED_MODELS):
        name = f"demo-bucket-{number:03}"
        bucket = builders.object_storage_data_source(
            namespace_name="demo", bucket_name="models", prefix_name=f"{name}/"
        )
        begun = tell("Import models from Object Storage", _import(genai, name, bucket))
    _finish(genai, tell, "Wait for the last import", begun.response)
    pages = genai.list_imported_models(COMPARTMENT, lifecycle_state="ACTIVE", sort_by="displayName", limit=PAGE_SIZE)
    for page in pages.pages():
        tell("Page through the imported models", page)


def _import(genai: GenAi, name: str, source: ModelDataSource) -> ImportedModel:
    details = CreateImportedModelDetails(compartment_id=COMPARTMENT, display_name=name, data_source=source)
    return genai.create_imported_model(details)


def _finish(genai: GenAi, tell: Chronicle, title: str, begun: ResponseMetadata | None) -> str:
    """Wait for the work that an answer began, and give the id of its work request."""
    work_request_id = begun.work_request_id if begun else None
    if work_request_id is None:
        raise ConfigurationError(f"{title}: the answer names no work request")

    def note(seen: WorkRequest) -> None:
        tell(title, seen)

    genai.wait_for_work_request(work_request_id, interval=_SECONDS_BETWEEN_LOOKS, on_progress=note)
    return work_request_id
