"""Retries: temporary errors are retried on the clock of the backend."""

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
    """List once with those faults planned; return how many seconds pass on the clock of the world."""
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
    def test_temporary_errors_are_retried(self, harness: Harness, status: int, code: str) -> None:
        """The pauses on the clock are 1 second, then 2."""
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
    def test_other_errors_are_not_retried(self, harness: Harness, status: int, code: str) -> None:
        """There is one call and no pause. A conflict is not retried, not even IncorrectState."""
        harness.simulator.faults.add(Fault(status=status, code=code, operation=LIST))
        started = harness.genai.clock.now()
        with pytest.raises(ServiceError) as refused:
            harness.genai.list_imported_models(ready.COMPARTMENT).first()
        assert (refused.value.status, refused.value.code) == (status, code)
        assert (harness.calls(LIST), harness.genai.clock.now()) == (1, started)

    def test_retry_after_is_honoured(self, harness: Harness) -> None:
        """It has priority over the pauses of the client."""
        fault = Fault(status=429, code="TooManyRequests", times=2, retry_after=45)
        assert elapsed(harness, fault) == 90

    def test_pauses_double_up_to_30_seconds_for_eight_tries(self, harness: Harness) -> None:
        """They are 1, 2, 4, 8, 16, 30 and 30 seconds. The last error is raised."""
        harness.simulator.faults.add(Fault(status=503, code="ServiceUnavailable", times=9))
        started = harness.genai.clock.now()
        with pytest.raises(ServiceUnavailable):
            harness.genai.list_imported_models(ready.COMPARTMENT).first()
        assert harness.calls(LIST) == 8
        assert (harness.genai.clock.now() - started).total_seconds() == 91

    def test_a_retried_creation_creates_one_resource(self, harness: Harness) -> None:
        """Every creation has a retry token, generated if omitted, which is the same for all tries."""
        harness.simulator.faults.add(Fault(status=503, code="ServiceUnavailable", operation="create_imported_model"))
        made = ready.imported_model(harness.genai)
        assert (harness.calls("create_imported_model"), len(harness.simulator.retry_tokens)) == (2, 1)
        assert harness.genai.list_imported_models(ready.COMPARTMENT).one().id == made.id

    def test_each_page_of_a_list_is_retried(self, harness: Harness) -> None:
        """An error in the middle of a list does not restart it."""
        details = ready.imported_model_details()
        made = [harness.genai.create_imported_model(details).id for _ in range(5)]
        items = iter(harness.genai.list_imported_models(ready.COMPARTMENT, limit=2))
        seen = [next(items).id, next(items).id]
        harness.simulator.faults.add(Fault(status=429, code="TooManyRequests"))
        seen += [item.id for item in items]
        assert seen == made[::-1]

    def test_a_fault_with_an_operation_waits_for_that_operation(self, harness: Harness) -> None:
        """Other operations succeed."""
        harness.simulator.faults.add(Fault(status=404, code="NotAuthorizedOrNotFound", operation="get_model"))
        assert elapsed(harness) == 0
        base = ready.base_model(harness.genai)
        with pytest.raises(ServiceError, match="Authorization failed or requested resource not found"):
            harness.genai.get_model(base.id)
        assert harness.genai.get_model(base.id).id == base.id

    def test_faults_apply_in_the_order_of_their_plans(self, harness: Harness) -> None:
        """The first plan applies first."""
        one = Fault(status=429, code="TooManyRequests", retry_after=5)
        other = Fault(status=503, code="ServiceUnavailable", retry_after=7)
        assert elapsed(harness, one, other) == 12
        assert [entry.status for entry in harness.simulator.journal.query(operation=LIST)] == [429, 503, 200]

    def test_a_throttled_creation_changes_nothing(self, harness: Harness) -> None:
        """The call is not carried out."""
        harness.simulator.faults.add(Fault(status=429, code="TooManyRequests", times=8))
        before = harness.simulator.state()
        with pytest.raises(TooManyRequests):
            harness.genai.create_imported_model(ready.imported_model_details())
        assert harness.simulator.state() == before
