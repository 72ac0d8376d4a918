"""Conflicts: a resource that another one uses cannot be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import Conflict
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.harness import response_of

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness


class ConflictBehaviours:
    """What is true of resources that others use."""

    def test_a_custom_model_in_use_by_an_endpoint_cannot_be_deleted(self, harness: PortHarness) -> None:
        """The error names the endpoint. After the endpoint is deleted, the model can be deleted."""
        genai = harness.genai
        model = ready.custom_model(genai)
        endpoint = ready.endpoint(genai, model_id=model.id)
        with harness.refuses(Conflict, "in-use") as refused:
            genai.delete_model(model.id)
        assert endpoint.id in refused.value.message
        ready.finish(genai, genai.delete_endpoint(endpoint.id))
        ready.finish(genai, genai.delete_model(model.id))
        assert genai.get_model(model.id).lifecycle_state == "DELETED"

    def test_an_imported_model_in_use_by_an_endpoint_cannot_be_deleted(self, harness: PortHarness) -> None:
        """The error names the endpoint. After the endpoint is deleted, the model can be deleted."""
        genai = harness.genai
        model = ready.imported_model(genai)
        endpoint = ready.endpoint(genai, model_id=model.id)
        with harness.refuses(Conflict, "in-use") as refused:
            genai.delete_imported_model(model.id)
        assert endpoint.id in refused.value.message
        ready.finish(genai, genai.delete_endpoint(endpoint.id))
        ready.finish(genai, genai.delete_imported_model(model.id))
        assert genai.get_imported_model(model.id).lifecycle_state == "DELETED"

    def test_a_cluster_in_use_by_an_endpoint_cannot_be_deleted(self, harness: PortHarness) -> None:
        """The error names the endpoint. After the endpoint is deleted, the cluster can be deleted."""
        genai = harness.genai
        endpoint = ready.endpoint(genai)
        with harness.refuses(Conflict, "in-use") as refused:
            genai.delete_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id)
        assert endpoint.id in refused.value.message
        ready.finish(genai, genai.delete_endpoint(endpoint.id))
        ready.finish(genai, genai.delete_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id))
        cluster = genai.get_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id)
        assert cluster.lifecycle_state == "DELETED"

    def test_a_cluster_in_use_by_a_custom_model_cannot_be_deleted(self, harness: PortHarness) -> None:
        """A fine-tuning cluster stays as long as the models that were trained on it."""
        genai = harness.genai
        cluster = ready.cluster(genai, type="FINE_TUNING")
        model = ready.custom_model(genai, fine_tune_details=ready.fine_tuning(cluster.id))
        with harness.refuses(Conflict, "in-use") as refused:
            genai.delete_dedicated_ai_cluster(cluster.id)
        assert model.id in refused.value.message
        ready.finish(genai, genai.delete_model(model.id))
        ready.finish(genai, genai.delete_dedicated_ai_cluster(cluster.id))
        assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "DELETED"

    def test_a_model_used_by_two_endpoints_can_be_deleted_after_both(self, harness: PortHarness) -> None:
        """The error names the endpoint that is left."""
        genai = harness.genai
        model = ready.imported_model(genai)
        first, second = (ready.endpoint(genai, model_id=model.id) for _ in range(2))
        ready.finish(genai, genai.delete_endpoint(first.id))
        with harness.refuses(Conflict, "in-use") as refused:
            genai.delete_imported_model(model.id)
        assert (first.id in refused.value.message, second.id in refused.value.message) == (False, True)
        ready.finish(genai, genai.delete_endpoint(second.id))
        assert genai.delete_imported_model(model.id).status == 202

    @needs(Capability.UNDER_WAY)
    def test_an_endpoint_uses_its_model_while_it_is_created_and_deleted(self, realistic: PortHarness) -> None:
        """The model cannot be deleted while the endpoint is CREATING or DELETING."""
        genai = realistic.genai
        model = ready.imported_model(genai)
        endpoint = genai.create_endpoint(ready.endpoint_details(genai, model_id=model.id))
        with realistic.refuses(Conflict, "in-use"):
            genai.delete_imported_model(model.id)
        ready.finish(genai, endpoint)
        deleting = genai.delete_endpoint(endpoint.id)
        with realistic.refuses(Conflict, "in-use"):
            genai.delete_imported_model(model.id)
        ready.finish(genai, deleting)
        assert genai.delete_imported_model(model.id).status == 202

    def test_a_deleted_endpoint_does_not_use_its_model(self, genai: GenAi) -> None:
        """It can still be read, even if its model is deleted earlier."""
        model = ready.imported_model(genai)
        endpoint = ready.endpoint(genai, model_id=model.id)
        ready.finish(genai, genai.delete_endpoint(endpoint.id))
        ready.finish(genai, genai.delete_imported_model(model.id))
        assert genai.get_endpoint(endpoint.id).model_id == model.id

    def test_a_refused_deletion_does_not_change_the_etag(self, genai: GenAi) -> None:
        """The etag from before is still the current one."""
        model = ready.imported_model(genai)
        ready.endpoint(genai, model_id=model.id)
        with pytest.raises(Conflict):
            genai.delete_imported_model(model.id)
        assert response_of(genai.get_imported_model(model.id)).etag == model.etag

    def test_a_model_in_use_can_be_moved(self, genai: GenAi) -> None:
        """Only its deletion is refused."""
        endpoint = ready.endpoint(genai, model_id=ready.imported_model(genai).id)
        moved = genai.change_imported_model_compartment(endpoint.model_id, ready.ELSEWHERE)
        assert moved.status == 204
