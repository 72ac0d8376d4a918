"""Regions: where a call goes, and where a resource is found."""

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
    def test_a_call_without_a_region_goes_to_the_default_region(self, open_harness: OpenPortHarness) -> None:
        """The default region is a setting of the backend."""
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
    def test_an_ocid_contains_the_region(self, genai: GenAi, region: str, segment: str) -> None:
        """A region is given by id or by code. OCIDs of two old regions contain the code."""
        created = genai.create_imported_model(ready.imported_model_details(), region=region)
        made, work = parse_ocid(created.id), parse_ocid(ready.work_begun(created))
        assert made is not None
        assert work is not None
        assert made.region_segment == work.region_segment == segment
        assert made.realm == ("oc4" if "gov" in region else "oc1")

    def test_a_call_goes_to_the_region_of_the_ocid(self, genai: GenAi) -> None:
        """The caller does not have to name the region."""
        model = ready.imported_model(genai, region="phx", display_name="far")
        assert genai.get_imported_model(model.id).display_name == "far"
        work = ready.finish(genai, genai.delete_imported_model(model.id))
        assert ".phx." in work.id
        assert genai.get_imported_model(model.id).lifecycle_state == "DELETED"

    def test_a_resource_is_not_found_in_another_region(self, harness: PortHarness, resources: Resources) -> None:
        """A region that the caller names has priority over the region of the OCID."""
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

    def test_a_work_request_is_not_found_in_another_region(self, harness: PortHarness) -> None:
        """It is in the region of its resource."""
        genai = harness.genai
        work = ready.work_begun(genai.create_imported_model(ready.imported_model_details()))
        with harness.refuses(NotFound, "not-found"):
            genai.get_work_request(work, region="fra")
        with harness.refuses(NotFound, "not-found"):
            genai.list_work_request_logs(work, region="fra").first()
        assert list(genai.list_work_requests(ready.COMPARTMENT, region="fra")) == []

    def test_lists_show_one_region(self, genai: GenAi) -> None:
        """Resources of other regions are not listed."""
        here = ready.imported_model(genai)
        there = ready.imported_model(genai, region="fra")
        assert genai.list_imported_models(ready.COMPARTMENT).one().id == here.id
        assert genai.list_imported_models(ready.COMPARTMENT, region="fra").one().id == there.id

    def test_an_endpoint_cannot_use_resources_of_another_region(self, harness: PortHarness) -> None:
        """Neither the model nor the cluster can be in another region: 400."""
        genai = harness.genai
        model, cluster = ready.imported_model(genai, region="fra"), ready.cluster(genai, region="fra")
        far_model = ready.endpoint_details(genai, model_id=model.id)
        far_cluster = ready.endpoint_details(genai, dedicated_ai_cluster_id=cluster.id)
        for details in (far_model, far_cluster):
            with harness.refuses(RelatedResourceNotFound, "related-not-found"):
                genai.create_endpoint(details)

    def test_resources_of_one_region_can_use_each_other(self, genai: GenAi) -> None:
        """A base model, clusters, a custom model and an endpoint are all in Frankfurt."""
        model = ready.custom_model(genai, region="fra")
        endpoint = ready.endpoint(genai, region="fra", model_id=model.id)
        ids = (endpoint.id, endpoint.model_id, endpoint.dedicated_ai_cluster_id, model.base_model_id or "")
        assert endpoint.lifecycle_state == "ACTIVE"
        assert all(".eu-frankfurt-1." in each for each in ids)

    def test_an_unknown_region_is_refused_before_a_request_is_sent(self, harness: PortHarness) -> None:
        """No realm has it."""
        with harness.sends_nothing(), pytest.raises(UnknownRegion, match="us-chicago-1"):
            harness.genai.create_imported_model(ready.imported_model_details(), region="us-chicago-7")
        with harness.sends_nothing(), pytest.raises(UnknownRegion):
            harness.genai.list_models(ready.COMPARTMENT, region="")
        no_text: Any = 5
        with harness.sends_nothing(), pytest.raises(UnknownRegion, match="there is no region 5"):
            harness.genai.list_models(ready.COMPARTMENT, region=no_text)
