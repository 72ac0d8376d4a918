"""Unit shapes of dedicated AI clusters: which service limit they count against, and which models they fit.

Source: Oracle's pages on cluster sizes and limits; see "Limits and shapes" in `docs/fidelity.md`. What those do not
name follows from the shapes' own names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.enums import ModelCapability
from genai_ports.api.kinds import IMPORTED_MODEL
from genai_ports.simulator.rules.refusals import SHAPE_DOES_NOT_FIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.kind import Kind

_GPU: Final = r"(?:(?P<vendor>COHERE|META|OAI|SB)_)?(?P<gpu>[A-Z]+\d+[A-Z]?(?:_\d+G)?)_X(?P<units>\d+)"
_SIZED: Final = r"(?P<name>[A-Z]+_[A-Z]+)(?:_V\d+)?(?:_(?P<units>\d+))?"
_VENDORS: Final[Mapping[str, str]] = {"COHERE": "cohere", "META": "meta", "OAI": "openai"}
_COHERE: Final = "cohere"
_OWN_SHAPES: Final[Mapping[str, str]] = {
    ModelCapability.TEXT_EMBEDDINGS: "EMBED_COHERE",
    ModelCapability.TEXT_RERANK: "RERANK_COHERE",
}
"""What a model of Cohere's does, and the shape that is made for it."""
_LLAMA: Final = "LLAMA2_70"


@lru_cache(maxsize=256)
def counted(shape: str) -> tuple[str, int]:
    """Tell the service limit that a unit of a shape counts against, and for how much.

    Example:
        >>> counted("SMALL_COHERE_4"), counted("A100_80G_X2")
        (('dedicated-unit-small-cohere-count', 4), ('dedicated-unit-a100-80g-count', 2))
    """
    gpu = re.fullmatch(_GPU, shape)
    if gpu:
        return _limit(gpu["gpu"]), int(gpu["units"])
    sized = re.fullmatch(_SIZED, shape)
    if not sized:
        return _limit(shape), 1
    return _limit(sized["name"].replace("GENERIC", "META")), int(sized["units"] or 1)


def _limit(name: str) -> str:
    return f"dedicated-unit-{name.lower().replace('_', '-')}-count"


def check_fits(kind: Kind, model: Any, cluster: Any, prop: str) -> None:
    """Refuse a cluster whose units are not made for a model.

    Args:
        kind: of the model; imported models run on units of any shape.
        model: the base model, custom model or imported model.
        cluster: what it is to run on.
        prop: the property that names the cluster.

    Raises:
        InvalidParameter: they are not.
    """
    if kind is IMPORTED_MODEL:
        return
    expected = _expected(cluster.unit_shape, model)
    if expected:
        raise SHAPE_DOES_NOT_FIT(
            property=prop,
            model=_named(model),
            expected=expected,
            identifier=cluster.id,
            given=cluster.unit_shape,
        )


def _expected(shape: str, model: Any) -> str | None:
    """Say what shape would be right; nothing where this one is."""
    gpu = re.fullmatch(_GPU, shape)
    if gpu and not gpu["vendor"]:
        return "not a plain GPU shape, which is for imported models alone"
    if gpu:
        return None if _VENDORS.get(gpu["vendor"], model.vendor) == model.vendor else _right(model)
    if model.vendor == _COHERE:
        own = _own_capability(model)
        fits = shape == _OWN_SHAPES[own] if own else "COHERE" in shape and shape not in _OWN_SHAPES.values()
    else:
        fits = "COHERE" not in shape and (model.vendor == "meta" or shape != _LLAMA)
    return None if fits else _right(model)


def _own_capability(model: Any) -> str | None:
    """Tell what a model of Cohere's does that has a shape of its own, if it does such a thing."""
    if model.vendor != _COHERE:
        return None
    return next((capability for capability in model.capabilities if capability in _OWN_SHAPES), None)


def _right(model: Any) -> str:
    if model.vendor != _COHERE:
        return "a GENERIC one"
    own = _own_capability(model)
    return _OWN_SHAPES[own] if own else "one such as SMALL_COHERE or LARGE_COHERE"


def _named(model: Any) -> str:
    """Name the models that a shape does not fit."""
    if not model.vendor:
        return "this model"
    own = _own_capability(model)
    return f"{model.vendor} models of {own}" if own else f"{model.vendor} models"
