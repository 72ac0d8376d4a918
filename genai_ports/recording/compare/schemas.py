"""Whether a recorded object has the types and the enumeration values that the API declares."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api import enums
from genai_ports.api.enums import values
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, IMPORTED_MODEL, MODEL, OPERATIONS, PRIVATE_ENDPOINT
from genai_ports.api.schema import Array, Map, Node, Object, OneOf, Scalar, class_of, properties
from genai_ports.recording.compare.forms import json_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from genai_ports.api.kind import Kind

_JSON_TYPES: Final = {str: "string", int: "number", float: "number", bool: "boolean", datetime: "string"}
_OPERATION_TYPES: Final = frozenset(each.operation_type for each in OPERATIONS.values() if each.operation_type)
_EVERYWHERE: Final[Mapping[str, Iterable[str | None]]] = {
    "status": values(enums.WorkRequestStatus),
    "resources[].actionType": values(enums.ActionType),
    "operationType": _OPERATION_TYPES,
}
_OF_KIND: Final[Mapping[str, Mapping[str, Iterable[str | None]]]] = {
    MODEL.name: {"type": values(enums.ModelType), "capabilities[]": values(enums.ModelCapability)},
    IMPORTED_MODEL.name: {"capabilities[]": values(enums.ImportedModelCapability)},
    DEDICATED_AI_CLUSTER.name: {"type": values(enums.DedicatedAiClusterType), "unitShape": enums.UNIT_SHAPES},
    PRIVATE_ENDPOINT.name: {"resourceType": values(enums.GenerativeAiPrivateEndpointResourceType)},
    "endpoint": {
        f"{guard}.mode": values(enums.GuardMode)
        for guard in ("contentModerationConfig", "promptInjectionConfig", "piiDetectionConfig")
    },
}


class Fault(NamedTuple):
    """A value of another type, or beyond its enumeration.

    Args:
        path: its place in the object, such as `capabilities[0]`.
        kind: `type` or `enum`.
        found: the value.
        expected: what the API declares.
    """

    path: str
    kind: str
    found: Any
    expected: str


def enumeration(kind: Kind, path: str) -> Iterable[str | None] | None:
    """Return the values of an enumerated property; None for any other.

    Args:
        kind: the kind of resource.
        path: the place without numbers of items, such as `capabilities[]`.
    """
    if path == "lifecycleState":
        return kind.states
    return _OF_KIND.get(kind.name, {}).get(path) or _EVERYWHERE.get(path)


def faults(kind: Kind, cls: type, document: Mapping[str, Any]) -> tuple[Fault, ...]:
    """List the values of an object that its class does not declare; unknown properties are no part of it."""
    return tuple(_walk(kind, Object(cls), document, "", ""))


def without_faults(document: dict[str, Any], found: Iterable[Fault]) -> dict[str, Any]:
    """Return an object without the top-level properties that have faults."""
    broken = {each.path.partition(".")[0].partition("[")[0] for each in found}
    return {name: item for name, item in document.items() if name not in broken}


def _walk(kind: Kind, node: Node, item: Any, path: str, form: str) -> Iterator[Fault]:
    if item is None:
        return
    expected = _expected(node)
    if expected and json_type(item) != expected:
        yield Fault(path, "type", item, expected)
        return
    allowed = enumeration(kind, form)
    if allowed is not None and isinstance(item, str) and item not in allowed:
        yield Fault(path, "enum", item, f"one of {', '.join(sorted(map(str, allowed)))}")
    for name, inner, part in _parts(node, item):
        plain = "[]" if name.startswith("[") else ".*" if isinstance(node, Map) else name
        yield from _walk(kind, inner, part, (path + name).lstrip("."), (form + plain).lstrip("."))


def _parts(node: Node, item: Any) -> Iterator[tuple[str, Node, Any]]:
    """Iterate over the parts of a value: name behind the path of the value, type, part."""
    match node:
        case Array(item=inner):
            yield from ((f"[{number}]", inner, part) for number, part in enumerate(item))
        case Map(entry=inner):
            yield from ((f".{name}", inner, part) for name, part in item.items())
        case Object() | OneOf():
            cls = class_of(node, item)
            known = properties(cls) if cls else {}
            yield from ((f".{name}", inner, item[name]) for name, inner in known.items() if name in item)


def _expected(node: Node) -> str | None:
    match node:
        case Scalar(type=kind):
            return _JSON_TYPES.get(kind)
        case Array():
            return "array"
        case Object() | Map() | OneOf():
            return "object"
