"""Faults: errors and delays that were asked for, which calls they befall, and how callers feel them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.errors import CannotParseRequest, NotFound, ServiceError
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing import ready
from genai_ports.testing.contract.port.errors import nested

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.resources import Resources
    from genai_ports.testing.contract.simulated.harness import Harness


from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.resources import Resources
    from genai_ports.testing.contract.simulated.harness import Harness


from functools import partial
from typing import TYPE_CHECKING

from genai_ports.errors import (
    ConnectionLost,
    InvalidatedRetryToken,
    QuotaExceeded,
    TooManyRequests,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.resources import Resources
    from genai_ports.testing.contract.simulated.harness import Harness

GET = "get_imported_model"
TRIES = 8
"""How often the usual policy tries."""

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
    """Do something, and tell how many seconds passed on the clock of the world."""
    started = harness.genai.clock.now()
    act()
    return (harness.genai.clock.now() - started).total_seconds()


def is_answered(genai: GenAi, identifier: str, region: str | None = None) -> bool:
    """Read an imported model, and tell whether an answer came instead of the fault."""
    try:
        genai.get_imported_model(identifier, region=region)
    except NotFound:
        return False
    return True


class FaultBehaviours:
    """What is true of faults."""

    def test_an_error_can_have_a_text_and_a_wait_of_its_own(self, harness: Harness) -> None:
        """They reach the caller with the last try, and the clock at each."""
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
    def test_a_fault_befalls_calls_by_their_number(
        self, harness: Harness, which: dict[str, Any], expected: str
    ) -> None:
        """The first so many, the nth, every so many-th; by counting, never by chance."""
        model = ready.imported_model(harness.genai)
        add(harness, Fault(status=404, operation=GET, **which))
        answered = ["." if is_answered(harness.genai, model.id) else "x" for _ in expected]
        assert "".join(answered) == expected

    @pytest.mark.parametrize("about", ["display_name", "compartment_id", "resource"])
    def test_a_fault_befalls_calls_by_what_they_are_about(self, harness: Harness, about: str) -> None:
        """The name and the compartment are those of the resource that is read."""
        genai = harness.genai
        one = ready.imported_model(genai, display_name="one")
        two = ready.imported_model(genai, display_name="two", compartment_id=ready.ELSEWHERE)
        which: dict[str, Any] = {about: two.id if about == "resource" else getattr(two, about)}
        add(harness, Fault(status=404, operation=GET, times="always", **which))
        assert [is_answered(genai, each.id) for each in (one, two, one, two)] == [True, False, True, False]

    def test_a_fault_befalls_calls_to_one_region(self, harness: Harness) -> None:
        """The other one is well."""
        chicago = ready.imported_model(harness.genai)
        phoenix = ready.imported_model(harness.genai, region="phx")
        add(harness, Fault(status=404, operation=GET, region="us-phoenix-1", times="always"))
        assert (is_answered(harness.genai, chicago.id), is_answered(harness.genai, phoenix.id)) == (True, False)

    def test_a_fault_befalls_calls_by_a_test_of_ones_own(self, harness: Harness) -> None:
        """It sees the call as it reaches the world."""
        add(harness, Fault(code="QuotaExceeded", when=lambda call: call.details is not None and call.details.vendor))
        assert ready.imported_model(harness.genai).vendor is None
        with harness.refuses(QuotaExceeded, "fault"):
            harness.genai.create_imported_model(ready.imported_model_details(vendor="acme"))

    def test_a_fault_befalls_lists_by_what_they_ask_for(self, harness: Harness) -> None:
        """By the compartment and the display name of the query."""
        genai = harness.genai
        add(harness, Fault(status=404, compartment_id=ready.COMPARTMENT, display_name="mine"))
        assert list(genai.list_endpoints(ready.COMPARTMENT)) == []
        assert list(genai.list_endpoints(ready.ELSEWHERE, display_name="mine")) == []
        with harness.refuses(NotFound, "fault"):
            genai.list_endpoints(ready.COMPARTMENT, display_name="mine").first()

    def test_a_slow_answer_takes_its_time_on_the_clock_of_the_world(self, harness: Harness) -> None:
        """It is the answer all the same, and the call was carried out before the wait."""
        add(harness, Fault(latency=90))
        started = harness.genai.clock.now()
        made = harness.genai.create_imported_model(ready.imported_model_details())
        assert (harness.genai.clock.now() - started).total_seconds() == 90
        assert made.time_created == started

    def test_an_error_can_be_slow_as_well(self, harness: Harness) -> None:
        """Its wait, and then the pause before the next try."""
        add(harness, Fault(status=503, latency=10))
        assert seconds(harness, lambda: list(harness.genai.list_endpoints(ready.COMPARTMENT))) == 11

    @pytest.mark.parametrize("fault", UNTOUCHED, ids=Fault.describe)
    def test_a_call_that_a_fault_answers_is_never_carried_out(
        self, harness: Harness, resources: Resources, fault: Fault
    ) -> None:
        """Neither a creation nor an update, a move nor a deletion: nothing has changed, and no token is used up."""
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

    def test_waiting_goes_on_through_what_will_pass(self, realistic: Harness) -> None:
        """A throttled look and a lost one are looks all the same."""
        _, work_id = ready.begin_import(realistic.genai)
        look = "get_work_request"
        add(realistic, Fault(status=429, operation=look), Fault(damage="cut", operation=look), Fault(status=500, nth=3))
        assert realistic.genai.wait_for_work_request(work_id).status == "SUCCEEDED"
        assert list(realistic.simulator.faults) == []

    def test_a_fault_can_be_the_callers_own_mistake(self, harness: Harness) -> None:
        """A retry token that is said to be used up, for once, while it is not."""
        add(harness, Fault(code="InvalidatedRetryToken"))
        with harness.refuses(InvalidatedRetryToken, "fault"):
            harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once")
        assert harness.genai.create_imported_model(ready.imported_model_details(), retry_token="once").id

    def test_a_body_that_cannot_be_parsed_uses_up_no_fault(self, harness: Harness) -> None:
        """It never becomes a call."""
        harness.simulator.faults.add(Fault(status=503))
        tags = {"n": {"k": nested(62, lambda part: [part])}}
        with harness.refuses(CannotParseRequest, "body-not-json"):
            harness.genai.create_imported_model(ready.imported_model_details(defined_tags=tags))
        assert len(list(harness.simulator.faults)) == 1
