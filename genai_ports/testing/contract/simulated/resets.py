"""Resets: a world after a reset is a new world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.tenancy import USER
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.testing.contract.simulated.harness import Harness, OpenHarness


def run_scenario(harness: Harness) -> list[Any]:
    """Run an import, a fine-tuning and a deletion; return their results."""
    genai = harness.genai
    imported = ready.imported_model(genai, display_name="imported")
    model = ready.custom_model(genai, display_name="tuned")
    ready.finish(genai, genai.delete_imported_model(imported.id))
    listed = list(genai.list_work_requests(ready.COMPARTMENT))
    return [imported, imported.etag, model, model.etag, listed, genai.clock.now()]


class ResetBehaviours:
    """What is true after a reset."""

    def test_the_same_calls_after_a_reset_have_the_same_responses(self, open_harness: OpenHarness) -> None:
        """Ids, etags and times are those of the first time."""
        harness = open_harness(seed=7, pace="realistic")
        first = run_scenario(harness)
        harness.simulator.reset()
        assert run_scenario(harness) == first

    def test_a_reset_removes_all_plans_and_settings(self, harness: Harness) -> None:
        """These are faults, failing work, modes, limits and policies."""
        simulator = harness.simulator
        simulator.faults.add(Fault(code="NotAuthenticated", times="always"))
        simulator.failing_work.add(FailingWork(failure="timed-out", times="always"))
        simulator.set_modes("hidden-after-create:60", "empty-pages")
        simulator.limits.set("dedicated-unit-large-meta-count", 0)
        simulator.policies.join(USER, "Nobody")
        simulator.reset()
        model = ready.custom_model(harness.genai)
        assert model.lifecycle_state == "ACTIVE"
        assert [page.items for page in harness.genai.list_endpoints(ready.COMPARTMENT).pages()] == [()]

    def test_a_reset_removes_all_resources(self, harness: Harness) -> None:
        """The journal and the retry tokens are empty too."""
        made = harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        harness.simulator.reset()
        assert list(harness.simulator.journal) == []
        assert list(harness.genai.list_imported_models(ready.COMPARTMENT)) == []
        again = harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        assert (again.id, again.lifecycle_state) == (made.id, "CREATING")
        assert len(harness.simulator.state()["importedModels"]) == 1
