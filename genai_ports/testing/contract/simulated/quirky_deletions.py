"""Quirks of deletions: another error for a resource that is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.errors import Conflict, NotAllowed
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.testing.contract.simulated.harness import Harness


class QuirkyDeletionBehaviours:
    """What is true of the quirk of deletions."""

    def test_deleting_what_is_in_use_can_be_403_not_allowed(self, harness: Harness) -> None:
        """It is 409 Conflict again without the mode."""
        genai = harness.genai
        endpoint = ready.endpoint(genai, model_id=ready.imported_model(genai).id)
        harness.simulator.set_modes("in-use-not-allowed")
        for delete, used in (
            (genai.delete_imported_model, endpoint.model_id),
            (genai.delete_dedicated_ai_cluster, endpoint.dedicated_ai_cluster_id),
        ):
            with harness.refuses(NotAllowed, "in-use-not-allowed") as refused:
                delete(used)
            assert (refused.value.status, refused.value.code) == (403, "NotAllowed")
            assert endpoint.id in refused.value.message
        harness.simulator.set_modes()
        with harness.refuses(Conflict, "in-use"):
            genai.delete_imported_model(endpoint.model_id)
        harness.simulator.set_modes("in-use-not-allowed")
        ready.finish(genai, genai.delete_endpoint(endpoint.id))
        assert genai.delete_imported_model(endpoint.model_id).status == 202
