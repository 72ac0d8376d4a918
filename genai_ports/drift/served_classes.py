"""The classes that are served: their schemas, with the type names that the SDK uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.api import enums
from genai_ports.api.enums import values
from genai_ports.api.kinds import OPERATIONS, RESOURCE_KINDS
from genai_ports.api.names import camel
from genai_ports.api.schema import Array, Map, Node, Object, OneOf, Scalar, schema_of
from genai_ports.api.verbs import LIST
from genai_ports.drift.description import Part, Place, attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

from genai_ports.drift.description import Description

_POLYMORPHIC: Final[Mapping[str, str]] = {
    "datasetType": "Dataset",
    "trainingConfigType": "TrainingConfig",
    "modelMetricsType": "ModelMetrics",
    "sourceType": "ModelDataSource",
    "capacityType": "DedicatedAiClusterCapacity",
}
"""Oracle's polymorphic classes, by their discriminators."""

_OPERATION_TYPES: Final = tuple(each.operation_type for each in OPERATIONS.values() if each.operation_type)
_VALUES: Final[Mapping[str, Iterable[str]]] = {
    **{
        f"{kind.snapshot.__name__}.{camel(name)}": allowed
        for kind in RESOURCE_KINDS
        for name, allowed in kind.operation(LIST).filters.items()
    },
    "Model.capabilities": values(enums.ModelCapability),
    "ModelSummary.capabilities": values(enums.ModelCapability),
    "Model.type": values(enums.ModelType),
    "ImportedModel.capabilities": values(enums.ImportedModelCapability),
    "ImportedModelSummary.capabilities": values(enums.ImportedModelCapability),
    "CreateImportedModelDetails.capabilities": values(enums.ImportedModelCapability),
    "DedicatedAiCluster.type": values(enums.DedicatedAiClusterType),
    "DedicatedAiCluster.unitShape": enums.UNIT_SHAPES,
    "ContentModerationConfig.mode": values(enums.GuardMode),
    "WorkRequest.operationType": _OPERATION_TYPES,
    "WorkRequest.status": values(enums.WorkRequestStatus),
    "WorkRequestSummary.operationType": _OPERATION_TYPES,
    "WorkRequestSummary.status": values(enums.WorkRequestStatus),
    "WorkRequestResource.actionType": values(enums.ActionType),
}
"""The attributes that take certain values only, if the SDK has constants for them."""


def describe_class(cls: type, name: str | None = None) -> Description:
    """Describe a class of `genai_ports.api` and the classes inside it; `name` is its name in the SDK, if another."""
    found: dict[Place, str] = {}
    _describe(cls, name or cls.__name__, found)
    return found


def describe_collection(name: str, item: type) -> Description:
    """Describe the JSON of a page: an object with the items."""
    return {Place(Part.CLASS, (name,)): "", Place(Part.ATTRIBUTE, (name, "items")): f"list[{item.__name__}]"}


def _describe(cls: type, name: str, found: dict[Place, str]) -> None:
    if Place(Part.CLASS, (name,)) in found:
        return
    found[Place(Part.CLASS, (name,))] = ""
    found |= _attributes(cls, name)
    for each in schema_of(cls).attributes:
        _describe_inside(each.node, found)


def _describe_inside(node: Node, found: dict[Place, str]) -> None:
    """Describe the classes that an attribute leads to, if any."""
    match node:
        case Object(cls=cls):
            _describe(cls, cls.__name__, found)
        case Array(item=item):
            _describe_inside(item, found)
        case OneOf(discriminator=discriminator, variants=variants):
            base = _POLYMORPHIC[discriminator]
            found[Place(Part.CLASS, (base,))] = ""
            for tag, cls in variants.items():
                found[Place(Part.VARIANT, (base, tag))] = cls.__name__
                _describe(cls, cls.__name__, found)
        case Scalar() | Map():
            pass


def _attributes(cls: type, name: str) -> Iterator[tuple[Place, str]]:
    schema = schema_of(cls)
    if schema.discriminator:
        yield Place(Part.ATTRIBUTE, (name, schema.discriminator)), "str"
    for each in schema.attributes:
        place = (name, each.json_name)
        yield Place(Part.ATTRIBUTE, place), attribute(name, type_name(each.node), required=each.is_required)
        for constant in _VALUES.get(".".join(place), ()):
            yield Place(Part.VALUE, (*place, constant)), ""


def type_name(node: Node) -> str:
    """Spell a type as the SDK does.

    Example:
        >>> type_name(Array(Scalar(str))), type_name(Map(Map(Scalar(object))))
        ('list[str]', 'dict(str, dict(str, object))')
    """
    match node:
        case Scalar(type=cls) | Object(cls=cls):
            return cls.__name__
        case Array(item=item):
            return f"list[{type_name(item)}]"
        case Map(entry=entry):
            return f"dict(str, {type_name(entry)})"
        case OneOf(discriminator=discriminator):
            return _POLYMORPHIC[discriminator]
