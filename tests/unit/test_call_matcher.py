"""CallMatcher says which calls a fault applies to, and refuses what no call can match."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports import builders
from genai_ports.api.call import Call, ListQuery
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults.call_matcher import CallContext, CallMatcher, call_context
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.ready import COMPARTMENT, ELSEWHERE, imported_model_details

CHICAGO, PHOENIX = "us-chicago-1", "us-phoenix-1"
ABOUT = CallContext(
    "get_model", CHICAGO, "ocid1.a", COMPARTMENT, "mine", Call(OPERATIONS["get_model"], target="ocid1.a")
)


def test_a_matcher_without_arguments_matches_every_call() -> None:
    assert CallMatcher().matches(ABOUT)


@pytest.mark.parametrize(
    ("name", "same", "other"),
    [
        ("operation", "get_model", "list_models"),
        ("region", CHICAGO, PHOENIX),
        ("resource", "ocid1.a", "ocid1.b"),
        ("compartment_id", COMPARTMENT, ELSEWHERE),
        ("display_name", "mine", "min"),
    ],
)
def test_a_matcher_matches_the_calls_with_the_value_of_its_argument(name: str, same: str, other: str) -> None:
    plan, unlike, nothing = ({name: each} for each in (same, other, None))
    assert CallMatcher(**plan).matches(ABOUT)  # type: ignore[arg-type]
    assert CallMatcher(**unlike).matches(ABOUT) is False  # type: ignore[arg-type]
    assert CallMatcher(**plan).matches(ABOUT._replace(**nothing)) is False  # type: ignore[arg-type]


def test_a_matcher_matches_the_calls_with_the_values_of_all_arguments() -> None:
    assert CallMatcher(operation="get_model", display_name="mine").matches(ABOUT)
    assert not CallMatcher(operation="get_model", display_name="other").matches(ABOUT)


@pytest.mark.parametrize("result", [True, False])
def test_when_gets_the_call_itself(*, result: bool) -> None:
    seen: list[Call] = []

    def when(call: Call) -> bool:
        seen.append(call)
        return result

    assert CallMatcher(when=when).matches(ABOUT) is result
    assert seen == [ABOUT.call]


def test_when_is_not_called_for_calls_that_do_not_match_anyway() -> None:
    assert not CallMatcher(operation="list_models", when=lambda call: 1 / 0 > 0).matches(ABOUT)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"operation": "creat_model"}, "operation 'creat_model' does not exist; did you mean create_model?"),
        ({"operation": ""}, "operation '' does not exist"),
        ({"region": "phx"}, "region must be the id 'us-phoenix-1', not 'phx'"),
        ({"region": "US-Phoenix-1"}, "region must be the id 'us-phoenix-1', not 'US-Phoenix-1'"),
        ({"region": "us-phonix-1"}, "there is no region 'us-phonix-1'"),
        ({"nth": 0}, "nth must be from 1 to 1000000000, not 0"),
        ({"nth": -1}, "nth must be from 1 to 1000000000, not -1"),
        ({"every": 0}, "every must be from 1 to 1000000000, not 0"),
        ({"times": 0}, "times must be from 1 to 1000000000, or 'always', not 0"),
        ({"times": "often"}, "times must be from 1 to 1000000000, or 'always', not 'often'"),
        ({"nth": "always"}, "nth must be from 1 to 1000000000, not 'always'"),
        ({"every": "always"}, "every must be from 1 to 1000000000, not 'always'"),
        ({"every": 1.0}, "every must be from 1 to 1000000000, not 1.0"),
        ({"times": True}, "times must be from 1 to 1000000000, or 'always', not True"),
        ({"operation": ["get_model"]}, "operation must be a string, not a value of type list"),
        ({"region": 5}, "region must be a string, not 5"),
        ({"resource": 5}, "resource must be a string, not 5"),
        ({"display_name": b"a"}, "display_name must be a string, not a value of type bytes"),
        ({"when": "a"}, "when must be a function that takes the call, not 'a'"),
        ({"operation": "create_model", "resource": "a"}, "create_model has no target; omit resource="),
        (
            {"operation": "list_work_requests", "resource": "a"},
            "list_work_requests has no target; omit resource=",
        ),
        (
            {"operation": "get_work_request", "display_name": "a"},
            "get_work_request is about a work request, which has no name; omit display_name=",
        ),
    ],
    ids=str,
)
def test_a_matcher_that_no_call_can_match_is_refused_when_it_is_made(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        CallMatcher(**given)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7]),
        ({"nth": 3}, [3, 4, 5, 6, 7]),
        ({"every": 3}, [3, 6]),
        ({"nth": 1, "every": 3}, [1, 4, 7]),
        ({"nth": 4, "every": 2}, [4, 6]),
    ],
    ids=str,
)
def test_a_matcher_applies_from_the_nth_call_on_to_every_so_many_th(given: dict[str, Any], numbers: list[int]) -> None:
    matcher = CallMatcher(**given)
    assert [number for number in range(1, 8) if matcher.applies_to(number)] == numbers


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({}, "CallMatcher()"),
        ({"every": 1, "times": 1, "nth": None}, "CallMatcher()"),
        ({"operation": "get_model", "nth": 2}, "CallMatcher(operation='get_model', nth=2)"),
        (
            {"times": "always", "every": 2, "region": CHICAGO},
            f"CallMatcher(region='{CHICAGO}', every=2, times='always')",
        ),
    ],
    ids=str,
)
def test_the_source_of_a_matcher_has_the_arguments_that_differ_from_the_defaults(
    given: dict[str, Any], source: str
) -> None:
    matcher = CallMatcher(**given)
    assert matcher.source() == source
    assert CallMatcher(**matcher.settings()) == matcher


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_matcher_may_name_any_operation(name: str) -> None:
    assert CallMatcher(operation=name).operation == name


def about(call: Call, snapshot: Any = None) -> tuple[str | None, str | None, str | None]:
    context = call_context(call, CHICAGO, snapshot)
    assert (context.operation, context.region, context.call) == (call.operation.name, CHICAGO, call)
    return context.resource, context.compartment_id, context.display_name


def test_a_call_on_a_resource_is_about_its_present_version() -> None:
    world = Simulator()
    details = imported_model_details(display_name="mine")
    made = world.handle(Call(OPERATIONS["create_imported_model"], details=details)).value
    call = Call(OPERATIONS["get_imported_model"], target=made.id)
    assert about(call, made) == (made.id, COMPARTMENT, "mine")


def test_a_creation_is_about_the_values_in_its_body() -> None:
    details = imported_model_details(display_name="mine")
    assert about(Call(OPERATIONS["create_imported_model"], details=details)) == (None, COMPARTMENT, "mine")


def test_a_list_is_about_the_compartment_and_name_in_its_query() -> None:
    query = ListQuery(compartment_id=COMPARTMENT, filters={"display_name": "mine", "vendor": "acme"})
    assert about(Call(OPERATIONS["list_models"], query=query)) == (None, COMPARTMENT, "mine")
    assert about(Call(OPERATIONS["list_models"], query=ListQuery(compartment_id=COMPARTMENT))) == (
        None,
        COMPARTMENT,
        None,
    )


def test_a_call_on_an_unknown_resource_is_about_its_ocid_alone() -> None:
    assert about(Call(OPERATIONS["get_model"], target="ocid1.a")) == ("ocid1.a", None, None)


def test_a_call_on_a_work_request_is_about_that() -> None:
    world = Simulator()
    call = Call(OPERATIONS["create_imported_model"], details=imported_model_details())
    work_id = world.handle(call).response.work_request_id
    look = Call(OPERATIONS["get_work_request"], target=work_id)
    work = world.world.works.get(str(work_id))
    assert work is not None
    assert about(look, work.snapshot) == (work_id, COMPARTMENT, None)


def test_a_body_without_compartment_and_name_is_about_neither() -> None:
    details = builders.hugging_face_data_source(model_id="acme/model")
    assert about(Call(OPERATIONS["create_imported_model"], details=details)) == (None, None, None)
