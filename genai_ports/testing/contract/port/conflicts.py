"""What is in use cannot be deleted: 409 Conflict until the one that uses it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import Conflict
from genai_ports.testing import ready
from genai_ports.testing.contract.port.harness import response_of

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness


class ConflictBehaviours:
    """Who stands on whom."""

    def test_a_custom_model_in_use_by_an_endpoint_cannot_be_deleted(self, harness: PortHarness) -> None:
        """The refusal names the endpoint; when that is deleted, the model can be."""
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
        """The refusal names the endpoint; when that is deleted, the model can be."""
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
        """The refusal names the endpoint; when that is deleted, the cluster can be."""
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
        """A fine-tuning cluster stays as long as what was trained on it."""
        genai = harness.genai
        cluster = ready.cluster(genai, type="FINE_TUNING")
        model = ready.custom_model(genai, fine_tune_details=ready.fine_tuning(cluster.id))
        with harness.refuses(Conflict, "in-use") as refused:
            genai.delete_dedicated_ai_cluster(cluster.id)
        assert model.id in refused.value.message
        ready.finish(genai, genai.delete_model(model.id))
        ready.finish(genai, genai.delete_dedicated_ai_cluster(cluster.id))
        assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "DELETED"

    def test_what_is_used_twice_is_free_when_both_are_gone(self, harness: PortHarness) -> None:
        """One endpoint less is not none."""
        genai = harness.genai
        model = ready.imported_model(genai)
        first, second = (ready.endpoint(genai, model_id=model.id) for _ in range(2))
        ready.finish(genai, genai.delete_endpoint(first.id))
        with harness.refuses(Conflict, "in-use") as refused:
            genai.delete_imported_model(model.id)
        assert (first.id in refused.value.message, second.id in refused.value.message) == (False, True)
        ready.finish(genai, genai.delete_endpoint(second.id))
        assert genai.delete_imported_model(model.id).status == 202

    def test_an_endpoint_uses_its_model_from_the_start_to_the_very_end(self, realistic: PortHarness) -> None:
        """An endpoint that is CREATING holds its model already, one that is DELETING holds it still."""
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

    def test_a_deleted_endpoint_holds_nothing_although_it_can_be_read(self, genai: GenAi) -> None:
        """For a day it is shown as DELETED, with the id of a model that may be gone before it."""
        model = ready.imported_model(genai)
        endpoint = ready.endpoint(genai, model_id=model.id)
        ready.finish(genai, genai.delete_endpoint(endpoint.id))
        ready.finish(genai, genai.delete_imported_model(model.id))
        assert genai.get_endpoint(endpoint.id).model_id == model.id

    def test_a_refused_deletion_leaves_the_version_as_it_was(self, genai: GenAi) -> None:
        """The etag that was read before is still good after the refusal."""
        model = ready.imported_model(genai)
        ready.endpoint(genai, model_id=model.id)
        with pytest.raises(Conflict):
            genai.delete_imported_model(model.id)
        assert response_of(genai.get_imported_model(model.id)).etag == model.etag

    def test_what_is_in_use_can_still_be_updated(self, genai: GenAi) -> None:
        """In use is a reason against deletion only."""
        endpoint = ready.endpoint(genai, model_id=ready.imported_model(genai).id)
        moved = genai.change_imported_model_compartment(endpoint.model_id, ready.ELSEWHERE)
        assert moved.status == 204
