"""Resets: a world that begins anew is as one that was just made, whoever looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.tenancy import USER
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.testing.contract.simulated.harness import Harness, OpenHarness


def story(harness: Harness) -> list[Any]:
    """Live through an import, a fine-tuning and a deletion, and tell what came of it."""
    genai = harness.genai
    imported = ready.imported_model(genai, display_name="imported")
    model = ready.custom_model(genai, display_name="tuned")
    ready.finish(genai, genai.delete_imported_model(imported.id))
    listed = list(genai.list_work_requests(ready.COMPARTMENT))
    return [imported, imported.etag, model, model.etag, listed, genai.clock.now()]


class ResetBehaviours:
    """What is true of a world that begins anew."""

    def test_the_same_calls_bring_the_same_again(self, open_harness: OpenHarness) -> None:
        """Ids, etags and times are those of the first time: seed and clock begin anew too."""
        harness = open_harness(seed=7, pace="realistic")
        first = story(harness)
        harness.simulator.reset()
        assert story(harness) == first

    def test_nothing_that_was_planned_or_set_is_left(self, harness: Harness) -> None:
        """Faults, failing work, modes, limits and policies are as they were, and calls go well."""
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

    def test_what_was_made_before_is_unknown(self, harness: Harness) -> None:
        """The world, its journal and the tokens it has seen are empty."""
        made = harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        harness.simulator.reset()
        assert list(harness.simulator.journal) == []
        assert list(harness.genai.list_imported_models(ready.COMPARTMENT)) == []
        again = harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        assert (again.id, again.lifecycle_state) == (made.id, "CREATING")
        assert len(harness.simulator.state()["imported_model"]) == 1
