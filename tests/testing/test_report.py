"""The report of a world: what it says, and what it never says."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports import Fault, GenAiError, InMemoryModelRepository, InvalidParameter, NotFound, Simulator
from genai_ports.testing import Sandbox, UnusedFaults, ready
from genai_ports.testing.report import Mark, Note, mark, world_report

TOKEN = "hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567"
STEPS = ("cluster", "import", "model", "missing", "invalid", "fault", "advance", "private", "mark")


def play(genai, step):
    """Do one of the steps, and ignore its error."""
    actions = {
        "cluster": lambda: genai.create_dedicated_ai_cluster(ready.cluster_details(display_name=TOKEN)),
        "import": lambda: genai.create_imported_model(ready.imported_model_details(display_name="mine")),
        "model": lambda: ready.custom_model(genai),
        "missing": lambda: genai.get_model(TOKEN),
        "invalid": lambda: genai.list_models("not-a-compartment").first(),
        "fault": lambda: genai.simulator.faults.add(Fault(status=429, message=TOKEN, operation="delete_model")),
        "advance": lambda: genai.clock.advance(1000),
        "private": lambda: genai.create_generative_ai_private_endpoint(ready.private_endpoint_details()),
        "mark": lambda: None,
    }
    with suppress(GenAiError):
        actions[step]()


@given(st.lists(st.sampled_from(STEPS), max_size=60), st.integers(1, 4))
def test_a_report_has_at_most_forty_lines_no_secret_and_no_long_id(steps, share):
    genai = InMemoryModelRepository(pace="realistic")
    since = mark(genai.simulator)
    for step in steps:
        play(genai, step)
        since = mark(genai.simulator) if step == "mark" else since
    lines = world_report(genai.simulator, since, share=share)
    assert 1 <= len(lines) <= 40
    assert all("\n" not in line for line in lines)
    text = "\n".join(lines)
    assert TOKEN not in text
    assert "amaaaaaa" not in text


def test_a_report_shows_only_what_happened_since_its_mark():
    genai = InMemoryModelRepository()
    for _ in range(5):
        with pytest.raises(NotFound):
            genai.get_model("early")
    since = mark(genai.simulator)
    with pytest.raises(InvalidParameter):
        genai.list_models("x").first()
    text = "\n".join(world_report(genai.simulator, since))
    assert "list_models: 400 property-value" in text
    assert "early" not in text


def test_a_report_of_a_world_in_another_region_says_where_a_call_went():
    genai = InMemoryModelRepository()
    with pytest.raises(NotFound):
        genai.get_model("there", region="fra")
    assert "  00:00:00 get_model (5 characters) in eu-frankfurt-1: 404 not-found" in world_report(
        genai.simulator, Mark(None, genai.clock.now())
    )


def test_a_report_shows_the_world_file(tmp_path):
    file = tmp_path / "world.json"
    file.write_text(json.dumps(Simulator(seed=3, pace="2s").snapshot()), "utf-8")
    with Sandbox(world=file) as sandbox:
        [line] = sandbox.report()
    assert line == f"seed 3 (of {file}), pace='2s'; no calls"


def test_an_exception_gets_the_report_of_each_sandbox_once():
    error = KeyError()
    with pytest.raises(KeyError), Sandbox(seed=1), Sandbox(seed=2) as inner:  # noqa: PT012
        inner.add_report_to(error)
        raise error
    notes = list(Note.of_error(error))
    assert [note.splitlines()[1] for note in notes] == ["seed 2; no calls", "seed 1; no calls"]


def test_a_fault_that_never_applied_comes_with_the_report():
    with pytest.raises(UnusedFaults) as caught, Sandbox(faults=[Fault(status=429, operation="get_model")]) as sandbox:
        ready.cluster(sandbox.genai)
    [note] = Note.of_error(caught.value)
    assert "faults that never applied\n  Fault(operation='get_model'" in note
