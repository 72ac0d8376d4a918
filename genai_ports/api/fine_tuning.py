"""Fine-tuning: the dataset, the training configuration, and the metrics of the result.

Source: the models of the same names in `oci.generative_ai`.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from genai_ports.api.strings import Identifier  # noqa: TC001
from genai_ports.api.value import Value, value
from genai_ports.api.variant import UnknownVariant, Variant


@value
class ObjectStorageDataset(Variant):
    """A training dataset in Object Storage: a JSONL object of prompt and completion pairs."""

    DISCRIMINATOR: ClassVar[str] = "dataset_type"
    dataset_type: ClassVar[str] = "OBJECT_STORAGE"

    namespace_name: Identifier
    bucket_name: Identifier
    object_name: Identifier


@value
class TrainingHyperparameters(Variant):
    """The hyperparameters that all training methods share; see `genai_ports.builders` for their ranges."""

    DISCRIMINATOR: ClassVar[str] = "training_config_type"

    total_training_epochs: int | None = None
    learning_rate: float | None = None
    training_batch_size: int | None = None
    early_stopping_patience: int | None = None
    early_stopping_threshold: float | None = None
    log_model_metrics_interval_in_steps: int | None = None


@value
class TFewTrainingConfig(TrainingHyperparameters):
    """The T-Few method: parameter-efficient tuning for Cohere models."""

    training_config_type: ClassVar[str] = "TFEW_TRAINING_CONFIG"


@value
class VanillaTrainingConfig(TrainingHyperparameters):
    """The Vanilla method: tuning of the last layers."""

    training_config_type: ClassVar[str] = "VANILLA_TRAINING_CONFIG"

    num_of_last_layers: int | None = None


@value
class LoraTrainingConfig(TrainingHyperparameters):
    """The LoRA method: low-rank adaptation for Meta models."""

    training_config_type: ClassVar[str] = "LORA_TRAINING_CONFIG"

    lora_r: int | None = None
    lora_alpha: int | None = None
    lora_dropout: float | None = None


@value
class TextGenerationModelMetrics(Variant):
    """The metrics of the training, for a text generation model."""

    DISCRIMINATOR: ClassVar[str] = "model_metrics_type"
    model_metrics_type: ClassVar[str] = "TEXT_GENERATION_MODEL_METRICS"

    final_accuracy: float | None = None
    final_loss: float | None = None


@value
class ChatModelMetrics(Variant):
    """The metrics of the training, for a chat model."""

    DISCRIMINATOR: ClassVar[str] = "model_metrics_type"
    model_metrics_type: ClassVar[str] = "CHAT_MODEL_METRICS"

    final_accuracy: float | None = None
    final_loss: float | None = None


Dataset: TypeAlias = ObjectStorageDataset | UnknownVariant
TrainingConfig: TypeAlias = TFewTrainingConfig | VanillaTrainingConfig | LoraTrainingConfig | UnknownVariant
ModelMetrics: TypeAlias = TextGenerationModelMetrics | ChatModelMetrics | UnknownVariant


@value
class FineTuneDetails(Value):
    """The dataset, the cluster and the configuration of fine-tuning."""

    training_dataset: Dataset
    dedicated_ai_cluster_id: Identifier
    training_config: TrainingConfig | None = None
