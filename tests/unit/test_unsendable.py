"""A body with values that JSON cannot hold is refused by name, and is not sent."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from genai_ports.api.call import Call
from genai_ports.api.endpoint import ContentModerationConfig, UpdateEndpointDetails
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.model import UpdateModelDetails
from genai_ports.api.variant import UnknownVariant
from genai_ports.errors import CannotParseRequest, InvalidParameter
from genai_ports.testing import ready
from genai_ports.wire.unsendable import unsendable, write_sendable

UPDATE = OPERATIONS["update_model"]
SURROGATE = r"text without unpaired surrogates, not '\ud800'"
LONGER = "a whole number that fits in 64 bits, not a longer one"


def problems(value: Any) -> list[str]:
    """Return what is wrong with a value in a tag."""
    return [*unsendable(UpdateModelDetails(defined_tags={"a": {"b": value}}))]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        1.5,
        10**4200,
        -(10**4200),
        "Zürich",
        "",
        [],
        (1, [2]),
        {},
        {"c": {"d": [1]}},
        MappingProxyType({}),
    ],
)
def test_json_holds_a_value(value: Any) -> None:
    assert problems(value) == []


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("a\ud800", f"must be {SURROGATE}"),
        (float("nan"), "must be a finite number, not nan"),
        (float("-inf"), "must be a finite number, not -inf"),
        (10**4200 + 1, f"must be {LONGER}"),
        (-(10**4200) - 1, f"must be {LONGER}"),
        ({1}, "must be a value that JSON has, not set"),
        (b"a", "must be a value that JSON has, not bytes"),
        ({1: 2}, "must be an object whose keys are strings, not 1"),
        (MappingProxyType({None: 2}), "must be an object whose keys are strings, not null"),
        ({"\ud800": 2}, f"must be {SURROGATE}"),
    ],
)
def test_json_does_not_hold_a_value(value: Any, problem: str) -> None:
    assert problems(value) == [f"definedTags.(entry 1).(entry 1) {problem}"]


def test_each_value_is_named_by_its_path() -> None:
    data_source: Any = UnknownVariant(document={"sourceType": "NEW", "reels": [1, {2}, ({3},)]})
    details = ready.imported_model_details(data_source=data_source, freeform_tags={"a": "b", "c": "\ud800"})
    assert [*unsendable(details)] == [
        "dataSource.(entry 2)[1] must be a value that JSON has, not set",
        "dataSource.(entry 2)[2][0] must be a value that JSON has, not set",
        f"freeformTags.(entry 2) must be {SURROGATE}",
    ]
    guard: Any = ContentModerationConfig(is_enabled=True, mode="\ud800")
    assert [*unsendable(UpdateEndpointDetails(content_moderation_config=guard))] == [
        f"contentModerationConfig.mode must be {SURROGATE}"
    ]


def test_a_body_that_json_holds_is_written() -> None:
    call = Call(UPDATE, target="a", details=UpdateModelDetails(display_name="new"))
    assert write_sendable(call).body == b'{"displayName":"new"}'
    assert write_sendable(Call(OPERATIONS["get_model"], target="a")).body == b""


def test_any_other_body_is_refused() -> None:
    again: dict[str, Any] = {}
    again["again"] = again
    wrong: dict[str, Any] = {"a": {1}}
    for tags, error, message in (
        (wrong, InvalidParameter, "definedTags.(entry 1) must be a value that JSON has, not set."),
        (again, CannotParseRequest, "The body cannot be written as JSON: it nests too deep, or contains itself."),
    ):
        with pytest.raises(error) as refused:
            write_sendable(Call(UPDATE, target="a", details=UpdateModelDetails(defined_tags=tags)))
        assert refused.value.message == message
        assert refused.value.operation == "update_model"
