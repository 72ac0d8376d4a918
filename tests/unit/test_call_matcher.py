"""CallMatcher tells which calls a plan is for, and refuses what could be for none."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports import builders
from genai_ports.api.call import Call, ListQuery
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults.call_matcher import CallContext, CallMatcher, asked
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.ready import COMPARTMENT, ELSEWHERE, imported_model_details

CHICAGO, PHOENIX = "us-chicago-1", "us-phoenix-1"
ABOUT = CallContext(
    "get_model", CHICAGO, "ocid1.a", COMPARTMENT, "mine", Call(OPERATIONS["get_model"], target="ocid1.a")
)


def test_a_plan_that_says_nothing_is_for_every_call() -> None:
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
def test_a_plan_is_for_the_calls_that_are_about_what_it_names(name: str, same: str, other: str) -> None:
    plan, unlike, nothing = ({name: each} for each in (same, other, None))
    assert CallMatcher(**plan).matches(ABOUT)  # type: ignore[arg-type]
    assert not CallMatcher(**unlike).matches(ABOUT)  # type: ignore[arg-type]
    assert not CallMatcher(**plan).matches(ABOUT._replace(**nothing))  # type: ignore[arg-type]


def test_a_plan_is_for_the_calls_that_match_all_it_says() -> None:
    assert CallMatcher(operation="get_model", display_name="mine").matches(ABOUT)
    assert not CallMatcher(operation="get_model", display_name="other").matches(ABOUT)


@pytest.mark.parametrize("answer", [True, False])
def test_a_test_of_ones_own_is_asked_about_the_call_itself(*, answer: bool) -> None:
    seen: list[Call] = []

    def when(call: Call) -> bool:
        seen.append(call)
        return answer

    assert CallMatcher(when=when).matches(ABOUT) is answer
    assert seen == [ABOUT.call]


def test_a_test_of_ones_own_is_not_asked_about_calls_that_do_not_match_anyway() -> None:
    assert not CallMatcher(operation="list_models", when=lambda call: 1 / 0 > 0).matches(ABOUT)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (CallMatcher(operation="creat_model"), "operation 'creat_model' does not exist; did you mean create_model?"),
        (CallMatcher(operation=""), "operation '' does not exist"),
        (CallMatcher(region="phx"), "region must be the id 'us-phoenix-1', not 'phx'"),
        (CallMatcher(region="US-Phoenix-1"), "region must be the id 'us-phoenix-1', not 'US-Phoenix-1'"),
        (CallMatcher(region="us-phonix-1"), "there is no region 'us-phonix-1'"),
        (CallMatcher(nth=0), "nth must be 1 or more, not 0"),
        (CallMatcher(nth=-1), "nth must be 1 or more, not -1"),
        (CallMatcher(every=0), "every must be 1 or more, not 0"),
        (CallMatcher(times=0), "times must be 1 or more, or 'always', not 0"),
        (CallMatcher(times="often"), "times must be 1 or more, or 'always', not 'often'"),
        (CallMatcher(nth="always"), "nth must be 1 or more, not 'always'"),  # type: ignore[arg-type]
        (CallMatcher(every="always"), "every must be 1 or more, not 'always'"),  # type: ignore[arg-type]
        (CallMatcher(every=1.0), "every must be 1 or more, not 1.0"),  # type: ignore[arg-type]
        (CallMatcher(times=True), "times must be 1 or more, or 'always', not True"),
        (CallMatcher(operation=["get_model"]), "operation ['get_model'] does not exist"),  # type: ignore[arg-type]
        (CallMatcher(region=5), "there is no region '5'"),  # type: ignore[arg-type]
        (CallMatcher(resource=5), "resource must be a string, not 5"),  # type: ignore[arg-type]
        (CallMatcher(display_name=b"a"), "display_name must be a string, not b'a'"),  # type: ignore[arg-type]
        (CallMatcher(when="a"), "when must be a function that takes the call, not 'a'"),  # type: ignore[arg-type]
        (CallMatcher(operation="create_model", resource="a"), "create_model names no resource: leave resource out"),
        (
            CallMatcher(operation="list_work_requests", resource="a"),
            "list_work_requests names no resource",
        ),
        (
            CallMatcher(operation="get_work_request", display_name="a"),
            "get_work_request is about a work request",
        ),
    ],
    ids=lambda given: None if isinstance(given, str) else repr(given),
)
def test_a_plan_that_could_befall_no_call_is_refused(plan: CallMatcher, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan.check()
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_plan_may_be_for_any_operation(name: str) -> None:
    CallMatcher(operation=name).check()


def about(call: Call, snapshot: Any = None) -> tuple[str | None, str | None, str | None]:
    told = asked(call, CHICAGO, snapshot)
    assert (told.operation, told.region, told.call) == (call.operation.name, CHICAGO, call)
    return told.resource, told.compartment_id, told.display_name


def test_a_call_on_a_resource_is_about_that_as_it_is() -> None:
    world = Simulator()
    details = imported_model_details(display_name="mine")
    made = world.handle(Call(OPERATIONS["create_imported_model"], details=details)).value
    call = Call(OPERATIONS["get_imported_model"], target=made.id)
    assert about(call, made) == (made.id, COMPARTMENT, "mine")


def test_a_creation_is_about_what_its_body_names() -> None:
    details = imported_model_details(display_name="mine")
    assert about(Call(OPERATIONS["create_imported_model"], details=details)) == (None, COMPARTMENT, "mine")


def test_a_list_is_about_the_compartment_and_the_name_that_it_asks_for() -> None:
    query = ListQuery(compartment_id=COMPARTMENT, filters={"display_name": "mine", "vendor": "acme"})
    assert about(Call(OPERATIONS["list_models"], query=query)) == (None, COMPARTMENT, "mine")
    assert about(Call(OPERATIONS["list_models"], query=ListQuery(compartment_id=COMPARTMENT))) == (
        None,
        COMPARTMENT,
        None,
    )


def test_a_call_on_what_is_not_there_is_about_its_ocid_alone() -> None:
    assert about(Call(OPERATIONS["get_model"], target="ocid1.a")) == ("ocid1.a", None, None)


def test_a_plan_that_goes_by_a_work_request_is_for_looks_at_it() -> None:
    world = Simulator()
    call = Call(OPERATIONS["create_imported_model"], details=imported_model_details())
    work_id = world.handle(call).response.work_request_id
    look = Call(OPERATIONS["get_work_request"], target=work_id)
    work = world.world.works.get(str(work_id))
    assert work is not None
    assert about(look, work.snapshot) == (work_id, COMPARTMENT, None)


def test_a_body_that_names_nothing_is_about_nothing() -> None:
    details = builders.hugging_face_data_source(model_id="acme/model")
    assert about(Call(OPERATIONS["create_imported_model"], details=details)) == (None, None, None)
