"""Regions: where a call goes, and that a resource lives in one region only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.errors import NotFound, RelatedResourceNotFound, UnknownRegion
from genai_ports.ocids import parse_ocid
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import OpenPortHarness, PortHarness
    from genai_ports.testing.contract.port.resources import Resources


class RegionBehaviours:
    """What is true of regions."""

    @needs(Capability.REGION)
    def test_the_default_region_is_the_backends(self, open_harness: OpenPortHarness) -> None:
        """A call that names no region goes where the backend was opened for."""
        frankfurt = open_harness(region="eu-frankfurt-1")
        model = ready.imported_model(frankfurt.genai)
        assert frankfurt.genai.default_region == "eu-frankfurt-1"
        assert ".oc1.eu-frankfurt-1." in model.id
        assert frankfurt.genai.list_imported_models(ready.COMPARTMENT, region="eu-frankfurt-1").one().id == model.id

    @pytest.mark.parametrize(
        ("region", "segment"),
        [
            ("us-chicago-1", "us-chicago-1"),
            ("iad", "iad"),
            ("us-phoenix-1", "phx"),
            ("FRA", "eu-frankfurt-1"),
            ("uk-gov-london-1", "uk-gov-london-1"),
        ],
    )
    def test_an_ocid_names_the_region_it_was_made_in(self, genai: GenAi, region: str, segment: str) -> None:
        """A region is given by id or by code; two old ones are spelled by their code in OCIDs."""
        begun = genai.create_imported_model(ready.imported_model_details(), region=region)
        made, work = parse_ocid(begun.id), parse_ocid(ready.work_begun(begun))
        assert made is not None
        assert work is not None
        assert made.region_segment == work.region_segment == segment
        assert made.realm == ("oc4" if "gov" in region else "oc1")

    def test_the_ocid_leads_to_its_region(self, genai: GenAi) -> None:
        """Who has the OCID need not name the region, whatever the default is."""
        model = ready.imported_model(genai, region="phx", display_name="far")
        assert genai.get_imported_model(model.id).display_name == "far"
        work = ready.finish(genai, genai.delete_imported_model(model.id))
        assert ".phx." in work.id
        assert genai.get_imported_model(model.id).lifecycle_state == "DELETED"

    def test_a_resource_is_not_found_elsewhere(self, harness: PortHarness, resources: Resources) -> None:
        """The region that is named goes before the one of the OCID, and has no such resource: 404."""
        made = resources.ready()
        assert resources.get(made.id, region="ord").id == made.id
        with harness.refuses(NotFound, "not-found"):
            resources.get(made.id, region="fra")
        with harness.refuses(NotFound, "not-found"):
            resources.rename(made.id, "after", region="fra")
        with harness.refuses(NotFound, "not-found"):
            resources.move(made.id, ready.ELSEWHERE, region="fra")
        with harness.refuses(NotFound, "not-found"):
            resources.delete(made.id, region="fra")

    def test_a_work_request_is_not_found_elsewhere(self, harness: PortHarness) -> None:
        """It is in the region of its resource."""
        genai = harness.genai
        work = ready.work_begun(genai.create_imported_model(ready.imported_model_details()))
        with harness.refuses(NotFound, "not-found"):
            genai.get_work_request(work, region="fra")
        with harness.refuses(NotFound, "not-found"):
            genai.list_work_request_logs(work, region="fra").first()
        assert list(genai.list_work_requests(ready.COMPARTMENT, region="fra")) == []

    def test_lists_show_one_region(self, genai: GenAi) -> None:
        """What is elsewhere is not there."""
        here = ready.imported_model(genai)
        there = ready.imported_model(genai, region="fra")
        assert genai.list_imported_models(ready.COMPARTMENT).one().id == here.id
        assert genai.list_imported_models(ready.COMPARTMENT, region="fra").one().id == there.id

    def test_what_stands_on_what_is_in_one_region(self, harness: PortHarness) -> None:
        """An endpoint cannot serve a model from, nor on a cluster in, another region: 400."""
        genai = harness.genai
        model, cluster = ready.imported_model(genai, region="fra"), ready.cluster(genai, region="fra")
        far_model = ready.endpoint_details(genai, model_id=model.id)
        far_cluster = ready.endpoint_details(genai, dedicated_ai_cluster_id=cluster.id)
        for details in (far_model, far_cluster):
            with harness.refuses(RelatedResourceNotFound, "related-not-found"):
                genai.create_endpoint(details)

    def test_a_whole_story_can_happen_in_another_region(self, genai: GenAi) -> None:
        """Base model, clusters, custom model and endpoint, all in Frankfurt, are used by each other there."""
        model = ready.custom_model(genai, region="fra")
        endpoint = ready.endpoint(genai, region="fra", model_id=model.id)
        ids = (endpoint.id, endpoint.model_id, endpoint.dedicated_ai_cluster_id, model.base_model_id or "")
        assert endpoint.lifecycle_state == "ACTIVE"
        assert all(".eu-frankfurt-1." in each for each in ids)

    def test_an_unknown_region_is_refused_before_anything_is_sent(self, harness: PortHarness) -> None:
        """No realm has it, so there is nobody to ask."""
        with harness.sends_nothing(), pytest.raises(UnknownRegion, match="us-chicago-1"):
            harness.genai.create_imported_model(ready.imported_model_details(), region="us-chicago-7")
        with harness.sends_nothing(), pytest.raises(UnknownRegion):
            harness.genai.list_models(ready.COMPARTMENT, region="")
        no_text: Any = 5
        with harness.sends_nothing(), pytest.raises(UnknownRegion, match="there is no region 5"):
            harness.genai.list_models(ready.COMPARTMENT, region=no_text)
