"""Custom models: base models of Oracle that are fine-tuned on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import builders
from genai_ports.api.fine_tuning import (
    ChatModelMetrics,
    FineTuneDetails,
    LoraTrainingConfig,
    TextGenerationModelMetrics,
    VanillaTrainingConfig,
)
from genai_ports.api.model import UpdateModelDetails
from genai_ports.errors import InvalidParameter, MissingParameter
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs

if TYPE_CHECKING:
    from genai_ports.api.fine_tuning import TrainingConfig
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness

T_FEW = builders.t_few_training_config(total_training_epochs=2)
VANILLA = builders.vanilla_training_config(total_training_epochs=2)


class ModelBehaviours:
    """What is true of custom models."""

    def test_a_custom_model_inherits_vendor_and_capabilities_from_its_base_model(self, genai: GenAi) -> None:
        """Its type is CUSTOM, and its capabilities include FINE_TUNE."""
        base = ready.base_model(genai, capability="FINE_TUNE")
        model = ready.custom_model(genai, base_model_id=base.id)
        assert (model.type, model.base_model_id) == ("CUSTOM", base.id)
        assert (model.vendor, model.capabilities) == (base.vendor, base.capabilities) == ("meta", ("CHAT", "FINE_TUNE"))

    def test_a_custom_model_has_the_attributes_of_its_request(self, genai: GenAi) -> None:
        """A vendor in the request replaces the vendor of the base model."""
        attributes: dict[str, Any] = {
            "vendor": "us",
            "version": "2.1",
            "description": "ours",
            "freeform_tags": {"team": "search"},
            "defined_tags": {"Finance": {"CostCentre": "42"}},
        }
        model = ready.custom_model(genai, **attributes)
        assert {name: getattr(model, name) for name in attributes} == attributes

    def test_a_custom_model_has_the_fine_tuning_details_of_its_request(self, genai: GenAi) -> None:
        """Dataset, cluster and hyperparameters are those of the request."""
        details = ready.model_details(genai)
        model = genai.create_model(details)
        assert model.fine_tune_details == details.fine_tune_details
        assert genai.get_model(model.id).fine_tune_details == details.fine_tune_details

    def test_a_custom_model_has_metrics_after_its_training(self, realistic: PortHarness) -> None:
        """There are none while it is CREATING. Chat models have an accuracy and a loss."""
        created = realistic.genai.create_model(ready.model_details(realistic.genai))
        assert (created.lifecycle_state, created.model_metrics) == ("CREATING", None)
        ready.finish(realistic.genai, created)
        metrics = realistic.genai.get_model(created.id).model_metrics
        assert isinstance(metrics, ChatModelMetrics)
        assert 0 < (metrics.final_accuracy or 0) <= 1
        assert (metrics.final_loss or 0) > 0

    def test_every_training_has_its_own_metrics(self, genai: GenAi) -> None:
        """Two equal trainings have different results."""
        one, other = ready.custom_model(genai), ready.custom_model(genai)
        assert one.model_metrics != other.model_metrics

    def test_a_text_generation_model_has_metrics_of_its_own_class(self, genai: GenAi) -> None:
        """Models that generate text have TextGenerationModelMetrics."""
        base = ready.base_model(genai, capability="TEXT_GENERATION", vendor="cohere")
        cluster = ready.cluster(genai, type="FINE_TUNING", unit_shape="SMALL_COHERE_V2")
        tuning = ready.fine_tuning(cluster.id, T_FEW)
        model = ready.custom_model(genai, base_model_id=base.id, fine_tune_details=tuning)
        assert isinstance(model.model_metrics, TextGenerationModelMetrics)

    @needs(Capability.PACE)
    def test_fine_tuning_takes_an_hour_with_the_pace_realistic(self, realistic: PortHarness) -> None:
        """A custom model is CREATING for 60 minutes."""
        genai = realistic.genai
        created = genai.create_model(ready.model_details(genai))
        realistic.pass_time(3599)
        assert genai.get_model(created.id).lifecycle_state == "CREATING"
        realistic.pass_time(1)
        assert genai.get_model(created.id).lifecycle_state == "ACTIVE"

    def test_a_model_is_never_updating(self, realistic: PortHarness) -> None:
        """The update is finished when the call returns: the Model is ACTIVE and there is no work request."""
        genai = realistic.genai
        model = ready.custom_model(genai)
        realistic.pass_time(1)
        updated = genai.update_model(model.id, UpdateModelDetails(display_name="after", version="3"))
        assert (updated.lifecycle_state, updated.display_name, updated.version) == ("ACTIVE", "after", "3")
        assert genai.get_model(model.id) == updated
        assert len(list(genai.list_work_requests(ready.COMPARTMENT, resource_id=model.id))) == 1

    def test_an_update_keeps_the_attributes_that_it_does_not_name(self, realistic: PortHarness) -> None:
        """An attribute that is None in the details stays. Only the time of the last update changes too."""
        genai = realistic.genai
        model = ready.custom_model(genai, display_name="before", description="kept", freeform_tags={"kept": "yes"})
        realistic.pass_time(60)
        updated = genai.update_model(model.id, UpdateModelDetails(display_name="after"))
        changed = {name for name in type(model).__dataclass_fields__ if getattr(model, name) != getattr(updated, name)}
        assert changed - {"response"} == {"display_name", "time_updated"}
        assert updated.time_updated == genai.clock.now()

    @pytest.mark.parametrize("config", [T_FEW, VANILLA])
    def test_each_base_model_has_its_own_training_methods(self, genai: GenAi, config: TrainingConfig) -> None:
        """Cohere's command-r is trained by T-Few and Vanilla."""
        base = ready.base_model(genai, capability="FINE_TUNE", vendor="cohere")
        cluster = ready.cluster(genai, type="FINE_TUNING", unit_shape="SMALL_COHERE_V2")
        tuning = ready.fine_tuning(cluster.id, config)
        model = ready.custom_model(genai, base_model_id=base.id, fine_tune_details=tuning)
        assert (model.lifecycle_state, model.fine_tune_details) == ("ACTIVE", tuning)

    def test_a_training_method_of_another_vendor_is_refused(self, harness: PortHarness) -> None:
        """Meta's models are trained by LoRA, not by T-Few."""
        cluster = ready.cluster(harness.genai, type="FINE_TUNING")
        details = ready.model_details(harness.genai, fine_tune_details=ready.fine_tuning(cluster.id, T_FEW))
        with harness.refuses(InvalidParameter, "training-method"):
            harness.genai.create_model(details)

    def test_the_training_configuration_may_be_omitted(self, genai: GenAi) -> None:
        """The service then trains for three epochs."""
        cluster = ready.cluster(genai, type="FINE_TUNING")
        tuning = FineTuneDetails(
            training_dataset=ready.fine_tuning(cluster.id).training_dataset, dedicated_ai_cluster_id=cluster.id
        )
        created = genai.create_model(ready.model_details(genai, fine_tune_details=tuning))
        assert ready.finish(genai, created).status == "SUCCEEDED"
        messages = [line.message for line in genai.list_work_request_logs(ready.work_begun(created))]
        assert "Epoch 3 of 3 finished." in messages

    @pytest.mark.parametrize(
        "config",
        [
            LoraTrainingConfig(lora_r=65),
            LoraTrainingConfig(total_training_epochs=0),
            LoraTrainingConfig(learning_rate=1.5),
            VanillaTrainingConfig(training_batch_size=-1),
        ],
        ids=repr,
    )
    def test_a_hyperparameter_out_of_its_range_is_refused(self, harness: PortHarness, config: TrainingConfig) -> None:
        """The ranges are Oracle's."""
        cluster = ready.cluster(harness.genai, type="FINE_TUNING")
        details = ready.model_details(harness.genai, fine_tune_details=ready.fine_tuning(cluster.id, config))
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_model(details)

    def test_only_a_base_model_with_fine_tune_can_be_trained(self, harness: PortHarness) -> None:
        """Of the two records of a base model, the one with FINE_TUNE can be trained."""
        plain = next(m for m in harness.genai.list_models(ready.COMPARTMENT) if m.capabilities == ("CHAT",))
        details = ready.model_details(harness.genai, base_model_id=plain.id)
        with harness.refuses(InvalidParameter, "not-fine-tunable"):
            harness.genai.create_model(details)

    def test_a_custom_model_cannot_be_trained_again(self, harness: PortHarness) -> None:
        """It has the capability FINE_TUNE, and is still refused as a base model."""
        details = ready.model_details(harness.genai, base_model_id=ready.custom_model(harness.genai).id)
        with harness.refuses(InvalidParameter, "not-fine-tunable"):
            harness.genai.create_model(details)

    def test_a_training_on_a_hosting_cluster_is_refused(self, harness: PortHarness) -> None:
        """Training runs on clusters of type FINE_TUNING."""
        hosting = ready.cluster(harness.genai, type="HOSTING")
        details = ready.model_details(harness.genai, fine_tune_details=ready.fine_tuning(hosting.id))
        with harness.refuses(InvalidParameter, "cluster-type"):
            harness.genai.create_model(details)

    def test_a_training_without_a_dataset_is_refused(self, harness: PortHarness) -> None:
        """The error names the missing property with its path."""
        cluster = ready.cluster(harness.genai, type="FINE_TUNING")
        nothing: Any = None
        tuning = FineTuneDetails(training_dataset=nothing, dedicated_ai_cluster_id=cluster.id)
        details = ready.model_details(harness.genai, fine_tune_details=tuning)
        with harness.refuses(MissingParameter, "property-missing") as refused:
            harness.genai.create_model(details)
        assert refused.value.message == "fineTuneDetails.trainingDataset is required."

    def test_a_base_model_cannot_be_updated(self, harness: PortHarness) -> None:
        """It can be read. It belongs to Oracle."""
        base = ready.base_model(harness.genai)
        assert harness.genai.get_model(base.id).type == "BASE"
        with harness.refuses(InvalidParameter, "base-model-is-oracles"):
            harness.genai.update_model(base.id, UpdateModelDetails(display_name="mine"))

    def test_a_base_model_cannot_be_deleted(self, harness: PortHarness) -> None:
        """It belongs to Oracle."""
        base = ready.base_model(harness.genai)
        with harness.refuses(InvalidParameter, "base-model-is-oracles"):
            harness.genai.delete_model(base.id)

    def test_a_base_model_cannot_be_moved(self, harness: PortHarness) -> None:
        """It is in no compartment."""
        base = ready.base_model(harness.genai)
        with harness.refuses(InvalidParameter, "base-model-is-oracles"):
            harness.genai.change_model_compartment(base.id, ready.ELSEWHERE)
