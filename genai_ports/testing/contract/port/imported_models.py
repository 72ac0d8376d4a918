"""Imported models: data sources, capabilities and access tokens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import builders
from genai_ports.api.imported_model import HuggingFaceModel, ObjectStorageObject, UpdateImportedModelDetails
from genai_ports.api.value import replaced
from genai_ports.api.variant import UnknownVariant
from genai_ports.errors import InvalidParameter
from genai_ports.testing import ready
from genai_ports.testing.contract.port.harness import response_of
from genai_ports.wire import encode

if TYPE_CHECKING:
    from genai_ports.api.imported_model import ModelDataSource
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness

SECRET = "hf_NobodyMaySeeThis"  # not a real token


def hugging_face(model_id: str = "openai/gpt-oss-20b", **options: str) -> HuggingFaceModel:
    """Return a data source of Hugging Face."""
    return builders.hugging_face_data_source(model_id=model_id, **options)


class ImportedModelBehaviours:
    """What is true of imported models."""

    @pytest.mark.parametrize(
        ("model_id", "capability"),
        [
            ("Qwen/Qwen3-Embedding-0.6B", "EMBEDDING"),
            ("openai/gpt-oss-20b", "TEXT_TO_TEXT"),
            ("google/gemma-3-4b-it", "IMAGE_TEXT_TO_TEXT"),
        ],
    )
    def test_an_imported_model_has_the_capability_documented_for_it(
        self, genai: GenAi, model_id: str, capability: str
    ) -> None:
        """Oracle documents what each importable model can do."""
        model = ready.imported_model(genai, data_source=hugging_face(model_id))
        assert (model.lifecycle_state, model.capabilities) == ("ACTIVE", (capability,))

    def test_a_model_that_is_not_documented_has_the_capability_text_to_text(self, genai: GenAi) -> None:
        """This is the default for models that are not on Oracle's list."""
        model = ready.imported_model(genai, data_source=hugging_face("acme/unheard-of"))
        assert model.capabilities == ("TEXT_TO_TEXT",)

    def test_an_imported_model_has_the_attributes_of_its_request(self, genai: GenAi) -> None:
        """A capability in the request replaces the documented one."""
        attributes: dict[str, Any] = {
            "capabilities": ("RERANK",),
            "vendor": "us",
            "version": "2.1",
            "description": "ours",
            "freeform_tags": {"team": "search"},
            "defined_tags": {"Finance": {"CostCentre": "42"}},
        }
        model = ready.imported_model(genai, **attributes)
        assert {name: getattr(model, name) for name in attributes} == attributes

    def test_an_imported_model_has_no_vendor_by_default(self, genai: GenAi) -> None:
        """The vendor is the one of the request."""
        assert ready.imported_model(genai).vendor is None

    @pytest.mark.parametrize(
        "source",
        [
            hugging_face(branch="dev", commit="0123abc"),
            builders.object_storage_data_source(
                namespace_name="ns", bucket_name="models", prefix_name="llama/", region="us-ashburn-1"
            ),
        ],
        ids=["Hugging Face", "Object Storage"],
    )
    def test_an_imported_model_has_the_data_source_of_its_request(self, genai: GenAi, source: ModelDataSource) -> None:
        """Create, get and lists return it."""
        created = genai.create_imported_model(ready.imported_model_details(data_source=source))
        listed = genai.list_imported_models(ready.COMPARTMENT).one()
        assert created.data_source == genai.get_imported_model(created.id).data_source == listed.data_source == source

    def test_an_imported_model_is_updating_until_the_work_is_finished(self, realistic: PortHarness) -> None:
        """It shows the new values from the start."""
        genai = realistic.genai
        model = ready.imported_model(genai, description="kept")
        updating = genai.update_imported_model(model.id, UpdateImportedModelDetails(display_name="after", vendor="us"))
        assert (updating.lifecycle_state, updating.display_name, updating.vendor) == ("UPDATING", "after", "us")
        ready.finish(genai, updating)
        updated = genai.get_imported_model(model.id)
        assert (updated.lifecycle_state, updated.display_name, updated.description) == ("ACTIVE", "after", "kept")

    @pytest.mark.parametrize("name", ["Qwen3.6-35B", "openai/gpt-oss-20b", "two words", "Straße"])
    def test_a_name_with_special_characters_is_refused(self, harness: PortHarness, name: str) -> None:
        """Create and update take letters, digits, hyphens and underscores."""
        genai = harness.genai
        model = ready.imported_model(genai, display_name="Qwen3-6_35B")
        with harness.refuses(InvalidParameter, "name-characters") as refused:
            genai.create_imported_model(ready.imported_model_details(display_name=name))
        assert "cannot have special characters" in refused.value.message
        with harness.refuses(InvalidParameter, "name-characters"):
            genai.update_imported_model(model.id, UpdateImportedModelDetails(display_name=name))
        assert genai.get_imported_model(model.id).display_name == "Qwen3-6_35B"

    def test_an_import_with_two_capabilities_is_refused(self, harness: PortHarness) -> None:
        """An imported model has one capability."""
        details = ready.imported_model_details(capabilities=("EMBEDDING", "RERANK"))
        with harness.refuses(InvalidParameter, "one-capability"):
            harness.genai.create_imported_model(details)

    def test_an_import_with_a_capability_of_models_is_refused(self, harness: PortHarness) -> None:
        """Models and imported models have different capabilities: CHAT is TEXT_TO_TEXT here."""
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_imported_model(ready.imported_model_details(capabilities=("CHAT",)))

    @pytest.mark.parametrize(
        "source",
        [
            HuggingFaceModel(model_id="gpt-oss-20b"),
            HuggingFaceModel(model_id="openai/gpt oss/20b"),
            ObjectStorageObject(namespace_name="ns", bucket_name="b", prefix_name="p/", region="atlantis-1"),
            ObjectStorageObject(namespace_name="ns", bucket_name=" ", prefix_name="p/"),
        ],
        ids=repr,
    )
    def test_an_invalid_data_source_is_refused(self, harness: PortHarness, source: ModelDataSource) -> None:
        """A Hugging Face id has the form org/name, and the region of a bucket exists."""
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_imported_model(ready.imported_model_details(data_source=source))

    def test_a_data_source_of_an_unknown_type_is_refused(self, harness: PortHarness) -> None:
        """The error names the property and the types that are accepted."""
        source = UnknownVariant(document={"sourceType": "CARRIER_PIGEON"})
        with harness.refuses(InvalidParameter, "property-value") as refused:
            harness.genai.create_imported_model(ready.imported_model_details(data_source=source))
        assert refused.value.message.startswith(
            "dataSource.sourceType must be one of HUGGING_FACE_MODEL, OBJECT_STORAGE_OBJECT"
        )

    def test_no_response_contains_an_access_token(self, genai: GenAi) -> None:
        """Create, get, update and lists return the data source without it."""
        details = ready.imported_model_details(data_source=hugging_face(access_token=SECRET))
        created = genai.create_imported_model(details)
        ready.finish(genai, created)
        found = genai.get_imported_model(created.id)
        updated = genai.update_imported_model(created.id, UpdateImportedModelDetails(display_name="after"))
        listed = genai.list_imported_models(ready.COMPARTMENT).one()
        for shown in (created, found, updated, listed):
            assert shown.data_source == hugging_face()
            assert SECRET not in json.dumps(encode(shown))

    def test_a_retry_with_a_new_access_token_is_the_same_request(self, genai: GenAi) -> None:
        """The access token is not stored, so it cannot be compared."""
        details = ready.imported_model_details(data_source=hugging_face(access_token=SECRET))
        renewed = replaced(details, data_source=hugging_face(access_token="hf_renewed"))
        first = genai.create_imported_model(details, retry_token="once")
        again = genai.create_imported_model(renewed, retry_token="once")
        assert (again.id, response_of(again).etag) == (first.id, response_of(first).etag)
