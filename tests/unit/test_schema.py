"""The type hints of a class are compiled into nodes, once."""

from __future__ import annotations

from collections.abc import Mapping  # read at run time
from datetime import datetime
from typing import Any

import pytest

from genai_ports.api import strings
from genai_ports.api.endpoint import CreateEndpointDetails, PiiDetectionConfig
from genai_ports.api.fine_tuning import Dataset, ObjectStorageDataset
from genai_ports.api.imported_model import HuggingFaceModel
from genai_ports.api.model import Model
from genai_ports.api.names import camel, snake
from genai_ports.api.schema import Array, Map, Object, OneOf, Scalar, class_of, node_of, properties, schema_of
from genai_ports.api.snapshot import Page
from genai_ports.api.strings import CompartmentId, DisplayName, Identifier
from genai_ports.api.value import field_names
from genai_ports.api.variant import UnknownVariant
from genai_ports.api.work_request import WorkRequest, WorkRequestResource

DATASETS = OneOf(discriminator="datasetType", variants={"OBJECT_STORAGE": ObjectStorageDataset})


@pytest.mark.parametrize(
    ("hint", "node"),
    [
        (str, Scalar(str)),
        (int | None, Scalar(int)),
        (float, Scalar(float)),
        (bool | None, Scalar(bool)),
        (datetime | None, Scalar(datetime)),
        (Any, Scalar(object)),
        (str | int, Scalar(object)),
        (CompartmentId, Scalar(str, strings.COMPARTMENT)),
        (DisplayName | None, Scalar(str, strings.DISPLAY_NAME)),
        (Identifier, Scalar(str, strings.IDENTIFIER)),
        (tuple[str, ...] | None, Array(Scalar(str))),
        (tuple[WorkRequestResource, ...], Array(Object(WorkRequestResource))),
        (Mapping[str, str] | None, Map(Scalar(str))),
        (Mapping[str, Mapping[str, Any]], Map(Map(Scalar(object)))),
        (PiiDetectionConfig | None, Object(PiiDetectionConfig)),
        (ObjectStorageDataset | None, DATASETS),
        (Dataset, DATASETS),
        (Dataset | None, DATASETS),
    ],
)
def test_a_type_hint_is_compiled_into_a_node(hint: Any, node: Any) -> None:
    compiled = node_of(hint)
    assert (type(compiled), compiled) == (type(node), node)


def test_the_attributes_of_a_class_are_in_its_order_with_both_names() -> None:
    schema = schema_of(CreateEndpointDetails)
    assert [each.name for each in schema.attributes] == list(field_names(CreateEndpointDetails))
    assert [each.json_name for each in schema.attributes][:3] == ["compartmentId", "modelId", "dedicatedAiClusterId"]


@pytest.mark.parametrize(
    ("name", "json_name"),
    [
        ("id", "id"),
        ("lora_r", "loraR"),
        ("display_name", "displayName"),
        ("dedicated_ai_cluster_id", "dedicatedAiClusterId"),
    ],
)
def test_a_name_has_two_spellings(name: str, json_name: str) -> None:
    assert (camel(name), snake(json_name)) == (json_name, name)


def test_required_means_without_default_and_nullable_means_with_none() -> None:
    flags = {each.name: (each.is_required, each.is_nullable) for each in schema_of(Model).attributes}
    assert flags["id"] == (True, False)
    assert flags["compartment_id"] == (True, True)
    assert flags["display_name"] == (False, True)


def test_the_form_of_a_string_and_a_secret_are_known() -> None:
    assert properties(CreateEndpointDetails)["compartmentId"] == Scalar(str, strings.COMPARTMENT)
    flags = {each.name: each.is_secret for each in schema_of(HuggingFaceModel).attributes}
    assert (flags["access_token"], flags["model_id"]) == (True, False)


def test_attributes_in_headers_are_not_part_of_the_schema() -> None:
    assert "response" not in properties(WorkRequest)
    assert list(properties(Page)) == ["items"]


def test_a_variant_has_a_discriminator_and_a_tag_that_are_not_attributes() -> None:
    schema = schema_of(ObjectStorageDataset)
    assert (schema.discriminator, schema.tag) == ("datasetType", "OBJECT_STORAGE")
    assert "datasetType" not in properties(ObjectStorageDataset)
    assert schema_of(Model)[1:] == (None, None)


def test_a_class_that_contains_itself_is_compiled() -> None:
    assert properties(Model)["previousState"] == Object(Model)


def test_a_class_is_compiled_once() -> None:
    assert schema_of(Model) is schema_of(Model)


@pytest.mark.parametrize(
    ("node", "document", "cls"),
    [
        (Object(Model), {}, Model),
        (DATASETS, {"datasetType": "OBJECT_STORAGE"}, ObjectStorageDataset),
        (DATASETS, {"datasetType": "TAPE"}, None),
        (DATASETS, {"datasetType": ["OBJECT_STORAGE"]}, None),
        (DATASETS, {}, None),
        (Map(Scalar(str)), {}, None),
        (Object(UnknownVariant), {}, UnknownVariant),
    ],
)
def test_an_object_is_read_as_the_class_that_its_discriminator_names(node: Any, document: Any, cls: Any) -> None:
    assert class_of(node, document) is cls
