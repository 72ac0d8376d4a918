"""The lines that a work request's log tells, by how far the work is.

Source: our choice; no recorded log is known.
"""

from __future__ import annotations

from typing import Final

_DATASET_CHECKED = 10
_TRAINING_ENDS = 90
_EPOCHS_TOLD = 10
"""Of more epochs than this, only every so many are told: a log is no longer for a training that is."""

_STORIES: Final[dict[str, tuple[tuple[int, str], ...]]] = {
    "CREATE_IMPORTED_MODEL": (
        (0, "Reading the model's configuration."),
        (20, "Copying the model's files."),
        (80, "Files copied; checking the model."),
    ),
    "CREATE_ENDPOINT": ((0, "Loading the model onto the cluster."), (70, "Model loaded; starting to serve.")),
    "CREATE_DEDICATED_AI_CLUSTER": ((0, "Allocating units."), (60, "Units allocated; preparing them.")),
}


def story(operation_type: str, epochs: int) -> tuple[tuple[int, str], ...]:
    """List pairs of a percentage and the line that is logged when it is reached, in order."""
    if operation_type == "CREATE_MODEL":
        return _fine_tuning(epochs)
    verb = operation_type.partition("_")[0].lower()
    return _STORIES.get(operation_type) or ((0, f"Carrying out the {verb}."),)


def _fine_tuning(epochs: int) -> tuple[tuple[int, str], ...]:
    span = _TRAINING_ENDS - _DATASET_CHECKED
    lines = min(epochs, _EPOCHS_TOLD)
    told = [epochs * n // lines for n in range(1, lines + 1)]
    return (
        (0, "Checking the training dataset."),
        (_DATASET_CHECKED, "Training dataset checked; training starts."),
        *((_DATASET_CHECKED + span * n // epochs, f"Epoch {n} of {epochs} finished.") for n in told),
        (_TRAINING_ENDS, "Training finished; computing the model's metrics."),
    )
