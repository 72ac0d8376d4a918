"""Retry tokens: a call that is repeated with one is done once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import InvalidatedRetryToken, InvalidParameter
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.harness import response_of

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import OpenPortHarness, PortHarness
    from genai_ports.testing.contract.port.resources import Resources

DAY = 24 * 60 * 60


class RetryTokenBehaviours:
    """What is true of retry tokens."""

    def test_the_same_request_again_brings_the_first_answer_and_makes_nothing(
        self, harness: PortHarness, resources: Resources
    ) -> None:
        """Resource, etag and work request are the ones of the first call, although the resource has moved on."""
        first = resources.create(retry_token="once", display_name="mine")
        ready.finish(resources.genai, first)
        with harness.changes_nothing():
            again = resources.create(retry_token="once", display_name="mine")
        assert again == first
        assert again.lifecycle_state == "CREATING"
        assert (response_of(again).etag, response_of(again).work_request_id) == (
            first.etag,
            response_of(first).work_request_id,
        )
        assert (response_of(again).status, response_of(again).request_id != response_of(first).request_id) == (
            201,
            True,
        )

    def test_the_token_of_another_request_is_refused(self, harness: PortHarness, resources: Resources) -> None:
        """One token is for one request: with another body it is 409."""
        resources.create(retry_token="once", display_name="mine")
        with harness.refuses(InvalidatedRetryToken, "retry-token-reused"):
            resources.create(retry_token="once", display_name="another")

    def test_the_token_of_another_operation_is_refused(self, harness: PortHarness) -> None:
        """One token is for one operation, too."""
        harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        with harness.refuses(InvalidatedRetryToken, "retry-token-reused"):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(), retry_token="once")

    def test_a_token_is_of_no_use_once_its_resource_is_gone(self, harness: PortHarness, resources: Resources) -> None:
        """The same request again would not find what it made: 409, and nothing is made anew."""
        first = resources.create(retry_token="once", display_name="mine")
        ready.finish(resources.genai, first)
        ready.finish(resources.genai, resources.delete(first.id))
        with harness.refuses(InvalidatedRetryToken, "retry-token-gone"):
            resources.create(retry_token="once", display_name="mine")

    def test_a_token_is_of_no_use_once_its_resource_is_going(self, realistic: PortHarness) -> None:
        """A deletion that is under way is enough."""
        genai = realistic.genai
        first = genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        ready.finish(genai, first)
        genai.delete_imported_model(first.id)
        with realistic.refuses(InvalidatedRetryToken, "retry-token-gone"):
            genai.create_imported_model(ready.imported_model_details(), retry_token="once")

    @needs(Capability.DAYS)
    def test_a_token_is_forgotten_after_a_day(self, genai: GenAi) -> None:
        """To the second: until then it brings the first answer, from then on it makes another resource."""
        details = ready.imported_model_details()
        first = genai.create_imported_model(details, retry_token="once")
        genai.clock.sleep(DAY - 1)
        assert genai.create_imported_model(details, retry_token="once").id == first.id
        genai.clock.sleep(1)
        second = genai.create_imported_model(details, retry_token="once")
        assert second.id != first.id
        assert genai.create_imported_model(details, retry_token="once").id == second.id

    def test_requests_with_other_tokens_make_other_resources(self, genai: GenAi) -> None:
        """The same request twice is two, unless a token says otherwise."""
        details = ready.imported_model_details()
        tokens = ["a", "b", None, None]
        made = {genai.create_imported_model(details, retry_token=token).id for token in tokens}
        assert len(made) == 4

    def test_a_refused_request_does_not_use_its_token_up(self, harness: PortHarness) -> None:
        """After the mistake is mended the token is as new."""
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count=0), retry_token="once")
        made = harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count=1), retry_token="once")
        assert response_of(made).status == 201

    def test_a_move_that_is_repeated_is_done_once(self, resources: Resources) -> None:
        """A second answer comes, but the resource stays where it was moved to meanwhile."""
        made = resources.ready()
        resources.move(made.id, ready.ELSEWHERE, retry_token="once")
        resources.move(made.id, ready.COMPARTMENT)
        current = resources.get(made.id)
        assert resources.move(made.id, ready.ELSEWHERE, retry_token="once").status == 204
        assert (resources.get(made.id), resources.get(made.id).etag) == (current, current.etag)

    def test_the_token_of_another_move_is_refused(self, harness: PortHarness) -> None:
        """Another target, or another resource, is another request."""
        genai = harness.genai
        one, two = ready.imported_model(genai), ready.imported_model(genai)
        genai.change_imported_model_compartment(one.id, ready.ELSEWHERE, retry_token="once")
        with harness.refuses(InvalidatedRetryToken, "retry-token-reused"):
            genai.change_imported_model_compartment(one.id, ready.COMPARTMENT, retry_token="once")
        with harness.refuses(InvalidatedRetryToken, "retry-token-reused"):
            genai.change_imported_model_compartment(two.id, ready.ELSEWHERE, retry_token="once")

    def test_each_region_has_tokens_of_its_own(self, genai: GenAi) -> None:
        """A token used in one region is as new in another."""
        details = ready.imported_model_details()
        chicago = genai.create_imported_model(details, retry_token="once")
        phoenix = genai.create_imported_model(details, retry_token="once", region="phx")
        assert phoenix.id != chicago.id

    @pytest.mark.parametrize(("length", "fits"), [(64, True), (65, False)])
    def test_a_token_has_64_characters_at_most(self, open_harness: OpenPortHarness, length: int, *, fits: bool) -> None:
        """Longer ones are refused."""
        harness, token = open_harness(), "x" * length
        if fits:
            made = harness.genai.create_imported_model(ready.imported_model_details(), retry_token=token)
            assert response_of(made).status == 201
            return
        with harness.refuses(InvalidParameter, "header-value"):
            harness.genai.create_imported_model(ready.imported_model_details(), retry_token=token)
