"""Paths: the operation at a method and path, and the path of a call.

Source: the paths of `GenerativeAiClient` in the OCI SDK. The region before the version is our addition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.kinds import OPERATIONS
from genai_ports.regions import find_region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.kind import Operation

VERSION: Final = "/20231130"
REGION: Final = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"
"""The form of a region id; whether the region exists is not checked here."""

_PATH: Final = re.compile(rf"(?:/({REGION}))?{VERSION}(/[^/]+)(?:/([^/]+)(/.+)?)?", re.DOTALL)
_DECODABLE: Final = re.compile(rf"(?:/{REGION})?{VERSION}/[^/%]+/(?:[^/%]|%(?!2[fF]))+(?:/[^%]*)?")
_HOST: Final = re.compile(r"generativeai\.([a-z0-9-]+)\.(?:ds\.)?oci\.", re.IGNORECASE)


class Route(NamedTuple):
    """The operation at a method and path.

    Args:
        operation: the operation.
        region: the region id in the path; None if there is none.
        target: the OCID in the path; None if there is none.
    """

    operation: Operation
    region: str | None
    target: str | None


def _by_path() -> Mapping[str, Mapping[str, Operation]]:
    found: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS.values():
        found.setdefault(operation.path, {})[operation.verb.method] = operation
    return found


_OPERATIONS: Final = _by_path()
"""The operations by path below the version, and then by method."""


def find_route(method: str, path: str) -> Route | None:
    """Find the operation at a method and a decoded path; None if there is none.

    Example:
        >>> route = find_route("GET", "/eu-frankfurt-1/20231130/models/ocid1.x")
        >>> (route.operation.name, route.region, route.target)
        ('get_model', 'eu-frankfurt-1', 'ocid1.x')
    """
    matched = _PATH.fullmatch(path)
    if not matched:
        return None
    region, collection, target, suffix = matched.groups()
    operation = _OPERATIONS.get(_template(collection, target, suffix), {}).get(method)
    return Route(operation, region, target) if operation else None


def is_decodable(path: str) -> bool:
    """Return whether a path, as a client sends it, may be decoded: only an OCID may have percent-encoded characters.

    Two paths that differ as they are sent are then never the same operation. An encoded slash is in no OCID.

    Example:
        >>> [is_decodable(path) for path in ("/20231130/models/a%3Fb", "/20231130%2Fmodels", "//20231130/models")]
        [True, False, False]
    """
    return not path.startswith("//") and ("%" not in path or _DECODABLE.fullmatch(path) is not None)


def methods_at(path: str) -> tuple[str, ...]:
    """List the methods of the operations at a decoded path; none for an unknown path."""
    matched = _PATH.fullmatch(path)
    return tuple(_OPERATIONS.get(_template(*matched.groups()[1:]), ())) if matched else ()


def path_of(operation: Operation, *, region: str | None = None, target: str | None = None) -> str:
    """Return the decoded path of a call.

    Args:
        operation: the operation.
        region: a region id for the start of the path.
        target: the OCID in the path; default: the placeholder `{target}`.

    Example:
        >>> path_of(OPERATIONS["get_model"], region="eu-frankfurt-1", target="ocid1.x")
        '/eu-frankfurt-1/20231130/models/ocid1.x'
    """
    path = operation.path if target is None else operation.path.replace("{target}", target)
    return f"/{region}{VERSION}{path}" if region else VERSION + path


def region_of_host(host: str) -> str | None:
    """Return the region id in a host name such as `generativeai.eu-frankfurt-1.oci.example`; None for none."""
    named = region_name_in_host(host)
    region = find_region(named) if named else None
    return region.id if region else None


def region_name_in_host(host: str) -> str | None:
    """Return what stands in place of the region in a host name of the service, whether it is a region or not."""
    named = _HOST.match(host)
    return named[1] if named else None


def _template(collection: str, target: str | None, suffix: str | None) -> str:
    return collection if target is None else f"{collection}/{{target}}{suffix or ''}"
