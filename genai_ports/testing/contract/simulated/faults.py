"""Faults: planned errors and delays, and the calls that they apply to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.errors import (
    CannotParseRequest,
    ConnectionLost,
    InvalidatedRetryToken,
    NotFound,
    QuotaExceeded,
    ServiceError,
    TooManyRequests,
)
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing import ready
from genai_ports.testing.contract.port.errors import nested

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.resources import Resources
    from genai_ports.testing.contract.simulated.harness import Harness

GET = "get_imported_model"
TRIES = 8
"""How often the default retry policy sends a call."""

UNTOUCHED = [
    Fault(code="TooManyRequests", times="always"),
    Fault(damage="reset", times="always"),
    Fault(damage="time-out", times="always"),
    Fault(damage="not-json", times="always"),
    Fault(damage="not-json", status=502, times="always"),
]


def add(harness: Harness, *faults: Fault) -> None:
    """Plan faults."""
    for fault in faults:
        harness.simulator.faults.add(fault)


def seconds(harness: Harness, act: Callable[[], object]) -> float:
    """Return how many seconds an action takes on the clock of the world."""
    started = harness.genai.clock.now()
    act()
    return (harness.genai.clock.now() - started).total_seconds()


def is_found(genai: GenAi, identifier: str, region: str | None = None) -> bool:
    """Return whether a read of an imported model succeeds."""
    try:
        genai.get_imported_model(identifier, region=region)
    except NotFound:
        return False
    return True


class FaultBehaviours:
    """What is true of faults."""

    def test_a_fault_can_have_a_message_and_a_retry_after(self, harness: Harness) -> None:
        """The caller sees them in the error of the last try. Each try waits for `retry-after`."""
        model = ready.imported_model(harness.genai)
        add(harness, Fault(status=429, message="Slow down.", retry_after=20, times=TRIES))

        def read() -> None:
            with harness.refuses(TooManyRequests, "fault") as refused:
                harness.genai.get_imported_model(model.id)
            assert (refused.value.message, refused.value.retry_after) == ("Slow down.", 20)

        assert seconds(harness, read) == 20 * (TRIES - 1)

    @pytest.mark.parametrize(
        ("which", "expected"),
        [
            ({}, "x....."),
            ({"times": 3}, "xxx..."),
            ({"times": "always"}, "xxxxxx"),
            ({"nth": 4}, "...x.."),
            ({"every": 3, "times": "always"}, "..x..x"),
            ({"every": 2, "times": 2}, ".x.x.."),
            ({"nth": 2, "every": 2, "times": 2}, ".x.x.."),
            ({"nth": 1, "every": 4, "times": "always"}, "x...x."),
            ({"nth": 5, "times": "always"}, "....xx"),
        ],
        ids=str,
    )
    def test_a_fault_applies_to_calls_by_their_number(
        self, harness: Harness, which: dict[str, Any], expected: str
    ) -> None:
        """It applies to the first, the nth or every nth call. Faults are never random."""
        model = ready.imported_model(harness.genai)
        add(harness, Fault(status=404, operation=GET, **which))
        results = ["." if is_found(harness.genai, model.id) else "x" for _ in expected]
        assert "".join(results) == expected

    @pytest.mark.parametrize("about", ["display_name", "compartment_id", "resource"])
    def test_a_fault_applies_to_calls_by_their_resource(self, harness: Harness, about: str) -> None:
        """Name and compartment are those of the resource."""
        genai = harness.genai
        one = ready.imported_model(genai, display_name="one")
        two = ready.imported_model(genai, display_name="two", compartment_id=ready.ELSEWHERE)
        which: dict[str, Any] = {about: two.id if about == "resource" else getattr(two, about)}
        add(harness, Fault(status=404, operation=GET, times="always", **which))
        assert [is_found(genai, each.id) for each in (one, two, one, two)] == [True, False, True, False]

    def test_a_fault_applies_to_the_calls_of_a_region(self, harness: Harness) -> None:
        """Calls to other regions succeed."""
        chicago = ready.imported_model(harness.genai)
        phoenix = ready.imported_model(harness.genai, region="phx")
        add(harness, Fault(status=404, operation=GET, region="us-phoenix-1", times="always"))
        assert (is_found(harness.genai, chicago.id), is_found(harness.genai, phoenix.id)) == (True, False)

    def test_a_fault_applies_to_the_calls_for_which_a_function_is_true(self, harness: Harness) -> None:
        """The function receives the call as it reaches the world."""
        add(harness, Fault(code="QuotaExceeded", when=lambda call: call.details is not None and call.details.vendor))
        assert ready.imported_model(harness.genai).vendor is None
        with harness.refuses(QuotaExceeded, "fault"):
            harness.genai.create_imported_model(ready.imported_model_details(vendor="acme"))

    def test_a_fault_applies_to_lists_by_their_query(self, harness: Harness) -> None:
        """Compartment and display name are those of the query."""
        genai = harness.genai
        add(harness, Fault(status=404, compartment_id=ready.COMPARTMENT, display_name="mine"))
        assert list(genai.list_endpoints(ready.COMPARTMENT)) == []
        assert list(genai.list_endpoints(ready.ELSEWHERE, display_name="mine")) == []
        with harness.refuses(NotFound, "fault"):
            genai.list_endpoints(ready.COMPARTMENT, display_name="mine").first()

    def test_a_delay_is_on_the_clock_of_the_world(self, harness: Harness) -> None:
        """The call is carried out before the delay."""
        add(harness, Fault(latency=90))
        started = harness.genai.clock.now()
        made = harness.genai.create_imported_model(ready.imported_model_details())
        assert (harness.genai.clock.now() - started).total_seconds() == 90
        assert made.time_created == started

    def test_an_error_can_be_delayed(self, harness: Harness) -> None:
        """The pause before the next try follows the delay."""
        add(harness, Fault(status=503, latency=10))
        assert seconds(harness, lambda: list(harness.genai.list_endpoints(ready.COMPARTMENT))) == 11

    @pytest.mark.parametrize("fault", UNTOUCHED, ids=Fault.describe)
    def test_a_call_with_a_fault_is_not_carried_out(self, harness: Harness, resources: Resources, fault: Fault) -> None:
        """Creation, update, move and deletion change nothing, and use up no retry token."""
        made = resources.ready()
        before, tokens = harness.simulator.state(), len(harness.simulator.retry_tokens)
        add(harness, fault)
        for change in (
            resources.create,
            partial(resources.rename, made.id, "after"),
            partial(resources.move, made.id, ready.ELSEWHERE),
            partial(resources.delete, made.id),
        ):
            with pytest.raises((ConnectionLost, ServiceError)):
                change()
        assert (harness.simulator.state(), len(harness.simulator.retry_tokens)) == (before, tokens)

    def test_waiting_continues_after_temporary_errors(self, realistic: Harness) -> None:
        """A throttled poll, a disrupted response and a server error do not end it."""
        _, work_id = ready.begin_import(realistic.genai)
        add(
            realistic,
            Fault(status=429, operation="get_work_request"),
            Fault(damage="cut", operation="get_work_request"),
            Fault(status=500, nth=3),
        )
        assert realistic.genai.wait_for_work_request(work_id).status == "SUCCEEDED"
        assert list(realistic.simulator.faults) == []

    def test_a_fault_can_be_any_error(self, harness: Harness) -> None:
        """Here a retry token is refused that is valid."""
        add(harness, Fault(code="InvalidatedRetryToken"))
        with harness.refuses(InvalidatedRetryToken, "fault"):
            harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        assert harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once").id

    def test_a_body_that_cannot_be_parsed_uses_up_no_fault(self, harness: Harness) -> None:
        """Such a request is not a call."""
        harness.simulator.faults.add(Fault(status=503))
        tags = {"n": {"k": nested(62, lambda part: [part])}}
        with harness.refuses(CannotParseRequest, "body-not-json"):
            harness.genai.create_imported_model(ready.imported_model_details(defined_tags=tags))
        assert len(list(harness.simulator.faults)) == 1
