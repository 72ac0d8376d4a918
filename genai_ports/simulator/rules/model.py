"""Custom models: fine-tuned from a base model of Oracle's, on a fine-tuning cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import DedicatedAiClusterType, ModelCapability, ModelType
from genai_ports.api.fine_tuning import ChatModelMetrics, TextGenerationModelMetrics, TrainingHyperparameters
from genai_ports.api.hyperparameters import RANGES
from genai_ports.api.kinds import MODEL
from genai_ports.api.names import camel
from genai_ports.simulator.catalogue import training_methods
from genai_ports.simulator.rules.common import generated_version, related, related_cluster, within
from genai_ports.simulator.rules.kind_rules import KindRules
from genai_ports.simulator.rules.refusals import NOT_FINE_TUNABLE, TRAINING_METHOD
from genai_ports.simulator.rules.unit_shapes import check_fits

if TYPE_CHECKING:
    from genai_ports.api.fine_tuning import TrainingConfig
    from genai_ports.api.model import CreateModelDetails, Model
    from genai_ports.simulator.state.world import World

DEFAULT_EPOCHS: Final = 3
_CLUSTER: Final = "fineTuneDetails.dedicatedAiClusterId"


class ModelRules(KindRules):
    """The rules of Model."""

    def check_create(self, world: World, region: str, details: CreateModelDetails) -> None:
        """Check the hyperparameters, the base model, the training method, and the cluster and its shape."""
        config = details.fine_tune_details.training_config
        if config is not None:
            _check_ranges(config)
        base = related(world, MODEL, region, "baseModelId", details.base_model_id)
        if base.type != ModelType.BASE or ModelCapability.FINE_TUNE not in base.capabilities:
            given = f"{base.type} with {', '.join(base.capabilities)}"
            raise NOT_FINE_TUNABLE(identifier=base.id, actual=given)
        methods = training_methods(base)
        if isinstance(config, TrainingHyperparameters) and config.tag() not in methods:
            raise TRAINING_METHOD(expected=" or ".join(methods), actual=config.tag())
        cluster = related_cluster(
            world,
            region,
            _CLUSTER,
            details.fine_tune_details.dedicated_ai_cluster_id,
            DedicatedAiClusterType.FINE_TUNING,
        )
        check_fits(MODEL, base, cluster, _CLUSTER)

    def attributes(self, world: World, region: str, details: CreateModelDetails, now: Any) -> dict[str, Any]:
        """Inherit vendor and capabilities from the base model."""
        base = related(world, MODEL, region, "baseModelId", details.base_model_id)
        return {
            "type": ModelType.CUSTOM,
            "capabilities": base.capabilities,
            "vendor": details.vendor or base.vendor,
            "version": details.version or generated_version(now),
            "is_long_term_supported": False,
        }

    def completed(self, world: World, snapshot: Model) -> dict[str, Any]:
        """Add the metrics of the training: plausible numbers that follow from the seed."""
        first, second = world.ids.digest("metrics", snapshot.id, size=2)
        metrics = ChatModelMetrics if ModelCapability.CHAT in snapshot.capabilities else TextGenerationModelMetrics
        return {
            "model_metrics": metrics(
                final_accuracy=round(0.9 + first / 2560, 4), final_loss=round(0.05 + second / 1280, 4)
            )
        }

    def epochs(self, details: CreateModelDetails) -> int:
        """Return the number of epochs in the body; default: Oracle's."""
        config = details.fine_tune_details.training_config
        return getattr(config, "total_training_epochs", None) or DEFAULT_EPOCHS


def _check_ranges(config: TrainingConfig) -> None:
    for name, accepted in RANGES.items():
        number = getattr(config, name, None)
        if number is not None:
            within(f"fineTuneDetails.trainingConfig.{camel(name)}", number, accepted.least, accepted.most)


RULES: Final = ModelRules()
