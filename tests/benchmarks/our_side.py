"""What the benchmarks measure of ours: worlds with custom models in them."""

from __future__ import annotations

from genai_ports import CreateDedicatedAiClusterDetails, CreateModelDetails, builders

COMPARTMENT = "ocid1.compartment.oc1..benchmark"
SOURCE = {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"}


def details(genai):
    """Make the details of a custom model, with the cluster that it is tuned on."""
    base = genai.list_models(COMPARTMENT, capability="FINE_TUNE", vendor="meta", sort_order="ASC").first()
    cluster = genai.create_dedicated_ai_cluster(
        CreateDedicatedAiClusterDetails(
            compartment_id=COMPARTMENT, type="FINE_TUNING", unit_count=2, unit_shape="LARGE_GENERIC"
        )
    )
    dataset = builders.object_storage_dataset(namespace_name="ns", bucket_name="data", object_name="train.jsonl")
    tuning = builders.fine_tune_details(training_dataset=dataset, dedicated_ai_cluster_id=cluster.id)
    return CreateModelDetails(compartment_id=COMPARTMENT, base_model_id=base.id, fine_tune_details=tuning)


def fill(genai, count):
    """Make custom models, and give the id of the last."""
    body = details(genai)
    identifier = None
    for _ in range(count):
        identifier = genai.create_model(body).id
    return identifier
