"""Unkind items: values that nobody knows, attributes absent or not documented, names that are not unique."""

from __future__ import annotations

from collections import Counter
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.testing import ready
from genai_ports.testing.contract.port.resources import Resources
from genai_ports.testing.contract.simulated.quirky_pages import begin_failed_import, walks

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.simulated.harness import Harness

LLAMA = "meta.llama-3.1-405b-instruct"


def optional(item: Any) -> dict[str, Any]:
    """Tell the attributes that an item need not have."""
    return {field.name: getattr(item, field.name) for field in fields(item) if field.default is not MISSING}


def required(item: Any) -> dict[str, Any]:
    """Tell the attributes that an item must have."""
    return {field.name: getattr(item, field.name) for field in fields(item) if field.default is MISSING}


def copies(genai: GenAi, **filters: Any) -> list[Any]:
    """List the base models of one name."""
    return list(genai.list_models(ready.COMPARTMENT, **{"display_name": LLAMA, **filters}))


class QuirkyItemBehaviours:
    """What is true of items that are legal and unkind."""

    def test_a_value_that_nobody_knows_passes_through(self, harness: Harness, kind: Kind) -> None:
        """In an open enumeration of each kind; GET tells it as it is, and filters go by what it is."""
        resources = Resources(harness.genai, kind)
        made = resources.ready(display_name="mine")
        harness.simulator.set_modes("unknown-enum-values")
        name, expected = resources.expected.unlisted
        [listed] = resources.list(display_name="mine", lifecycle_state="ACTIVE")
        assert (listed.id, getattr(listed, name)) == (made.id, expected)
        assert resources.get(made.id) == made

    def test_an_operation_type_that_nobody_knows_passes_through(self, harness: Harness) -> None:
        """Lists of work requests have one, and can still be walked; errors and logs have nothing to be unknown."""
        genai = harness.genai
        imported, work_id = ready.begin_import(genai)
        logs = list(genai.list_work_request_logs(work_id))
        harness.simulator.set_modes("unknown-enum-values")
        listed = genai.list_work_requests(ready.COMPARTMENT, resource_id=imported).one()
        assert (listed.id, listed.operation_type) == (work_id, "UNLISTED_OPERATION")
        assert genai.get_work_request(work_id).operation_type == "CREATE_IMPORTED_MODEL"
        assert list(genai.list_work_request_logs(work_id)) == logs

    def test_what_need_not_be_there_comes_as_none(self, harness: Harness, kind: Kind) -> None:
        """What must be there stays; GET tells everything."""
        resources = Resources(harness.genai, kind)
        made = resources.ready(display_name="mine", description="ours", freeform_tags={"team": "search"})
        before = resources.list(id=made.id).one()
        assert (before.display_name, before.freeform_tags) == ("mine", {"team": "search"})
        harness.simulator.set_modes("absent-fields")
        listed = resources.list(id=made.id, display_name="mine").one()
        assert {*optional(listed).values()} == {None}
        assert required(listed) == required(before)
        assert resources.get(made.id) == made

    def test_work_requests_need_not_tell_when_they_began_and_ended(self, realistic: Harness) -> None:
        """Their optional attributes go, too."""
        work_id = begin_failed_import(realistic)
        before = realistic.genai.list_work_requests(ready.COMPARTMENT).one()
        assert before.time_finished is not None
        realistic.simulator.set_modes("absent-fields")
        listed = realistic.genai.list_work_requests(ready.COMPARTMENT).one()
        assert (listed.id, {*optional(listed).values()}) == (work_id, {None})
        assert required(listed) == required(before)

    def test_what_is_not_documented_does_no_harm(self, realistic: Harness) -> None:
        """Extra properties come with every item, and clients that do not know them do not see them."""
        ready.custom_model(realistic.genai)
        ready.endpoint(realistic.genai)
        work_id = begin_failed_import(realistic)
        before = walks(realistic.genai, work_id)
        realistic.simulator.set_modes("extra-fields")
        assert walks(realistic.genai, work_id) == before

    @pytest.mark.parametrize(("mode", "number"), [("same-names", 4), ("same-names:3", 3), ("same-names:100", 100)])
    def test_names_need_not_be_unique(self, harness: Harness, mode: str, number: int) -> None:
        """There are that many of each base model, each with an id of its own that GET reads; four unless told."""
        genai = harness.genai
        original = copies(genai)[0]
        harness.simulator.set_modes(mode)
        found = copies(genai)
        assert len(found) == len({model.id for model in found}) == number
        assert [model for model in found if model.id == original.id] == [original]
        assert [genai.get_model(model.id).id for model in found[:5]] == [model.id for model in found[:5]]
        assert {(model.display_name, model.vendor, model.capabilities) for model in found} == {
            (LLAMA, original.vendor, original.capabilities)
        }

    def test_every_name_of_a_base_model_is_there_as_often_and_own_models_once(self, harness: Harness) -> None:
        """Those that Oracle lists twice are there twice as often; lists are still sorted, newest first."""
        genai = harness.genai
        mine = ready.custom_model(genai)
        before = Counter(model.display_name for model in genai.list_models(ready.COMPARTMENT))
        harness.simulator.set_modes("same-names:3")
        listed = list(genai.list_models(ready.COMPARTMENT, limit=7))
        after = Counter(model.display_name for model in listed)
        assert after == {name: count * (1 if name == mine.display_name else 3) for name, count in before.items()}
        times = [model.time_created for model in listed]
        assert times == sorted(times, reverse=True)
        assert len({model.id for model in listed}) == len(listed)

    def test_models_of_one_name_are_the_same_for_everybody_and_at_every_time(self, harness: Harness) -> None:
        """In each region its own; turned off and on again, or with more of them, they have the ids that they had."""
        genai = harness.genai
        harness.simulator.set_modes("same-names:3")
        here = [model.id for model in copies(genai)]
        there = [model.id for model in genai.list_models(ready.ELSEWHERE, display_name=LLAMA)]
        assert here == there
        assert {*here}.isdisjoint(model.id for model in copies(genai, region="eu-frankfurt-1"))
        harness.simulator.set_modes()
        assert [model.id for model in copies(genai)] == here[:1]
        harness.simulator.set_modes("same-names:5")
        assert [model.id for model in copies(genai)][:3] == here

    def test_each_model_of_a_name_can_be_built_upon(self, harness: Harness) -> None:
        """Served, and tuned; what stands on it goes on when there is one of each again."""
        genai = harness.genai
        harness.simulator.set_modes("same-names:2")
        _, copy = copies(genai)
        _, tunable = copies(genai, display_name="meta.llama-3.3-70b-instruct", capability=["FINE_TUNE"])
        endpoint = ready.endpoint(genai, model_id=copy.id)
        tuned = ready.custom_model(genai, base_model_id=tunable.id)
        harness.simulator.set_modes()
        assert [model.id for model in copies(genai)] != [copy.id]
        assert genai.get_endpoint(endpoint.id).model_id == copy.id
        assert genai.get_model(copy.id).display_name == LLAMA
        assert ready.endpoint(genai, model_id=tuned.id).lifecycle_state == "ACTIVE"

    def test_unkind_items_come_in_unkind_pages(self, harness: Harness) -> None:
        """Several modes at a time do each their own."""
        genai = harness.genai
        before = [(model.id, model.capabilities) for model in genai.list_models(ready.COMPARTMENT)]
        harness.simulator.set_modes(
            "short-pages", "empty-pages", "capped-pages:7", "unknown-enum-values", "absent-fields", "extra-fields"
        )
        pages = list(genai.list_models(ready.COMPARTMENT, limit=20).pages())
        assert {len(page.items) for page in pages[:-1]} == {0, 7}
        listed = [model for page in pages for model in page.items]
        assert [(m.id, m.capabilities) for m in listed] == [(i, (*c, "UNLISTED_CAPABILITY")) for i, c in before]
        assert {model.display_name for model in listed} == {None}
