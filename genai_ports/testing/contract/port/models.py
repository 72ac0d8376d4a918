"""Custom models: fine-tuned from a base model of Oracle's, on a fine-tuning cluster."""

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
        """It is CUSTOM, names its base model, and can do what that can, FINE_TUNE included."""
        base = ready.base_model(genai, capability="FINE_TUNE")
        model = ready.custom_model(genai, base_model_id=base.id)
        assert (model.type, model.base_model_id) == ("CUSTOM", base.id)
        assert (model.vendor, model.capabilities) == (base.vendor, base.capabilities) == ("meta", ("CHAT", "FINE_TUNE"))

    def test_a_vendor_that_is_given_goes_before_the_base_models(self, genai: GenAi) -> None:
        """Vendor, version, description and tags are kept as they were given."""
        given: dict[str, Any] = {
            "vendor": "us",
            "version": "2.1",
            "description": "ours",
            "freeform_tags": {"team": "search"},
            "defined_tags": {"Finance": {"CostCentre": "42"}},
        }
        model = ready.custom_model(genai, **given)
        assert {name: getattr(model, name) for name in given} == given

    def test_a_custom_model_keeps_how_it_is_trained(self, genai: GenAi) -> None:
        """Dataset, cluster and hyperparameters are read back as they were given."""
        details = ready.model_details(genai)
        model = genai.create_model(details)
        assert model.fine_tune_details == details.fine_tune_details
        assert genai.get_model(model.id).fine_tune_details == details.fine_tune_details

    def test_a_custom_model_has_metrics_once_it_is_trained(self, realistic: PortHarness) -> None:
        """There are none while it is CREATING; a chat model's say how accurate it became."""
        begun = realistic.genai.create_model(ready.model_details(realistic.genai))
        assert (begun.lifecycle_state, begun.model_metrics) == ("CREATING", None)
        ready.finish(realistic.genai, begun)
        metrics = realistic.genai.get_model(begun.id).model_metrics
        assert isinstance(metrics, ChatModelMetrics)
        assert 0 < (metrics.final_accuracy or 0) <= 1
        assert (metrics.final_loss or 0) > 0

    def test_every_training_ends_in_metrics_of_its_own(self, genai: GenAi) -> None:
        """Two models that were trained alike did not become the same."""
        one, other = ready.custom_model(genai), ready.custom_model(genai)
        assert one.model_metrics != other.model_metrics

    def test_a_text_generation_model_has_metrics_of_its_own_kind(self, genai: GenAi) -> None:
        """Models that generate text report TextGenerationModelMetrics."""
        base = ready.base_model(genai, capability="TEXT_GENERATION", vendor="cohere")
        cluster = ready.cluster(genai, type="FINE_TUNING", unit_shape="SMALL_COHERE_V2")
        tuning = ready.fine_tuning(cluster.id, T_FEW)
        model = ready.custom_model(genai, base_model_id=base.id, fine_tune_details=tuning)
        assert isinstance(model.model_metrics, TextGenerationModelMetrics)

    @needs(Capability.PACE)
    def test_fine_tuning_takes_about_an_hour_of_the_clock(self, realistic: PortHarness) -> None:
        """By the realistic pace a custom model is CREATING for 60 minutes and ACTIVE after."""
        genai = realistic.genai
        begun = genai.create_model(ready.model_details(genai))
        realistic.pass_time(3599)
        assert genai.get_model(begun.id).lifecycle_state == "CREATING"
        realistic.pass_time(1)
        assert genai.get_model(begun.id).lifecycle_state == "ACTIVE"

    def test_a_model_is_never_updating(self, realistic: PortHarness) -> None:
        """An update is done when it is answered: the Model stays ACTIVE, and no work request is begun."""
        genai = realistic.genai
        model = ready.custom_model(genai)
        realistic.pass_time(1)
        updated = genai.update_model(model.id, UpdateModelDetails(display_name="after", version="3"))
        assert (updated.lifecycle_state, updated.display_name, updated.version) == ("ACTIVE", "after", "3")
        assert genai.get_model(model.id) == updated
        assert len(list(genai.list_work_requests(ready.COMPARTMENT, resource_id=model.id))) == 1

    def test_an_update_keeps_what_it_does_not_name(self, realistic: PortHarness) -> None:
        """What is None in the details stays; only the time of the update moves with the rest."""
        genai = realistic.genai
        model = ready.custom_model(genai, display_name="before", description="kept", freeform_tags={"kept": "yes"})
        realistic.pass_time(60)
        updated = genai.update_model(model.id, UpdateModelDetails(display_name="after"))
        changed = {name for name in type(model).__dataclass_fields__ if getattr(model, name) != getattr(updated, name)}
        assert changed - {"response"} == {"display_name", "time_updated"}
        assert updated.time_updated == genai.clock.now()

    @pytest.mark.parametrize("config", [T_FEW, VANILLA])
    def test_each_base_model_is_trained_by_its_own_methods(self, genai: GenAi, config: TrainingConfig) -> None:
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

    def test_a_method_need_not_be_named(self, genai: GenAi) -> None:
        """Without a training configuration the service chooses: three epochs."""
        cluster = ready.cluster(genai, type="FINE_TUNING")
        tuning = FineTuneDetails(
            training_dataset=ready.fine_tuning(cluster.id).training_dataset, dedicated_ai_cluster_id=cluster.id
        )
        begun = genai.create_model(ready.model_details(genai, fine_tune_details=tuning))
        assert ready.finish(genai, begun).status == "SUCCEEDED"
        told = [line.message for line in genai.list_work_request_logs(ready.work_begun(begun))]
        assert "Epoch 3 of 3 finished." in told

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
        """The ranges are the documented ones."""
        cluster = ready.cluster(harness.genai, type="FINE_TUNING")
        details = ready.model_details(harness.genai, fine_tune_details=ready.fine_tuning(cluster.id, config))
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_model(details)

    def test_only_a_base_model_with_fine_tune_can_be_trained(self, harness: PortHarness) -> None:
        """The plain record of a model is not the one to train; its second record, with FINE_TUNE, is."""
        plain = next(m for m in harness.genai.list_models(ready.COMPARTMENT) if m.capabilities == ("CHAT",))
        details = ready.model_details(harness.genai, base_model_id=plain.id)
        with harness.refuses(InvalidParameter, "not-fine-tunable"):
            harness.genai.create_model(details)

    def test_a_custom_model_is_no_base_model(self, harness: PortHarness) -> None:
        """A custom model cannot be trained further, although it carries FINE_TUNE."""
        details = ready.model_details(harness.genai, base_model_id=ready.custom_model(harness.genai).id)
        with harness.refuses(InvalidParameter, "not-fine-tunable"):
            harness.genai.create_model(details)

    def test_a_model_is_not_trained_on_a_hosting_cluster(self, harness: PortHarness) -> None:
        """Training runs on clusters of type FINE_TUNING."""
        hosting = ready.cluster(harness.genai, type="HOSTING")
        details = ready.model_details(harness.genai, fine_tune_details=ready.fine_tuning(hosting.id))
        with harness.refuses(InvalidParameter, "cluster-type"):
            harness.genai.create_model(details)

    def test_a_model_needs_a_dataset(self, harness: PortHarness) -> None:
        """A required property that is not there is named as missing, at whatever depth."""
        cluster = ready.cluster(harness.genai, type="FINE_TUNING")
        nothing: Any = None
        tuning = FineTuneDetails(training_dataset=nothing, dedicated_ai_cluster_id=cluster.id)
        details = ready.model_details(harness.genai, fine_tune_details=tuning)
        with harness.refuses(MissingParameter, "property-missing") as refused:
            harness.genai.create_model(details)
        assert refused.value.message == "fineTuneDetails.trainingDataset is required."

    def test_a_base_model_can_be_read_and_not_updated(self, harness: PortHarness) -> None:
        """A BASE model is Oracle's."""
        base = ready.base_model(harness.genai)
        assert harness.genai.get_model(base.id).type == "BASE"
        with harness.refuses(InvalidParameter, "base-model-is-oracles"):
            harness.genai.update_model(base.id, UpdateModelDetails(display_name="mine"))

    def test_a_base_model_cannot_be_deleted(self, harness: PortHarness) -> None:
        """A BASE model is Oracle's."""
        base = ready.base_model(harness.genai)
        with harness.refuses(InvalidParameter, "base-model-is-oracles"):
            harness.genai.delete_model(base.id)

    def test_a_base_model_cannot_be_moved(self, harness: PortHarness) -> None:
        """A BASE model is in every compartment, and in none."""
        base = ready.base_model(harness.genai)
        with harness.refuses(InvalidParameter, "base-model-is-oracles"):
            harness.genai.change_model_compartment(base.id, ready.ELSEWHERE)
