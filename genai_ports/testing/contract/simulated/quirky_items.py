"""Quirks of items: unlisted values, absent or undocumented attributes, names that are not unique."""

from __future__ import annotations

from collections import Counter
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.testing import ready
from genai_ports.testing.contract.port.resources import Resources
from genai_ports.testing.contract.simulated.quirky_pages import all_lists, begin_failed_import

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.simulated.harness import Harness

LLAMA = "meta.llama-3.1-405b-instruct"


def optional(item: Any) -> dict[str, Any]:
    """Return the optional attributes of an item."""
    return {field.name: getattr(item, field.name) for field in fields(item) if field.default is not MISSING}


def required(item: Any) -> dict[str, Any]:
    """Return the required attributes of an item."""
    return {field.name: getattr(item, field.name) for field in fields(item) if field.default is MISSING}


def copies(genai: GenAi, **filters: Any) -> list[Any]:
    """List the base models of one name."""
    return list(genai.list_models(ready.COMPARTMENT, **{"display_name": LLAMA, **filters}))


class QuirkyItemBehaviours:
    """What is true of the quirks of items."""

    def test_an_unlisted_value_of_an_enumeration_is_returned(self, harness: Harness, kind: Kind) -> None:
        """Each kind has one in lists. GET returns the real value, and filters use it."""
        resources = Resources(harness.genai, kind)
        made = resources.ready(display_name="mine")
        harness.simulator.set_modes("unknown-enum-values")
        name, expected = resources.expected.unlisted
        [listed] = resources.list(display_name="mine", lifecycle_state="ACTIVE")
        assert (listed.id, getattr(listed, name)) == (made.id, expected)
        assert resources.get(made.id) == made

    def test_an_unlisted_operation_type_is_returned(self, harness: Harness) -> None:
        """Lists of work requests have one. Errors and logs have no enumeration."""
        genai = harness.genai
        imported, work_id = ready.begin_import(genai)
        logs = list(genai.list_work_request_logs(work_id))
        harness.simulator.set_modes("unknown-enum-values")
        listed = genai.list_work_requests(ready.COMPARTMENT, resource_id=imported).one()
        assert (listed.id, listed.operation_type) == (work_id, "UNLISTED_OPERATION")
        assert genai.get_work_request(work_id).operation_type == "CREATE_IMPORTED_MODEL"
        assert list(genai.list_work_request_logs(work_id)) == logs

    def test_optional_attributes_can_be_absent_from_lists(self, harness: Harness, kind: Kind) -> None:
        """Required attributes stay. GET returns all."""
        resources = Resources(harness.genai, kind)
        made = resources.ready(display_name="mine", description="ours", freeform_tags={"team": "search"})
        before = resources.list(id=made.id).one()
        assert (before.display_name, before.freeform_tags) == ("mine", {"team": "search"})
        harness.simulator.set_modes("absent-fields")
        listed = resources.list(id=made.id, display_name="mine").one()
        assert {*optional(listed).values()} == {None}
        assert required(listed) == required(before)
        assert resources.get(made.id) == made

    def test_optional_attributes_can_be_absent_from_work_requests(self, realistic: Harness) -> None:
        """These are the times of start and end."""
        work_id = begin_failed_import(realistic)
        before = realistic.genai.list_work_requests(ready.COMPARTMENT).one()
        assert before.time_finished is not None
        realistic.simulator.set_modes("absent-fields")
        listed = realistic.genai.list_work_requests(ready.COMPARTMENT).one()
        assert (listed.id, {*optional(listed).values()}) == (work_id, {None})
        assert required(listed) == required(before)

    def test_undocumented_properties_are_ignored(self, realistic: Harness) -> None:
        """Every item has them, and the client does not show them."""
        ready.custom_model(realistic.genai)
        ready.endpoint(realistic.genai)
        work_id = begin_failed_import(realistic)
        before = all_lists(realistic.genai, work_id)
        realistic.simulator.set_modes("extra-fields")
        assert all_lists(realistic.genai, work_id) == before

    @pytest.mark.parametrize(("mode", "number"), [("same-names", 4), ("same-names:3", 3), ("same-names:100", 100)])
    def test_several_base_models_can_have_the_same_name(self, harness: Harness, mode: str, number: int) -> None:
        """The default is four of each. Each has its own id, which GET finds."""
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

    def test_every_base_model_is_repeated_and_custom_models_are_not(self, harness: Harness) -> None:
        """The list is still sorted, newest first."""
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

    def test_models_of_the_same_name_have_fixed_ids(self, harness: Harness) -> None:
        """The ids differ by region. They stay when the mode is turned off and on, or has a higher number."""
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

    def test_each_model_of_the_same_name_can_be_served_and_fine_tuned(self, harness: Harness) -> None:
        """Endpoints and custom models stay when the mode is turned off."""
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

    def test_modes_of_items_and_of_pages_can_be_combined(self, harness: Harness) -> None:
        """Each mode does what it does alone."""
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
