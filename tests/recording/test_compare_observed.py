"""What clients of the real service printed, held against the simulator: each difference is known and has a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from genai_ports.recording.compare import Comparison, compare
from genai_ports.recording.provenance import PRINTED, load_provenance
from genai_ports.simulator.catalogue import base_models

OBSERVED = Path(__file__).parents[2] / "cassettes" / "observed"
CASSETTES = sorted(path.name for path in OBSERVED.glob("*.yaml"))
COMPARED: dict[str, Comparison] = {}


def compared(name: str) -> Comparison:
    if name not in COMPARED:
        COMPARED[name] = compare(OBSERVED / name)
    return COMPARED[name]


def verdicts(name: str) -> dict[str, str | None]:
    return {row.row: row.verdict for row in compared(name).rows}


def test_there_are_observations() -> None:
    assert len(CASSETTES) >= 5


@pytest.mark.parametrize("name", CASSETTES)
def test_every_difference_from_an_observation_is_accepted_and_every_acceptance_is_used(name: str) -> None:
    found = compared(name)
    assert found.open == ()
    assert found.unused == ()
    assert found.not_compared == ()


@pytest.mark.parametrize("name", CASSETTES)
def test_an_observation_says_where_it_was_published_and_what_is_unknown(name: str) -> None:
    provenance = load_provenance(OBSERVED / name)
    assert provenance.source == PRINTED
    assert provenance.note
    assert {"request.headers", "response.headers"} <= set(provenance.unknown)


def test_observations_confirm_and_contradict_rows_by_name() -> None:
    confirmed, contradicted = "confirmed", "contradicted"
    assert verdicts("create-cluster-2025-04.yaml")["`lifecycleDetails` is `Creating` while a cluster is created"] == (
        confirmed
    )
    assert verdicts("errors-2026.yaml")["`service-limit`"] == confirmed
    assert verdicts("errors-2026.yaml")["`property-value`"] == contradicted
    listed = verdicts("list-models-2024-01-sdk.yaml")
    assert listed["Default order: newest first"] == confirmed
    assert listed["Vendors are in lower case"] == confirmed
    assert listed["`version` is `1.0`"] == contradicted


@pytest.mark.parametrize("name", ["cohere.embed-v4.0", "meta.llama-3.1-70b-instruct"])
def test_a_model_is_listed_in_every_region_in_which_its_ocid_was_recorded(name: str) -> None:
    names = {record.snapshot.display_name for record in base_models("us-phoenix-1")}
    assert name in names
