"""The control path that shows the schema of the API: each kind with its states, its operations and their properties."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import (
    UNIT_SHAPES,
    DedicatedAiClusterType,
    GenerativeAiPrivateEndpointResourceType,
    GuardMode,
    ImportedModelCapability,
    values,
)
from genai_ports.api.kinds import KINDS
from genai_ports.api.schema import Array, Map, Object, OneOf, Scalar, schema_of
from genai_ports.regions import all_regions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fake_server.control.properties import Handler
    from genai_ports.api.kind import Kind, Operation
    from genai_ports.api.schema import Attribute, Node

_TYPES: Final = {str: "string", int: "integer", float: "number", bool: "boolean", datetime: "date-time", object: "any"}
_VALUES: Final = {
    ("CreateDedicatedAiClusterDetails", "type"): values(DedicatedAiClusterType),
    ("CreateDedicatedAiClusterDetails", "unit_shape"): tuple(sorted(UNIT_SHAPES)),
    ("CreateGenerativeAiPrivateEndpointDetails", "resource_type"): values(GenerativeAiPrivateEndpointResourceType),
    ("CreateImportedModelDetails", "capabilities"): values(ImportedModelCapability),
    **{
        (name, "mode"): values(GuardMode)
        for name in ("ContentModerationConfig", "PromptInjectionConfig", "PiiDetectionConfig")
    },
}
"""The values that a property accepts, by class and attribute."""


@cache
def _schema() -> Mapping[str, Any]:
    return {
        "kinds": [_kind(kind) for kind in KINDS.values()],
        "regions": sorted(region.id for region in all_regions()),
    }


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        "kind": kind.collection,
        "title": kind.title,
        "states": kind.states,
        "references": kind.references,
        "operations": [_operation(each) for each in kind.operations],
        **({"example": kind.example} if kind.example else {}),
    }


def _operation(operation: Operation) -> dict[str, Any]:
    details = operation.details
    return {
        "name": operation.name,
        "verb": operation.verb.name,
        "hasResource": "{target}" in operation.path,
        **({"details": _fields(details)} if details else {}),
    }


def _fields(cls: type) -> list[dict[str, Any]]:
    return [_field(cls, attribute) for attribute in schema_of(cls).attributes]


def _field(cls: type, attribute: Attribute) -> dict[str, Any]:
    accepted = _VALUES.get((cls.__name__, attribute.name))
    return {
        "name": attribute.json_name,
        "isRequired": attribute.is_required,
        **_node(attribute.node),
        **({"isSecret": True} if attribute.is_secret else {}),
        **({"values": accepted} if accepted else {}),
    }


def _node(node: Node) -> dict[str, Any]:
    match node:
        case Scalar(type=of):
            return {"type": _TYPES[of]}
        case Object(cls=cls):
            return {"type": "object", "fields": _fields(cls)}
        case Array(item=item):
            return {"type": "array", "item": _node(item)}
        case Map(entry=entry):
            return {"type": "map", "entry": _node(entry)}
        case OneOf(discriminator=discriminator, variants=variants):
            fields = {tag: _fields(cls) for tag, cls in variants.items()}
            return {"type": "oneOf", "discriminator": discriminator, "variants": fields}


PATHS: Final[Mapping[str, Mapping[str, Handler]]] = {"/schema": {"GET": lambda _, __: _schema()}}
