"""A list query refuses what a list does not take, and a single value filters like a tuple of one."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports.api.call import Call, ListQuery
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidParameter, ServiceError
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.ready import COMPARTMENT


def listed(operation: str = "list_models", **filters: Any) -> tuple[Any, ...]:
    query = ListQuery(compartment_id=COMPARTMENT, filters=filters)
    items: tuple[Any, ...] = Simulator().handle(Call(OPERATIONS[operation], query=query)).value.items
    return items


def test_one_capability_filters_like_a_tuple_of_one() -> None:
    assert listed(capability="CHAT") == listed(capability=("CHAT",))
    assert 0 < len(listed(capability="CHAT")) < len(listed())


@pytest.mark.parametrize(
    ("operation", "known"),
    [
        ("list_models", "compartmentId, vendor, capability, lifecycleState, displayName, id, limit, page, sortBy, "),
        ("list_work_request_logs", "limit, page, sortBy, "),
    ],
)
def test_an_unknown_filter_is_refused_by_name(operation: str, known: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        listed(operation, color="red")
    assert refused.value.rule == "query-unknown"
    assert (
        refused.value.message
        == f"filter 1 (5 characters) is not a parameter of {operation}; it takes {known}sortOrder."
    )


def test_only_the_capability_may_have_several_values() -> None:
    with pytest.raises(InvalidParameter, match="displayName must be a string") as refused:
        listed(display_name=("a", "b"))
    assert refused.value.rule == "query-value"


@pytest.mark.parametrize(
    ("query", "message", "rule"),
    [
        ({"compartment_id": None}, "compartmentId is required.", "query-missing"),
        ({"sort_by": "color"}, "sortBy must be one of timeCreated, ", "query-value"),
        ({"sort_order": "asc"}, "sortOrder must be one of ASC, DESC, not a string of 3 characters.", "query-value"),
        *(
            ({"limit": limit}, f"limit must be a whole number from 1 to 1000, not {shown}.", "query-value")
            for limit, shown in ((0, "0"), (1001, "1001"), (True, "true"), (2.0, "2.0"), ("2", "a string of 1 char"))
        ),
    ],
    ids=lambda each: str(each) if isinstance(each, dict) else "",
)
def test_a_wrong_parameter_is_refused(query: dict[str, Any], message: str, rule: str) -> None:
    call = Call(OPERATIONS["list_models"], query=ListQuery(**{"compartment_id": COMPARTMENT, **query}))
    with pytest.raises(ServiceError) as refused:
        Simulator().handle(call)
    assert refused.value.message.startswith(message.removesuffix("."))
    assert refused.value.rule == rule


def test_a_filter_is_text_that_can_be_written() -> None:
    with pytest.raises(InvalidParameter, match="displayName must be text without unpaired surrogates") as refused:
        listed(display_name="\ud800")
    assert refused.value.rule == "query-value"
