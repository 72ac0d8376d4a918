"""The log of each kind of work is in order, and ends before the work does."""

from __future__ import annotations

import pytest

from genai_ports.api.kinds import OPERATIONS
from genai_ports.simulator.work.log_lines import log_lines

WORK = sorted(operation.name for operation in OPERATIONS.values() if operation.work)


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("epochs", [1, 2, 3, 10, 11, 1000])
def test_every_story_begins_at_the_start_and_goes_forward(work: str, epochs: int) -> None:
    percents = [percent for percent, _ in log_lines(OPERATIONS[work], epochs)]
    assert percents[0] == 0
    assert percents == sorted(percents)
    assert percents[-1] < 100


@pytest.mark.parametrize(("epochs", "reported"), [(1, [1]), (3, [1, 2, 3]), (10, list(range(1, 11)))])
def test_the_log_of_fine_tuning_has_every_epoch(epochs: int, reported: list[int]) -> None:
    lines = [line for _, line in log_lines(OPERATIONS["create_model"], epochs)]
    assert lines == [
        "Checking the training dataset.",
        "Training dataset checked; training starts.",
        *(f"Epoch {number} of {epochs} finished." for number in reported),
        "Training finished; computing the model's metrics.",
    ]


def test_each_line_has_its_percentage() -> None:
    percentages = {work: [percent for percent, _ in log_lines(OPERATIONS[work], 2)] for work in WORK}
    assert percentages == {
        **{work: [0] for work in WORK},
        "create_model": [0, 10, 50, 90, 90],
        "create_imported_model": [0, 20, 80],
        "create_endpoint": [0, 70],
        "create_dedicated_ai_cluster": [0, 60],
        "create_generative_ai_private_endpoint": [0, 60],
    }


def test_the_epochs_of_a_fine_tuning_are_spread_over_its_training() -> None:
    assert [percent for percent, _ in log_lines(OPERATIONS["create_model"], 4)] == [0, 10, 30, 50, 70, 90, 90]


@pytest.mark.parametrize("epochs", [11, 25, 1000])
def test_the_log_has_ten_of_many_epochs_and_the_last(epochs: int) -> None:
    lines = [line for _, line in log_lines(OPERATIONS["create_model"], epochs) if line.startswith("Epoch")]
    assert len(lines) == len(set(lines)) == 10
    assert lines[-1] == f"Epoch {epochs} of {epochs} finished."


@pytest.mark.parametrize(
    ("work", "line"),
    [("update_endpoint", "Carrying out the update."), ("delete_imported_model", "Carrying out the delete.")],
)
def test_short_work_has_a_short_log_lines(work: str, line: str) -> None:
    assert log_lines(OPERATIONS[work], 0) == ((0, line),)


@pytest.mark.parametrize("work", ["create_imported_model", "create_endpoint", "create_dedicated_ai_cluster"])
def test_every_creation_has_a_story_of_its_own(work: str) -> None:
    assert len(log_lines(OPERATIONS[work], 0)) >= 2
    assert log_lines(OPERATIONS[work], 0)[0][1] != "Carrying out the create."
