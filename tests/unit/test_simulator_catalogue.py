"""The base models of each region, and what is known of models that can be imported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.enums import ModelCapability, values
from genai_ports.api.value import replaced
from genai_ports.ocids import parse_ocid, region_segment
from genai_ports.regions import all_regions
from genai_ports.simulator.catalogue import (
    base_models,
    base_models_by_id,
    importable_capability,
    public_names_and_ids,
    training_methods,
)
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.testing import ready

REGIONS = [region.id for region in all_regions() if base_models(region.id)]
CHICAGO = "us-chicago-1"


def test_only_regions_that_offer_the_service_have_base_models() -> None:
    assert len(REGIONS) == 10
    assert set(REGIONS) <= {region.id for region in all_regions() if region.offers_generative_ai}
    assert base_models("atlantis-1") == ()


@pytest.mark.parametrize("region", REGIONS)
def test_base_models_are_oracles_ready_and_of_their_region(region: str) -> None:
    for record in base_models(region):
        model = record.snapshot
        assert (model.type, model.lifecycle_state, model.lifecycle_details) == ("BASE", "ACTIVE", "Created")
        assert (model.compartment_id, model.base_model_id, model.is_long_term_supported) == (None, None, True)
        assert (model.freeform_tags, model.defined_tags, model.system_tags) == ({}, {}, {})
        assert set(model.capabilities) <= set(values(ModelCapability))
        parsed = parse_ocid(model.id)
        assert parsed
        assert (parsed.resource_type, parsed.realm, parsed.region_segment) == (
            "generativeaimodel",
            "oc1",
            region_segment(region),
        )
        assert record.snapshot.id == model.id
        assert record.region == region


@pytest.mark.parametrize("region", REGIONS)
def test_base_models_have_ids_and_places_of_their_own_before_all_that_is_made(region: str) -> None:
    records = base_models(region)
    assert len({record.snapshot.id for record in records}) == len(records)
    assert [record.order for record in records] == [-1 - number for number in range(len(records))]


@pytest.mark.parametrize("region", REGIONS)
def test_a_model_can_be_fine_tuned_exactly_where_it_says_so(region: str) -> None:
    for record in base_models(region):
        assert bool(training_methods(record.snapshot)) == (ModelCapability.FINE_TUNE in record.snapshot.capabilities)


@pytest.mark.parametrize(
    ("name", "capabilities"),
    [
        ("meta.llama-3.3-70b-instruct", [("CHAT",), ("CHAT", "FINE_TUNE")]),
        ("cohere.command-light", [("TEXT_GENERATION", "FINE_TUNE")]),
        ("openai.gpt-oss-20b", [("CHAT",)]),
    ],
)
def test_a_model_that_can_be_fine_tuned_is_listed_a_second_time_unless_that_is_all_it_is_for(
    name: str, capabilities: list[tuple[str, ...]]
) -> None:
    reported = [record.snapshot for record in base_models(CHICAGO) if record.snapshot.display_name == name]
    assert [model.capabilities for model in reported] == capabilities


@pytest.mark.parametrize(
    ("name", "methods"),
    [
        ("meta.llama-3.3-70b-instruct", ("LORA_TRAINING_CONFIG",)),
        ("cohere.command-r-08-2024", ("TFEW_TRAINING_CONFIG", "VANILLA_TRAINING_CONFIG")),
        ("openai.gpt-oss-20b", None),
    ],
)
def test_the_training_methods_are_the_documented_ones(name: str, methods: tuple[str, ...] | None) -> None:
    reported = [
        training_methods(record.snapshot) for record in base_models(CHICAGO) if record.snapshot.display_name == name
    ]
    assert reported == ([()] if methods is None else [(), methods])


def test_a_model_that_is_not_in_the_catalogue_has_no_training_method() -> None:
    trainable = next(
        each.snapshot for each in base_models(CHICAGO) if ModelCapability.FINE_TUNE in each.snapshot.capabilities
    )
    assert training_methods(trainable)
    assert training_methods(replaced(trainable, display_name="another")) == ()


def test_a_base_model_is_found_in_its_own_region_alone() -> None:
    record = base_models(CHICAGO)[0]
    assert base_models_by_id(CHICAGO, 1).get(record.snapshot.id) is record
    assert base_models_by_id("eu-frankfurt-1", 1).get(record.snapshot.id) is None
    assert base_models_by_id(CHICAGO, 1).get("another") is None


def test_recorded_models_are_as_they_were_recorded() -> None:
    model = base_models_by_id(CHICAGO, 1).get(
        "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaask7dceyafnmysbag2cremw7ztorm6njrjoxh6t2odloqjkecmbja"
    )
    assert model
    reported = model.snapshot
    assert reported.display_name == "meta.llama-3.2-11b-vision-instruct"
    assert reported.time_created == datetime(2024, 11, 13, 20, 44, 20, 465000, tzinfo=UTC)
    assert reported.time_deprecated == reported.time_on_demand_retired == datetime(2024, 11, 21, tzinfo=UTC)
    assert reported.time_dedicated_retired == datetime(2026, 9, 30, tzinfo=UTC)


def test_what_was_not_recorded_is_derived_from_the_day_of_release() -> None:
    [reported] = [
        each.snapshot for each in base_models(CHICAGO) if each.snapshot.display_name == "xai.grok-4.20-reasoning"
    ]
    place = next(n for n, each in enumerate(base_models(CHICAGO)) if each.snapshot is reported)
    assert reported.time_created == datetime(2026, 1, 21, 18, tzinfo=UTC) + timedelta(seconds=place + 1)
    assert (reported.time_deprecated, reported.time_on_demand_retired) == (None, None)


def test_copies_have_the_same_names_and_are_older_and_last_among_equals() -> None:
    originals = base_models(CHICAGO)
    count = len(originals)
    records = base_models(CHICAGO, 3)
    assert records[:count] == originals
    assert len({each.snapshot.id for each in records}) == len(records) == 3 * count
    for number in (1, 2):
        for original, record in zip(originals, records[number * count : (number + 1) * count], strict=True):
            model = record.snapshot
            assert record.order == original.order - number * count
            assert model.time_created == original.snapshot.time_created - timedelta(seconds=number)
            assert replaced(model, id="", time_created=EPOCH) == replaced(original.snapshot, id="", time_created=EPOCH)


def test_everybody_knows_the_ids_and_names_of_base_models_and_the_ids_of_models_to_import() -> None:
    known = public_names_and_ids()
    models = [record.snapshot for region in REGIONS for record in base_models(region)]
    assert known >= {"Qwen/QwQ-32B", *(model.id for model in models), *(model.display_name for model in models)}
    assert "ACTIVE" not in known


@pytest.mark.parametrize(
    ("model_id", "capability"),
    [
        ("Qwen/QwQ-32B", "TEXT_TO_TEXT"),
        ("qwen/qwq-32b", "TEXT_TO_TEXT"),
        ("Qwen/Qwen-Image", "TEXT_TO_IMAGE"),
        ("a/b", None),
    ],
)
def test_the_capability_of_a_model_to_import_is_known_in_any_case_of_its_id(
    model_id: str, capability: str | None
) -> None:
    assert importable_capability(model_id) == capability


def test_the_grok_models_have_the_recorded_dates_of_their_region() -> None:
    def dates(region: str) -> dict[str, tuple[str, str]]:
        models = [
            each.snapshot for each in base_models(region) if str(each.snapshot.display_name).startswith("xai.grok")
        ]
        return {
            str(model.display_name): (str(model.time_deprecated)[:10], str(model.time_on_demand_retired)[:10])
            for model in models
            if model.time_deprecated or model.time_on_demand_retired
        }

    chicago, ashburn = dates(CHICAGO), dates("us-ashburn-1")
    assert set(chicago.values()) == {("2026-05-15", "None")}
    assert set(ashburn.values()) == {("None", "2026-08-15")}
    assert len(chicago) == len(ashburn) == 10
    assert {"xai.grok-3", "xai.grok-4", "xai.grok-4-1-fast-reasoning", "xai.grok-code-fast-1"} < chicago.keys()
    assert dates("us-phoenix-1") == {}


def test_a_fine_tuned_model_has_no_long_term_support() -> None:
    assert ready.custom_model(InMemoryModelRepository()).is_long_term_supported is False
