"""Disrupted responses: responses that are reset, timed out, cut or not JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import ConnectionLost, ServiceError
from genai_ports.simulator.faults.disrupted_response import NOT_JSON_TEXT
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.testing.contract.simulated.harness import Harness

TRIES = 8
"""How often the default retry policy sends a call."""

LOST = [
    Fault(damage="reset", times="always"),
    Fault(damage="time-out", times="always"),
    Fault(damage="cut", times="always"),
    Fault(damage="not-json", times="always"),
]


class DisruptedResponseBehaviours:
    """What is true of disrupted responses."""

    @pytest.mark.parametrize(
        ("fault", "passed"),
        [
            (Fault(damage="reset", times=2), 3),
            (Fault(damage="cut", times=2), 3),
            (Fault(damage="not-json", times=2), 3),
            (Fault(damage="not-json", status=502, times=2), 3),
            (Fault(damage="time-out", times=2), 123),
            (Fault(damage="time-out", latency=5, times=2), 13),
        ],
        ids=str,
    )
    def test_a_call_is_repeated_after_a_disrupted_response(self, harness: Harness, fault: Fault, passed: float) -> None:
        """It is repeated until the fault is used up. All delays are on the clock of the world."""
        model = ready.imported_model(harness.genai)
        harness.simulator.faults.add(fault)
        started, read = harness.genai.clock.now(), harness.calls("get_imported_model")
        assert harness.genai.get_imported_model(model.id) == model
        assert (harness.genai.clock.now() - started).total_seconds() == passed
        assert harness.calls("get_imported_model") - read == 3

    @pytest.mark.parametrize("fault", LOST, ids=Fault.describe)
    def test_a_response_that_is_disrupted_each_time_raises_connection_lost(
        self, harness: Harness, fault: Fault
    ) -> None:
        """The client tries eight times."""
        harness.simulator.faults.add(fault)
        with pytest.raises(ConnectionLost, match="list_endpoints"):
            harness.genai.list_endpoints(ready.COMPARTMENT).first()
        assert harness.calls("list_endpoints") == TRIES

    @pytest.mark.parametrize(("status", "tries"), [(404, 1), (502, TRIES)])
    def test_an_error_page_of_a_proxy_is_an_error_with_its_status(
        self, harness: Harness, status: int, tries: int
    ) -> None:
        """It has no code of OCI's. The status decides whether the call is repeated."""
        harness.simulator.faults.add(Fault(damage="not-json", status=status, times=TRIES))
        with pytest.raises(ServiceError) as caught:
            harness.genai.list_endpoints(ready.COMPARTMENT).first()
        assert (caught.value.status, caught.value.code, caught.value.message) == (status, "Unknown", NOT_JSON_TEXT)
        assert (harness.calls("list_endpoints"), caught.value.operation) == (tries, "list_endpoints")

    def test_a_page_of_a_proxy_in_place_of_an_empty_response_is_502(self, harness: Harness) -> None:
        """The response to a deletion has no body, so a page with a successful status would look like a success."""
        model = ready.imported_model(harness.genai)
        harness.simulator.faults.add(Fault(damage="not-json", operation="delete_imported_model", times=TRIES))
        with pytest.raises(ServiceError) as caught:
            harness.genai.delete_imported_model(model.id)
        assert (caught.value.status, caught.value.code) == (502, "Unknown")
        assert harness.genai.get_imported_model(model.id).lifecycle_state == "ACTIVE"
