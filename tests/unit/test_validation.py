"""A body is refused if a required property is missing or a value has the wrong type or form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.api.dedicated_ai_cluster import CreateDedicatedAiClusterDetails, UpdateDedicatedAiClusterDetails
from genai_ports.api.endpoint import ContentModerationConfig, CreateEndpointDetails, UpdateEndpointDetails
from genai_ports.api.fine_tuning import FineTuneDetails, LoraTrainingConfig, ObjectStorageDataset
from genai_ports.api.imported_model import CreateImportedModelDetails, HuggingFaceModel, ObjectStorageObject
from genai_ports.api.model import CreateModelDetails, UpdateModelDetails
from genai_ports.api.shown import shown
from genai_ports.api.variant import UnknownVariant
from genai_ports.errors import InvalidParameter, MissingParameter, ServiceError
from genai_ports.simulator.rules.compartment import check_compartment
from genai_ports.simulator.rules.validation import check_shape

if TYPE_CHECKING:
    from genai_ports.api.value import Value

COMPARTMENT = "ocid1.compartment.oc1..a"


def model(**changes: Any) -> CreateModelDetails:
    return CreateModelDetails(
        **{"compartment_id": COMPARTMENT, "base_model_id": "base", "fine_tune_details": tuning(), **changes}
    )


def tuning(**changes: Any) -> FineTuneDetails:
    dataset = ObjectStorageDataset(namespace_name="n", bucket_name="b", object_name="o")
    return FineTuneDetails(**{"training_dataset": dataset, "dedicated_ai_cluster_id": "cluster", **changes})


def imported(**changes: Any) -> CreateImportedModelDetails:
    source = HuggingFaceModel(model_id="a/b")
    return CreateImportedModelDetails(**{"compartment_id": COMPARTMENT, "data_source": source, **changes})


def endpoint(**changes: Any) -> CreateEndpointDetails:
    required = {"compartment_id": COMPARTMENT, "model_id": "model", "dedicated_ai_cluster_id": "cluster"}
    return CreateEndpointDetails(**{**required, **changes})


def cluster(**changes: Any) -> CreateDedicatedAiClusterDetails:
    required = {"compartment_id": COMPARTMENT, "type": "HOSTING", "unit_count": 1, "unit_shape": "A10_X1"}
    return CreateDedicatedAiClusterDetails(**{**required, **changes})


GUARD = ContentModerationConfig(is_enabled=True)


SOURCES = "HUGGING_FACE_MODEL, OBJECT_STORAGE_OBJECT"


@pytest.mark.parametrize(
    "details",
    [
        model(),
        imported(),
        endpoint(),
        cluster(),
        UpdateModelDetails(),
        UpdateDedicatedAiClusterDetails(unit_count=5),
        ChangeCompartmentDetails(compartment_id="ocid1.tenancy.oc1..root"),
        model(display_name="x" * 255, description="", vendor="", version=" "),
        model(fine_tune_details=tuning(training_config=LoraTrainingConfig(learning_rate=1, lora_dropout=0.5))),
        imported(capabilities=["RERANK"]),
        imported(capabilities=()),
        imported(data_source=ObjectStorageObject(namespace_name="n", bucket_name="b", prefix_name="")),
        endpoint(content_moderation_config=GUARD),
        cluster(freeform_tags={"k" * 100: "v" * 256, "empty": ""}, defined_tags={"n": {"k": ["any", 1, None]}}),
    ],
)
def test_a_body_of_the_right_shape_passes(details: Value) -> None:
    check_shape(details)


@pytest.mark.parametrize(
    ("details", "prop"),
    [
        (model(compartment_id=None), "compartmentId"),
        (model(fine_tune_details=None), "fineTuneDetails"),
        (model(fine_tune_details=tuning(training_dataset=None)), "fineTuneDetails.trainingDataset"),
        (imported(data_source=HuggingFaceModel(model_id=None)), "dataSource.modelId"),  # type: ignore[arg-type]
        (imported(data_source=UnknownVariant(document={"a": 1})), "dataSource.sourceType"),
        (imported(data_source=UnknownVariant(document={"sourceType": None})), "dataSource.sourceType"),
        (
            endpoint(content_moderation_config=ContentModerationConfig(is_enabled=None)),
            "contentModerationConfig.isEnabled",
        ),  # type: ignore[arg-type]
        (cluster(unit_count=None), "unitCount"),
    ],
)
def test_a_missing_required_property_is_refused(details: Value, prop: str) -> None:
    with pytest.raises(MissingParameter) as refused:
        check_shape(details)
    assert (refused.value.message, refused.value.rule) == (f"{prop} is required.", "property-missing")


@pytest.mark.parametrize(
    ("details", "message"),
    [
        (model(base_model_id=5), "baseModelId must be a string, not a whole number."),
        (model(description=["a"]), "description must be a string, not an array."),
        (model(vendor={"a": 1}), "vendor must be a string, not an object."),
        (model(vendor=tuning()), "vendor must be a string, not an object."),
        (model(display_name=True), "displayName must be a string, not true or false."),
        (model(compartment_id=2.5), "compartmentId must be a string, not a number."),
        (model(version=b"1"), "version must be a string, not bytes."),
        (model(fine_tune_details="x"), "fineTuneDetails must be of type FineTuneDetails, not a string."),
        (model(fine_tune_details={"a": 1}), "fineTuneDetails must be of type FineTuneDetails, not an object."),
        (
            imported(data_source="x"),
            "dataSource must be of type HuggingFaceModel or ObjectStorageObject, not a string.",
        ),
        (
            imported(data_source=tuning()),
            "dataSource must be of type HuggingFaceModel or ObjectStorageObject, not an object.",
        ),
        (imported(capabilities="RERANK"), "capabilities must be an array of strings, not a string."),
        (imported(capabilities=("RERANK", None)), "capabilities[1] must be a string, not null."),
        (cluster(unit_count="1"), "unitCount must be a whole number, not a string."),
        (cluster(unit_count=1.0), "unitCount must be a whole number, not a number."),
        (cluster(unit_count=True), "unitCount must be a whole number, not true or false."),
        (
            model(fine_tune_details=tuning(training_config=LoraTrainingConfig(learning_rate="1"))),  # type: ignore[arg-type]
            "fineTuneDetails.trainingConfig.learningRate must be a number, not a string.",
        ),
        (
            model(fine_tune_details=tuning(training_config=LoraTrainingConfig(learning_rate=True))),
            "fineTuneDetails.trainingConfig.learningRate must be a number, not true or false.",
        ),
        (
            UpdateEndpointDetails(content_moderation_config=ContentModerationConfig(is_enabled=1)),  # type: ignore[arg-type]
            "contentModerationConfig.isEnabled must be true or false, not a whole number.",
        ),
        (cluster(freeform_tags=["a"]), "freeformTags must be an object of strings, not an array."),
        (cluster(freeform_tags={"a": 1}), "freeformTags.(entry 1) must be a string, not a whole number."),
        (cluster(defined_tags="a"), "definedTags must be an object of objects, not a string."),
        (cluster(defined_tags={"a": "b"}), "definedTags.(entry 1) must be an object, not a string."),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(details: Value, message: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        check_shape(details)
    assert (refused.value.message, refused.value.rule) == (message, "property-type")


@pytest.mark.parametrize(
    ("details", "message"),
    [
        (model(base_model_id=" "), "baseModelId must be an identifier, not a string of 1 character."),
        (endpoint(model_id=""), "modelId must be an identifier, not an empty string."),
        (
            model(display_name=""),
            "displayName must be 1 to 255 characters, not all blank, not an empty string.",
        ),
        (
            model(display_name=" \t"),
            "displayName must be 1 to 255 characters, not all blank, not a string of 2 characters.",
        ),
        (
            model(compartment_id="root"),
            "compartmentId must be the OCID of a compartment or tenancy, not a string of 4 characters.",
        ),
        (
            imported(data_source=UnknownVariant(document={"sourceType": "FLOPPY_DISK"})),
            f"dataSource.sourceType must be one of {SOURCES}, not a string of 11 characters.",
        ),
        (
            model(fine_tune_details=tuning(training_config=LoraTrainingConfig(learning_rate=float("nan")))),
            "fineTuneDetails.trainingConfig.learningRate must be a finite number, not nan.",
        ),
        (
            cluster(freeform_tags={"": "a"}),
            "freeformTags must be keys of 1 to 100 characters, not an empty string.",
        ),
        (cluster(freeform_tags={5: "a"}), "freeformTags must be keys of 1 to 100 characters, not 5."),
        (
            cluster(defined_tags={"": {}}),
            "definedTags must be keys of 1 to 100 characters, not an empty string.",
        ),
        (
            cluster(defined_tags={"n": {"": 1}}),
            "definedTags.(entry 1) must be keys of 1 to 100 characters, not an empty string.",
        ),
    ],
)
def test_a_value_of_the_wrong_form_is_refused(details: Value, message: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        check_shape(details)
    assert (refused.value.message, refused.value.rule) == (message, "property-value")


@pytest.mark.parametrize(
    "details",
    [
        model(display_name="x" * 256),
        cluster(freeform_tags={"k" * 101: "v"}),
        cluster(freeform_tags={"k": "v" * 257}),
        cluster(defined_tags={"n": {"k" * 101: 1}}),
        cluster(defined_tags={"n": {"k": "v" * 257}}),
    ],
)
def test_a_name_or_a_tag_that_is_too_long_is_refused(details: Value) -> None:
    with pytest.raises(InvalidParameter, match="characters"):
        check_shape(details)


def tags(count: int) -> dict[str, str]:
    return {f"key{n}": "v" * 256 for n in range(count)}


def test_a_resource_has_64_tags_of_each_kind_at_most() -> None:
    check_shape(cluster(freeform_tags=tags(64), defined_tags={"a": tags(32), "b": tags(32)}))
    for wrong, name in (
        (cluster(freeform_tags=tags(65)), "freeformTags"),
        (cluster(defined_tags={"a": tags(33), "b": tags(32)}), "definedTags"),
    ):
        with pytest.raises(InvalidParameter, match=f"{name} must be 64 tags or less, not 65"):
            check_shape(wrong)


@pytest.mark.parametrize("given", ["ocid1.compartment.oc1..a", "ocid1.tenancy.oc1..a"])
def test_a_compartment_is_a_compartment_or_a_tenancy(given: str) -> None:
    check_compartment("compartmentId", given)


@pytest.mark.parametrize(
    "given", ["", "compartment", "ocid1.generativeaimodel.oc1.phx.a", "ocid1.compartment.oc1.", 5, None]
)
def test_nothing_else_is_a_compartment(given: object) -> None:
    with pytest.raises(ServiceError) as refused:
        check_compartment("compartmentId", given)
    assert refused.value.message == f"compartmentId must be the OCID of a compartment or tenancy, not {shown(given)}."


@pytest.mark.parametrize("given", ["a", 1, 1.5, True, None, ["a", {"b": 1}]])
def test_a_defined_tag_can_be_any_json_value(given: object) -> None:
    check_shape(cluster(defined_tags={"n": {"k": given}}))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({1}, "definedTags.(entry 1).(entry 1) must be a value that JSON has, not set."),
        (["a", b"b"], "definedTags.(entry 1).(entry 1)[1] must be a value that JSON has, not bytes."),
        ({"a": {1: 2}}, "definedTags.(entry 1).(entry 1).(entry 1) must be an object whose keys are strings, not 1."),
        ({"a": float("nan")}, "definedTags.(entry 1).(entry 1).(entry 1) must be a finite number, not nan."),
        (2**63, "definedTags.(entry 1).(entry 1) must be a whole number that fits in 64 bits, not a longer one."),
    ],
)
def test_a_defined_tag_that_json_cannot_hold_is_refused(given: object, message: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        check_shape(cluster(defined_tags={"n": {"k": given}}))
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("details", "prop"),
    [
        (model(description="a\ud800"), "description"),
        (imported(capabilities=("\ud800",)), "capabilities[0]"),
        (cluster(freeform_tags={"\ud800": "v"}), "freeformTags"),
        (cluster(freeform_tags={"k": "\ud800"}), "freeformTags.(entry 1)"),
        (cluster(defined_tags={"\ud800": {}}), "definedTags"),
        (cluster(defined_tags={"n": {"\ud800": 1}}), "definedTags.(entry 1)"),
        (cluster(defined_tags={"n": {"k": "\ud800"}}), "definedTags.(entry 1).(entry 1)"),
        (cluster(defined_tags={"n": {"k": {"\ud800": 1}}}), "definedTags.(entry 1).(entry 1)"),
        (cluster(defined_tags={"n": {"k": [{"a": "\ud800"}]}}), "definedTags.(entry 1).(entry 1)[0].(entry 1)"),
    ],
)
def test_half_of_a_surrogate_pair_is_refused_anywhere(details: Value, prop: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        check_shape(details)
    assert refused.value.message == f"{prop} must be text without unpaired surrogates, not '\\ud800'."


@pytest.mark.parametrize("count", [2**63 - 1, 1 - 2**63])
def test_the_largest_whole_number_is_accepted(count: int) -> None:
    check_shape(cluster(unit_count=count))


@pytest.mark.parametrize("count", [2**63, -(10**5000)], ids=["a bit more", "by far"])
def test_a_number_that_other_clients_cannot_hold_is_refused(count: int) -> None:
    with pytest.raises(
        InvalidParameter, match="unitCount must be a whole number that fits in 64 bits, not a longer one"
    ):
        check_shape(cluster(unit_count=count))
