"""Values of the OCI SDK become values of this library and back, without a loss."""

from __future__ import annotations

import json
from contextlib import suppress
from types import SimpleNamespace

import oci
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oci.generative_ai import models
from odd_values import ODD_VALUES

import genai_ports
from genai_ports import InMemoryModelRepository, InvalidInput, api, from_sdk, to_sdk
from genai_ports.api.schema import schema_of
from genai_ports.api.value import Value, blank, field_names, made
from genai_ports.backends.sdk_values import _classes
from genai_ports.testing import ready
from genai_ports.testing.strategies import documents
from genai_ports.wire import decode, encode

CLASSES = tuple(_classes().values())


def test_every_public_class_has_an_equal_in_the_sdk():
    own = {
        name for name in api.__all__ if isinstance(getattr(api, name), type) and issubclass(getattr(api, name), Value)
    }
    assert own - _classes().keys() == {"ResponseMetadata", "Page", "UnknownVariant"}


def as_the_sdk_reads_it(document, read):
    """Return a document with the constants that the SDK does not know replaced as the SDK replaces them."""
    if isinstance(document, dict) and isinstance(read, dict):
        return {name: as_the_sdk_reads_it(item, read.get(name)) for name, item in document.items()}
    if isinstance(document, list) and isinstance(read, list):
        return [as_the_sdk_reads_it(*each) for each in zip(document, read, strict=True)]
    return read if read == "UNKNOWN_ENUM_VALUE" else document


@settings(max_examples=300)
@given(st.sampled_from(CLASSES).flatmap(lambda cls: st.tuples(st.just(cls), documents(cls))))
def test_there_and_back_is_the_same(case):
    cls, document = case
    value = decode(cls, document)
    converted = to_sdk(value)
    assert type(converted) is getattr(models, cls.__name__)
    read = encode(from_sdk(converted))
    assert read == as_the_sdk_reads_it(encode(value), read)
    assert to_sdk(from_sdk(converted)) == converted


def test_a_converted_value_is_what_the_sdk_itself_reads(sandbox):
    genai, client = sandbox.genai, sandbox.oci_generative_ai_client
    endpoint = ready.endpoint(genai)
    model = ready.custom_model(genai)
    imported = ready.imported_model(genai)
    cluster = genai.get_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id)
    for ours, theirs in (
        (genai.get_endpoint(endpoint.id), client.get_endpoint(endpoint.id)),
        (genai.get_model(model.id), client.get_model(model.id)),
        (genai.get_imported_model(imported.id), client.get_imported_model(imported.id)),
        (cluster, client.get_dedicated_ai_cluster(cluster.id)),
    ):
        assert to_sdk(ours) == theirs.data
        assert from_sdk(theirs.data) == ours.__class__(**{**vars(ours), "response": None})
    listed = client.list_models(ready.COMPARTMENT, limit=1000).data
    assert from_sdk(listed) == from_sdk(listed.items) == tuple(genai.list_models(ready.COMPARTMENT))
    assert to_sdk(tuple(genai.list_models(ready.COMPARTMENT))) == listed.items


@pytest.fixture
def sandbox():
    from genai_ports.testing import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


def test_details_are_handed_over_call_by_call():
    genai = InMemoryModelRepository()
    details = models.CreateImportedModelDetails(
        compartment_id=ready.COMPARTMENT,
        data_source=models.HuggingFaceModel(model_id="openai/gpt-oss-20b", access_token="hf_secret"),
        freeform_tags={"team": "a"},
    )
    made = genai.create_imported_model(from_sdk(details))
    assert made.freeform_tags == {"team": "a"}
    assert made.data_source.model_id == "openai/gpt-oss-20b"


