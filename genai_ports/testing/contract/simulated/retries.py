"""Retries: what will pass is tried again, on the backend's clock; what will not is for the caller to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import ServiceError, ServiceUnavailable, TooManyRequests
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.testing.contract.simulated.harness import Harness

LIST = "list_imported_models"


def elapsed(harness: Harness, *faults: Fault) -> float:
    """List once while those faults are planned; tell how many seconds passed on the clock of the world."""
    for fault in faults:
        harness.simulator.faults.add(fault)
    started = harness.genai.clock.now()
    assert list(harness.genai.list_imported_models(ready.COMPARTMENT)) == []
    return (harness.genai.clock.now() - started).total_seconds()


class RetryBehaviours:
    """What is true of retries."""

    @pytest.mark.parametrize(
        ("status", "code"),
        [(429, "TooManyRequests"), (500, "InternalServerError"), (502, "BadGateway"), (503, "ServiceUnavailable")],
    )
    def test_what_will_pass_is_tried_again(self, harness: Harness, status: int, code: str) -> None:
        """The caller sees the answer, and the clock the pauses: 1 second, then 2."""
        assert elapsed(harness, Fault(status=status, code=code, operation=LIST, times=2)) == 3
        assert [entry.status for entry in harness.simulator.journal.query(operation=LIST)] == [status, status, 200]

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (400, "InvalidParameter"),
            (401, "NotAuthenticated"),
            (404, "NotAuthorizedOrNotFound"),
            (409, "Conflict"),
            (409, "IncorrectState"),
            (412, "NoEtagMatch"),
            (501, "MethodNotImplemented"),
        ],
    )
    def test_what_will_not_pass_is_not_tried_again(self, harness: Harness, status: int, code: str) -> None:
        """One call, and no time lost; a conflict is for the caller to see, even one that may pass."""
        harness.simulator.faults.add(Fault(status=status, code=code, operation=LIST))
        started = harness.genai.clock.now()
        with pytest.raises(ServiceError) as refused:
            harness.genai.list_imported_models(ready.COMPARTMENT).first()
        assert (refused.value.status, refused.value.code) == (status, code)
        assert (harness.calls(LIST), harness.genai.clock.now()) == (1, started)

    def test_retry_after_is_honoured(self, harness: Harness) -> None:
        """The pause that the service asks for goes before ours."""
        fault = Fault(status=429, code="TooManyRequests", times=2, retry_after=45)
        assert elapsed(harness, fault) == 90

    def test_pauses_double_up_to_half_a_minute_and_eight_tries(self, harness: Harness) -> None:
        """1, 2, 4, 8, 16, 30 and 30 seconds: then the last error is the caller's."""
        harness.simulator.faults.add(Fault(status=503, code="ServiceUnavailable", times=9))
        started = harness.genai.clock.now()
        with pytest.raises(ServiceUnavailable):
            harness.genai.list_imported_models(ready.COMPARTMENT).first()
        assert harness.calls(LIST) == 8
        assert (harness.genai.clock.now() - started).total_seconds() == 91

    def test_a_creation_that_is_tried_again_makes_one_resource(self, harness: Harness) -> None:
        """Every creation carries a retry token, whether the caller gave one or not, and every try of it the same."""
        harness.simulator.faults.add(Fault(status=503, code="ServiceUnavailable", operation="create_imported_model"))
        made = ready.imported_model(harness.genai)
        assert (harness.calls("create_imported_model"), len(harness.simulator.retry_tokens)) == (2, 1)
        assert harness.genai.list_imported_models(ready.COMPARTMENT).one().id == made.id

    def test_each_page_is_tried_again_on_its_own(self, harness: Harness) -> None:
        """A walk that is disturbed in its middle goes on where it was."""
        details = ready.imported_model_details()
        made = [harness.genai.create_imported_model(details).id for _ in range(5)]
        items = iter(harness.genai.list_imported_models(ready.COMPARTMENT, limit=2))
        seen = [next(items).id, next(items).id]
        harness.simulator.faults.add(Fault(status=429, code="TooManyRequests"))
        seen += [item.id for item in items]
        assert seen == made[::-1]

    def test_a_fault_is_for_its_operation(self, harness: Harness) -> None:
        """Others are answered as always; it waits for its own."""
        harness.simulator.faults.add(Fault(status=404, code="NotAuthorizedOrNotFound", operation="get_model"))
        assert elapsed(harness) == 0
        base = ready.base_model(harness.genai)
        with pytest.raises(ServiceError, match="Authorization failed or requested resource not found"):
            harness.genai.get_model(base.id)
        assert harness.genai.get_model(base.id).id == base.id

    def test_faults_come_in_the_order_they_were_planned_in(self, harness: Harness) -> None:
        """First planned, first seen."""
        one = Fault(status=429, code="TooManyRequests", retry_after=5)
        other = Fault(status=503, code="ServiceUnavailable", retry_after=7)
        assert elapsed(harness, one, other) == 12
        assert [entry.status for entry in harness.simulator.journal.query(operation=LIST)] == [429, 503, 200]

    def test_a_fault_changes_nothing(self, harness: Harness) -> None:
        """The call that it answers is never carried out."""
        harness.simulator.faults.add(Fault(status=429, code="TooManyRequests", times=8))
        before = harness.simulator.state()
        with pytest.raises(TooManyRequests):
            harness.genai.create_imported_model(ready.imported_model_details())
        assert harness.simulator.state() == before
