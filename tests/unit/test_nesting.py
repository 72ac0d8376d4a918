"""A body may nest 64 levels of objects and arrays, of any type."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.model import UpdateModelDetails
from genai_ports.api.nesting import nests_too_deep
from genai_ports.api.variant import UnknownVariant

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 64
WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "list": lambda part: [None, part],
    "tuple": lambda part: (part, 1),
    "dict": lambda part: {"a": "text", "b": part},
    "mapping": lambda part: MappingProxyType({"a": part}),
    "value": lambda part: UpdateModelDetails(freeform_tags=part),
    "unknown variant": lambda part: UnknownVariant(document={"sourceType": "NEW", "part": part}),
}
each_wrapper = pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)


def nested(wrap: Callable[[Any], Any], levels: int, inmost: Any) -> Any:
    """Put a value into this many levels."""
    for _ in range(levels):
        inmost = wrap(inmost)
    return inmost


@each_wrapper
def test_a_body_nests_up_to_64_levels(wrap: Callable[[Any], Any]) -> None:
    for inmost in (None, "text", 5, 1.5, True):
        assert nests_too_deep(nested(wrap, MOST, inmost)) is False
    assert nests_too_deep(nested(wrap, MOST + 1, None)) is True


@each_wrapper
def test_an_empty_part_is_a_level(wrap: Callable[[Any], Any]) -> None:
    for empty in ([], (), {}, MappingProxyType({}), UpdateModelDetails()):
        assert nests_too_deep(nested(wrap, MOST - 1, empty)) is False
        assert nests_too_deep(nested(wrap, MOST, empty)) is True


def test_a_value_of_another_type_is_no_level() -> None:
    assert nests_too_deep(nested(lambda part: [part], MOST, {1})) is False


def test_a_body_that_contains_itself_many_times_is_too_deep() -> None:
    body: list[Any] = []
    body += [body] * 20
    assert nests_too_deep(body) is True
