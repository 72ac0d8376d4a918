"""Resources in one call, together with the resources that they need: for tests that are about later steps."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from genai_ports import builders
from genai_ports.api.checks import check_instance, has_methods
from genai_ports.api.dedicated_ai_cluster import CreateDedicatedAiClusterDetails
from genai_ports.api.display import display, named
from genai_ports.api.endpoint import CreateEndpointDetails
from genai_ports.api.fine_tuning import FineTuneDetails
from genai_ports.api.imported_model import CreateImportedModelDetails
from genai_ports.api.kind import Kind
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, ENDPOINT, IMPORTED_MODEL, MODEL, PRIVATE_ENDPOINT
from genai_ports.api.model import CreateModelDetails
from genai_ports.api.private_endpoint import CreateGenerativeAiPrivateEndpointDetails
from genai_ports.api.snapshot import ResponseMetadata, Snapshot
from genai_ports.errors import GenAiError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.api.dedicated_ai_cluster import DedicatedAiCluster
    from genai_ports.api.endpoint import Endpoint
    from genai_ports.api.fine_tuning import TrainingConfig
    from genai_ports.api.imported_model import ImportedModel
    from genai_ports.api.model import Model, ModelSummary
    from genai_ports.api.private_endpoint import GenerativeAiPrivateEndpoint
    from genai_ports.api.work_request import WorkRequest
    from genai_ports.client.ports import GenAi

COMPARTMENT: Final = "ocid1.compartment.oc1..contract"
"""The compartment of all resources by default."""

ELSEWHERE: Final = "ocid1.compartment.oc1..elsewhere"
"""Another compartment."""

_POLL_SECONDS: Final = 1800.0
"""Half an hour on a virtual clock: few polls with any pace."""


_SHAPES: Final = {"meta": "LARGE_GENERIC", "openai": "LARGE_GENERIC", "cohere": "LARGE_COHERE"}
"""A unit shape that fits the models of a vendor."""


class NotOffered(GenAiError, LookupError):
    """A region does not have what a resource needs."""


def cluster_details(**changes: Any) -> CreateDedicatedAiClusterDetails:
    """Return the details of a hosting cluster of one unit, with changes."""
    attributes = {"compartment_id": COMPARTMENT, "type": "HOSTING", "unit_count": 1, "unit_shape": "LARGE_GENERIC"}
    return CreateDedicatedAiClusterDetails(**{**attributes, **changes})


def model_details(genai: GenAi, *, region: str | None = None, **changes: Any) -> CreateModelDetails:
    """Return the details of a fine-tuned model on a new cluster, with changes; of Meta where there is one."""
    vendor = "meta"
    if "base_model_id" not in changes:
        base = _first_of(genai, region, "FINE_TUNE", ("meta", "cohere"))
        changes["base_model_id"], vendor = base.id, base.vendor or vendor
    if "fine_tune_details" not in changes:
        tuning = cluster(genai, region=region, type="FINE_TUNING", unit_shape=_SHAPES[vendor])
        config = None if vendor == "meta" else builders.t_few_training_config(total_training_epochs=3)
        changes["fine_tune_details"] = fine_tuning(tuning.id, config)
    return CreateModelDetails(**{"compartment_id": COMPARTMENT, **changes})


def fine_tuning(cluster_id: str, config: TrainingConfig | None = None) -> FineTuneDetails:
    """Return the details of a fine-tuning on a cluster; default: LoRA over three epochs."""
    return FineTuneDetails(
        training_dataset=builders.object_storage_dataset(
            namespace_name="namespace", bucket_name="datasets", object_name="train.jsonl"
        ),
        dedicated_ai_cluster_id=cluster_id,
        training_config=builders.lora_training_config(total_training_epochs=3, lora_r=8) if config is None else config,
    )


def imported_model_details(**changes: Any) -> CreateImportedModelDetails:
    """Return the details of an import of an open model from Hugging Face, with changes."""
    attributes = {
        "compartment_id": COMPARTMENT,
        "data_source": builders.hugging_face_data_source(model_id="openai/gpt-oss-20b"),
    }
    return CreateImportedModelDetails(**{**attributes, **changes})


def endpoint_details(genai: GenAi, *, region: str | None = None, **changes: Any) -> CreateEndpointDetails:
    """Return the details of an endpoint of a base model on a new hosting cluster, with changes."""
    vendor = "meta"
    if "model_id" not in changes:
        base = _first_of(genai, region, "CHAT", ("meta", "openai", "cohere"))
        changes["model_id"], vendor = base.id, base.vendor or vendor
    if "dedicated_ai_cluster_id" not in changes:
        changes["dedicated_ai_cluster_id"] = cluster(genai, region=region, unit_shape=_SHAPES[vendor]).id
    return CreateEndpointDetails(**{"compartment_id": COMPARTMENT, **changes})


def private_endpoint_details(**changes: Any) -> CreateGenerativeAiPrivateEndpointDetails:
    """Return the body of a request that creates a private endpoint for endpoints, with some changes."""
    usual = {"compartment_id": COMPARTMENT, "subnet_id": "ocid1.subnet.oc1..contract", "dns_prefix": "contract"}
    return CreateGenerativeAiPrivateEndpointDetails(**{**usual, **changes})


def _check(genai: object) -> None:
    if not has_methods(genai, "create_model", "wait_for_work_request"):
        raise InvalidInput(f"genai must be an object with the methods of GenAi, not {display(genai)}")


_DETAILS: Final[Mapping[Kind, Callable[[GenAi], Any]]] = {
    MODEL: model_details,
    IMPORTED_MODEL: lambda _: imported_model_details(),
    ENDPOINT: endpoint_details,
    DEDICATED_AI_CLUSTER: lambda _: cluster_details(),
    PRIVATE_ENDPOINT: lambda _: private_endpoint_details(),
}


def details(genai: GenAi, kind: Kind) -> Any:
    """Return the body of a request that creates a resource of a kind; create what that resource needs."""
    check_instance("kind", kind, Kind)
    return _DETAILS[kind](genai)


def base_model(genai: GenAi, *, region: str | None = None, **filters: Any) -> ModelSummary:
    """Return the newest base model that matches; default: of Meta, for chat.

    Raises:
        NotOffered: the region has none.
    """
    _check(genai)
    filters = {"capability": "CHAT", "vendor": "meta", **filters}
    listing = genai.list_models(COMPARTMENT, region=region, **filters)
    found = next((model for model in listing if model.type == "BASE"), None)
    if found is None:
        wanted = ", ".join(f"{name} {named(value)}" for name, value in filters.items())
        raise NotOffered(f"{region or 'the default region'} has no base model with {wanted}: choose another region")
    return found


def _first_of(genai: GenAi, region: str | None, capability: str, vendors: tuple[str, ...]) -> ModelSummary:
    """Return a base model of the first of the vendors that the region has one of.

    Raises:
        NotOffered: it has none of any.
    """
    for vendor in vendors[:-1]:
        with suppress(NotOffered):
            return base_model(genai, region=region, capability=capability, vendor=vendor)
    return base_model(genai, region=region, capability=capability, vendor=vendors[-1])


def cluster(genai: GenAi, *, region: str | None = None, **changes: Any) -> DedicatedAiCluster:
    """Create a cluster, and wait until it is ready."""
    _check(genai)
    result = genai.create_dedicated_ai_cluster(cluster_details(**changes), region=region)
    finish(genai, result)
    return genai.get_dedicated_ai_cluster(result.id)


def custom_model(genai: GenAi, *, region: str | None = None, **changes: Any) -> Model:
    """Fine-tune a model, and wait until it is ready."""
    _check(genai)
    result = genai.create_model(model_details(genai, region=region, **changes), region=region)
    finish(genai, result)
    return genai.get_model(result.id)


def imported_model(genai: GenAi, *, region: str | None = None, **changes: Any) -> ImportedModel:
    """Import a model, and wait until it is ready."""
    _check(genai)
    result = genai.create_imported_model(imported_model_details(**changes), region=region)
    finish(genai, result)
    return genai.get_imported_model(result.id)


def endpoint(genai: GenAi, *, region: str | None = None, **changes: Any) -> Endpoint:
    """Serve a model, and wait until it is ready."""
    _check(genai)
    result = genai.create_endpoint(endpoint_details(genai, region=region, **changes), region=region)
    finish(genai, result)
    return genai.get_endpoint(result.id)


def private_endpoint(genai: GenAi, *, region: str | None = None, **changes: Any) -> GenerativeAiPrivateEndpoint:
    """Create a private endpoint, and wait until it is ready."""
    _check(genai)
    begun = genai.create_generative_ai_private_endpoint(private_endpoint_details(**changes), region=region)
    finish(genai, begun)
    return genai.get_generative_ai_private_endpoint(begun.id)


def begin_import(genai: GenAi) -> tuple[str, str]:
    """Start the import of a model; return the OCIDs of the model and of its work request."""
    _check(genai)
    result = genai.create_imported_model(imported_model_details())
    return result.id, work_begun(result)


def finish(genai: GenAi, result: Snapshot | ResponseMetadata) -> WorkRequest:
    """Wait for the work that a call started."""
    _check(genai)
    return genai.wait_for_work_request(work_begun(result), interval=_POLL_SECONDS)


def work_begun(result: Snapshot | ResponseMetadata) -> str:
    """Return the OCID of the work request that a call started.

    Raises:
        LookupError: the call started no work.
    """
    check_instance("result", result, Snapshot | ResponseMetadata, "a resource or the metadata of a response")  # type: ignore[arg-type]
    response = result if isinstance(result, ResponseMetadata) else result.response
    if response is None or response.work_request_id is None:
        raise LookupError(f"no work request was started by {response}")
    return response.work_request_id
