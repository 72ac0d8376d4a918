"""Relaxed reading: a scalar is read as the declared type; anything else is left for the rules to judge."""

from __future__ import annotations

import pytest

from genai_ports.api.dedicated_ai_cluster import CreateDedicatedAiClusterDetails, UpdateDedicatedAiClusterDetails
from genai_ports.api.endpoint import UpdateEndpointDetails
from genai_ports.api.imported_model import CreateImportedModelDetails
from genai_ports.api.model import CreateModelDetails
from genai_ports.wire.relaxed import relaxed


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("3", 3),
        ("-3", -3),
        ("0003", 3),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, "9" * 19),
        ("3.0", "3.0"),
        ("", ""),
        (" 3", " 3"),
        ("+3", "+3"),
        ("3\n", "3\n"),
        ("٣", "٣"),
        ("three", "three"),
        (True, True),
        (None, None),
        (["3"], ["3"]),
        ({"a": "3"}, {"a": "3"}),
    ],
)
def test_a_whole_number_is_read_from_digits_alone(given, read):
    assert relaxed(UpdateDedicatedAiClusterDetails, {"unitCount": given}) == {"unitCount": read}


@pytest.mark.parametrize(
    ("given", "read"),
    [(5, "5"), (1.5, "1.5"), (True, "true"), (False, "false"), ("5", "5"), (None, None), ([5], [5]), ({}, {})],
)
def test_a_string_is_read_from_any_scalar(given, read):
    assert relaxed(UpdateDedicatedAiClusterDetails, {"displayName": given}) == {"displayName": read}


@pytest.mark.parametrize(
    ("given", "read"), [("true", True), ("FALSE", False), ("True", True), ("yes", "yes"), (1, 1), (0, 0), (None, None)]
)
def test_a_boolean_is_read_from_true_and_false(given, read):
    document = {"contentModerationConfig": {"isEnabled": given}}
    [[name, inside]] = relaxed(UpdateEndpointDetails, document).items()
    assert (name, inside) == ("contentModerationConfig", {"isEnabled": read})
    assert type(inside["isEnabled"]) is type(read)


@pytest.mark.parametrize(
    ("given", "read"), [("0.1", 0.1), ("-2", -2), ("1e3", "1e3"), ("nan", "nan"), (".5", ".5"), (0.5, 0.5)]
)
def test_a_number_is_read_from_digits_with_a_point(given, read):
    config = {"trainingConfigType": "LORA_TRAINING_CONFIG", "loraDropout": given, "learningRate": given}
    document = {"fineTuneDetails": {"trainingConfig": config}}
    inside = relaxed(CreateModelDetails, document)["fineTuneDetails"]["trainingConfig"]
    assert inside == {"trainingConfigType": "LORA_TRAINING_CONFIG", "loraDropout": read, "learningRate": read}


def test_the_values_of_freeform_tags_are_strings_like_others():
    tags = {"freeformTags": {"a": 5, "b": True, "c": "x", "d": None}}
    assert relaxed(CreateImportedModelDetails, tags) == {"freeformTags": {"a": "5", "b": "true", "c": "x", "d": None}}


def test_arrays_are_read_item_by_item():
    assert relaxed(CreateImportedModelDetails, {"capabilities": [5, "a"]}) == {"capabilities": ["5", "a"]}


@pytest.mark.parametrize(
    "document",
    [
        {"freeformTags": {"a": [5]}, "definedTags": {"ns": {"key": True}}},
        {"freeformTags": 5},
        {"unread": "5", "displayname": 5},
        {"dataSource": {"sourceType": "UNKNOWN", "modelId": 5}},
        {"dataSource": "a"},
        {"dataSource": [{"sourceType": "HUGGING_FACE_MODEL"}]},
        {},
    ],
)
def test_a_value_without_a_declared_type_stays_as_it_is(document):
    assert relaxed(CreateImportedModelDetails, document) == document


def test_the_document_is_not_changed():
    document = {"unitCount": "3", "freeformTags": {"a": "b"}}
    relaxed(CreateDedicatedAiClusterDetails, document)
    assert document == {"unitCount": "3", "freeformTags": {"a": "b"}}
