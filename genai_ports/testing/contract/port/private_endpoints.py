"""Private endpoints: their domain names and addresses, and the endpoints behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.endpoint import UpdateEndpointDetails
from genai_ports.api.private_endpoint import UpdateGenerativeAiPrivateEndpointDetails
from genai_ports.errors import Conflict, IncorrectState, InvalidParameter, MissingParameter, RelatedResourceNotFound
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness

UNKNOWN = "ocid1.generativeaiprivateendpoint.oc1.us-chicago-1.amaaaaaaunknown"


def behind(private_endpoint_id: str) -> UpdateEndpointDetails:
    """Return an update that puts an endpoint behind a private endpoint."""
    return UpdateEndpointDetails(generative_ai_private_endpoint_id=private_endpoint_id)


class PrivateEndpointBehaviours:
    """What is true of private endpoints."""

    def test_a_private_endpoint_has_a_domain_name_at_once_and_an_address_when_it_is_ready(
        self, realistic: PortHarness
    ) -> None:
        """The domain name starts with the DNS prefix and names the region."""
        genai = realistic.genai
        creating = genai.create_generative_ai_private_endpoint(ready.private_endpoint_details(dns_prefix="mine"))
        assert creating.fqdn.startswith("mine.pe.inference.generativeai.us-chicago-1.")
        assert (creating.lifecycle_state, creating.private_endpoint_ip) == ("CREATING", None)
        ready.finish(genai, creating)
        active = genai.get_generative_ai_private_endpoint(creating.id)
        assert (active.lifecycle_state, active.fqdn) == ("ACTIVE", creating.fqdn)
        assert (active.private_endpoint_ip or "").startswith("10.")

    def test_a_private_endpoint_is_for_endpoints_by_default(self, genai: GenAi) -> None:
        """On-demand models cannot be reached through it. It has no groups and no security attributes."""
        made = ready.private_endpoint(genai)
        assert (made.resource_type, made.is_allow_on_demand) == ("ENDPOINT", False)
        assert (made.nsg_ids, made.security_attributes) == ((), {})

    def test_a_private_endpoint_has_the_attributes_of_its_request(self, genai: GenAi) -> None:
        """They are the subnet, the groups, the flags, the security attributes and the tags."""
        attributes: dict[str, Any] = {
            "subnet_id": "ocid1.subnet.oc1..mine",
            "nsg_ids": ("ocid1.networksecuritygroup.oc1..one", "ocid1.networksecuritygroup.oc1..two"),
            "is_allow_on_demand": True,
            "resource_type": "APPLICATION",
            "description": "ours",
            "freeform_tags": {"team": "search"},
            "security_attributes": {"oracle-zpr": {"team": {"value": "search", "mode": "enforce"}}},
        }
        made = ready.private_endpoint(genai, **attributes)
        assert {name: getattr(made, name) for name in attributes} == attributes

    def test_a_private_endpoint_is_updating_until_the_work_is_finished(self, realistic: PortHarness) -> None:
        """The domain name follows the DNS prefix, and the address stays."""
        genai = realistic.genai
        made = ready.private_endpoint(genai, description="kept")
        details = UpdateGenerativeAiPrivateEndpointDetails(dns_prefix="other", nsg_ids=("ocid1.nsg.oc1..one",))
        updating = genai.update_generative_ai_private_endpoint(made.id, details)
        assert updating.lifecycle_state == "UPDATING"
        assert ready.finish(genai, updating).operation_type == "UPDATE_PRIVATE_ENDPOINT"
        updated = genai.get_generative_ai_private_endpoint(made.id)
        assert (updated.lifecycle_state, updated.nsg_ids) == ("ACTIVE", ("ocid1.nsg.oc1..one",))
        assert updated.fqdn == made.fqdn.replace("contract.", "other.")
        assert (updated.description, updated.private_endpoint_ip) == ("kept", made.private_endpoint_ip)

    def test_the_domain_name_is_in_the_domain_of_the_realm(self, genai: GenAi) -> None:
        """A sovereign region has its own domain."""
        made = genai.create_generative_ai_private_endpoint(ready.private_endpoint_details(), region="eu-frankfurt-2")
        assert made.fqdn == "contract.pe.inference.generativeai.eu-frankfurt-2.oci.oraclecloud.eu"

    @pytest.mark.parametrize("prefix", ["a", "A-1", "a" * 63])
    def test_a_dns_prefix_is_a_dns_label(self, genai: GenAi, prefix: str) -> None:
        """It has 1 to 63 characters."""
        made = genai.create_generative_ai_private_endpoint(ready.private_endpoint_details(dns_prefix=prefix))
        assert made.fqdn.partition(".")[0] == prefix

    @pytest.mark.parametrize("prefix", ["", "1a", "-a", "a-", "a.b", "a_b", "ä", "a" * 64, "a\n"])
    def test_a_dns_prefix_that_is_not_a_dns_label_is_refused(self, harness: PortHarness, prefix: str) -> None:
        """Create and update refuse it."""
        genai = harness.genai
        with harness.refuses(InvalidParameter, "property-value"):
            genai.create_generative_ai_private_endpoint(ready.private_endpoint_details(dns_prefix=prefix))
        made = ready.private_endpoint(genai)
        with harness.refuses(InvalidParameter, "property-value"):
            genai.update_generative_ai_private_endpoint(
                made.id, UpdateGenerativeAiPrivateEndpointDetails(dns_prefix=prefix)
            )

    @pytest.mark.parametrize(
        ("wrong", "rule"),
        [
            ({"subnet_id": " "}, "property-value"),
            ({"resource_type": "MODEL"}, "property-value"),
            ({"nsg_ids": ("ocid1.nsg.oc1..one", 5)}, "property-type"),
            ({"is_allow_on_demand": "yes"}, "property-type"),
            ({"security_attributes": {"oracle-zpr": 5}}, "property-type"),
        ],
        ids=["subnet", "resource type", "group", "flag", "security attribute"],
    )
    def test_a_private_endpoint_with_an_invalid_value_is_refused(
        self, harness: PortHarness, wrong: dict[str, Any], rule: str
    ) -> None:
        """The error names the property."""
        with harness.refuses(InvalidParameter, rule):
            harness.genai.create_generative_ai_private_endpoint(ready.private_endpoint_details(**wrong))

    @pytest.mark.parametrize("missing", ["compartment_id", "subnet_id", "dns_prefix"])
    def test_a_private_endpoint_without_a_required_property_is_refused(
        self, harness: PortHarness, missing: str
    ) -> None:
        """Compartment, subnet and DNS prefix are required."""
        with harness.refuses(MissingParameter, "property-missing"):
            harness.genai.create_generative_ai_private_endpoint(ready.private_endpoint_details(**{missing: None}))

    def test_private_endpoints_can_be_filtered_by_resource_type(self, harness: PortHarness) -> None:
        """The types are ENDPOINT and APPLICATION. Another one is refused."""
        genai = harness.genai
        ready.private_endpoint(genai)
        wanted = ready.private_endpoint(genai, resource_type="APPLICATION")
        listing = genai.list_generative_ai_private_endpoints(ready.COMPARTMENT, resource_type="APPLICATION")
        assert listing.one().id == wanted.id
        with pytest.raises(InvalidParameter, match="resourceType"):
            genai.list_generative_ai_private_endpoints(ready.COMPARTMENT, resource_type="MODEL").first()

    def test_an_endpoint_that_names_an_unknown_private_endpoint_is_refused(self, harness: PortHarness) -> None:
        """So is a deleted one, for create and for update."""
        genai = harness.genai
        deleted = ready.private_endpoint(genai)
        ready.finish(genai, genai.delete_generative_ai_private_endpoint(deleted.id))
        endpoint = ready.endpoint(genai)
        for identifier in (UNKNOWN, deleted.id, endpoint.id):
            details = ready.endpoint_details(genai, generative_ai_private_endpoint_id=identifier)
            with harness.refuses(RelatedResourceNotFound, "related-not-found"):
                genai.create_endpoint(details)
            with harness.refuses(RelatedResourceNotFound, "related-not-found"):
                genai.update_endpoint(endpoint.id, behind(identifier))

    def test_an_endpoint_cannot_use_a_private_endpoint_of_another_region(self, harness: PortHarness) -> None:
        """It is not found."""
        elsewhere = ready.private_endpoint(harness.genai, region="eu-frankfurt-1")
        details = ready.endpoint_details(harness.genai, generative_ai_private_endpoint_id=elsewhere.id)
        with harness.refuses(RelatedResourceNotFound, "related-not-found"):
            harness.genai.create_endpoint(details)

    @needs(Capability.UNDER_WAY)
    def test_a_private_endpoint_that_is_not_ready_cannot_be_used(self, realistic: PortHarness) -> None:
        """It is 409 IncorrectState while it is CREATING, UPDATING or DELETING."""
        genai = realistic.genai
        endpoint = ready.endpoint(genai)
        creating = genai.create_generative_ai_private_endpoint(ready.private_endpoint_details())
        identifier = creating.id
        with realistic.refuses(IncorrectState, "state-will-pass"):
            genai.update_endpoint(endpoint.id, behind(identifier))
        ready.finish(genai, creating)
        rename = UpdateGenerativeAiPrivateEndpointDetails(display_name="new")
        updating = genai.update_generative_ai_private_endpoint(identifier, rename)
        with realistic.refuses(IncorrectState, "state-will-pass"):
            genai.update_endpoint(endpoint.id, behind(identifier))
        ready.finish(genai, updating)
        genai.delete_generative_ai_private_endpoint(identifier)
        with realistic.refuses(IncorrectState, "state-will-pass"):
            genai.update_endpoint(endpoint.id, behind(identifier))

    def test_a_private_endpoint_for_applications_cannot_be_used_by_an_endpoint(self, harness: PortHarness) -> None:
        """The error names the property and the resource type."""
        private = ready.private_endpoint(harness.genai, resource_type="APPLICATION")
        details = ready.endpoint_details(harness.genai, generative_ai_private_endpoint_id=private.id)
        with harness.refuses(InvalidParameter, "property-value") as refused:
            harness.genai.create_endpoint(details)
        assert refused.value.message == (
            "generativeAiPrivateEndpointId must be a private endpoint with the resource type ENDPOINT, "
            "not a string of 11 characters."
        )

    def test_a_private_endpoint_in_use_by_an_endpoint_cannot_be_deleted(self, harness: PortHarness) -> None:
        """The error names the endpoint. After the endpoint is deleted, the private endpoint can be deleted."""
        genai = harness.genai
        private = ready.private_endpoint(genai)
        endpoint = ready.endpoint(genai, generative_ai_private_endpoint_id=private.id)
        with harness.refuses(Conflict, "in-use") as refused:
            genai.delete_generative_ai_private_endpoint(private.id)
        assert endpoint.id in refused.value.message
        ready.finish(genai, genai.delete_endpoint(endpoint.id))
        ready.finish(genai, genai.delete_generative_ai_private_endpoint(private.id))
        assert genai.get_generative_ai_private_endpoint(private.id).lifecycle_state == "DELETED"

    @needs(Capability.UNDER_WAY)
    def test_an_endpoint_can_be_moved_to_another_private_endpoint(self, realistic: PortHarness) -> None:
        """Both private endpoints are in use until the update is finished, and then only the new one."""
        genai = realistic.genai
        first, second = (ready.private_endpoint(genai).id for _ in range(2))
        endpoint = ready.endpoint(genai, generative_ai_private_endpoint_id=first)
        updating = genai.update_endpoint(endpoint.id, behind(second))
        for identifier in (first, second):
            with realistic.refuses(Conflict, "in-use"):
                genai.delete_generative_ai_private_endpoint(identifier)
        ready.finish(genai, updating)
        with realistic.refuses(Conflict, "in-use"):
            genai.delete_generative_ai_private_endpoint(second)
        assert genai.delete_generative_ai_private_endpoint(first).status == 202
        listed = genai.list_endpoints(ready.COMPARTMENT, generative_ai_private_endpoint_id=second)
        assert listed.one().id == endpoint.id

    def test_an_update_with_the_same_private_endpoint_does_not_change_it(self, genai: GenAi) -> None:
        """It stays in use, and its etag stays the same."""
        private = ready.private_endpoint(genai)
        endpoint = ready.endpoint(genai, generative_ai_private_endpoint_id=private.id)
        ready.finish(genai, genai.update_endpoint(endpoint.id, behind(private.id)))
        assert genai.get_generative_ai_private_endpoint(private.id).etag == private.etag
        with pytest.raises(Conflict):
            genai.delete_generative_ai_private_endpoint(private.id)

    def test_an_update_of_an_endpoint_does_not_change_the_etag_of_its_cluster(self, genai: GenAi) -> None:
        """Only the resources that the endpoint newly uses change."""
        endpoint = ready.endpoint(genai)
        cluster = genai.get_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id)
        ready.finish(genai, genai.update_endpoint(endpoint.id, behind(ready.private_endpoint(genai).id)))
        assert genai.get_dedicated_ai_cluster(cluster.id).etag == cluster.etag
