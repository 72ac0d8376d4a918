"""Error codes: the class, the status and the text of each of OCI's errors, raised by a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import (
    IncorrectState,
    InternalServerError,
    LimitExceeded,
    NotAuthenticated,
    NotFound,
    QuotaExceeded,
    ServiceError,
    ServiceUnavailable,
    TooManyRequests,
)
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing import ready
from genai_ports.testing.contract.port.errors import OTHERS, WITH_OWN_CLASS

if TYPE_CHECKING:
    from genai_ports.testing.contract.simulated.harness import Harness

TRIES = 8
"""How often the default retry policy sends a call."""

ERRORS = [
    (LimitExceeded, "LimitExceeded", "The limit for this tenancy has been exceeded."),
    (QuotaExceeded, "QuotaExceeded", "The quota for this compartment has been exceeded."),
    (
        NotAuthenticated,
        "NotAuthenticated",
        "The required information to complete authentication was not provided or was incorrect.",
    ),
    (NotFound, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found."),
    (IncorrectState, "IncorrectState", "Incorrect State"),
    (TooManyRequests, "TooManyRequests", "User-rate limit exceeded."),
    (InternalServerError, "InternalServerError", "Internal Server Error"),
    (ServiceUnavailable, "ServiceUnavailable", "This error was requested by a fault."),
]


class ErrorCodeBehaviours:
    """What is true of OCI's error codes."""

    @pytest.mark.parametrize(("error", "code", "text"), ERRORS, ids=lambda each: getattr(each, "__name__", None))
    def test_each_code_has_the_status_and_the_text_of_oci(
        self, harness: Harness, error: type[ServiceError], code: str, text: str
    ) -> None:
        """The error has its class, the rule `fault` and a request id. It has no `retry-after` by default."""
        model = ready.imported_model(harness.genai)
        harness.simulator.faults.add(Fault(code=code, operation="get_imported_model", times=TRIES))
        with harness.refuses(error, "fault") as refused:
            harness.genai.get_imported_model(model.id)
        assert (refused.value.message, refused.value.retry_after) == (text, None)

    @pytest.mark.parametrize(("status", "code", "cls"), WITH_OWN_CLASS + OTHERS)
    def test_every_status_and_code_of_oci_has_its_error_class(
        self, harness: Harness, status: int, code: str, cls: type[ServiceError]
    ) -> None:
        """An unknown code has the class of its status."""
        fault = Fault(status=status, code=code, message="Refused by a fault.", times=TRIES)
        harness.simulator.faults.add(fault)
        with pytest.raises(ServiceError) as refused:
            harness.genai.list_imported_models(ready.COMPARTMENT).first()
        assert type(refused.value) is cls
        assert (refused.value.status, refused.value.code, refused.value.message) == (
            status,
            code,
            "Refused by a fault.",
        )
        assert (refused.value.operation, refused.value.rule) == ("list_imported_models", "fault")
        assert refused.value.request_id
