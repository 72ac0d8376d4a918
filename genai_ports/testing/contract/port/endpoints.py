"""Endpoints: models that are served on hosting clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.endpoint import (
    ContentModerationConfig,
    PiiDetectionConfig,
    PromptInjectionConfig,
    UpdateEndpointDetails,
)
from genai_ports.errors import (
    InvalidParameter,
    LimitExceeded,
    MissingParameter,
    RelatedResourceNotFound,
)
from genai_ports.testing import ready
from genai_ports.testing.contract.port.harness import response_of

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness

UNKNOWN_MODEL = "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaaunknown"
UNKNOWN_IMPORTED_MODEL = "ocid1.generativeaiimportedmodel.oc1.us-chicago-1.amaaaaaaunknown"
UNKNOWN_CLUSTER = "ocid1.generativeaidedicatedaicluster.oc1.us-chicago-1.amaaaaaaunknown"


class EndpointBehaviours:
    """What is true of endpoints."""

    @pytest.mark.parametrize("make", [ready.base_model, ready.custom_model, ready.imported_model])
    def test_base_custom_and_imported_models_can_be_served(self, genai: GenAi, make: Any) -> None:
        """The endpoint names its model and its cluster, and becomes ACTIVE."""
        model, cluster = make(genai), ready.cluster(genai)
        endpoint = ready.endpoint(genai, model_id=model.id, dedicated_ai_cluster_id=cluster.id)
        assert endpoint.lifecycle_state == "ACTIVE"
        assert (endpoint.model_id, endpoint.dedicated_ai_cluster_id) == (model.id, cluster.id)

    def test_content_moderation_is_off_by_default(self, genai: GenAi) -> None:
        """The response shows it as disabled. The other guards are absent."""
        endpoint = ready.endpoint(genai)
        assert endpoint.content_moderation_config == ContentModerationConfig(is_enabled=False)
        assert (endpoint.prompt_injection_config, endpoint.pii_detection_config) == (None, None)

    def test_an_endpoint_has_the_guards_of_its_request(self, genai: GenAi) -> None:
        """The three guards and the private endpoint are those of the request."""
        attributes: dict[str, Any] = {
            "content_moderation_config": ContentModerationConfig(is_enabled=True, mode="BLOCK"),
            "prompt_injection_config": PromptInjectionConfig(is_enabled=True, mode="INFORM"),
            "pii_detection_config": PiiDetectionConfig(is_enabled=False),
            "generative_ai_private_endpoint_id": ready.private_endpoint(genai).id,
            "description": "ours",
            "freeform_tags": {"team": "search"},
        }
        endpoint = ready.endpoint(genai, **attributes)
        assert {name: getattr(endpoint, name) for name in attributes} == attributes

    def test_an_endpoint_is_updating_until_the_work_is_finished(self, realistic: PortHarness) -> None:
        """Guards can be changed. Attributes that the request does not name stay."""
        genai = realistic.genai
        endpoint = ready.endpoint(genai, description="kept")
        guard = PiiDetectionConfig(is_enabled=True, mode="BLOCK")
        updating = genai.update_endpoint(endpoint.id, UpdateEndpointDetails(pii_detection_config=guard))
        assert (updating.lifecycle_state, updating.pii_detection_config) == ("UPDATING", guard)
        work = ready.finish(genai, updating)
        updated = genai.get_endpoint(endpoint.id)
        assert (work.operation_type, work.resources[0].action_type) == ("UPDATE_ENDPOINT", "UPDATED")
        assert (updated.lifecycle_state, updated.pii_detection_config, updated.description) == ("ACTIVE", guard, "kept")

    def test_a_guard_with_an_unknown_mode_is_refused(self, harness: PortHarness) -> None:
        """The modes are INFORM and BLOCK, for create and for update."""
        guard = PromptInjectionConfig(is_enabled=True, mode="SHOUT")
        details = ready.endpoint_details(harness.genai, prompt_injection_config=guard)
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_endpoint(details)
        endpoint = ready.endpoint(harness.genai)
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.update_endpoint(endpoint.id, UpdateEndpointDetails(prompt_injection_config=guard))

    def test_a_guard_without_is_enabled_is_refused(self, harness: PortHarness) -> None:
        """`isEnabled` is required."""
        nothing: Any = None
        details = ready.endpoint_details(harness.genai, pii_detection_config=PiiDetectionConfig(is_enabled=nothing))
        with harness.refuses(MissingParameter, "property-missing") as refused:
            harness.genai.create_endpoint(details)
        assert refused.value.message == "piiDetectionConfig.isEnabled is required."

    def test_an_endpoint_on_a_fine_tuning_cluster_is_refused(self, harness: PortHarness) -> None:
        """Endpoints run on clusters of type HOSTING."""
        cluster = ready.cluster(harness.genai, type="FINE_TUNING")
        details = ready.endpoint_details(harness.genai, dedicated_ai_cluster_id=cluster.id)
        with harness.refuses(InvalidParameter, "cluster-type"):
            harness.genai.create_endpoint(details)

    def test_a_private_endpoint_for_an_imported_model_is_refused(self, harness: PortHarness) -> None:
        """Base models and custom models can be served privately, imported models cannot."""
        model = ready.imported_model(harness.genai)
        details = ready.endpoint_details(
            harness.genai, model_id=model.id, generative_ai_private_endpoint_id=ready.private_endpoint(harness.genai).id
        )
        with harness.refuses(InvalidParameter, "no-private-endpoint"):
            harness.genai.create_endpoint(details)

    @pytest.mark.parametrize(
        "unknown",
        [
            {"model_id": UNKNOWN_MODEL},
            {"model_id": UNKNOWN_IMPORTED_MODEL},
            {"dedicated_ai_cluster_id": UNKNOWN_CLUSTER},
        ],
        ids=["model", "imported model", "cluster"],
    )
    def test_an_endpoint_that_names_an_unknown_resource_is_refused(
        self, harness: PortHarness, unknown: dict[str, str]
    ) -> None:
        """An unknown id in a body is 400, not 404: the endpoint itself was not looked up."""
        details = ready.endpoint_details(harness.genai, **unknown)
        with harness.refuses(RelatedResourceNotFound, "related-not-found"):
            harness.genai.create_endpoint(details)

    def test_a_deleted_model_cannot_be_served(self, harness: PortHarness) -> None:
        """It is DELETED: it can still be read, and not be used."""
        model = ready.imported_model(harness.genai)
        ready.finish(harness.genai, harness.genai.delete_imported_model(model.id))
        details = ready.endpoint_details(harness.genai, model_id=model.id)
        with harness.refuses(RelatedResourceNotFound, "related-not-found"):
            harness.genai.create_endpoint(details)

    def test_a_cluster_holds_fifty_endpoints(self, harness: PortHarness) -> None:
        """The 51st is 400 LimitExceeded. After one is deleted there is room for another."""
        genai = harness.genai
        details = ready.endpoint_details(genai)
        made = [genai.create_endpoint(details) for _ in range(50)]
        with harness.refuses(LimitExceeded, "cluster-full"):
            genai.create_endpoint(details)
        ready.finish(genai, made[7])
        ready.finish(genai, genai.delete_endpoint(made[7].id))
        assert genai.create_endpoint(details).id not in [endpoint.id for endpoint in made]

    def test_the_creation_of_an_endpoint_reports_a_deprecated_model(self, genai: GenAi) -> None:
        """The response has the header `model-deprecation-info`."""
        models = genai.list_models(ready.COMPARTMENT, display_name="meta.llama-3.1-405b-instruct")
        endpoint = genai.create_endpoint(ready.endpoint_details(genai, model_id=models.one().id))
        assert "meta.llama-3.1-405b-instruct is deprecated" in (response_of(endpoint).model_deprecation_info or "")
