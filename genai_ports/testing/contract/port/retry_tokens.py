"""Retry tokens: a repeated request with the same token is carried out once."""

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

    def test_a_repeated_creation_returns_the_first_response_and_creates_nothing(
        self, harness: PortHarness, resources: Resources
    ) -> None:
        """Resource, etag and work request are those of the first response, even if the resource has changed since."""
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

    def test_a_retry_token_with_another_body_is_refused(self, harness: PortHarness, resources: Resources) -> None:
        """A token is for one request: 409."""
        resources.create(retry_token="once", display_name="mine")
        with harness.refuses(InvalidatedRetryToken, "retry-token-reused"):
            resources.create(retry_token="once", display_name="another")

    def test_a_retry_token_with_another_operation_is_refused(self, harness: PortHarness) -> None:
        """A token is for one request: 409."""
        harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        with harness.refuses(InvalidatedRetryToken, "retry-token-reused"):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(), retry_token="once")

    def test_a_retry_token_of_a_deleted_resource_is_refused(self, harness: PortHarness, resources: Resources) -> None:
        """The first response cannot be returned again, and nothing is created."""
        first = resources.create(retry_token="once", display_name="mine")
        ready.finish(resources.genai, first)
        ready.finish(resources.genai, resources.delete(first.id))
        with harness.refuses(InvalidatedRetryToken, "retry-token-gone"):
            resources.create(retry_token="once", display_name="mine")

    def test_a_retry_token_of_a_resource_that_is_deleting_is_refused(self, realistic: PortHarness) -> None:
        """The deletion does not have to be finished."""
        genai = realistic.genai
        first = genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        ready.finish(genai, first)
        genai.delete_imported_model(first.id)
        with realistic.refuses(InvalidatedRetryToken, "retry-token-gone"):
            genai.create_imported_model(ready.imported_model_details(), retry_token="once")

    @needs(Capability.DAYS)
    def test_a_retry_token_is_valid_for_a_day(self, genai: GenAi) -> None:
        """After 24 hours the same request creates another resource."""
        details = ready.imported_model_details()
        first = genai.create_imported_model(details, retry_token="once")
        genai.clock.sleep(DAY - 1)
        assert genai.create_imported_model(details, retry_token="once").id == first.id
        genai.clock.sleep(1)
        second = genai.create_imported_model(details, retry_token="once")
        assert second.id != first.id
        assert genai.create_imported_model(details, retry_token="once").id == second.id

    def test_requests_with_different_retry_tokens_create_different_resources(self, genai: GenAi) -> None:
        """So do requests without a token."""
        details = ready.imported_model_details()
        tokens = ["a", "b", None, None]
        made = {genai.create_imported_model(details, retry_token=token).id for token in tokens}
        assert len(made) == 4

    def test_a_refused_request_does_not_use_up_its_retry_token(self, harness: PortHarness) -> None:
        """The corrected request can have the same token."""
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count=0), retry_token="once")
        made = harness.genai.create_dedicated_ai_cluster(ready.cluster_details(unit_count=1), retry_token="once")
        assert response_of(made).status == 201

    def test_a_repeated_move_is_done_once(self, resources: Resources) -> None:
        """The response is repeated. The resource stays where a later move put it."""
        made = resources.ready()
        resources.move(made.id, ready.ELSEWHERE, retry_token="once")
        resources.move(made.id, ready.COMPARTMENT)
        current = resources.get(made.id)
        assert resources.move(made.id, ready.ELSEWHERE, retry_token="once").status == 204
        assert (resources.get(made.id), resources.get(made.id).etag) == (current, current.etag)

    def test_a_retry_token_with_another_move_is_refused(self, harness: PortHarness) -> None:
        """Another compartment or another resource is another request."""
        genai = harness.genai
        one, two = ready.imported_model(genai), ready.imported_model(genai)
        genai.change_imported_model_compartment(one.id, ready.ELSEWHERE, retry_token="once")
        with harness.refuses(InvalidatedRetryToken, "retry-token-reused"):
            genai.change_imported_model_compartment(one.id, ready.COMPARTMENT, retry_token="once")
        with harness.refuses(InvalidatedRetryToken, "retry-token-reused"):
            genai.change_imported_model_compartment(two.id, ready.ELSEWHERE, retry_token="once")

    def test_a_retry_token_can_be_used_in_each_region(self, genai: GenAi) -> None:
        """The two requests create two resources."""
        details = ready.imported_model_details()
        chicago = genai.create_imported_model(details, retry_token="once")
        phoenix = genai.create_imported_model(details, retry_token="once", region="phx")
        assert phoenix.id != chicago.id

    @pytest.mark.parametrize(("length", "fits"), [(64, True), (65, False)])
    def test_a_retry_token_has_up_to_64_characters(
        self, open_harness: OpenPortHarness, length: int, *, fits: bool
    ) -> None:
        """A longer one is refused."""
        harness, token = open_harness(), "x" * length
        if fits:
            made = harness.genai.create_imported_model(ready.imported_model_details(), retry_token=token)
            assert response_of(made).status == 201
            return
        with harness.refuses(InvalidParameter, "header-value"):
            harness.genai.create_imported_model(ready.imported_model_details(), retry_token=token)
