"""Policies apply to each call of a user, in the compartments of its resource."""

from __future__ import annotations

import pytest

from genai_ports import InMemoryModelRepository, NotFound
from genai_ports.testing import ready

ANN = "ocid1.user.oc1..ann"
HERE, THERE = ready.COMPARTMENT, "ocid1.compartment.oc1..there"


def world(*statements: str) -> tuple[InMemoryModelRepository, InMemoryModelRepository]:
    """Return the repositories of a caller who is allowed everything, and of Ann, who is in the group Team."""
    owner = InMemoryModelRepository()
    owner.simulator.policies.join(ANN, "Team")
    for statement in statements:
        owner.simulator.policies.allow(f"Allow group Team to {statement}")
    return owner, InMemoryModelRepository(simulator=owner.simulator, user=ANN)


def test_a_user_may_do_what_the_policies_allow_and_a_caller_without_a_user_everything() -> None:
    owner, ann = world("read generative-ai-imported-model in tenancy")
    model = ready.imported_model(owner)
    assert ann.get_imported_model(model.id).id == model.id
    with pytest.raises(NotFound, match=f"no policy allows {ANN} to manage generative-ai-imported-model in {HERE}"):
        ann.delete_imported_model(model.id)
    owner.delete_imported_model(model.id)


def test_without_policies_a_user_may_do_everything() -> None:
    genai = InMemoryModelRepository(user=ANN)
    assert ready.imported_model(genai).lifecycle_state == "ACTIVE"


def test_a_resource_is_moved_by_a_user_who_may_change_it_in_both_compartments() -> None:
    owner, ann = world(f"manage generative-ai-imported-model in compartment id {HERE}")
    model = ready.imported_model(owner)
    with pytest.raises(NotFound, match=f"in {THERE}"):
        ann.change_imported_model_compartment(model.id, THERE)
    owner.simulator.policies.allow(f"Allow group Team to manage generative-ai-imported-model in compartment id {THERE}")
    ann.change_imported_model_compartment(model.id, THERE)
    assert owner.get_imported_model(model.id).compartment_id == THERE


def test_a_work_request_is_in_the_compartment_of_its_resource() -> None:
    owner, ann = world(f"manage generative-ai-family in compartment id {HERE}")
    own, other = (
        owner.create_imported_model(ready.imported_model_details(compartment_id=where)).response.work_request_id
        for where in (HERE, THERE)
    )
    assert ann.get_work_request(own).id == own
    with pytest.raises(NotFound, match=f"no policy allows {ANN} to .* in {THERE}"):
        ann.get_work_request(other)
