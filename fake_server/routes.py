"""The paths of the API: Oracle's, with an optional region in front.

Source: the paths of `GenerativeAiClient` in the OCI SDK.
"""

from __future__ import annotations

import difflib
from functools import cache
from typing import Final

from werkzeug.routing import BaseConverter, Map, Rule

from genai_ports.domain.names import camel
from genai_ports.domain.operations import OPERATIONS, Operation

VERSION: Final = "/20231130"
CONTROL: Final = "/_sim"

_METHODS: Final = {
    "list": "GET",
    "list_errors": "GET",
    "list_logs": "GET",
    "get": "GET",
    "create": "POST",
    "update": "PUT",
    "change_compartment": "POST",
    "delete": "DELETE",
}
_SUFFIXES: Final = {
    "list": "",
    "create": "",
    "get": "/<target>",
    "update": "/<target>",
    "delete": "/<target>",
    "change_compartment": "/<target>/actions/changeCompartment",
    "list_errors": "/<target>/errors",
    "list_logs": "/<target>/logs",
}
NOT_SIMULATED: Final = frozenset(
    """
    apikeys generativeAiPrivateEndpoints generativeAiProjects hostedApplicationStorages hostedApplications
    hostedApplicationsIam hostedDeployments modelDiscovery routingProfiles semanticStores
    vectorStoreConnectorFileSyncs vectorStoreConnectors
    """.split()
)
"""Collections that the real service has and this one does not. Source: the paths of the SDK's client."""


class RegionConverter(BaseConverter):
    """Takes what has the form of a region's id."""

    regex = r"[a-z]+(?:-[a-z]+)+-\d+"
    part_isolating = True


def path_of(operation: Operation) -> str:
    """Tell the path of an operation, such as `/20231130/models/<target>`."""
    return f"{VERSION}/{camel(operation.kind.name)}s{_SUFFIXES[operation.verb]}"


@cache
def route_map() -> Map:
    """Give the map from paths to operations, and to the names of collections that are not simulated."""
    rules = []
    for prefix in ("", "/<region:region>"):
        rules += [
            Rule(prefix + path_of(operation), methods=[_METHODS[operation.verb]], endpoint=operation)
            for operation in OPERATIONS.values()
        ]
        rules.append(
            Rule(f"{prefix}{VERSION}/dedicatedAiClusters/allocatableGpus", methods=["GET"], endpoint="allocatableGpus")
        )
        collections = f"<any({', '.join(sorted(NOT_SIMULATED))}):collection>"
        rules += [
            Rule(f"{prefix}{VERSION}/{collections}{rest}", endpoint="collection") for rest in ("", "/<path:rest>")
        ]
    return Map(rules, converters={"region": RegionConverter}, strict_slashes=True, merge_slashes=False)


_KNOWN_PATHS: Final = sorted({path_of(operation).replace("<target>", "{id}") for operation in OPERATIONS.values()})


def nearest(path: str) -> str:
    """Suggest the route that an unknown path may have meant, as the end of a message."""
    match = difflib.get_close_matches(path[:200], _KNOWN_PATHS, n=1, cutoff=0.6)
    return f" Did you mean {match[0]}?" if match else f" Paths begin with {VERSION} or /REGION{VERSION}."
