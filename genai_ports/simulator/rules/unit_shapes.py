"""Unit shapes of dedicated AI clusters: which service limit they count against, and which models they fit.

Source: Oracle's pages on cluster sizes and limits; see "Limits and shapes" in `docs/fidelity.md`. Shapes
that the pages do not list are derived from their names.
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
"""Capabilities of Cohere's models that have a shape of their own."""
_LLAMA: Final = "LLAMA2_70"


@lru_cache(maxsize=256)
def counted(shape: str) -> tuple[str, int]:
    """Return the service limit that a unit of a shape counts against, and how many units of the limit it is.

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
    """Refuse a cluster whose unit shape does not fit a model.

    Args:
        kind: the kind of the model; imported models run on any shape.
        model: the base model, custom model or imported model.
        cluster: the cluster that is to run it.
        prop: the property that names the cluster.

    Raises:
        InvalidParameter: the shape does not fit.
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
            actual=cluster.unit_shape,
        )


def _expected(shape: str, model: Any) -> str | None:
    """Describe the shape that would fit; None if this one does."""
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
    """Return the capability of a Cohere model that has a shape of its own, if any."""
    if model.vendor != _COHERE:
        return None
    return next((capability for capability in model.capabilities if capability in _OWN_SHAPES), None)


def _right(model: Any) -> str:
    if model.vendor != _COHERE:
        return "a GENERIC one"
    own = _own_capability(model)
    return _OWN_SHAPES[own] if own else "one such as SMALL_COHERE or LARGE_COHERE"


def _named(model: Any) -> str:
    """Describe the models that a shape does not fit."""
    if not model.vendor:
        return "this model"
    own = _own_capability(model)
    return f"{model.vendor} models of {own}" if own else f"{model.vendor} models"