def test_a_variant_that_the_sdk_does_not_know_stays_an_unknown_variant():
    cluster = models.DedicatedAiCluster(id="x", capacity=models.DedicatedAiClusterCapacity(capacity_type="NEW"))
    assert type(from_sdk(cluster).capacity) is api.UnknownVariant


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "from_sdk() takes a model of oci.generative_ai.models, not a int"),
        (
            oci.Response(200, {}, models.Model(), None),
            "from_sdk() takes a model of oci.generative_ai.models, not a Response: pass its data",
        ),
        (type("Response", (), {})(), "from_sdk() takes a model of oci.generative_ai.models, not a Response"),
        (
            SimpleNamespace(attribute_map={}),
            "from_sdk() takes a model of oci.generative_ai.models, not a SimpleNamespace",
        ),
        (
            models.ChangeModelCompartmentDetails(),
            "oci.generative_ai.models.ChangeModelCompartmentDetails has no equal in genai_ports",
        ),
    ],
)
def test_another_value_is_refused_by_from_sdk(value, message):
    with pytest.raises(InvalidInput) as refused:
        from_sdk(value)
    assert str(refused.value) == message


@pytest.mark.parametrize("value", [5, models.Model(), SimpleNamespace(), None])
def test_another_value_is_refused_by_to_sdk(value):
    with pytest.raises(InvalidInput, match=r"to_sdk\(\) takes a value of genai_ports, such as a Model, not a "):
        to_sdk(value)


def test_an_older_sdk_without_a_class_is_named(monkeypatch):
    _classes()
    value = genai_ports.UpdateModelDetails(display_name="a")
    to_sdk(value)
    monkeypatch.delattr(models, "UpdateModelDetails")
    with pytest.raises(InvalidInput, match="the installed OCI SDK has no UpdateModelDetails: install a newer release"):
        to_sdk(value)


def test_an_older_sdk_without_the_class_of_a_part_is_named(monkeypatch):
    value = genai_ports.CreateImportedModelDetails(
        compartment_id=ready.COMPARTMENT, data_source=genai_ports.HuggingFaceModel(model_id="a/b")
    )
    to_sdk(value)
    monkeypatch.delattr(models, "HuggingFaceModel")
    with pytest.raises(InvalidInput, match="the installed OCI SDK has no HuggingFaceModel: install a newer release"):
        to_sdk(value)


@pytest.mark.parametrize("convert", [from_sdk, to_sdk])
def test_a_list_that_contains_itself_is_refused(convert):
    endless = []
    endless.append(endless)
    with pytest.raises(InvalidInput, match=rf"^{convert.__name__}\(\) takes a value that is not nested without end$"):
        convert(endless)


def test_details_of_the_sdk_are_refused_with_the_way_to_convert_them():
    genai = InMemoryModelRepository()
    with pytest.raises(InvalidInput) as refused:
        genai.create_model(models.CreateModelDetails())
    assert str(refused.value) == (
        "create_model takes details of type CreateModelDetails, not oci.generative_ai.models.CreateModelDetails: "
        "convert it with genai_ports.from_sdk(details)"
    )


def test_no_secret_is_in_the_document_that_a_repr_shows():
    value = from_sdk(models.HuggingFaceModel(model_id="a/b", access_token="hf_secret"))
    assert "hf_secret" not in repr(value)
    assert json.dumps(encode(value)).count("hf_secret") == 1
    assert schema_of(type(value)).discriminator == "sourceType"


def test_a_part_of_another_type_is_kept_as_it_is():
    assert to_sdk(decode(genai_ports.Model, {"fineTuneDetails": "text"})).fine_tune_details == "text"


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_an_attribute_of_any_value_is_converted_or_refused(cls):
    for name in field_names(cls):
        for odd in (*ODD_VALUES.values(), "text", [], ["text"], {"a": 1}, 5):
            with suppress(InvalidInput):
                to_sdk(made(cls, {**blank(cls), name: odd}))


def test_a_refused_attribute_is_named():
    with pytest.raises(
        InvalidInput, match=r"^to_sdk\(\) cannot convert Model\.capabilities: a value in it has not the"
    ):
        to_sdk(decode(api.Model, {"capabilities": "text"}))
