"""Imported models: brought in from Hugging Face or Object Storage, and what becomes of the access token."""

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

SECRET = "hf_NobodyMaySeeThis"  # made up, to be looked for


def hugging_face(model_id: str = "openai/gpt-oss-20b", **options: str) -> HuggingFaceModel:
    """Name a model on Hugging Face."""
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

    def test_a_model_that_is_not_documented_turns_text_to_text(self, genai: GenAi) -> None:
        """Whatever is not on the list is taken for a model of text."""
        model = ready.imported_model(genai, data_source=hugging_face("acme/unheard-of"))
        assert model.capabilities == ("TEXT_TO_TEXT",)

    def test_a_capability_that_is_given_goes_before_the_documented_one(self, genai: GenAi) -> None:
        """Capability, vendor, version, description and tags are kept as they were given."""
        given: dict[str, Any] = {
            "capabilities": ("RERANK",),
            "vendor": "us",
            "version": "2.1",
            "description": "ours",
            "freeform_tags": {"team": "search"},
            "defined_tags": {"Finance": {"CostCentre": "42"}},
        }
        model = ready.imported_model(genai, **given)
        assert {name: getattr(model, name) for name in given} == given

    def test_the_vendor_of_an_imported_model_stays_blank(self, genai: GenAi) -> None:
        """Nobody is named who was not named by the caller."""
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
    def test_an_imported_model_tells_where_it_is_from(self, genai: GenAi, source: ModelDataSource) -> None:
        """The data source is read back as it was given, from create, get and lists."""
        begun = genai.create_imported_model(ready.imported_model_details(data_source=source))
        listed = genai.list_imported_models(ready.COMPARTMENT).one()
        assert begun.data_source == genai.get_imported_model(begun.id).data_source == listed.data_source == source

    def test_an_update_of_an_imported_model_takes_its_time(self, realistic: PortHarness) -> None:
        """It is UPDATING until the work is done, and shows the new values from the start."""
        genai = realistic.genai
        model = ready.imported_model(genai, description="kept")
        updating = genai.update_imported_model(model.id, UpdateImportedModelDetails(display_name="after", vendor="us"))
        assert (updating.lifecycle_state, updating.display_name, updating.vendor) == ("UPDATING", "after", "us")
        ready.finish(genai, updating)
        updated = genai.get_imported_model(model.id)
        assert (updated.lifecycle_state, updated.display_name, updated.description) == ("ACTIVE", "after", "kept")

    def test_an_import_names_one_capability_at_most(self, harness: PortHarness) -> None:
        """A model serves one of the capabilities."""
        details = ready.imported_model_details(capabilities=("EMBEDDING", "RERANK"))
        with harness.refuses(InvalidParameter, "one-capability"):
            harness.genai.create_imported_model(details)

    def test_a_capability_of_models_is_none_of_imported_models(self, harness: PortHarness) -> None:
        """The two vocabularies differ: CHAT is TEXT_TO_TEXT here."""
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
    def test_a_data_source_that_cannot_be_is_refused(self, harness: PortHarness, source: ModelDataSource) -> None:
        """A Hugging Face id has the form org/name, a bucket is in a region that exists."""
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_imported_model(ready.imported_model_details(data_source=source))

    def test_a_data_source_of_an_unknown_kind_is_refused(self, harness: PortHarness) -> None:
        """The refusal names the property that tells the kind, and the kinds that there are."""
        source = UnknownVariant(document={"sourceType": "CARRIER_PIGEON"})
        with harness.refuses(InvalidParameter, "property-value") as refused:
            harness.genai.create_imported_model(ready.imported_model_details(data_source=source))
        assert refused.value.message.startswith(
            "dataSource.sourceType must be one of HUGGING_FACE_MODEL, OBJECT_STORAGE_OBJECT"
        )

    def test_an_access_token_never_comes_back(self, genai: GenAi) -> None:
        """Create, get, update and lists all answer without it."""
        details = ready.imported_model_details(data_source=hugging_face(access_token=SECRET))
        begun = genai.create_imported_model(details)
        ready.finish(genai, begun)
        found = genai.get_imported_model(begun.id)
        updated = genai.update_imported_model(begun.id, UpdateImportedModelDetails(display_name="after"))
        listed = genai.list_imported_models(ready.COMPARTMENT).one()
        for shown in (begun, found, updated, listed):
            assert shown.data_source == hugging_face()
            assert SECRET not in json.dumps(encode(shown))

    def test_an_access_token_does_not_make_another_request(self, genai: GenAi) -> None:
        """A retry with a token renewed in between is the same request: nothing of the first one was kept to compare."""
        details = ready.imported_model_details(data_source=hugging_face(access_token=SECRET))
        renewed = replaced(details, data_source=hugging_face(access_token="hf_renewed"))
        first = genai.create_imported_model(details, retry_token="once")
        again = genai.create_imported_model(renewed, retry_token="once")
        assert (again.id, response_of(again).etag) == (first.id, response_of(first).etag)
