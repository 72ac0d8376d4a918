"""Compartments: where resources are, and how they are moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import InvalidParameter, MissingParameter
from genai_ports.testing import ready

if TYPE_CHECKING:
    from typing import Any

    from genai_ports.testing.contract.port.harness import PortHarness
    from genai_ports.testing.contract.port.resources import Resources


class CompartmentBehaviours:
    """What is true of compartments."""

    def test_a_moved_resource_is_found_in_its_new_compartment(self, resources: Resources) -> None:
        """Only the compartment and the time of the last update change."""
        made = resources.ready(display_name="mine")
        resources.genai.clock.sleep(60)
        resources.move(made.id, ready.ELSEWHERE)
        moved = resources.get(made.id)
        changed = {name for name in type(made).__dataclass_fields__ if getattr(made, name) != getattr(moved, name)}
        assert (changed - {"response"}, moved.compartment_id) == ({"compartment_id", "time_updated"}, ready.ELSEWHERE)
        assert resources.list(ready.ELSEWHERE, display_name="mine").one().id == made.id
        assert list(resources.list(ready.COMPARTMENT, display_name="mine")) == []

    def test_a_resource_can_be_moved_back(self, resources: Resources) -> None:
        """The lists show it in one compartment at a time."""
        made = resources.ready(display_name="mine")
        resources.move(made.id, ready.ELSEWHERE)
        resources.move(made.id, ready.COMPARTMENT)
        assert resources.list(ready.COMPARTMENT, display_name="mine").one().id == made.id
        assert list(resources.list(ready.ELSEWHERE, display_name="mine")) == []

    def test_a_moved_resource_is_sorted_into_lists_by_name(self, resources: Resources) -> None:
        """A list by name or by time that was read before shows it at the right place."""
        resources.create(display_name="a", compartment_id=ready.ELSEWHERE)
        made = resources.ready(display_name="b")
        resources.create(display_name="c", compartment_id=ready.ELSEWHERE)

        def orders() -> set[str]:
            """Return the names that the list has with each sort key, except the state, in ascending order."""
            listings = (
                resources.own(ready.ELSEWHERE, sort_by=key, sort_order="ASC")
                for key in resources.sort_keys
                if key != "lifecycleState"
            )
            return {"".join(each.display_name for each in listing) for listing in listings}

        assert orders() == {"ac"}
        resources.move(made.id, ready.ELSEWHERE)
        assert orders() == {"abc"}

    @pytest.mark.parametrize("wrong", ["ocid1.user.oc1..somebody", "production", "ocid1.compartment"])
    def test_a_move_to_something_else_than_a_compartment_is_refused(
        self, harness: PortHarness, resources: Resources, wrong: str
    ) -> None:
        """The target is the OCID of a compartment or of the tenancy."""
        made = resources.ready()
        with harness.refuses(InvalidParameter, "property-value"):
            resources.move(made.id, wrong)

    def test_a_resource_can_be_moved_to_the_tenancy(self, resources: Resources) -> None:
        """The tenancy is the root compartment."""
        root = "ocid1.tenancy.oc1..root"
        made = resources.ready(display_name="mine")
        resources.move(made.id, root)
        assert resources.list(root, display_name="mine").one().id == made.id

    @pytest.mark.parametrize(
        ("compartment", "error", "rule"),
        [
            ("ocid1.user.oc1..somebody", InvalidParameter, "property-value"),
            (None, MissingParameter, "property-missing"),
        ],
    )
    def test_a_creation_without_a_valid_compartment_is_refused(
        self, harness: PortHarness, resources: Resources, compartment: str | None, error: Any, rule: str
    ) -> None:
        """The OCID of something else is an invalid parameter; no OCID is a missing one."""
        resources.details()
        with harness.refuses(error, rule):
            resources.create(compartment_id=compartment)
