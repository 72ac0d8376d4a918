"""Which status and headers each of the 28 operations answers with, and which work request it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.api.dedicated_ai_cluster import UpdateDedicatedAiClusterDetails
from genai_ports.api.endpoint import UpdateEndpointDetails
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.api.model import UpdateModelDetails
from genai_ports.ocids import parse_ocid
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.harness import response_of, status_and_headers

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness
    from genai_ports.testing.contract.port.resources import Resources

NAMES = {
    "model": ("generativeaimodel", "model", "models"),
    "imported_model": ("generativeaiimportedmodel", "importedModel", "importedModels"),
    "endpoint": ("generativeaiendpoint", "endpoint", "endpoints"),
    "dedicated_ai_cluster": ("generativeaidedicatedaicluster", "dedicatedAiCluster", "dedicatedAiClusters"),
}
"""What OCIDs, work requests and paths call each kind."""

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

    def test_update_of_a_model_answers_200_with_an_etag_and_no_work_request(self, genai: GenAi) -> None:
        """A Model is updated at once."""
        model = ready.custom_model(genai)
        updated = genai.update_model(model.id, UpdateModelDetails(display_name="after"))
        assert status_and_headers(updated) == (200, VERSIONED)

    def test_update_of_an_imported_model_answers_202_with_an_etag_and_a_work_request(self, genai: GenAi) -> None:
        """An ImportedModel is updated by work that is accepted with 202."""
        model = ready.imported_model(genai)
        updated = genai.update_imported_model(model.id, UpdateImportedModelDetails(display_name="after"))
        assert status_and_headers(updated) == (202, VERSIONED | WORKING)

    def test_update_of_an_endpoint_answers_200_with_an_etag_and_a_work_request(self, genai: GenAi) -> None:
        """An Endpoint is updated by work that is accepted with 200."""
        endpoint = ready.endpoint(genai)
        updated = genai.update_endpoint(endpoint.id, UpdateEndpointDetails(display_name="after"))
        assert status_and_headers(updated) == (200, VERSIONED | WORKING)

    def test_update_of_a_cluster_answers_200_with_an_etag_and_a_work_request(self, genai: GenAi) -> None:
        """A DedicatedAiCluster is updated by work that is accepted with 200."""
        cluster = ready.cluster(genai)
        updated = genai.update_dedicated_ai_cluster(cluster.id, UpdateDedicatedAiClusterDetails(display_name="after"))
        assert status_and_headers(updated) == (200, VERSIONED | WORKING)

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
        name = resources.kind.name
        _, entity_type, collection = NAMES[name]
        begun = resources.create()
        created = ready.finish(resources.genai, begun)
        deleted = ready.finish(resources.genai, resources.delete(begun.id))
        for work, verb, action in ((created, "CREATE", "CREATED"), (deleted, "DELETE", "DELETED")):
            assert (work.operation_type, work.compartment_id) == (f"{verb}_{name.upper()}", ready.COMPARTMENT)
            [touched] = work.resources
            assert (touched.entity_type, touched.action_type) == (entity_type, action)
            assert (touched.identifier, touched.entity_uri) == (begun.id, f"/20231130/{collection}/{begun.id}")

    def test_identifiers_are_ocids_of_their_kind(self, resources: Resources) -> None:
        """A resource and its work request have OCIDs of 60 characters at the end, of their own types."""
        begun = resources.create()
        made, work = parse_ocid(begun.id), parse_ocid(ready.work_begun(begun))
        assert made is not None
        assert work is not None
        ocid_type, _, _ = NAMES[resources.kind.name]
        assert (made.resource_type, work.resource_type) == (ocid_type, "generativeaiworkrequest")
        assert (made.realm, len(made.unique), len(work.unique)) == ("oc1", 60, 60)
