"""Request ids: a response starts with the request id of the client."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import InvalidParameter, NotFound
from genai_ports.testing import ready
from genai_ports.testing.contract.port.harness import response_of

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness
    from genai_ports.testing.contract.port.resources import Resources

UNKNOWN = "ocid1.generativeaiimportedmodel.oc1.us-chicago-1.amaaaaaaunknown"


class RequestIdBehaviours:
    """What is true of `opc-request-id`."""

    def test_every_response_starts_with_the_request_id_of_the_client(self, resources: Resources) -> None:
        """It is the first of three segments."""
        made = resources.create(request_id="mine-1")
        ready.finish(resources.genai, made)
        renamed = resources.rename(made.id, "after", request_id="mine-3")
        resources.finish(renamed)
        responses = [
            response_of(made),
            response_of(resources.get(made.id, request_id="mine-2")),
            response_of(renamed),
            response_of(next(resources.list(request_id="mine-4").pages())),
            resources.move(made.id, ready.ELSEWHERE, request_id="mine-5"),
            resources.delete(made.id, request_id="mine-6"),
        ]
        first = [(each.request_id or "").split("/")[0] for each in responses]
        assert first == [f"mine-{n}" for n in range(1, 7)]

    def test_responses_about_work_requests_have_the_request_id_too(self, genai: GenAi) -> None:
        """Work requests, errors and logs return it."""
        work = ready.work_begun(genai.create_imported_model(ready.imported_model_details()))
        responses = [
            response_of(genai.get_work_request(work, request_id="mine")),
            response_of(next(genai.list_work_requests(ready.COMPARTMENT, request_id="mine").pages())),
            response_of(next(genai.list_work_request_errors(work, request_id="mine").pages())),
            response_of(next(genai.list_work_request_logs(work, request_id="mine").pages())),
        ]
        assert [(each.request_id or "").split("/")[0] for each in responses] == ["mine"] * 4

    def test_an_error_has_the_request_id_of_the_client(self, genai: GenAi) -> None:
        """A client can name the call that failed."""
        with pytest.raises(NotFound) as refused:
            genai.get_imported_model(UNKNOWN, request_id="mine")
        assert re.fullmatch(r"mine(/[0-9A-F]{32}){2}", refused.value.request_id or "")

    def test_a_request_id_is_generated_if_omitted(self, genai: GenAi) -> None:
        """It has three segments of 32 hexadecimal digits, and is unique."""
        made = genai.create_imported_model(ready.imported_model_details())
        ids = {response_of(genai.get_imported_model(made.id)).request_id or "" for _ in range(3)}
        assert len(ids) == 3
        assert all(re.fullmatch(r"[0-9A-F]{32}(/[0-9A-F]{32}){2}", each) for each in ids)

    @pytest.mark.parametrize("request_id", ["two words", "x" * 65, "a/b/c/d"])
    def test_a_malformed_request_id_is_refused(self, harness: PortHarness, request_id: str) -> None:
        """It has up to three segments of up to 64 letters, digits, hyphens and underscores."""
        with harness.refuses(InvalidParameter, "header-value"):
            harness.genai.create_imported_model(ready.imported_model_details(), request_id=request_id)
