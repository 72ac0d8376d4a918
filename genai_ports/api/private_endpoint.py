"""GenerativeAiPrivateEndpoint: a private IP address in a subnet of the customer, behind which endpoints are reached.

Source: `GenerativeAiPrivateEndpoint`, its summary and details of `oci.generative_ai`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # read at run time by the codec and the rules
from datetime import datetime  # noqa: TC003
from typing import Any

from genai_ports.api.snapshot import Snapshot
from genai_ports.api.strings import CompartmentId, DisplayName, Identifier  # noqa: TC001
from genai_ports.api.value import Value, value


@value
class GenerativeAiPrivateEndpointSummary(Snapshot):
    """A GenerativeAiPrivateEndpoint as lists show it."""

    id: str
    compartment_id: str
    subnet_id: str
    fqdn: str
    lifecycle_state: str
    time_created: datetime
    time_updated: datetime
    lifecycle_details: str | None = None
    display_name: str | None = None
    description: str | None = None
    private_endpoint_ip: str | None = None
    is_allow_on_demand: bool | None = None
    resource_type: str | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
    system_tags: Mapping[str, Mapping[str, Any]] | None = None
    security_attributes: Mapping[str, Mapping[str, Any]] | None = None


@value
class GenerativeAiPrivateEndpoint(GenerativeAiPrivateEndpointSummary):
    """A GenerativeAiPrivateEndpoint with everything that GET returns."""

    nsg_ids: tuple[str, ...] | None = None
    previous_state: GenerativeAiPrivateEndpoint | None = None


@value
class CreateGenerativeAiPrivateEndpointDetails(Value):
    """The subnet of a new private endpoint, its DNS name, and its other properties.

    Args:
        subnet_id: the OCID of the subnet that gets the private IP address.
        dns_prefix: the first label of the domain name: a letter, then letters, digits and hyphens, 63 at most.
        nsg_ids: the OCIDs of network security groups.
        is_allow_on_demand: whether on-demand models can be reached too. Default: false.
        resource_type: `ENDPOINT` or `APPLICATION`. Default: `ENDPOINT`.
        security_attributes: Zero Trust Packet Routing attributes: keys and values by namespace.
    """

    compartment_id: CompartmentId
    subnet_id: Identifier
    dns_prefix: str
    display_name: DisplayName | None = None
    description: str | None = None
    nsg_ids: tuple[str, ...] | None = None
    is_allow_on_demand: bool | None = None
    resource_type: str | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
    security_attributes: Mapping[str, Mapping[str, Any]] | None = None


@value
class UpdateGenerativeAiPrivateEndpointDetails(Value):
    """What to change of a private endpoint; attributes that are None do not change."""

    display_name: DisplayName | None = None
    description: str | None = None
    dns_prefix: str | None = None
    nsg_ids: tuple[str, ...] | None = None
    is_allow_on_demand: bool | None = None
    freeform_tags: Mapping[str, str] | None = None
    defined_tags: Mapping[str, Mapping[str, Any]] | None = None
    security_attributes: Mapping[str, Mapping[str, Any]] | None = None
