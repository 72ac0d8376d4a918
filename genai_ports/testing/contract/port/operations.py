"""Which status and headers each of the 28 operations answers with, and which work request it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.ocids import parse_ocid
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.harness import response_of, status_and_headers

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness
    from genai_ports.testing.contract.port.resources import Resources

PLAIN = {"request_id"}
VERSIONED = {"request_id", "etag"}
WORKING = {"request_id", "work_request_id"}


class OperationBehaviours:
    """The table of operations: one answer each."""

    def test_create_answers_201_with_an_etag_and_a_work_request(self, resources: Resources) -> None:
        """A creation is answered with 201, the first etag and the work request that does the rest."""
        assert status_and_headers(resources.create()) == (201, VERSIONED | WORKING)

    def test_get_answers_200_with_an_etag(self, resources: Resources) -> None:
        """A resource is read with 200 and its etag, and no work is begun."""
        assert status_and_headers(resources.get(resources.create().id)) == (200, VERSIONED)

    def test_list_answers_200_with_neither_etag_nor_work_request(self, resources: Resources) -> None:
        """A page is read with 200; an etag would have no resource to be of."""
        assert status_and_headers(next(resources.list().pages())) == (200, PLAIN)

    def test_change_compartment_answers_204_with_neither_etag_nor_work_request(self, resources: Resources) -> None:
        """A move is done when it is answered, with 204 and nothing more."""
        made = resources.ready()
        assert status_and_headers(resources.move(made.id, ready.ELSEWHERE)) == (204, PLAIN)

    def test_delete_answers_202_with_a_work_request_and_no_etag(self, resources: Resources) -> None:
        """A deletion is answered with 202 and the work request that does it."""
        made = resources.ready()
        assert status_and_headers(resources.delete(made.id)) == (202, WORKING)

    def test_update_returns_its_status_with_an_etag_and_a_work_request_if_it_needs_work(
        self, resources: Resources
    ) -> None:
        """A Model is updated at once; the other kinds by work."""
        made = resources.ready()
        headers = VERSIONED | WORKING if resources.expected.update_work else VERSIONED
        assert status_and_headers(resources.rename(made.id, "after")) == (resources.expected.update_status, headers)

    def test_a_finished_work_request_is_read_with_200_and_an_etag(self, genai: GenAi) -> None:
        """A work request that is done has an etag, and nothing is left to come back for."""
        work = ready.finish(genai, genai.create_imported_model(ready.imported_model_details()))
        assert status_and_headers(genai.get_work_request(work.id)) == (200, VERSIONED)

    @needs(Capability.PACE)
    def test_an_unfinished_work_request_says_when_to_look_again(self, realistic: PortHarness) -> None:
        """A work request that is not done carries `retry-after`, in whole seconds, as well."""
        begun = realistic.genai.create_imported_model(ready.imported_model_details())
        looked = realistic.genai.get_work_request(ready.work_begun(begun))
        assert status_and_headers(looked) == (200, VERSIONED | {"retry_after"})
        assert response_of(looked).retry_after == 120

    def test_lists_about_work_requests_answer_200(self, genai: GenAi) -> None:
        """Work requests, their errors and their logs are read with 200, page by page."""
        work = ready.work_begun(genai.create_imported_model(ready.imported_model_details()))
        assert status_and_headers(next(genai.list_work_requests(ready.COMPARTMENT).pages())) == (200, PLAIN)
        assert status_and_headers(next(genai.list_work_request_errors(work).pages())) == (200, PLAIN)
        assert status_and_headers(next(genai.list_work_request_logs(work).pages())) == (200, PLAIN)

    def test_create_answers_with_what_get_reads(self, realistic: PortHarness) -> None:
        """What a creation brings is the resource as GET shows it, in the same version."""
        begun = realistic.genai.create_imported_model(ready.imported_model_details(display_name="mine"))
        found = realistic.genai.get_imported_model(begun.id)
        assert (found, found.etag) == (begun, begun.etag)

    def test_lists_show_what_get_reads(self, resources: Resources) -> None:
        """A summary has the attributes that GET has, with the same values."""
        made = resources.ready(display_name="mine")
        summary = resources.list(display_name="mine").one()
        shown = {name: getattr(summary, name) for name in type(summary).__dataclass_fields__ if name != "response"}
        assert shown == {name: getattr(made, name) for name in shown}
        assert type(summary) is resources.kind.summary

    def test_a_work_request_names_its_operation_and_its_resource(self, resources: Resources) -> None:
        """The work request of a creation or a deletion tells what is done to which resource, and where to read it."""
        expected = resources.expected
        begun = resources.create()
        created = ready.finish(resources.genai, begun)
        deleted = ready.finish(resources.genai, resources.delete(begun.id))
        works = ((created, expected.create_work, "CREATED"), (deleted, expected.delete_work, "DELETED"))
        for work, operation_type, action in works:
            assert (work.operation_type, work.compartment_id) == (operation_type, ready.COMPARTMENT)
            [touched] = work.resources
            assert (touched.entity_type, touched.action_type) == (expected.entity_type, action)
            assert (touched.identifier, touched.entity_uri) == (begun.id, f"/20231130/{expected.collection}/{begun.id}")

    def test_identifiers_are_ocids_of_their_kind(self, resources: Resources) -> None:
        """A resource and its work request have OCIDs of 60 characters at the end, of their own types."""
        begun = resources.create()
        made, work = parse_ocid(begun.id), parse_ocid(ready.work_begun(begun))
        assert made is not None
        assert work is not None
        ocid_type = resources.expected.ocid_type
        assert (made.resource_type, work.resource_type) == (ocid_type, "generativeaiworkrequest")
        assert (made.realm, len(made.unique), len(work.unique)) == ("oc1", 60, 60)
