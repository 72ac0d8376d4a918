"""Operations: the status, the headers and the work request of each."""

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
    """What is true of the responses of operations."""

    def test_create_returns_201_with_an_etag_and_a_work_request(self, resources: Resources) -> None:
        """The work request is the one that creates the resource."""
        assert status_and_headers(resources.create()) == (201, VERSIONED | WORKING)

    def test_get_returns_200_with_an_etag(self, resources: Resources) -> None:
        """No work is started."""
        assert status_and_headers(resources.get(resources.create().id)) == (200, VERSIONED)

    def test_list_returns_200_without_etag_and_work_request(self, resources: Resources) -> None:
        """A page is not a resource, so it has no etag."""
        assert status_and_headers(next(resources.list().pages())) == (200, PLAIN)

    def test_change_compartment_returns_204_without_etag_and_work_request(self, resources: Resources) -> None:
        """The move is finished when the call returns."""
        made = resources.ready()
        assert status_and_headers(resources.move(made.id, ready.ELSEWHERE)) == (204, PLAIN)

    def test_delete_returns_202_with_a_work_request_and_no_etag(self, resources: Resources) -> None:
        """The work request is the one that deletes the resource."""
        made = resources.ready()
        assert status_and_headers(resources.delete(made.id)) == (202, WORKING)

    def test_update_returns_its_status_with_an_etag_and_a_work_request_if_it_needs_work(
        self, resources: Resources
    ) -> None:
        """A Model is updated at once; the other kinds by work."""
        made = resources.ready()
        headers = VERSIONED | WORKING if resources.expected.update_work else VERSIONED
        assert status_and_headers(resources.rename(made.id, "after")) == (resources.expected.update_status, headers)

    def test_get_of_a_finished_work_request_returns_200_with_an_etag(self, genai: GenAi) -> None:
        """It has no `retry-after`."""
        work = ready.finish(genai, genai.create_imported_model(ready.imported_model_details()))
        assert status_and_headers(genai.get_work_request(work.id)) == (200, VERSIONED)

    @needs(Capability.PACE)
    def test_get_of_an_unfinished_work_request_returns_retry_after(self, realistic: PortHarness) -> None:
        """It is a number of whole seconds."""
        created = realistic.genai.create_imported_model(ready.imported_model_details())
        work = realistic.genai.get_work_request(ready.work_begun(created))
        assert status_and_headers(work) == (200, VERSIONED | {"retry_after"})
        assert response_of(work).retry_after == 288

    def test_lists_of_work_requests_errors_and_logs_return_200(self, genai: GenAi) -> None:
        """They have neither an etag nor a work request."""
        work = ready.work_begun(genai.create_imported_model(ready.imported_model_details()))
        assert status_and_headers(next(genai.list_work_requests(ready.COMPARTMENT).pages())) == (200, PLAIN)
        assert status_and_headers(next(genai.list_work_request_errors(work).pages())) == (200, PLAIN)
        assert status_and_headers(next(genai.list_work_request_logs(work).pages())) == (200, PLAIN)

    @needs(Capability.UNDER_WAY)
    def test_create_returns_the_same_resource_as_get(self, realistic: PortHarness) -> None:
        """Both return the same attributes and the same etag."""
        created = realistic.genai.create_imported_model(ready.imported_model_details(display_name="mine"))
        found = realistic.genai.get_imported_model(created.id)
        assert (found, found.etag) == (created, created.etag)

    def test_lists_show_the_same_values_as_get(self, resources: Resources) -> None:
        """A summary has a part of the attributes."""
        made = resources.ready(display_name="mine")
        summary = resources.list(display_name="mine").one()
        shown = {name: getattr(summary, name) for name in type(summary).__dataclass_fields__ if name != "response"}
        assert shown == {name: getattr(made, name) for name in shown}
        assert type(summary) is resources.kind.summary

    def test_a_work_request_names_its_operation_and_its_resource(self, resources: Resources) -> None:
        """This applies to creation and deletion. It has the path of the resource too."""
        expected = resources.expected
        made = resources.create()
        created = ready.finish(resources.genai, made)
        deleted = ready.finish(resources.genai, resources.delete(made.id))
        works = ((created, expected.create_work, "CREATED"), (deleted, expected.delete_work, "DELETED"))
        for work, operation_type, action in works:
            assert (work.operation_type, work.compartment_id) == (operation_type, ready.COMPARTMENT)
            [touched] = work.resources
            assert (touched.entity_type, touched.action_type) == (expected.entity_type, action)
            assert (touched.identifier, touched.entity_uri) == (made.id, f"/20231130/{expected.collection}/{made.id}")

    def test_identifiers_are_ocids_of_their_kind(self, resources: Resources) -> None:
        """The last part of an OCID has 60 characters."""
        created = resources.create()
        made, work = parse_ocid(created.id), parse_ocid(ready.work_begun(created))
        assert made is not None
        assert work is not None
        ocid_type = resources.expected.ocid_type
        assert (made.resource_type, work.resource_type) == (ocid_type, "generativeaiworkrequest")
        assert (made.realm, len(made.unique), len(work.unique)) == ("oc1", 60, 60)
