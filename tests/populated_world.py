"""A world with one resource of each kind, all ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports import (
    CreateDedicatedAiClusterDetails,
    CreateEndpointDetails,
    CreateImportedModelDetails,
    CreateModelDetails,
    InMemoryModelRepository,
    builders,
)
from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.api.verbs import CREATE, GET
from genai_ports.wire import decode

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.simulator.simulator import Simulator

COMPARTMENT = "ocid1.compartment.oc1..a"


def populated(simulator: Simulator) -> dict[str, str]:
    """Fill a world, and return the ids of its resources by kind."""
    genai = InMemoryModelRepository(simulator=simulator)
    base = genai.list_models(COMPARTMENT, capability="FINE_TUNE", vendor="meta").first()
    hosting, training = (
        genai.create_dedicated_ai_cluster(
            CreateDedicatedAiClusterDetails(
                compartment_id=COMPARTMENT, type=kind, unit_count=1, unit_shape="LARGE_GENERIC"
            )
        ).id
        for kind in ("HOSTING", "FINE_TUNING")
    )
    model = genai.create_model(
        CreateModelDetails(
            compartment_id=COMPARTMENT,
            base_model_id=base.id,
            fine_tune_details=builders.fine_tune_details(
                training_dataset=builders.object_storage_dataset(
                    namespace_name="ns", bucket_name="b", object_name="train.jsonl"
                ),
                dedicated_ai_cluster_id=training,
            ),
        )
    )
    imported = genai.create_imported_model(
        CreateImportedModelDetails(
            compartment_id=COMPARTMENT,
            data_source=builders.object_storage_data_source(namespace_name="ns", bucket_name="b", prefix_name="p"),
        )
    )
    endpoint = genai.create_endpoint(
        CreateEndpointDetails(
            compartment_id=COMPARTMENT, model_id=genai.get_model(model.id).id, dedicated_ai_cluster_id=hosting
        )
    )
    assert model.response
    assert model.response.work_request_id
    ids = {
        "base_model": base.id,
        "model": model.id,
        "imported_model": imported.id,
        "endpoint": endpoint.id,
        "dedicated_ai_cluster": hosting,
        "training_cluster": training,
        "work_request": model.response.work_request_id,
    }
    for kind in RESOURCE_KINDS:
        if kind.name not in ids:
            ids[kind.name] = _from_example(genai, kind)
    simulator.journal.clear()
    return ids


def _from_example(genai: InMemoryModelRepository, kind: Kind) -> str:
    """Create a resource from the example of a kind, and read it, so that it is ready."""
    operation = kind.operation(CREATE)
    cls: Any = operation.details
    details = decode(cls, {**(kind.example or {}), "compartmentId": COMPARTMENT})
    identifier: str = getattr(genai, operation.name)(details).id
    getattr(genai, kind.operation(GET).name)(identifier)
    return identifier
