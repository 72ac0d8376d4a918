"""Private endpoints: a private IP address and a domain name, for endpoints that are not reached over the internet.

Source: Oracle's page on creating private endpoints has the form of the domain name, `PREFIX.pe.inference.generativeai.`
and the region; the rest of the name, the IP address and the defaults are our choice, see `docs/fidelity.md`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import GenerativeAiPrivateEndpointResourceType, values
from genai_ports.api.frozen import EMPTY
from genai_ports.api.kinds import PRIVATE_ENDPOINT
from genai_ports.regions import find_region
from genai_ports.simulator.rules.common import one_of
from genai_ports.simulator.rules.kind_rules import KindRules
from genai_ports.simulator.rules.refusals import PROPERTY_VALUE

if TYPE_CHECKING:
    from genai_ports.api.private_endpoint import (
        CreateGenerativeAiPrivateEndpointDetails,
        GenerativeAiPrivateEndpoint,
        UpdateGenerativeAiPrivateEndpointDetails,
    )
    from genai_ports.simulator.state.world import World

_FIRST_HOST: Final = 2
_HOSTS: Final = 253
"""The hosts from 2 to 254: the others are reserved."""
_DNS_LABEL: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class PrivateEndpointRules(KindRules):
    """The rules of GenerativeAiPrivateEndpoint."""

    def check_create(self, world: World, region: str, details: CreateGenerativeAiPrivateEndpointDetails) -> None:
        """Check the DNS prefix and the resource type; subnets and network security groups are not looked up."""
        _check_dns_prefix(details.dns_prefix)
        if details.resource_type is not None:
            one_of("resourceType", details.resource_type, values(GenerativeAiPrivateEndpointResourceType))

    def check_update(
        self, world: World, region: str, snapshot: Any, details: UpdateGenerativeAiPrivateEndpointDetails
    ) -> None:
        """Check the DNS prefix."""
        if details.dns_prefix is not None:
            _check_dns_prefix(details.dns_prefix)

    def attributes(
        self, world: World, region: str, details: CreateGenerativeAiPrivateEndpointDetails, now: Any
    ) -> dict[str, Any]:
        """Return the domain name, and defaults for what is omitted."""
        return {
            "fqdn": _domain_name(details.dns_prefix, region),
            "nsg_ids": details.nsg_ids or (),
            "is_allow_on_demand": bool(details.is_allow_on_demand),
            "resource_type": details.resource_type or GenerativeAiPrivateEndpointResourceType.ENDPOINT,
            "security_attributes": details.security_attributes or EMPTY,
        }

    def updated(self, region: str, details: UpdateGenerativeAiPrivateEndpointDetails) -> dict[str, Any]:
        """Return the domain name that follows from another DNS prefix."""
        return {} if details.dns_prefix is None else {"fqdn": _domain_name(details.dns_prefix, region)}

    def completed(self, world: World, snapshot: GenerativeAiPrivateEndpoint) -> dict[str, Any]:
        """Return the private IP address: one number for the subnet, two from what the world has created."""
        [subnet] = world.ids.digest("subnet", snapshot.subnet_id, size=1)
        created = world.tables[PRIVATE_ENDPOINT.name].records[snapshot.id].order
        high, low = divmod(created, _HOSTS)
        return {"private_endpoint_ip": f"10.{subnet}.{high % 256}.{_FIRST_HOST + low}"}


def _check_dns_prefix(prefix: str) -> None:
    if not _DNS_LABEL.fullmatch(prefix):
        expected = "a DNS label: 1 to 63 letters, digits and hyphens, a letter first, no hyphen last"
        raise PROPERTY_VALUE(property="dnsPrefix", expected=expected, given=prefix)


def _domain_name(prefix: str, region: str) -> str:
    known = find_region(region)
    return f"{prefix}.pe.inference.generativeai.{region}.oci.{known.domain if known else 'oraclecloud.com'}"


RULES: Final = PrivateEndpointRules()
