"""The scenarios: each plays its story on the simulator, names and tags what it makes, and leaves nothing behind."""

from __future__ import annotations

import pytest

from genai_ports import ConfigurationError, FailingWork, Fault, InMemoryModelRepository
from genai_ports.api.kinds import IMPORTED_MODEL, RESOURCE_KINDS
from genai_ports.api.verbs import LIST
from genai_ports.recording.scenarios import FAKE_INPUTS, SCENARIOS, Stage, find_scenario
from genai_ports.recording.scenarios.importing import from_hugging_face


class Interrupting:
    """A client that is interrupted at one of its calls, before it is sent or when its response arrives."""

    def __init__(self, genai, at, *, sent):
        self._genai, self._left, self._sent = genai, at, sent

    def __getattr__(self, name):
        found = getattr(self._genai, name)
        return self._counted(found) if callable(found) and name != "clock" else found

    def _counted(self, method):
        def call(*arguments, **options):
            self._left -= 1
            is_it = self._left == 0
            if is_it and not self._sent:
                raise KeyboardInterrupt
            try:
                return method(*arguments, **options)
            finally:
                if is_it:
                    raise KeyboardInterrupt

        return call


def world(**options):
    return InMemoryModelRepository(pace="2s", **options)


def staged(genai, scenario, over=None):
    simulator = genai.simulator
    return Stage(
        over or genai,
        scenario.name,
        plan_failure=lambda operation, failure, name: simulator.failing_work.add(
            FailingWork(operation=operation, failure=failure, display_name=name)
        ),
    )


def left_in(genai):
    compartments = (FAKE_INPUTS["compartment"], FAKE_INPUTS["other-compartment"])
    return [
        item
        for kind in RESOURCE_KINDS
        for compartment in compartments
        for item in getattr(genai, kind.operation(LIST).name)(compartment)
        if item.lifecycle_state != "DELETED" and getattr(item, "type", "CUSTOM") != "BASE"
    ]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_each_scenario_runs_and_leaves_nothing(scenario):
    genai = world()
    stage = staged(genai, scenario)
    scenario.play(stage)
    assert left_in(genai) == []
    assert stage.clean_up() == ()
    creates = [entry for entry in genai.simulator.journal if entry.operation.startswith("create_")]
    assert bool(creates) == scenario.changes


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS.values() if s.changes], ids=lambda s: s.name)
@pytest.mark.parametrize("sent", [False, True])
def test_an_interrupt_at_any_call_leaves_nothing(scenario, sent):
    for at in range(1, 1000):
        genai = world()
        stage = staged(genai, scenario, Interrupting(genai, at, sent=sent))
        try:
            scenario.play(stage)
        except KeyboardInterrupt:
            assert stage.clean_up() == (), at
            assert left_in(genai) == [], at
        else:
            assert at > 5
            return


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS.values() if s.changes], ids=lambda s: s.name)
def test_all_that_is_made_has_the_name_and_the_tag_of_the_scenario(scenario):
    genai = world()
    seen = []

    class Seeing:
        def __getattr__(self, name):
            found = getattr(genai, name)
            if not name.startswith("create_"):
                return found
            return lambda details, **options: (seen.append(details), found(details, **options))[1]

    scenario.play(staged(genai, scenario, Seeing()))
    assert seen
    for details in seen:
        assert details.display_name.startswith(f"genai-ports-{scenario.name}-")
        assert details.freeform_tags == {"genai-ports": scenario.name}


def test_the_clean_up_leaves_alone_what_others_made_under_the_same_name():
    genai = world()
    stage = Stage(Interrupting(genai, 1, sent=True), "import")
    other = from_hugging_face(Stage(genai, "another"))
    genai.create_imported_model(type(other)(**{**vars(other), "display_name": stage.name("model")}))
    with pytest.raises(KeyboardInterrupt):
        stage.create(IMPORTED_MODEL, from_hugging_face(stage))
    assert stage.clean_up() == ()
    assert [model.freeform_tags for model in left_in(genai)] == [{"genai-ports": "another"}]


def test_what_cannot_be_deleted_is_reported_with_its_id():
    genai = world()
    stage = Stage(genai, "import")
    one = stage.make(IMPORTED_MODEL, from_hugging_face(stage, "one"))
    stage.make(IMPORTED_MODEL, from_hugging_face(stage, "two"))
    genai.simulator.faults.add(Fault(code="NotAllowed", operation="delete_imported_model", resource=one.id))
    [left] = stage.clean_up()
    assert one.id in left
    assert "NotAllowed" in left
    assert [model.id for model in left_in(genai)] == [one.id]


def test_a_second_interrupt_ends_the_clean_up_and_all_that_is_left_is_reported():
    genai = world()
    stage = Stage(genai, "import")
    for what in ("one", "two", "three"):
        stage.make(IMPORTED_MODEL, from_hugging_face(stage, what))
    stage.genai = Interrupting(genai, 1, sent=False)
    left = stage.clean_up()
    assert [text.split()[2].rpartition("-")[2] for text in left] == ["three", "two", "one"]


def test_a_missing_input_and_an_unknown_scenario_are_named():
    with pytest.raises(ConfigurationError, match="needs the input compartment"):
        SCENARIOS["browse"].play(Stage(world(), "browse", {}))
    with pytest.raises(ConfigurationError, match="did you mean browse"):
        find_scenario("brows")


def test_each_scenario_declares_what_it_needs():
    for scenario in SCENARIOS.values():
        names = {"compartment", *scenario.needs}
        scenario.play(Stage(world(), scenario.name, {name: FAKE_INPUTS[name] for name in names}))
