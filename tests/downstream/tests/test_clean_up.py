"""Cleaning up: after a success, and after a process that died."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pipelines import PLAN, left

from genai_ports import Fault


def die(call):
    raise KeyboardInterrupt


DIES = Fault(operation="create_endpoint", status=500, when=die)


@pytest.mark.genai(pace="realistic")
def test_everything_of_a_release_is_deleted(pipeline, genai_simulator):
    pipeline.release(PLAN)
    assert pipeline.clean_up(PLAN) == ()
    assert left(genai_simulator) == []


def test_another_release_stays(pipeline, genai_simulator):
    pipeline.release(PLAN)
    pipeline.release(replace(PLAN, name="search"))
    pipeline.clean_up(PLAN)
    assert left(genai_simulator) == ["search", "search", "search-guard", "search-hosting", "search-training"]


def test_a_second_clean_up_finds_nothing(pipeline, genai_simulator):
    pipeline.release(PLAN)
    pipeline.clean_up(PLAN)
    deletes = len([each for each in genai_simulator.journal if each.operation.startswith("delete")])
    assert pipeline.clean_up(PLAN) == ()
    assert len([each for each in genai_simulator.journal if each.operation.startswith("delete")]) == deletes


@pytest.mark.genai(faults=[DIES])
def test_a_release_that_died_is_cleaned_up_by_the_next_process(pipeline, genai_simulator):
    with pytest.raises(KeyboardInterrupt):
        pipeline.release(PLAN)
    assert left(genai_simulator) == ["support-bot", "support-bot-guard", "support-bot-hosting", "support-bot-training"]
    genai_simulator.faults.clear()
    assert pipeline.clean_up(PLAN) == ()
    assert left(genai_simulator) == []


@pytest.mark.genai(faults=[DIES])
def test_a_release_that_died_is_continued_by_the_next_process(pipeline, genai_simulator):
    with pytest.raises(KeyboardInterrupt):
        pipeline.release(PLAN)
    model = left(genai_simulator)
    genai_simulator.faults.clear()
    pipeline.release(PLAN)
    assert left(genai_simulator) == sorted([*model, "support-bot"])


@pytest.mark.genai(pace="realistic")
def test_what_is_still_being_created_is_deleted_when_it_is_ready(pipeline, genai, genai_simulator):
    from genai_ports.testing import ready

    details = ready.imported_model_details(
        compartment_id=PLAN.compartment_id, freeform_tags=PLAN.tags, display_name="late"
    )
    genai.create_imported_model(details)
    assert pipeline.clean_up(PLAN) == ()
    assert left(genai_simulator) == []
    assert genai_simulator.journal.query(operation="delete_imported_model", status=409)


@pytest.mark.genai(modes=["short-pages", "empty-pages"])
def test_all_pages_are_cleaned_up(pipeline, genai_simulator):
    for number in range(3):
        pipeline.release(replace(PLAN, name=f"bot-{number}"))
    for number in range(3):
        assert pipeline.clean_up(replace(PLAN, name=f"bot-{number}")) == ()
    assert left(genai_simulator) == []


@pytest.mark.genai(modes=["stale-lists:600"])
def test_what_somebody_else_deleted_is_no_error(pipeline, genai, genai_clock, genai_simulator):
    release = pipeline.release(PLAN)
    genai_clock.advance(600)
    genai.delete_endpoint(release.endpoint_id)
    assert pipeline.clean_up(PLAN) == ()
    assert left(genai_simulator) == []
    assert genai_simulator.journal.query(operation="delete_endpoint", status=404)
