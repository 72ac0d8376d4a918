"""The ranges of the hyperparameters: one table for the builders, which check early, and for the simulator's rules."""

from __future__ import annotations

from typing import Final, NamedTuple


class Range(NamedTuple):
    """The accepted values of a hyperparameter.

    Args:
        least: the smallest accepted number.
        most: the largest accepted number; None: there is no documented one.
        is_whole: whether only whole numbers are accepted.
        excludes_most: whether `most` itself is not accepted.
    """

    least: int
    most: int | None = None
    is_whole: bool = True
    excludes_most: bool = False


RANGES: Final = {
    "total_training_epochs": Range(1),
    "learning_rate": Range(0, 1, is_whole=False),
    "training_batch_size": Range(1),
    "early_stopping_patience": Range(0),
    "early_stopping_threshold": Range(0, is_whole=False),
    "log_model_metrics_interval_in_steps": Range(0),
    "num_of_last_layers": Range(0),
    "lora_r": Range(1, 64),
    "lora_alpha": Range(1),
    "lora_dropout": Range(0, 1, is_whole=False),
}
"""What the service accepts, as far as it is known.

Source: Oracle's page on fine-tuning parameters, widened where its own tests go further.
"""

LORA_RANGES: Final = RANGES | {
    "training_batch_size": Range(8, 16),
    "lora_alpha": Range(1, 128),
    "lora_dropout": Range(0, 1, is_whole=False, excludes_most=True),
}
"""What the builder of LoRA configurations accepts: the documented or commonly quoted ranges, which are narrower."""
