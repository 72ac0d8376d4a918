"""The paths of the API: Oracle's, with an optional region in front.

Source: the paths of `GenerativeAiClient` in the OCI SDK.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from werkzeug.routing import BaseConverter, Map, Rule

from genai_ports.api.kinds import OPERATIONS
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.kind import Operation

VERSION: Final = "/20231130"
CONTROL: Final = "/_sim"

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
    return VERSION + operation.path.replace("{target}", "<target>")


@cache
def route_map() -> Map:
    """Give the map from paths to operations, and to the names of collections that are not simulated."""
    rules = []
    for prefix in ("", "/<region:region>"):
        rules += [
            Rule(prefix + path_of(operation), methods=[operation.verb.method], endpoint=operation)
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


def find_route(method: str, path: str) -> tuple[Any, Mapping[str, Any]]:
    """Find what stands at a method and path, and the variable parts of the path.

    Raises:
        werkzeug.exceptions.HTTPException: nothing stands there.
    """
    return _remembered_route(method, path) if len(path) <= _LONGEST_REMEMBERED else _route(method, path)


def _route(method: str, path: str) -> tuple[Any, Mapping[str, Any]]:
    return route_map().bind("localhost", path_info=path, default_method=method).match()


_remembered_route = lru_cache(maxsize=4096)(_route)
"""Clients poll: the same few paths are asked for again and again."""

_LONGEST_REMEMBERED: Final = 256

_KNOWN_PATHS: Final = sorted({path_of(operation).replace("<target>", "{id}") for operation in OPERATIONS.values()})
_COLLECTIONS: Final = sorted({path.split("/")[2] for path in _KNOWN_PATHS})
_REGION: Final = rf"/{RegionConverter.regex}(?=/)"
_OCID: Final = r"(?<=/)ocid1\.[^/]*"
_NAME_AND_NEXT: Final = r"/([^/]+)(?=/([^/]+))"
_MOST_NAMES: Final = 3
"""How far into a path the name of a collection is looked for."""


def nearest(path: str) -> str:
    """Suggest the route that an unknown path may have meant, as the end of a message."""
    named = re.match(_REGION, path)
    region = named[0] if named else ""
    near = did_you_mean(_with_placeholder(path.removeprefix(region)), _KNOWN_PATHS)
    return near.replace(VERSION, region + VERSION) or f"; paths begin with {VERSION} or /REGION{VERSION}."


def _with_placeholder(path: str) -> str:
    """Write `{id}` for OCIDs, and for what follows a collection or a name like one: ids are longer than all else."""
    path = re.sub(_OCID, "{id}", path)
    for found in islice(re.finditer(_NAME_AND_NEXT, path), _MOST_NAMES):
        if did_you_mean(found[1], _COLLECTIONS):
            return f"{path[: found.start(2)]}{{id}}{path[found.end(2) :]}"
    return path
