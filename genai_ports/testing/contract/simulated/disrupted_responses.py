"""Damages: answers that were asked to be lost, cut or unreadable, and how callers feel them."""

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
"""How often the usual policy tries."""

LOST = [
    Fault(damage="reset", times="always"),
    Fault(damage="time-out", times="always"),
    Fault(damage="cut", times="always"),
    Fault(damage="not-json", times="always"),
]


class DisruptedResponseBehaviours:
    """What is true of damaged answers."""

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
    def test_a_lost_answer_is_asked_for_again(self, harness: Harness, fault: Fault, passed: float) -> None:
        """Until the fault has spent itself; waits and pauses are on the clock of the world."""
        model = ready.imported_model(harness.genai)
        harness.simulator.faults.add(fault)
        started, read = harness.genai.clock.now(), harness.calls("get_imported_model")
        assert harness.genai.get_imported_model(model.id) == model
        assert (harness.genai.clock.now() - started).total_seconds() == passed
        assert harness.calls("get_imported_model") - read == 3

    @pytest.mark.parametrize("fault", LOST, ids=Fault.describe)
    def test_an_answer_that_is_lost_each_time_is_a_lost_connection(self, harness: Harness, fault: Fault) -> None:
        """After eight tries the caller is told."""
        harness.simulator.faults.add(fault)
        with pytest.raises(ConnectionLost, match="list_endpoints"):
            harness.genai.list_endpoints(ready.COMPARTMENT).first()
        assert harness.calls("list_endpoints") == TRIES

    @pytest.mark.parametrize(("status", "tries"), [(404, 1), (502, TRIES)])
    def test_the_page_of_a_proxy_is_an_error_of_its_status(self, harness: Harness, status: int, tries: int) -> None:
        """It has no code of OCI's; whether it is tried again goes by the status."""
        harness.simulator.faults.add(Fault(damage="not-json", status=status, times=TRIES))
        with pytest.raises(ServiceError) as caught:
            harness.genai.list_endpoints(ready.COMPARTMENT).first()
        assert (caught.value.status, caught.value.code, caught.value.message) == (status, "Unknown", NOT_JSON_TEXT)
        assert (harness.calls("list_endpoints"), caught.value.operation) == (tries, "list_endpoints")

    def test_where_no_body_is_read_the_page_of_a_proxy_is_a_bad_gateway(self, harness: Harness) -> None:
        """The answer to a deletion has none: a page with its status would be taken for a success."""
        model = ready.imported_model(harness.genai)
        harness.simulator.faults.add(Fault(damage="not-json", operation="delete_imported_model", times=TRIES))
        with pytest.raises(ServiceError) as caught:
            harness.genai.delete_imported_model(model.id)
        assert (caught.value.status, caught.value.code) == (502, "Unknown")
        assert harness.genai.get_imported_model(model.id).lifecycle_state == "ACTIVE"
