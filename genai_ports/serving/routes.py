"""Routes: the operation that a request is for, or the refusal of its path with a suggestion."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from genai_ports.api.kinds import KINDS, OPERATIONS
from genai_ports.regions import find_region
from genai_ports.simulator.rules.refusals import (
    INFERENCE_NOT_SERVED,
    NOT_SIMULATED,
    UNKNOWN_ROUTE,
    method_not_allowed,
)
from genai_ports.suggestions import did_you_mean
from genai_ports.wire.routes import REGION, VERSION, Route, find_route, methods_at, path_of

if TYPE_CHECKING:
    from genai_ports.errors import ServiceError

_OTHER_COLLECTIONS: Final = frozenset(
    """
    apikeys generativeAiPrivateEndpoints generativeAiProjects hostedApplicationStorages hostedApplications
    hostedApplicationsIam hostedDeployments modelDiscovery routingProfiles semanticStores
    vectorStoreConnectorFileSyncs vectorStoreConnectors
    """.split()
)
"""Collections of the real service that are not, or were not, simulated. Source: the paths of the SDK's client."""

COLLECTIONS_NOT_SIMULATED: Final = _OTHER_COLLECTIONS - {kind.collection for kind in KINDS.values()}
"""Collections that only the real service has."""

_NOT_SIMULATED: Final = re.compile(
    rf"(?:/{REGION})?{VERSION}/(?:{'|'.join(sorted(COLLECTIONS_NOT_SIMULATED))})(?:/[^/].*)?", re.DOTALL
)
_INFERENCE: Final = re.compile(rf"(?:/{REGION})?{VERSION}/(?:actions|openai|guardrailVersions)(?:/.*)?", re.DOTALL)
"""Paths of the inference service. Source: `GenerativeAiInferenceClient` in the OCI SDK."""

_GPUS: Final = "allocatableGpus"
"""In place of a cluster's OCID in a path: an operation that only the real service has."""

_KNOWN_PATHS: Final = sorted({path_of(operation).replace("{target}", "{id}") for operation in OPERATIONS.values()})
_COLLECTIONS: Final = sorted({path.split("/")[2] for path in _KNOWN_PATHS})
_REGION: Final = re.compile(rf"/({REGION})(?=/)")
_OCID: Final = r"(?<=/)ocid1\.[^/]*"
_NAME_AND_NEXT: Final = r"(?<=/)[^/]+(?=/([^/]+))"
_QUICK: Final = {
    (each.verb.method, path_of(each).removesuffix("{target}")): each
    for each in OPERATIONS.values()
    if path_of(each).endswith("/{target}")
}
"""The operations on one resource, by method and the path before its OCID. Clients poll: most requests are for them."""
_EXACT: Final = {
    (each.verb.method, path_of(each)): Route(each, None, None)
    for each in OPERATIONS.values()
    if "{" not in path_of(each)
}
"""The routes without an OCID and a region, by method and path."""
_MOST_NAMES: Final = 3
"""How many parts of a path are compared with the names of collections."""


def match(method: str, path: str) -> Route:
    """Find the operation at a method and a decoded path.

    Raises:
        ServiceError: there is no such operation, or only the real service has it.
    """
    exact = _EXACT.get((method, path))
    if exact:
        return exact
    start = path.rfind("/") + 1
    operation = _QUICK.get((method, path[:start]))
    if operation and path[start:] not in ("", _GPUS):
        return Route(operation, None, path[start:])
    route = find_route("GET" if method == "HEAD" else method, path)
    if route is None or _is_gpus(route) or (route.region is not None and find_region(route.region) is None):
        raise _refusal(route, method, path)
    return route


def _is_gpus(route: Route) -> bool:
    return route.target == _GPUS and route.operation.name == "get_dedicated_ai_cluster"


def _refusal(route: Route | None, method: str, path: str) -> ServiceError:
    if route is None and not _NOT_SIMULATED.fullmatch(path):
        if _INFERENCE.fullmatch(path):
            return INFERENCE_NOT_SERVED(method=method, path=path)
        methods = methods_at(path)
        if not methods:
            return UNKNOWN_ROUTE(method=method, path=path, hint=suggest(path))
        return method_not_allowed(method, path, methods)
    named = _REGION.match(path)
    if named and find_region(named[1]) is None:
        return UNKNOWN_ROUTE(method=method, path=path, hint="; its first part is not a region.")
    return NOT_SIMULATED(method=method, path=path)


def suggest(path: str) -> str:
    """Suggest a known path that is similar to an unknown one, as the end of a message."""
    named = _REGION.match(path)
    region = named[0] if named else ""
    near = did_you_mean(_with_placeholder(path.removeprefix(region)), _KNOWN_PATHS)
    shown = region if named and find_region(named[1]) else ""
    return near.replace(VERSION, shown + VERSION) or f"; paths begin with {VERSION} or /REGION{VERSION}."


def _with_placeholder(path: str) -> str:
    """Replace OCIDs, and what follows a name like a collection, with `{id}`: long ids would spoil the comparison."""
    path = re.sub(_OCID, "{id}", path)
    for found in islice(re.finditer(_NAME_AND_NEXT, path), _MOST_NAMES):
        if did_you_mean(found[0], _COLLECTIONS):
            return f"{path[: found.start(1)]}{{id}}{path[found.end(1) :]}"
    return path
