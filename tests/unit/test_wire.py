"""JSON and domain classes, in both directions: one example for each rule of the codec."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from genai_ports.api.endpoint import CreateEndpointDetails, PiiDetectionConfig
from genai_ports.api.fine_tuning import ChatModelMetrics, FineTuneDetails, LoraTrainingConfig, ObjectStorageDataset
from genai_ports.api.imported_model import CreateImportedModelDetails, HuggingFaceModel
from genai_ports.api.model import CreateModelDetails, Model, ModelSummary, UpdateModelDetails
from genai_ports.api.snapshot import Page, ResponseMetadata
from genai_ports.api.value import replaced
from genai_ports.api.variant import UnknownVariant
from genai_ports.api.work_request import WorkRequest, WorkRequestLogEntry, WorkRequestResource
from genai_ports.wire import decode, decode_page, encode, unknown_fields

MOMENT = datetime(2024, 1, 5, 2, 19, 51, 103_000, UTC)
DATASET = {"datasetType": "OBJECT_STORAGE", "namespaceName": "ns", "bucketName": "b", "objectName": "train.jsonl"}
CONFIG = {"trainingConfigType": "LORA_TRAINING_CONFIG", "loraR": 8, "learningRate": 0.0002}
DOCUMENT: dict[str, Any] = {
    "id": "ocid1.generativeaimodel.oc1.us-chicago-1.a",
    "compartmentId": "ocid1.compartment.oc1..a",
    "capabilities": ["CHAT", "FINE_TUNE"],
    "lifecycleState": "ACTIVE",
    "timeCreated": "2024-01-05T02:19:51.103Z",
    "type": "CUSTOM",
    "displayName": "mine",
    "fineTuneDetails": {"trainingDataset": DATASET, "dedicatedAiClusterId": "ocid1.c", "trainingConfig": CONFIG},
    "modelMetrics": {"modelMetricsType": "CHAT_MODEL_METRICS", "finalAccuracy": 0.9, "finalLoss": 0.1},
    "isLongTermSupported": False,
    "freeformTags": {},
    "definedTags": {"Oracle-Tags": {"CreatedBy": "me", "Levels": [1, {"deep": None}]}},
}
MODEL = ModelSummary(
    id="ocid1.generativeaimodel.oc1.us-chicago-1.a",
    compartment_id="ocid1.compartment.oc1..a",
    capabilities=("CHAT", "FINE_TUNE"),
    lifecycle_state="ACTIVE",
    time_created=MOMENT,
    type="CUSTOM",
    display_name="mine",
    fine_tune_details=FineTuneDetails(
        training_dataset=ObjectStorageDataset(namespace_name="ns", bucket_name="b", object_name="train.jsonl"),
        dedicated_ai_cluster_id="ocid1.c",
        training_config=LoraTrainingConfig(lora_r=8, learning_rate=0.0002),
    ),
    model_metrics=ChatModelMetrics(final_accuracy=0.9, final_loss=0.1),
    is_long_term_supported=False,
    freeform_tags={},
    defined_tags={"Oracle-Tags": {"CreatedBy": "me", "Levels": (1, {"deep": None})}},
)


def test_a_document_is_read_into_the_value_that_it_says() -> None:
    assert decode(ModelSummary, DOCUMENT) == MODEL


def test_a_value_is_written_as_the_document_that_says_it() -> None:
    assert encode(MODEL) == DOCUMENT


def test_what_is_written_is_plain_json() -> None:
    written = encode(MODEL)
    assert json.loads(json.dumps(written)) == written
    assert type(written["definedTags"]["Oracle-Tags"]) is dict
    assert type(written["definedTags"]["Oracle-Tags"]["Levels"]) is list


def test_what_is_read_cannot_be_changed_through_the_document() -> None:
    document: dict[str, Any] = {"definedTags": {"a": {"b": ["c"]}}, "capabilities": ["CHAT"]}
    model = decode(ModelSummary, document)
    document["definedTags"]["a"]["b"].append("d")
    document["capabilities"].append("FINE_TUNE")
    assert model.defined_tags == {"a": {"b": ("c",)}}
    assert model.capabilities == ("CHAT",)


def test_an_object_of_an_unknown_variant_cannot_be_changed_through_the_document() -> None:
    source: dict[str, Any] = {"sourceType": "TAPE", "reels": [1]}
    details = decode(CreateImportedModelDetails, {"dataSource": source})
    source["reels"].append(2)
    assert details.data_source == UnknownVariant(document={"sourceType": "TAPE", "reels": (1,)})


def test_optional_attributes_that_are_none_are_left_out() -> None:
    assert encode(UpdateModelDetails(display_name="new")) == {"displayName": "new"}


def test_empty_tags_are_written_because_they_say_that_there_are_none() -> None:
    assert encode(UpdateModelDetails(freeform_tags={})) == {"freeformTags": {}}


def test_required_attributes_that_are_none_are_written_as_null() -> None:
    base = decode(ModelSummary, {**DOCUMENT, "compartmentId": None})
    assert base.compartment_id is None
    assert encode(base) == {**DOCUMENT, "compartmentId": None}


def test_the_metadata_of_a_response_is_not_in_json() -> None:
    assert encode(replaced(MODEL, response=ResponseMetadata(status=200, etag="e"))) == DOCUMENT
    assert decode(ModelSummary, {**DOCUMENT, "response": {"status": 200}}).response is None


def test_a_page_is_written_as_its_items_alone() -> None:
    page = Page(items=(MODEL,), next_page="token", response=ResponseMetadata(status=200))
    assert encode(page) == {"items": [DOCUMENT]}


def test_a_page_is_read_as_a_tuple_of_its_items() -> None:
    assert decode_page(ModelSummary, {"items": [DOCUMENT, DOCUMENT]}) == (MODEL, MODEL)


@pytest.mark.parametrize("document", [{}, {"items": None}, {"items": {"id": "a"}}])
def test_a_response_without_an_array_of_items_is_an_empty_page(document: dict[str, Any]) -> None:
    assert decode_page(ModelSummary, document) == ()


def test_a_variant_carries_its_discriminator() -> None:
    written = encode(CreateImportedModelDetails(compartment_id="c", data_source=HuggingFaceModel(model_id="a/b")))
    assert written == {"compartmentId": "c", "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "a/b"}}


@pytest.mark.parametrize(
    "source",
    [
        {"sourceType": "TAPE", "reel": {"number": [1, 2]}, "modelId": None},
        {"modelId": "a/b"},
        {"sourceType": None, "modelId": "a/b"},
        {"sourceType": ["HUGGING_FACE_MODEL"]},
        {"sourceType": {}},
    ],
)
def test_an_object_of_an_unknown_variant_is_kept_whole(source: dict[str, Any]) -> None:
    details = decode(CreateImportedModelDetails, {"compartmentId": "c", "dataSource": source})
    assert isinstance(details.data_source, UnknownVariant)
    assert encode(details) == {"compartmentId": "c", "dataSource": source}


def test_missing_required_properties_are_none_at_every_depth() -> None:
    details = decode(CreateModelDetails, {"fineTuneDetails": {"trainingDataset": {"datasetType": "OBJECT_STORAGE"}}})
    assert details.compartment_id is None
    assert details.fine_tune_details.dedicated_ai_cluster_id is None
    dataset = details.fine_tune_details.training_dataset
    assert isinstance(dataset, ObjectStorageDataset)
    assert dataset.namespace_name is dataset.bucket_name is dataset.object_name is None


def test_unknown_properties_are_dropped_at_every_depth() -> None:
    details = decode(FineTuneDetails, {"trainingDataset": {**DATASET, "new": 1}, "new": {"er": 2}})
    assert encode(details) == {"trainingDataset": DATASET, "dedicatedAiClusterId": None}


def test_unknown_enumeration_values_pass() -> None:
    assert decode(ModelSummary, {**DOCUMENT, "lifecycleState": "DREAMING"}).lifecycle_state == "DREAMING"


@pytest.mark.parametrize("wrong", [5, 1.5, True, "text", [1], {"a": 1}])
@pytest.mark.parametrize("name", ["displayName", "isLongTermSupported", "timeCreated", "capabilities", "freeformTags"])
def test_a_value_of_the_wrong_type_survives_in_place(name: str, wrong: object) -> None:
    assert encode(decode(ModelSummary, {**DOCUMENT, name: wrong}))[name] == wrong


@pytest.mark.parametrize("wrong", [5, "text", [{"isEnabled": True}], True])
def test_what_should_be_an_object_and_is_not_survives_in_place(wrong: object) -> None:
    details = decode(CreateEndpointDetails, {"piiDetectionConfig": wrong})
    assert details.pii_detection_config == (({"isEnabled": True},) if isinstance(wrong, list) else wrong)
    assert encode(details)["piiDetectionConfig"] == wrong
    source = decode(CreateImportedModelDetails, {"dataSource": wrong})
    assert encode(source)["dataSource"] == wrong


def test_an_array_holds_whatever_it_came_with() -> None:
    resources = [{"entityType": "model", "actionType": "CREATED", "identifier": "a"}, None, "text", [1]]
    request: Any = decode(WorkRequest, {"resources": resources})
    assert request.resources[0] == WorkRequestResource(entity_type="model", action_type="CREATED", identifier="a")
    assert request.resources[1:] == (None, "text", (1,))
    assert encode(request)["resources"] == resources


def test_a_model_remembers_the_model_it_was_before() -> None:
    document = {**DOCUMENT, "previousState": {**DOCUMENT, "previousState": {**DOCUMENT, "displayName": "first"}}}
    model = decode(Model, document)
    assert model.previous_state is not None
    assert model.previous_state.previous_state is not None
    assert model.previous_state.previous_state.display_name == "first"
    assert encode(model) == document


def test_a_guard_is_read_as_its_own_class() -> None:
    details = decode(CreateEndpointDetails, {"piiDetectionConfig": {"isEnabled": True, "mode": "BLOCK"}})
    assert details.pii_detection_config == PiiDetectionConfig(is_enabled=True, mode="BLOCK")


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2024-01-05T02:19:51Z", 0),
        ("2024-01-05T02:19:51.1Z", 100_000),
        ("2024-01-05T02:19:51.103Z", 103_000),
        ("2024-01-05T02:19:51.103456Z", 103_456),
        ("2024-01-05T02:19:51.103456789Z", 103_456),
        ("2024-01-05t02:19:51.103z", 103_000),
        ("2024-01-05 02:19:51+00:00", 0),
        ("2024-01-05T02:19:51-00:00", 0),
        ("2024-01-04T18:49:51.103-07:30", 103_000),
        ("2024-01-05T16:19:51.103+14:00", 103_000),
    ],
)
def test_every_form_of_rfc_3339_is_read_as_utc(text: str, microsecond: int) -> None:
    timestamp = decode(WorkRequestLogEntry, {"message": "m", "timestamp": text}).timestamp
    assert timestamp == MOMENT.replace(microsecond=microsecond)
    assert timestamp.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2024-01-05", "2024-01-05T02:19:51", "2024-13-05T02:19:51Z", "0001-01-01T00:00:00+14:00"],
)
def test_a_text_that_is_no_moment_survives_in_place(text: str) -> None:
    entry = decode(WorkRequestLogEntry, {"message": "m", "timestamp": text})
    assert entry.timestamp == text
    assert encode(entry) == {"message": "m", "timestamp": text}


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (MOMENT, "2024-01-05T02:19:51.103Z"),
        (MOMENT.replace(microsecond=0), "2024-01-05T02:19:51.000Z"),
        (MOMENT.replace(microsecond=999_999), "2024-01-05T02:19:51.999Z"),
        (MOMENT.astimezone(timezone(timedelta(hours=-7, minutes=-30))), "2024-01-05T02:19:51.103Z"),
        (MOMENT.replace(year=33), "0033-01-05T02:19:51.103Z"),
    ],
)
def test_times_are_written_in_utc_and_milliseconds(moment: datetime, text: str) -> None:
    assert encode(WorkRequestLogEntry(message="m", timestamp=moment))["timestamp"] == text


def test_unknown_fields_are_found_where_they_are() -> None:
    document = {
        "compartmentId": "c",
        "compartementId": "c",
        "fineTuneDetails": {"trainingDataset": {**DATASET, "objectNam": "x"}, "trainingConfig": {**CONFIG, "lora": 1}},
    }
    assert unknown_fields(CreateModelDetails, document) == (
        "property 2 (similar to compartmentId)",
        "fineTuneDetails.trainingDataset.property 5 (similar to objectName)",
        "fineTuneDetails.trainingConfig.property 4 (similar to loraR)",
    )


def test_unknown_fields_are_found_in_arrays() -> None:
    document = {"resources": [{"identifier": "a"}, {"identifer": "b"}]}
    assert unknown_fields(WorkRequest, document) == ("resources[1].property 1 (similar to identifier)",)


def test_properties_of_another_variant_are_unknown() -> None:
    document = {"trainingConfig": {"trainingConfigType": "TFEW_TRAINING_CONFIG", "loraR": 8}}
    assert unknown_fields(FineTuneDetails, document) == ("trainingConfig.loraR",)


def test_a_discriminator_is_known() -> None:
    assert unknown_fields(ObjectStorageDataset, DATASET) == ()


@pytest.mark.parametrize(
    "document",
    [
        {"fineTuneDetails": {"trainingDataset": {"datasetType": "TAPE", "reel": 1}}},
        {"fineTuneDetails": {"trainingDataset": {"reel": 1}}},
        {"fineTuneDetails": ["not an object", {"reel": 1}]},
        {"freeformTags": {"anything": "goes"}, "definedTags": {"any": {"thing": {"goes": [{"here": 1}]}}}},
        {"displayName": {"not": "text"}},
    ],
)
def test_where_no_class_says_what_is_known_nothing_is_unknown(document: dict[str, Any]) -> None:
    assert unknown_fields(CreateModelDetails, document) == ()


def test_the_metadata_of_a_response_is_an_unknown_property() -> None:
    assert unknown_fields(Model, {"response": {}}) == ("property 1 (8 characters)",)
