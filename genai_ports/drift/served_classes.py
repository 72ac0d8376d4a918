"""Our side, the classes: what their type hints say, in the SDK's words for types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from genai_ports.api import dedicated_ai_cluster, enums, fine_tuning, imported_model
from genai_ports.api.enums import values
from genai_ports.api.kinds import OPERATIONS, RESOURCE_KINDS
from genai_ports.api.variant import Variant
from genai_ports.drift.description import ATTRIBUTE, CLASS, VALUE, VARIANT, Place, attribute
from genai_ports.wire.shapes import alternatives, discriminator, element, is_value_class, properties, required, variants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from genai_ports.drift.description import Description

_POLYMORPHIC: Final[Mapping[str, Any]] = {
    "Dataset": fine_tuning.Dataset,
    "TrainingConfig": fine_tuning.TrainingConfig,
    "ModelMetrics": fine_tuning.ModelMetrics,
    "ModelDataSource": imported_model.ModelDataSource,
    "DedicatedAiClusterCapacity": dedicated_ai_cluster.DedicatedAiClusterCapacity,
}
"""Oracle's polymorphic classes, and the unions that we have for them."""

_OPERATION_TYPES: Final = tuple(each.operation_type for each in OPERATIONS.values() if each.operation_type)
_VALUES: Final[Mapping[str, Iterable[str]]] = {
    **{f"{kind.snapshot.__name__}.lifecycleState": kind.states for kind in RESOURCE_KINDS},
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
"""The attributes that take certain values only, where the SDK has constants for them."""


def describe_class(cls: type, name: str | None = None) -> Description:
    """Describe a class and the classes inside it.

    Args:
        cls: one of the classes of `genai_ports.api`.
        name: what the SDK calls it, where that is another name.
    """
    found: dict[Place, str] = {}
    _describe(cls, name or cls.__name__, found)
    return found


def describe_collection(name: str, item: type) -> Description:
    """Describe what a page is written as: an object with the items."""
    return {Place(CLASS, (name,)): "", Place(ATTRIBUTE, (name, "items")): f"list[{item.__name__}]"}


def _describe(cls: type, name: str, found: dict[Place, str]) -> None:
    if Place(CLASS, (name,)) in found:
        return
    found[Place(CLASS, (name,))] = ""
    found |= _attributes(cls, name)
    for annotation in properties(cls).values():
        _describe_inside(annotation, found)


def _describe_inside(annotation: Any, found: dict[Place, str]) -> None:
    """Describe the class that an attribute leads to, if it leads to one."""
    if known := variants(annotation):
        base = type_name(annotation)
        found[Place(CLASS, (base,))] = ""
        found |= {Place(VARIANT, (base, tag)): cls.__name__ for tag, cls in known.items()}
    one = element(annotation) or alternatives(annotation)[0]
    for cls in known.values() or [one]:
        if is_value_class(cls):
            _describe(cls, cls.__name__, found)


def _attributes(cls: type, name: str) -> Iterator[tuple[Place, str]]:
    if issubclass(cls, Variant):
        yield Place(ATTRIBUTE, (name, discriminator(cls))), "str"
    for wire, annotation in properties(cls).items():
        told = attribute(name, type_name(annotation), required=wire in required(cls))
        yield Place(ATTRIBUTE, (name, wire)), told
        for each in _VALUES.get(f"{name}.{wire}", ()):
            yield Place(VALUE, (name, wire, each)), ""


def type_name(annotation: Any) -> str:
    """Spell a type hint as the SDK spells its types.

    Example:
        >>> type_name(tuple[str, ...] | None), type_name(fine_tuning.ModelMetrics | None)
        ('list[str]', 'ModelMetrics')
        >>> type_name(Mapping[str, Mapping[str, Any]])
        'dict(str, dict(str, object))'
    """
    if known := variants(annotation):
        return next(name for name, union in _POLYMORPHIC.items() if variants(union) == known)
    kind = alternatives(annotation)[0]
    if kind is Any:
        return "object"
    if get_origin(kind) is tuple:
        return f"list[{type_name(get_args(kind)[0])}]"
    if get_origin(kind) is Mapping:
        return f"dict({', '.join(map(type_name, get_args(kind)))})"
    return str(kind.__name__)
